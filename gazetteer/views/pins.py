"""Points of one page's own list on its map: notices, complaints, protected names."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.http import JsonResponse

from common.registries import LegendEntry, MapLayer


def pins_overlay(label: str, legend: Sequence[LegendEntry], url: str) -> dict[str, Any]:
    """What ``map_panel`` takes as its overlay; ``static/js/layers/pins.js`` draws it."""
    layer = MapLayer(
        key="pins", label=label, order=90, tiles=lambda **_kwargs: [], legend=list(legend)
    )
    return {"layer": layer, "url": url}


def pins(rows: Iterable[dict[str, Any]]) -> JsonResponse:
    """``rows``: key, name, note, state, url and point each."""
    features = [_feature(dict(row)) for row in rows]
    response = JsonResponse({"type": "FeatureCollection", "features": features})
    response["Cache-Control"] = "private, no-cache"
    return response


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    point: Point = row.pop("point")
    geometry = {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]}
    return {"type": "Feature", "geometry": geometry, "properties": row}
