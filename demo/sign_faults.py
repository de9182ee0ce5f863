"""Faults of faces, sites and numbers as they are met outside, each planted into a sound draft.

What is planted is known by construction; the rules are not asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import shapely
import shapely.ops

from demo.sign_defects import (
    SPELLING_WAYS,
    Face,
    plant_colour,
    plant_english,
    plant_name,
    spelling_fault,
)
from demo.sign_drafts import NO_PINYIN, Areas, Draft
from demo.sign_streets import Street, across
from signage.domain.faces import MINORITY, POSTCODE, Line

NAMED = ("STREET", "LANE")
LAID_OUT = ("STREET", "LANE", "ESTATE", "BUILDING")
SPELLING = frozenset({*SPELLING_WAYS, "R10"})
DIAGONAL_DEG = 5.0
FAR_M = 48.0

Plant = Callable[[Draft, Any], bool]


def plants(today: date) -> dict[str, Plant]:
    """Rule id → what plants its fault; True where the draft gave the occasion."""
    old = today - timedelta(days=365 * 12 + 10)
    return {
        "R01": _face(plant_name),
        "R04": _no_spelling,
        **{rule: _face(spelling_fault(rule)) for rule in SPELLING_WAYS},
        "R10": _face(plant_english),
        "R13": _ground,
        "R14": _layout("R14", LAID_OUT, ink="yellow"),
        "R15": _layout("R15", (*LAID_OUT, "UNIT", "DOOR_L", "DOOR_M"), wider=60),
        "R16": _layout("R16", ("ESTATE", "BUILDING"), frame=40),
        "R17": _layout("R17", LAID_OUT, share=0.75),
        "R18": _layout("R18", ("BUILDING",), number_mm=260),
        "R19": _layout("R19", ("STREET", "LANE", "ESTATE"), ratio=0.8),
        "R20": _layout("R20", (), font="宋体"),
        "R26": _site("R26", NAMED, underside_m=1.9),
        "R27": _site("R27", NAMED, kerb_m=1.8),
        "R32": _site("R32", (), material="plastic"),
        "R33": _site("R33", NAMED, film_class=2),
        "R34": _site("R34", (), installed_on=old),
        "R35": _bad_condition,
        "R39": _layout("R39", (), below=(Line(POSTCODE, "510000"),)),
        "R40": _layout(
            "R40", ("ESTATE", "STREET"), above=(Line(MINORITY, "Guengjcouh", share=0.1),)
        ),
        "R41": _nobody,
        "R42": _in_words,
    }


def _face(planter: Callable[[Face, Any], Face | None]) -> Plant:
    def plant(draft: Draft, rng: Any) -> bool:
        if draft.sign_class in NO_PINYIN and planter is not plant_name:
            return False
        found = planter(draft.face, rng)
        if found is None:
            return False
        added = set(found.defects) - set(draft.face.defects)
        # One fault of the spelling at a time: two would not be told apart.
        if added & SPELLING and SPELLING & {*draft.face.defects, *draft.defects}:
            return False
        if added & SPELLING and (not draft.face.pinyin or draft.sign_class in NO_PINYIN):
            return False
        draft.face = found
        return True

    return plant


def _layout(rule: str, classes: Sequence[str], **changes: Any) -> Plant:
    def plant(draft: Draft, rng: Any) -> bool:
        if classes and draft.sign_class not in classes:
            return False
        if rule in ("R17", "R19") and not draft.face.pinyin:
            return False
        if any(key in draft.layout for key in changes):
            return False
        draft.layout.update(changes)
        draft.defects.add(rule)
        return True

    return plant


def _site(rule: str, classes: Sequence[str], **changes: Any) -> Plant:
    def plant(draft: Draft, rng: Any) -> bool:
        if classes and draft.sign_class not in classes:
            return False
        if rule in draft.defects:
            return False
        draft.site.update(changes)
        draft.defects.add(rule)
        return True

    return plant


def _no_spelling(draft: Draft, rng: Any) -> bool:
    taken = SPELLING & set(draft.truth) or {"R17", "R19"} & draft.defects
    if draft.sign_class in NO_PINYIN or taken:
        return False
    draft.face = replace(draft.face, pinyin="")
    draft.defects.add("R04")
    return True


def _ground(draft: Draft, rng: Any) -> bool:
    bearing = draft.bearing
    if draft.sign_class not in NAMED or bearing is None:
        return False
    if abs(abs(bearing - 90) - 45) < DIAGONAL_DEG:
        return False
    found = plant_colour(draft.face, rng)
    if found is None:
        return False
    draft.face = found
    return True


def _bad_condition(draft: Draft, rng: Any) -> bool:
    draft.site.update({"state": "damaged"} if rng.random() < 0.3 else {"condition": 35})
    draft.defects.add("R35")
    return True


def _nobody(draft: Draft, rng: Any) -> bool:
    alone = {"set_by": "某物业公司", "set_with_authority": False}
    draft.site.update({"responsible_body": ""} if rng.random() < 0.5 else alone)
    draft.defects.add("R41")
    return True


def _in_words(draft: Draft, rng: Any) -> bool:
    if not draft.number_text:
        return False
    draft.number_text = "十二号"
    draft.defects.add("R42")
    return True


def move_away(draft: Draft, street: Street, areas: Areas) -> bool:
    """R28: the sign of a stretch stands out of sight of its road, in the same district."""
    along = street.line.project(draft.point)
    here = street.line.interpolate(along)
    apart = here.distance(draft.point)
    if not draft.mid_block or apart < 1 or draft.truth or along in (0.0, street.line.length):
        return False
    far = FAR_M / apart
    point = shapely.Point(
        here.x + (draft.point.x - here.x) * far, here.y + (draft.point.y - here.y) * far
    )
    code = areas.code_at(point)
    if code[:6] != street.county or street.line.distance(point) < FAR_M - 8:
        return False
    draft.point, draft.code = point, code
    draft.defects.add("R28")
    return True


def misplace(draft: Draft, street: Street, areas: Areas) -> bool:
    """R28, R29: the sign of a stretch stands beyond the line of its district."""
    if not draft.mid_block or draft.truth:
        return False
    others = [(area.distance(draft.point), code) for code, area in areas.counties.items()]
    _, code = min(pair for pair in others if pair[1] != street.county)
    inner = areas.counties[code].buffer(-80)
    point = shapely.ops.nearest_points(inner, draft.point)[0]
    stands_in = areas.code_at(point)
    if stands_in[:6] in ("", street.county) or street.line.distance(point) < FAR_M:
        return False
    draft.point, draft.code = point, stands_in
    draft.defects |= {"R28", "R29"}
    return True


def twin(draft: Draft) -> Draft:
    """R36: a second sign that shows the same, two metres away."""
    point = shapely.Point(draft.point.x + 1.5, draft.point.y + 1.0)
    return replace(
        draft, point=point, defects={"R36"}, layout={}, site={}, mid_block=False, locked=True
    )


def number_fault(sides: list[list[Draft]], street: Street, kind: int) -> bool:
    """R21–R25: one fault in the numbers of a street that has plates on both sides."""
    side = max(sides, key=len)
    even = next(each for each in sides if each[0].door_number == 2)
    if len(side) < 14:
        return False
    if kind == 0:
        _number(side[9], side[8].door_number)
        side[8].defects.add("R21")
        side[9].defects.add("R21")
    elif kind == 1:
        _number(side[9], (side[-1].door_number or 0) + 2)
        side[9].defects.add("R22")
    elif kind == 2:
        side[5].point = across(street, side[5])
        side[5].defects.add("R23")
    elif kind == 3:
        for plate in side[10:]:
            _number(plate, (plate.door_number or 0) + 14)
        side[10].defects.add("R24")
    else:
        for plate in even[6:]:
            _number(plate, (plate.door_number or 0) + 2)
        even[6].defects.add("R25")
    for plate in (*sides[0], *sides[1]):
        plate.locked = plate.locked or bool(plate.defects)
    return True


def _number(plate: Draft, number: int | None) -> None:
    plate.door_number, plate.number_text = number, f"{number}号"
