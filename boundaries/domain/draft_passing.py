"""How land and units pass from one division to another while a draft is carried out."""

from dataclasses import replace

from shapely.geometry.base import BaseGeometry

from boundaries.domain.adjustments import Act, BadDraft, Change, Key, Unit
from boundaries.domain.draft_shapes import (
    DoesNotCross,
    along,
    area_m2,
    common,
    divided,
    inside,
    joined,
    taken,
)
from boundaries.domain.draft_sheet import Shares, Sheet, fit_code, require_below

# Land of a child on the other side of a cut that is no more than a hair (m²).
HAIR_M2 = 1.0


# --- how land and units pass ------------------------------------------------------------------


def pass_all(sheet: Sheet, change: Change, unit: Unit, heir: Unit) -> None:
    """Everything of a unit goes to its heir, and the unit ends."""
    if unit.key == heir.key or unit.key in sheet.above(heir):
        raise BadDraft(
            "Change %(row)d: %(unit)s cannot go to itself or to what lies in it.",
            row=change.row,
            unit=unit,
        )
    for child in sheet.children(unit.key):
        require_below(sheet, change, child, child.level, heir)
        sheet.put(replace(sheet.units[child.key], parent=heir.key))
        fit_code(sheet, change, sheet.units[child.key], sheet.units[heir.key])
    whole, origins = unit.shape, sheet.origins[unit.key]
    settled = set(sheet.above(unit)) & set(sheet.above(heir))
    if whole is None and (to := _drawn_to(sheet, unit, heir)):
        # Its land, wherever in it that lies, went with what was drawn: no more of it goes.
        settled |= {*sheet.above(unit), *sheet.above(sheet.units[to])}
        _stem(sheet, heir.key, origins, all_of_it=True)
    for key in sheet.above(unit)[1:]:
        if key not in settled:
            _lose(sheet, key, whole)
    for key in sheet.above(heir):
        if key not in settled:
            _gain(sheet, key, whole, origins, all_of_it=key == heir.key)
    sheet.touched.add(unit.key)
    sheet.unplaced.pop(unit.key, None)
    del sheet.units[unit.key]


def move(sheet: Sheet, change: Change, unit: Unit, parent: Unit) -> None:
    """A whole unit goes to another unit above, with its land and everything in it."""
    if unit.key in sheet.above(parent):
        raise BadDraft(
            "Change %(row)d: %(unit)s and %(parent)s would lie within each other.",
            row=change.row,
            unit=unit,
            parent=parent,
        )
    require_below(sheet, change, unit, unit.level, parent)
    if unit.parent == parent.key:
        raise BadDraft(
            "Change %(row)d: %(unit)s lies in %(parent)s already.",
            row=change.row,
            unit=unit,
            parent=parent,
        )
    former = sheet.units.get(unit.parent) if unit.parent is not None else None
    if unit.shape is None and (unit.parent, parent.key) in sheet.drawn:
        sheet.unplaced.pop(unit.key, None)
    elif former is not None:
        pass_land(sheet, former, parent, unit.shape)
    sheet.put(replace(unit, parent=parent.key))
    fit_code(sheet, change, sheet.units[unit.key], parent)


def pass_part(sheet: Sheet, change: Change, unit: Unit, target: Unit) -> None:
    """A part of a unit's land goes to a unit of the same level, with what lies in it."""
    whole = shape_of(change, unit)
    try:
        if change.line is not None:
            goes, _ = divided(whole, change.line, change.points)
        else:
            goes, stays = inside(whole, change.area)
            if goes.is_empty or stays.is_empty:
                raise BadDraft(
                    "Change %(row)d: the area holds all of %(unit)s, or nothing of it: draw the "
                    "part that goes.",
                    row=change.row,
                    unit=unit,
                )
    except DoesNotCross:
        raise does_not_cross(change, unit) from None
    except ValueError:
        raise BadDraft(
            "Change %(row)d: the points lie on no side of the line within %(unit)s, or on both: "
            "put one on the side that goes.",
            row=change.row,
            unit=unit,
        ) from None
    pass_land(sheet, unit, target, goes)
    pass_children(sheet, change, unit, target, goes)


def pass_land(sheet: Sheet, unit: Unit, target: Unit, land: BaseGeometry | None) -> None:
    """Land leaves a unit and what is above it, up to what lies above both."""
    origins: Shares = dict.fromkeys(sheet.origins[unit.key])
    common_above = set(sheet.above(unit)) & set(sheet.above(target))
    lost = [key for key in sheet.above(unit) if key not in common_above]
    for key in lost:
        _lose(sheet, key, land)
    for key in sheet.above(target):
        if key not in common_above:
            # Of a higher unit the origins are those of the unit of its own level that loses.
            level = sheet.units[key].level
            same = [k for k in lost if sheet.units[k].level == level]
            gained: Shares = dict.fromkeys(sheet.origins[same[0]]) if same else dict(origins)
            if key == target.key:
                gained |= origins
            _gain(sheet, key, land, gained, all_of_it=False)


def _drawn_to(sheet: Sheet, unit: Unit, target: Unit) -> Key | None:
    """What of the target and the units above it was drawn land of what holds the unit."""
    return next((k for k in sheet.above(target) if (unit.parent, k) in sheet.drawn), None)


def _lose(sheet: Sheet, key: Key, land: BaseGeometry | None) -> None:
    unit = sheet.units[key]
    known = unit.shape is not None and land is not None
    sheet.put(replace(unit, shape=taken(unit.shape, land) if known else None))
    sheet.origins[key] = dict.fromkeys(sheet.origins[key])


def _gain(
    sheet: Sheet, key: Key, land: BaseGeometry | None, origins: Shares, *, all_of_it: bool
) -> None:
    unit = sheet.units[key]
    known = unit.shape is not None and land is not None
    sheet.put(replace(unit, shape=joined([unit.shape, land]) if known else None))
    _stem(sheet, key, origins, all_of_it=all_of_it)


def _stem(sheet: Sheet, key: Key, origins: Shares, *, all_of_it: bool) -> None:
    held = sheet.origins[key]
    for origin, share in origins.items():
        held[origin] = share if all_of_it and origin not in held else held.get(origin)


def pass_children(
    sheet: Sheet, change: Change, unit: Unit, target: Unit, land: BaseGeometry
) -> None:
    """Units below follow their land: the larger part of each decides to whom it goes.

    What the cut leaves of it on the other side joins the neighbour there with the longest edge; a
    hair that nobody there lies beside stays with it.
    """
    sheet.drawn.add((unit.key, target.key))
    slips: list[tuple[Key, BaseGeometry, Key]] = []
    for child in sheet.children(unit.key):
        if child.level <= target.level:
            # Land of a city goes to one of the counties that it is given: these stay in it.
            continue
        if child.shape is None:
            sheet.unplaced[child.key] = child
            continue
        gone = common(child.shape, land)
        if gone.is_empty:
            continue
        rest, moves = taken(child.shape, land), gone.area * 2 > child.shape.area
        if moves:
            sheet.put(replace(child, parent=target.key, shape=gone))
            fit_code(sheet, change, sheet.units[child.key], sheet.units[target.key])
        if not (moves and rest.is_empty):
            sheet.put(replace(sheet.units[child.key], shape=gone if moves else rest))
            left_with = unit.key if moves else target.key
            slips.append((child.key, rest if moves else gone, left_with))
    for origin, slip, parent in slips:
        level = sheet.units[origin].level
        # In a city without counties counties may lie by now, beside its towns.
        others = [c for c in sheet.children(parent) if c.level == level and c.key != origin]
        beside = [c for c in others if c.shape is not None]
        lengths = {c.key: along(slip, c.shape) for c in beside if c.shape is not None}
        best = max(lengths, key=lambda key: lengths[key], default=None)
        hair = area_m2(slip) <= HAIR_M2
        if best is None and not hair and parent == target.key and change.act != Act.SPLIT:
            child, other = sheet.units[origin], sheet.units[parent]
            raise BadDraft(
                "Change %(row)d: the line cuts %(unit)s, and no shape is known of what lies in "
                "%(parent)s: whose the rest would be cannot be told.",
                row=change.row,
                unit=child,
                parent=other,
            )
        if best is None or not lengths[best]:
            child = sheet.units[origin]
            if hair:
                sheet.put(replace(child, shape=joined([child.shape, slip])))
                continue
            raise BadDraft(
                "Change %(row)d: the line cuts %(unit)s and nothing beside it can take the rest: "
                "draw the line along its edge.",
                row=change.row,
                unit=child,
            )
        if not hair:
            sheet.passed.append((sheet.units[origin], sheet.units[best], area_m2(slip)))
        _gain(sheet, best, slip, dict.fromkeys(sheet.origins[origin]), all_of_it=False)
        sheet.origins[origin] = dict.fromkeys(sheet.origins[origin])


def shape_of(change: Change, unit: Unit) -> BaseGeometry:
    if unit.shape is None or unit.shape.is_empty:
        raise BadDraft(
            "Change %(row)d: the shape of %(unit)s is not known on that day: it cannot be cut.",
            row=change.row,
            unit=unit,
        )
    return unit.shape


def does_not_cross(change: Change, unit: Unit) -> BadDraft:
    return BadDraft(
        "Change %(row)d: the line does not cross %(unit)s: begin and end it outside.",
        row=change.row,
        unit=unit,
    )
