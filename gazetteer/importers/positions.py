"""Positions of incoming rows against the county they say they lie in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.ops import nearest_points

from common.crs import GEOD
from common.importing.rows import GivenRow
from gazetteer.queries.known_names import county_polygons

COUNTY_DIGITS = 6
# Nearer to the line than this is a matter of how both were drawn.
NEAR_ENOUGH_M = 30.0
# A moved position is one that moved at all, not one that was rounded on its way.
SAME_PLACE_M = 0.5
SAME_POINT_M = 100.0


class CountyCheck:
    """Remarks rows that lie outside the county of their division code; keeps the polygons."""

    def __init__(self, *, at: date) -> None:
        self.at = at
        self.polygons: dict[str, Any] = {}
        self.asked: set[str] = set()

    def look(self, rows: Sequence[tuple[GivenRow, str]]) -> None:
        """``rows`` with their division code; those without a position are left alone."""
        placed = [(row, code[:COUNTY_DIGITS]) for row, code in rows if row.geometry is not None]
        self._fetch({code for _, code in placed} - self.asked)
        by_county: dict[str, list[GivenRow]] = {}
        for row, code in placed:
            by_county.setdefault(code, []).append(row)
        for code, mine in by_county.items():
            polygon = self.polygons.get(code)
            if polygon is None:
                continue
            shapes = np.array([row.geometry for row in mine], dtype=object)
            inside = shapely.intersects(polygon, shapes)
            for at in np.flatnonzero(~inside):
                distance = _metres_apart(polygon, mine[at].geometry)
                if distance > NEAR_ENOUGH_M:
                    mine[at].remark("outside_division", distance=round(distance), code=code)

    def _fetch(self, codes: set[str]) -> None:
        if not codes:
            return
        found = county_polygons(codes=codes, at=self.at)
        shapely.prepare(list(found.values()))
        self.polygons |= found
        self.asked |= codes


def moved_m(before: Any, after: Any) -> float:
    """Metres between the furthest parts of two shapes; infinite where their kinds differ."""
    if before is None or before.geom_type != after.geom_type:
        return float("inf")
    if before.geom_type == "Point":
        return abs(float(GEOD.inv(before.x, before.y, after.x, after.y)[2]))
    return float(shapely.hausdorff_distance(before, after)) * 111_320.0


def point_fits(shape: Any, point: Any) -> bool:
    """Whether a point stands for a line or an area: on it, or as near as makes no difference."""
    return shape.geom_type != "Point" and _metres_apart(shape, point) <= SAME_POINT_M


def _metres_apart(first: Any, second: Any) -> float:
    one, other = nearest_points(first, second)
    return abs(float(GEOD.inv(one.x, one.y, other.x, other.y)[2]))
