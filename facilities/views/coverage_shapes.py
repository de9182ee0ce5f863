"""What the map of the coverage workspace draws: divisions, facilities, cells, zones."""

from typing import Any

import shapely
from django.http import JsonResponse
from django.urls import reverse
from shapely.geometry import mapping, shape

from boundaries.queries.outlines import outlines
from common.geojson import collection
from facilities.domain.measures import SHARE
from facilities.exports.coverage_table import Line, lines
from facilities.exports.coverage_words import number, way_told
from facilities.queries.coverage import CoverageQuestion, CoverageResult
from facilities.queries.reach import Reached, zones_reached

# About a metre.
GRID_DEGREES = 1e-5


def cells_of(result: CoverageResult) -> JsonResponse:
    """Inhabited cells that are not covered: [longitude, latitude, people, people 60+] each."""
    missed = result.uncovered
    cells = [
        [round(x, 4), round(y, 4), people, elders]
        for (x, y), people, elders in zip(
            missed.lonlat.tolist(), missed.people.tolist(), missed.elders.tolist(), strict=True
        )
    ]
    return JsonResponse({"cells": cells})


def map_data(result: CoverageResult, *, cells_url: str, zones_url: str) -> dict[str, Any]:
    """What static/js/coverage.js draws over the base map."""
    question = result.question
    shapes = outlines(at=question.at, codes=[row.division.code for row in result.rows])

    def label(line: Line) -> str:
        share = f"{line.elders_percent}%"
        return share if question.measure == SHARE else number(question, line.value)

    divisions = [
        {
            "type": "Feature",
            "geometry": shapes[line.code],
            "properties": {
                "key": line.code,
                "name": line.name,
                "shade": line.shade,
                "label": label(line),
            },
        }
        for line in lines(result)
        if line.code in shapes
    ]
    sites = result.sites
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point},
            "properties": {
                "key": key,
                "name": name,
                "url": reverse("facilities:facility", args=[key]),
                "synthetic": synthetic,
            },
        }
        for key, name, point, synthetic in zip(
            sites.keys, sites.names, sites.lonlat.tolist(), sites.synthetic.tolist(), strict=True
        )
    ]
    return {
        "areas": collection(divisions),
        # Of its own: a polygon is cut into tiles, and each piece would be labelled.
        "labels": collection(
            [{**area, "geometry": _inside(area["geometry"])} for area in divisions]
        ),
        "labelsFrom": 7 if result.question.by == "district" else 10.5,
        "facilities": collection(points),
        "cellsUrl": cells_url,
        "zonesUrl": zones_url,
    }


def _inside(geometry: dict[str, Any]) -> dict[str, Any]:
    """A point within the largest part of the shape."""
    parts = shape(geometry).geoms
    point = max(parts, key=lambda part: part.area).representative_point()
    return {"type": "Point", "coordinates": [round(point.x, 5), round(point.y, 5)]}


def zones_of(question: CoverageQuestion) -> JsonResponse:
    """Land within the limit of a facility as GeoJSON; each zone says how it was measured."""
    return JsonResponse(collection([_zone(each) for each in zones_reached(question=question)]))


def _zone(zone: Reached) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": mapping(shapely.set_precision(zone.geometry, GRID_DEGREES)),
        "properties": {
            "way": zone.way,
            "label": way_told(zone),
            "credit": zone.credit,
            "synthetic": zone.synthetic,
            "approximate": zone.approximate,
        },
    }
