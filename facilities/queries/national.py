"""Villages of the country with where they lie, as far as that is known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from facilities.models import Facility

# A village without a place of its own stands for its town, then for its county: approximate.
VILLAGES = """
    WITH located AS (
        SELECT code, coalesce(point, ST_PointOnSurface(geometry)) AS place
        FROM boundaries_divisionversion
        WHERE period @> %(at)s::date AND level IN (3, 4) AND coalesce(point, geometry) IS NOT NULL
    )
    SELECT village.code, ST_X(place), ST_Y(place), rough
    FROM boundaries_divisionversion village
    CROSS JOIN LATERAL (
        SELECT coalesce(village.point, town.place, county.place) AS place,
               village.point IS NULL AS rough
        FROM (SELECT 1) one
        LEFT JOIN located town ON town.code = left(village.code, 9)
        LEFT JOIN located county ON county.code = left(village.code, 6)
    ) found
    WHERE village.period @> %(at)s::date AND village.level = 5 AND village.code LIKE %(within)s
    ORDER BY village.code
"""


@dataclass(frozen=True, slots=True, eq=False)
class Villages:
    """Those whose place is known, in degrees. ``rough``: it is that of the town or the county;
    ``nowhere`` counts villages whose place nobody knows: they are left out."""

    codes: NDArray[np.str_]
    lonlat: NDArray[np.float64]
    rough: NDArray[np.bool_]
    nowhere: int


def read_villages(*, at: date, within: str = "") -> Villages:
    with connection.cursor() as cursor:
        cursor.execute(VILLAGES, {"at": at, "within": f"{within}%"})
        rows = cursor.fetchall()
    known = [row for row in rows if row[1] is not None]
    return Villages(
        np.array([row[0] for row in known], dtype="<U12"),
        np.array([row[1:3] for row in known], dtype=np.float64).reshape(-1, 2),
        np.array([row[3] for row in known], dtype=bool),
        len(rows) - len(known),
    )


def read_sites(*, at: date, category: str) -> NDArray[np.float64]:
    rows = (
        Facility.objects.on(at).shown().filter(category=category).values_list("location", flat=True)
    )
    return np.array([row.coords for row in rows], dtype=np.float64).reshape(-1, 2)
