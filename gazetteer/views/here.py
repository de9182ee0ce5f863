"""What is at a point: a page of its own, and the same as a part that the map shows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from common.errors import BadInput
from common.middleware import sentence
from common.searching import read_filters
from gazetteer.models import LegalCategory
from gazetteer.queries.reverse import NEAR_M, things_near, whats_here


def here(request: Any) -> HttpResponse:
    asked = request.GET
    template = "gazetteer/here_part.html" if request.htmx else "gazetteer/here.html"
    values: dict[str, Any] = {"asked": asked, "within_m": NEAR_M}
    try:
        filters = read_filters(asked, categories=[], near="")
    except BadInput as error:
        return render(request, template, values | {"problem": sentence(error)}, status=400)
    if filters.near_point is not None:
        point, within_m = filters.near_point, filters.within_m or NEAR_M
        found = whats_here(point=point, at=request.day, within_m=within_m)
        values |= {
            "point": point,
            "within_m": within_m,
            "divisions": found.divisions,
            "places": [(place, LegalCategory(place.category).label) for place in found.places],
            "groups": things_near(point=point, at=request.day, within_m=within_m),
        }
    return render(request, template, values)
