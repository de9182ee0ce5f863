"""Boundary lines that an adjustment ends; the other lines of the same counties go on."""

from datetime import date, timedelta
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import Key, Unit
from boundaries.domain.codes import is_county_cell
from boundaries.domain.draft_shapes import along, multi
from boundaries.models import BoundaryLine, DivisionVersion


def remade_lines(*, outcome: Outcome, on: date) -> tuple[list[BoundaryLine], list[BoundaryLine]]:
    """(lines that end, lines that go on) of the counties that an adjustment remakes.

    A line ends where a side ends or bears another code, and where land along it changes hands. A
    line that keeps its course goes on, with its inspections, its agreement and its markers.
    """
    eve = on - timedelta(days=1)
    ids = outcome.remade_cells() & outcome.before.keys()
    rows = BoundaryLine.objects.on(eve)
    lines = list((rows.filter(side_a__in=ids) | rows.filter(side_b__in=ids)).distinct())
    if not lines:
        return [], []
    sides = {side for line in lines for side in (line.side_a_id, line.side_b_id)}
    beside = DivisionVersion.objects.on(eve).filter(division_id__in=sides - outcome.before.keys())
    shapes: dict[Key, list[BaseGeometry]] = {
        key: [shapely.from_wkb(bytes(geometry.wkb))]
        for key, geometry in beside.with_geometry().values_list("division_id", "geometry")
    }
    for key in sides & outcome.before.keys():
        states = (outcome.before[key], outcome.after.get(key))
        shapes[key] = [unit.shape for unit in states if unit is not None and unit.shape is not None]
    changed = {key: _changed_land(outcome.before[key], outcome.after.get(key)) for key in ids}

    def ends(line: Any) -> bool:
        pairs = ((line.side_a_id, line.side_b_id), (line.side_b_id, line.side_a_id))
        return any(_ends(changed[one], shapes.get(other, [])) for one, other in pairs if one in ids)

    gone = {line.pk for line in lines if ends(line)}
    return [x for x in lines if x.pk in gone], [x for x in lines if x.pk not in gone]


def _changed_land(old: Unit, new: Unit | None) -> BaseGeometry | None:
    """What a unit gains or loses; None: it ends, has counties now, is another by its code, or
    nobody knows."""
    if new is None or new.code != old.code or not is_county_cell(new.level, new.kind):
        return None
    if old.shape is None or new.shape is None:
        return shapely.MultiPolygon() if old.shape is new.shape else None
    return multi([shapely.symmetric_difference(old.shape, new.shape)])


def _ends(land: BaseGeometry | None, other: list[BaseGeometry]) -> bool:
    if land is None:
        return True
    return not land.is_empty and (not other or any(along(shape, land) > 0 for shape in other))
