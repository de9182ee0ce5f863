"""Which division a shape lies in, and how far it lies from the one that it is said to lie in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from boundaries.models import DivisionVersion
from boundaries.queries.divisions import divisions_at
from gazetteer.models import Place

COUNTY_DIGITS = 6
# Nearer to the line than this is a matter of how both were drawn.
NEAR_ENOUGH_M = 30.0


@dataclass(frozen=True, slots=True)
class FoundDivision:
    """``code`` is "" where no division of the day holds the shape."""

    code: str
    division: DivisionVersion | None


def division_of_shape(*, shape: GEOSGeometry, at: date) -> FoundDivision:
    """The deepest division that holds a point of the shape; made-up shapes tell nothing."""
    spot = shape if shape.geom_type == "Point" else shape.point_on_surface
    found = [
        each
        for each in divisions_at(longitude=spot.x, latitude=spot.y, at=at)
        if not each.synthetic
    ]
    return FoundDivision(found[-1].code, found[-1]) if found else FoundDivision("", None)


def known_division(*, code: str, at: date) -> DivisionVersion | None:
    found: DivisionVersion | None = DivisionVersion.objects.on(at).light().filter(code=code).first()
    return found


def code_on(*, place: Place, at: date) -> str:
    """The code of the division that holds the place; of the division itself that of the day, ""
    where that is not known."""
    if place.division_id is None:
        return place.division_code
    rows = DivisionVersion.objects.on(at).filter(division_id=place.division_id)
    return rows.values_list("code", flat=True).first() or ""


def metres_outside(*, shape: GEOSGeometry, code: str, at: date) -> float:
    """How far the shape lies from the division, 0 where they meet.

    Where the shape of the division is unknown or made up, its county is asked; 0 where that is
    unknown too: nothing can be said.
    """
    codes: list[Any] = list(dict.fromkeys([code, code[:COUNTY_DIGITS]]))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE WHEN ST_Intersects(geometry, given.shape) THEN 0
                        ELSE ST_Distance(geometry::geography, given.shape::geography) END
            FROM boundaries_divisionversion version,
                 (SELECT ST_GeomFromEWKB(%s) AS shape) AS given
            WHERE code = ANY(%s) AND period @> %s::date AND geometry IS NOT NULL AND NOT synthetic
            ORDER BY length(code) DESC LIMIT 1
            """,
            [memoryview(bytes(shape.ewkb)), codes, at],
        )
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0
