"""The sketch map of an entry as a picture: its outline and those of its sub-units."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from common.sketches import Sketch

LAND, INNER = "#f3f0e8", "#9aa5b1"
Ring = Sequence[tuple[float, float]]

RINGS = """
    SELECT version.id, ST_AsGeoJSON(ST_Transform(outline.geometry, 4490), 5)::json
    FROM boundaries_divisionoutline outline
    JOIN boundaries_divisionversion version ON version.id = outline.version_id
    WHERE outline.detail = 2 AND version.period @> %(at)s::date
      AND (version.id = ANY(%(ids)s) OR version.parent_id = ANY(%(divisions)s))
"""


def read_rings(*, versions: Sequence[Any], at: date) -> dict[int, list[Ring]]:
    """Version → rings of its outline, of these versions and their sub-units."""
    with connection.cursor() as cursor:
        cursor.execute(
            RINGS,
            {
                "ids": [version.pk for version in versions],
                "divisions": [version.division_id for version in versions],
                "at": at,
            },
        )
        return {
            pk: [ring for polygon in shape["coordinates"] for ring in polygon]
            for pk, shape in cursor.fetchall()
        }


def draw_map(*, outline: Sequence[Ring], inner: Mapping[int, Sequence[Ring]]) -> bytes | None:
    """A PNG, north up; ``None`` where the outline is unknown."""
    points = [point for ring in outline for point in ring]
    if not points:
        return None
    west, south = (min(point[n] for point in points) for n in (0, 1))
    east, north = (max(point[n] for point in points) for n in (0, 1))
    sketch = Sketch((west, south, east, north), side=700, margin=24)
    for ring in outline:
        sketch.area(ring, colour=LAND)
    for rings in inner.values():
        for ring in rings:
            sketch.line(ring, colour=INNER, width=2)
    for ring in outline:
        sketch.line(ring, width=3)
    return sketch.png()
