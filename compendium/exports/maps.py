"""The sketch map of an entry as a picture: its outline and those of its sub-units."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from PIL import Image, ImageDraw

SIDE, MARGIN, OVER = 700, 24, 2  # pixels; drawn twice as large, so that lines come out smooth
PAPER, LAND, INNER, OUTER = "#ffffff", "#f3f0e8", "#9aa5b1", "#1f2d3d"
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
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (SIDE - 2 * MARGIN) * OVER / max((east - west) * narrow, north - south)
    width = round((east - west) * narrow * scale) + 2 * MARGIN * OVER
    height = round((north - south) * scale) + 2 * MARGIN * OVER

    def placed(ring: Ring) -> list[tuple[float, float]]:
        return [
            (
                (lon - west) * narrow * scale + MARGIN * OVER,
                (north - lat) * scale + MARGIN * OVER,
            )
            for lon, lat in ring
        ]

    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    for ring in outline:
        pen.polygon(placed(ring), fill=LAND)
    for rings in inner.values():
        for ring in rings:
            pen.line(placed(ring), fill=INNER, width=2 * OVER, joint="curve")
    for ring in outline:
        pen.line(placed(ring), fill=OUTER, width=3 * OVER, joint="curve")
    small = picture.reduce(OVER)
    buffer = io.BytesIO()
    small.quantize(32, Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()
