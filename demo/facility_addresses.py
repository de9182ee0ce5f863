"""Addresses of synthetic facilities: the nearest road of the set and a number along it, made up.

No source of the set holds addresses; a facility known by its real name therefore has none.
"""

from collections.abc import Sequence
from typing import Any

import shapely

from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo.parts import RECORDS_BEGIN
from demo.sign_drafts import CITY, metres
from demo.sign_streets import PLATE_FIRST_M, PLATE_STEP_M
from gazetteer.models import LegalCategory, PlaceName

REACH_M = 500.0


def addresses(points: Sequence[tuple[str, tuple[float, float]]]) -> list[str]:
    """(code, longitude and latitude) → 天河路12号, "" where no road of the county is in reach."""
    roads: dict[str, list[tuple[str, Any]]] = {}
    names = PlaceName.objects.standard().on(RECORDS_BEGIN).within(CITY)
    names = names.filter(place__legal_category=LegalCategory.STREET, place__geometry__isnull=False)
    for name in names.select_related("place").order_by("text", "place_id"):
        line = _from_first_number(metres(name.place.geometry))
        roads.setdefault(name.place.division_code[:6], []).append((name.text, line))
    return [
        _address(project(shapely.Point(at), CGCS2000, GUANGZHOU_ZONE), roads.get(code[:6], []))
        for code, at in points
    ]


def _from_first_number(line: Any) -> Any:
    """East–west roads number from the east, north–south ones from the north (R22)."""
    start, end = (line.interpolate(share, normalized=True) for share in (0, 1))
    dx, dy = end.x - start.x, end.y - start.y
    return line.reverse() if (dx if abs(dx) >= abs(dy) else dy) >= 0 else line


def _address(point: Any, roads: list[tuple[str, Any]]) -> str:
    if not roads:
        return ""
    text, line = min(roads, key=lambda road: road[1].distance(point))
    if line.distance(point) > REACH_M:
        return ""
    along = line.project(point)
    turn = max(0, round((along - PLATE_FIRST_M) / PLATE_STEP_M))
    before, after = line.interpolate(max(0.0, along - 10)), line.interpolate(along + 10)
    # Odd numbers stand on the north or west (R23), on the right of a line that runs so.
    right = (after.x - before.x) * (point.y - before.y) < (after.y - before.y) * (
        point.x - before.x
    )
    return f"{text}{2 * turn + (1 if right else 2)}号"
