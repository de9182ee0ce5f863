"""Refusals for programs: problem documents (RFC 9457) with one sentence."""

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

# Addresses made for programs; people may open them too and then see pages.
PROGRAMS = ("/ogc", "/tiles/", "/reconcile", "/api/", "/changes", "/id/", "/lpf", "/fhir/")
PROBLEM_JSON = "application/problem+json"


def for_programs(path: str) -> bool:
    return path.startswith(PROGRAMS)


def wants_problem(request: HttpRequest) -> bool:
    """Whether a refusal at this address is read by a program: not where HTML is preferred."""
    if not for_programs(request.path):
        return False
    asked = request.GET.get("f", "")
    if asked:
        return asked != "html"
    if request.path.startswith("/id/") and "Accept" not in request.headers:
        return False
    return request.get_preferred_type(["application/json", "text/html"]) != "text/html"


def problem(status: int, sentence: str, **more: Any) -> HttpResponse:
    """``sentence`` is for people, in their language; ``more``: members of the document."""
    values = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        **more,
    }
    text = json.dumps(values, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=PROBLEM_JSON)
