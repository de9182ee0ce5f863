"""Polygons of divisions as a file of a past day draws them."""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from boundaries.domain.draft_shapes import multi
from common.errors import BadInput


def read_shapes(path: Path) -> dict[str, tuple[str, Any]]:
    """Code → (name, MultiPolygon in degrees) of the features, whose ``id`` is the division's code.

    Raises BadInput for a file that is no GeoJSON of polygons in degrees.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        found = {}
        for feature in features:
            drawn = shapely.force_2d(shape(feature["geometry"]))
            if drawn.geom_type == "Polygon":
                drawn = shapely.MultiPolygon([drawn])
            if not drawn.is_valid:
                # What a broken ring leaves beside its land is lines and points.
                drawn = multi([shapely.make_valid(drawn)])
            properties = feature["properties"]
            found[str(properties["id"])] = (str(properties.get("name", "")), drawn)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            "%(file)s is no GeoJSON of divisions (%(why)s).", file=path.name, why=str(error)
        ) from error
    for code, (_name, drawn) in found.items():
        west, south, east, north = drawn.bounds
        if drawn.geom_type != "MultiPolygon" or not (
            70 < west <= east < 140 and 0 < south <= north < 60
        ):
            raise BadInput("The shape of %(code)s is no polygon in degrees in China.", code=code)
    return found
