"""Answers of the open interfaces: JSON or the same as a page."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from api.domain.asked import Days, read_datetime
from common.errors import BadInput

JSON, GEOJSON, SCHEMA, OPENAPI = (
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json;version=3.0",
)
# Of the house: the day, the key and the form of the answer, which every address takes.
EVERYWHERE = ("f", "at", "key")


def check_parameters(request: Any, *allowed: str) -> None:
    """A parameter that is not known is refused, never left out in silence (Part 1, 7.6)."""
    for name in request.GET:
        if name not in (*EVERYWHERE, *allowed):
            raise BadInput("There is no parameter “%(name)s” here.", name=name[:40])


def days_asked(request: Any) -> Days | None:
    """What ``datetime`` says; None where it is not given."""
    text = request.GET.get("datetime")
    if text is None:
        return None
    if request.GET.get("at"):
        raise BadInput("Give datetime or at, not both.")
    return read_datetime(text)


def wants_page(request: Any) -> bool:
    asked = request.GET.get("f", "")
    if asked not in ("", "json", "html"):
        raise BadInput("Answers are given as json or html, not as “%(form)s”.", form=asked[:20])
    if asked:
        return bool(asked == "html")
    best = request.get_preferred_type([GEOJSON, JSON, "text/html"])
    return bool(best == "text/html")


def address(request: Any, path: str, **query: Any) -> str:
    """An absolute address; the day that was asked goes with it."""
    if request.GET.get("at"):
        query.setdefault("at", request.GET["at"])
    told = f"?{urlencode(query)}" if query else ""
    return str(request.build_absolute_uri(path + told))


def link(href: str, rel: str, title: Any, type_: str = JSON) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": type_, "title": str(title)}


def self_links(request: Any, type_: str = JSON) -> list[dict[str, str]]:
    """This document and the same as a page (or the other way round)."""
    query = {k: v for k, v in request.GET.items() if k not in ("f", "key")}
    this = address(request, request.path, **query, f="json")
    page = address(request, request.path, **query, f="html")
    return [
        link(this, "self", _("This document"), type_),
        link(page, "alternate", _("This document as a page"), "text/html"),
    ]


def tag_of(text: str) -> str:
    """The ETag of a feature, made of all that it tells."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def answer(
    request: Any,
    document: Mapping[str, Any],
    *,
    template: str = "",
    type_: str = JSON,
    status: int = 200,
    **page: Any,
) -> HttpResponse:
    """The document as JSON, or as a page of ``template`` where HTML is asked."""
    as_page = wants_page(request)  # refuses a form that there is not, whatever is answered
    if as_page and not template and request.GET.get("f"):
        raise BadInput("There is no page of this: ask for it as json.")
    if template and as_page:
        response = render(request, template, {"document": document, **page}, status=status)
    else:
        text = json.dumps(document, ensure_ascii=False)
        response = HttpResponse(text, content_type=type_, status=status)
    patch_vary_headers(response, ["Accept", "Cookie", "Authorization", "Accept-Language"])
    return response
