"""The page of tri-junctions: who meets where, and the post that marks it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from boundaries.exports.markers import condition_word
from boundaries.queries.junctions import JunctionRow, junctions
from boundaries.queries.lines import line_areas
from boundaries.queries.markers import state_of
from common.filters import read_code


def junction_list(request: Any) -> HttpResponse:
    area = read_code(request.GET.get("within", settings.HOME_JURISDICTION))
    rows = told_junctions(junctions(at=request.day, within=area))
    values = {
        "rows": rows,
        "marked": sum(1 for row in rows if row["row"].marker is not None),
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
    }
    return render(request, "boundaries/junction_list.html", values)


def told_junctions(rows: list[JunctionRow]) -> list[dict[str, Any]]:
    """Each with how its post was last found."""
    return [
        {
            "row": row,
            "state": state_of(row.marker.found) if row.marker else "",
            "word": condition_word(row.marker.found) if row.marker else "",
        }
        for row in rows
    ]
