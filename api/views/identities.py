"""Addresses that last: /id/<kind>/<id> leads to the page or to the data, whichever is asked.

Places have their own (:mod:`gazetteer.views.identity`), which follows merges.
"""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.domain.asked import Days
from api.queries.features import Question, get_feature
from api.views.answers import GEOJSON, JSON, address
from boundaries.queries.lineage import heirs_of, last_known
from common.features import feature_collections
from common.problems import problem, wants_problem

FHIR_JSON = "application/fhir+json"
COLLECTIONS = {
    "division": "divisions",
    "sign": "signs",
    "line": "lines",
    "marker": "markers",
    "facility": "facilities",
}


@require_safe
def identity(request: Any, kind: str, key: str) -> HttpResponse:
    """303 to page or GeoJSON, 410 with successors once it has ended, else 404."""
    name = COLLECTIONS.get(kind)
    if name is None:
        raise Http404
    collection = feature_collections()[name]
    today = Question(collection, at=request.day, days=Days(request.day, request.day))
    found = get_feature(today, identity=key)
    if found is None:
        return _ended(request, Question(collection, at=request.day), kind, key)
    response = HttpResponse(status=303)
    if kind == "facility" and _wants_fhir(request):
        there = reverse("facilities:fhir_location", args=[key])
        response["Location"] = address(request, there)
    elif _wants_data(request):
        response["Location"] = address(request, reverse("api:item", args=[name, key]))
    else:
        response["Location"] = address(request, json.loads(found)["properties"]["page"])
    patch_vary_headers(response, ["Accept"])
    return response


def _wants_data(request: Any) -> bool:
    asked = request.GET.get("format", "")
    if asked:
        return bool(asked in ("json", "geojson"))
    best = request.get_preferred_type(["text/html", GEOJSON, JSON])
    return best in (GEOJSON, JSON)


def _wants_fhir(request: Any) -> bool:
    asked = request.GET.get("format", "")
    if asked:
        return bool(asked == "fhir")
    return bool(request.get_preferred_type(["text/html", GEOJSON, JSON, FHIR_JSON]) == FHIR_JSON)


def _ended(request: Any, question: Question, kind: str, key: str) -> HttpResponse:
    """What was there once is gone (410); what never was, or begins later, is not found."""
    found = get_feature(question, identity=key)
    end = json.loads(found)["properties"].get("valid_to") if found else None
    if end is None or end > request.day.isoformat():
        raise Http404
    successors = []
    if kind == "division":
        last = last_known(code=key, at=request.day)
        heirs = heirs_of(version=last, at=request.day) if last else []
        successors = [
            {
                "id": address(request, reverse("api:identity", args=["division", each.code])),
                "name": each.name,
            }
            for each in heirs
        ]
    told = _("It was on record until %(day)s.") % {"day": end}
    if wants_problem(request):
        return problem(410, told, successors=successors)
    values = {"sentence": told, "status": 410}
    return render(request, "refusal.html", values, status=410)
