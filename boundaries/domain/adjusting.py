"""Carrying out a draft on units of a day: who they are afterwards, and what became what.

Pure: units in, units out. Changes are carried out in their order; a unit that several touch still
has one state before and one after. Where shapes are known the shares are of land, else only
"all" (1) and "a part, not known how much" (None).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.domain.adjustments import Act, BadDraft, Change, Key, Unit
from boundaries.domain.codes import COUNTY, is_county_cell, level_of
from boundaries.domain.draft_passing import (
    HAIR_M2,
    does_not_cross,
    move,
    pass_all,
    pass_children,
    pass_land,
    pass_part,
    shape_of,
)
from boundaries.domain.draft_shapes import (
    DoesNotCross,
    along,
    area_m2,
    common,
    edge_moved,
    matched,
)
from boundaries.domain.draft_sheet import (
    Shares,
    Sheet,
    named_kind,
    recode,
    require_below,
    require_fit,
    require_given,
    take_code,
)
from boundaries.domain.lineage import circle_of


@dataclass(frozen=True, slots=True)
class Arrow:
    """``share`` of the unit ``before`` became part of ``after``; None: how much is not known."""

    before: Key | None
    after: Key | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Happening:
    """What one change did: its kind and the arrows between units it touched."""

    act: Act
    row: int
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``before`` and ``after``: touched units only, by identity. ``unplaced``: units below a cut

    whose shape is unknown, so that they stay where they were; ``passed``: slips of land that
    changed between units below because a cut ran through one of them, as (from, to, m²).
    """

    before: dict[Key, Unit]
    after: dict[Key, Unit]
    happenings: tuple[Happening, ...]
    unplaced: tuple[Unit, ...] = ()
    passed: tuple[tuple[Unit, Unit, float], ...] = ()

    @property
    def arrows(self) -> tuple[Arrow, ...]:
        return tuple(dict.fromkeys(a for one in self.happenings for a in one.arrows))

    def ended(self) -> list[Unit]:
        return [unit for key, unit in self.before.items() if key not in self.after]

    def begun(self) -> list[Unit]:
        return [unit for key, unit in self.after.items() if key not in self.before]

    def remade_cells(self) -> set[Key]:
        """County cells that begin, end, or have other land, another code or another parent.

        Another name, kind or seat leaves a unit where it is, and its boundary lines with it; a city
        that is given counties ends as a cell.
        """
        keys = self.before.keys() | self.after.keys()
        return {key for key in keys if _cell(self.before.get(key)) != _cell(self.after.get(key))}


def _cell(unit: Unit | None) -> tuple[Any, ...]:
    if unit is None or not is_county_cell(unit.level, unit.kind):
        return ()
    return (unit.code, unit.parent, unit.level, unit.shape)


def adjust(
    units: Iterable[Unit],
    changes: Sequence[Change],
    *,
    day: date,
    used: Mapping[str, Key] | None = None,
) -> Outcome:
    """Carry out the changes of a draft on the units that stand on the eve of ``day``.

    ``used``: every code ever borne → the identity that bore it. Raises :class:`BadDraft`, with the
    number of the change, for what cannot be.
    """
    start = {unit.key: unit for unit in units}
    sheet = Sheet(
        units=dict(start),
        refs={unit.code: unit.key for unit in start.values()},
        used={**(used or {}), **{unit.code: unit.key for unit in start.values()}},
        day=day,
        origins={key: {key: 1.0} for key in start},
    )
    involved: list[tuple[Change, set[Key]]] = []
    for change in changes:
        sheet.touched = set()
        _ACTS[change.act](sheet, change)
        involved.append((change, sheet.touched))
        require_given(sheet, change)
        _refuse_circle(sheet, change)
    touched = set().union(*(keys for _, keys in involved))
    before = {key: start[key] for key in start if key in touched}
    standing = {key: sheet.units[key] for key in touched if key in sheet.units}
    standing = {key: sheet.kept_kind(unit, start.get(key)) for key, unit in standing.items()}
    after = _matched(before, standing)
    arrows = _arrows(before, after, sheet.origins)
    happenings = tuple(
        Happening(
            change.act, change.row, tuple(a for a in arrows if {a.before, a.after} - {None} <= keys)
        )
        for change, keys in involved
    )
    return Outcome(before, after, happenings, tuple(sheet.unplaced.values()), tuple(sheet.passed))


def _matched(before: dict[Key, Unit], after: dict[Key, Unit]) -> dict[Key, Unit]:
    """Level by level the edges of those that touch each other match, as they did before."""
    levels: dict[int, dict[Key, BaseGeometry]] = defaultdict(dict)
    for key, unit in after.items():
        if unit.shape is not None and not unit.shape.is_empty:
            levels[unit.level][key] = unit.shape
    found = dict(after)
    for level, shapes in levels.items():
        olds = [u.shape for u in before.values() if u.level == level and u.shape is not None]
        for key, shape in matched(olds, shapes).items():
            if shape is not shapes[key]:
                found[key] = replace(after[key], shape=shape)
    return found


# --- kinds of change -------------------------------------------------------------------------


def _establish(sheet: Sheet, change: Change) -> Unit:
    parent = sheet.find(change, change.to)
    return _new_unit(sheet, change, parent=parent, land_of=parent)


def _new_unit(sheet: Sheet, change: Change, *, parent: Unit, land_of: Unit) -> Unit:
    """A unit without land as yet; where that of ``land_of`` is not known, neither will its be."""
    level = level_of(change.code)
    require_below(sheet, change, change.code, level, parent)
    require_fit(change, change.code, parent)
    key = f"new:{change.code}"
    take_code(sheet, change, change.code, key)
    unit = Unit(
        key=key,
        code=change.code,
        name=change.name,
        level=level,
        parent=parent.key,
        kind=named_kind(change, change.code, change.name),
        seat=change.seat,
        shape=None if land_of.shape is None else shapely.MultiPolygon(),
    )
    sheet.refs[change.code] = key
    sheet.origins[key] = {}
    sheet.put(unit)
    if level == COUNTY and is_county_cell(parent.level, parent.kind):
        # A city that had no county has one now, and is another kind of city.
        sheet.touched.add(parent.key)
    return unit


def _abolish(sheet: Sheet, change: Change) -> None:
    unit = sheet.find(change, change.units[0])
    if change.to:
        pass_all(sheet, change, unit, sheet.find(change, change.to))
        return
    left = sheet.children(unit.key)
    land = unit.shape is not None and not unit.shape.is_empty
    if left or land:
        raise BadDraft(
            "Change %(row)d: %(unit)s still holds %(what)s: say in “to” who takes it over.",
            row=change.row,
            unit=unit,
            what=left[0] if left else f"{area_m2(unit.shape):.0f} m²",
        )
    sheet.touched.add(unit.key)
    del sheet.units[unit.key]


def _alter(sheet: Sheet, change: Change) -> None:
    """Rename, upgrade, seat, new code, street organ: the same unit, something else about it."""
    unit = sheet.find(change, change.units[0])
    name = change.name or unit.name
    altered = replace(
        unit.called(name),
        seat=change.seat or unit.seat,
        kind=named_kind(change, change.code or unit.code, name) if change.name else unit.kind,
    )
    same = (altered.name, altered.seat) == (unit.name, unit.seat)
    if same and change.code in ("", unit.code):
        raise BadDraft(
            "Change %(row)d: %(unit)s is that already.",
            row=change.row,
            unit=unit,
        )
    sheet.put(altered)
    if change.code and change.code != unit.code:
        recode(sheet, change, sheet.units[unit.key], change.code)


def _merge(sheet: Sheet, change: Change) -> None:
    units = [sheet.find(change, code) for code in change.units]
    if len({unit.level for unit in units}) > 1:
        raise BadDraft("Change %(row)d: units of different levels cannot join.", row=change.row)
    if change.code in change.units:
        heir = sheet.find(change, change.code)
        kind = named_kind(change, heir.code, change.name)
        heir = replace(heir.called(change.name), seat=change.seat or heir.seat, kind=kind)
        sheet.put(heir)
    else:
        above = sheet.units.get(units[0].parent) if units[0].parent is not None else None
        if above is None:
            raise BadDraft("Change %(row)d: nothing lies above these units.", row=change.row)
        heir = _new_unit(sheet, change, parent=above, land_of=units[0])
    if heir.level != units[0].level:
        raise BadDraft("Change %(row)d: units of different levels cannot join.", row=change.row)
    for unit in units:
        if unit.key != heir.key:
            pass_all(sheet, change, unit, sheet.units[heir.key])


def _split(sheet: Sheet, change: Change) -> None:
    unit = sheet.find(change, change.units[0])
    above = sheet.units.get(unit.parent) if unit.parent is not None else None
    if above is None:
        raise BadDraft("Change %(row)d: nothing lies above these units.", row=change.row)
    new = _new_unit(sheet, change, parent=above, land_of=unit)
    if new.level != unit.level:
        raise BadDraft("Change %(row)d: a part goes to a unit of the same level.", row=change.row)
    if change.by_part:
        pass_part(sheet, change, unit, new)
    for code in change.codes:
        part = sheet.find(change, code)
        if part.parent == unit.key:
            move(sheet, change, part, new)
        elif part.parent != new.key:
            raise BadDraft(
                "Change %(row)d: %(unit)s does not lie in %(parent)s.",
                row=change.row,
                unit=part,
                parent=unit,
            )


def _transfer(sheet: Sheet, change: Change) -> None:
    target = sheet.find(change, change.to)
    if change.by_part:
        unit = sheet.find(change, change.units[0])
        if not _of_one_rank(unit, target):
            raise BadDraft(
                "Change %(row)d: a part goes to a unit of the same level.", row=change.row
            )
        pass_part(sheet, change, unit, target)
        return
    for code in change.units:
        move(sheet, change, sheet.find(change, code), sheet.units[target.key])


def _boundary(sheet: Sheet, change: Change) -> None:
    a, b = (sheet.find(change, code) for code in change.units)
    shape_a, shape_b = shape_of(change, a), shape_of(change, b)
    if not along(shape_a, shape_b):
        raise BadDraft(
            "Change %(row)d: %(a)s and %(b)s have no common edge.",
            row=change.row,
            a=a,
            b=b,
        )
    try:
        new_a, new_b = edge_moved(shape_a, shape_b, change.line)
    except DoesNotCross:
        raise does_not_cross(change, a) from None
    for source, target, part in (
        (a, b, common(shape_a, new_b)),
        (b, a, common(shape_b, new_a)),
    ):
        if not part.is_empty:
            pass_land(sheet, sheet.units[source.key], sheet.units[target.key], part)
            pass_children(sheet, change, source, target, part)
    sheet.put(replace(sheet.units[a.key], shape=new_a))
    sheet.put(replace(sheet.units[b.key], shape=new_b))


# --- the end ----------------------------------------------------------------------------------


def _arrows(
    before: dict[Key, Unit], after: dict[Key, Unit], origins: dict[Key, Shares]
) -> list[Arrow]:
    """What became what, of touched units; with shapes on both sides the share is of land."""
    arrows: list[Arrow] = []
    whole = {k: area_m2(u.shape) for k, u in before.items() if u.shape is not None}
    # What a city without counties gives to a county is told once, not of the county's city again.
    passed_to_cells = {
        (origin, unit.parent)
        for key, unit in after.items()
        for origin in origins[key]
        if origin in before and before[origin].level < unit.level and origin != unit.parent
    }
    for key, unit in after.items():
        for origin, share in origins[key].items():
            old = before.get(origin)
            if old is None or (origin != key and not _of_one_rank(old, unit)):
                continue
            # A county that a city is given within itself takes nothing from it: it begins.
            if (origin, key) in passed_to_cells or origin == unit.parent:
                continue
            if share is None and old.shape is not None and unit.shape is not None:
                land = area_m2(common(old.shape, unit.shape))
                if land <= HAIR_M2:
                    continue
                share = min(1.0, land / whole[origin])
                share = 1.0 if whole[origin] - land <= HAIR_M2 else share
            arrows.append(Arrow(origin, key, share))
    # Each piece is measured by vertices of its own: together they are no more than the whole.
    sums: dict[Key | None, float] = defaultdict(float)
    for arrow in arrows:
        sums[arrow.before] += arrow.share or 0.0
    arrows = [
        replace(arrow, share=arrow.share / sums[arrow.before])
        if arrow.share is not None and sums[arrow.before] > 1
        else arrow
        for arrow in arrows
    ]
    heirs = {arrow.before for arrow in arrows}
    fed = {arrow.after for arrow in arrows}
    arrows += [Arrow(key, None, 1.0) for key in before if key not in heirs]
    arrows += [Arrow(None, key, None) for key in after if key not in fed]
    return arrows


def _of_one_rank(old: Unit, new: Unit) -> bool:
    """Whether land of the one may become land of the other: a city without counties is a cell."""
    return old.level == new.level or all(is_county_cell(u.level, u.kind) for u in (old, new))


def _refuse_circle(sheet: Sheet, change: Change) -> None:
    circle = circle_of({key: unit.parent for key, unit in sheet.units.items()})
    if circle:
        names = [sheet.units[key] for key in circle if key in sheet.units]
        raise BadDraft(
            "Change %(row)d: %(unit)s and %(parent)s would lie within each other.",
            row=change.row,
            unit=names[0],
            parent=names[-1],
        )


_ACTS: dict[Act, Any] = {
    Act.ESTABLISH: _establish,
    Act.ABOLISH: _abolish,
    Act.RENAME: _alter,
    Act.MERGE: _merge,
    Act.SPLIT: _split,
    Act.TRANSFER: _transfer,
    Act.AFFILIATION: _transfer,
    Act.BOUNDARY: _boundary,
    Act.SEAT: _alter,
    Act.UPGRADE: _alter,
    Act.RECODE: _alter,
    Act.STREET_ORGAN: _alter,
}
