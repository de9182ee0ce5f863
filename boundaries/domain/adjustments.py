"""A draft of an adjustment of divisions (行政区划调整): a list of changes, and what they may hold.

Kinds of change are those of the Regulation on Administrative Divisions (行政区划管理条例, Decree
704, Arts 6–10). A draft is made of codes alone or with lines and areas; how it is carried out
stands in :mod:`boundaries.domain.adjusting`.
"""

import json
import re
import unicodedata
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry import LineString, shape
from shapely.geometry.base import BaseGeometry

from boundaries.domain.codes import CITY, COUNTY, PROVINCE, TOWNSHIP, level_of
from boundaries.domain.draft_fit import in_degrees
from common.errors import BadInput

Key = Hashable


class Act(StrEnum):
    ESTABLISH = "establish"
    ABOLISH = "abolish"
    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    TRANSFER = "transfer"
    AFFILIATION = "affiliation"
    BOUNDARY = "boundary"
    SEAT = "seat"
    UPGRADE = "upgrade"
    RECODE = "recode"
    STREET_ORGAN = "street_organ"


class BadDraft(BadInput):
    """A change that cannot be: ``row`` counts from 1, the sentence says what to do.

    Values may be units, which a reader is told by their names in the language being read.
    """

    template = "Change %(row)d cannot be carried out."


@dataclass(frozen=True, slots=True)
class Unit:
    """A division on a day. ``key`` is its identity, ``parent`` that of the division above."""

    key: Key
    code: str
    name: str
    level: int
    parent: Key | None = None
    kind: str = ""
    seat: str = ""
    shape: BaseGeometry | None = field(default=None, compare=False)
    name_en: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def called(self, name: str) -> "Unit":
        """The unit under a name; how a new one is spelled is not known here."""
        return replace(self, name=name, name_en=self.name_en if name == self.name else "")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``units`` and ``to`` are codes of the day before, or of a unit set up above.

    ``code``, ``name``, ``seat``: what the unit (or the new one) bears from the day on. ``line``
    with ``points`` in what goes, or ``area``, chooses a part; ``codes`` gives new codes by hand.
    """

    row: int
    act: Act
    units: tuple[str, ...] = ()
    to: str = ""
    code: str = ""
    name: str = ""
    seat: str = ""
    line: BaseGeometry | None = None
    points: tuple[tuple[float, float], ...] = ()
    area: BaseGeometry | None = None
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Codes of the units, of the day before, that it is about."""
        return (*self.units, self.to, *self.codes)

    @property
    def by_part(self) -> bool:
        return self.line is not None or self.area is not None


# What each kind of change must say; a change without it is refused by the name of the field.
NEEDS: dict[Act, tuple[str, ...]] = {
    Act.ESTABLISH: ("code", "name", "to"),
    Act.ABOLISH: ("units",),
    Act.RENAME: ("units", "name"),
    Act.MERGE: ("units", "code", "name"),
    Act.SPLIT: ("units", "code", "name"),
    Act.TRANSFER: ("units", "to"),
    Act.AFFILIATION: ("units", "to"),
    Act.BOUNDARY: ("units", "line"),
    Act.SEAT: ("units", "seat"),
    Act.UPGRADE: ("units", "name"),
    Act.RECODE: ("units", "code"),
    Act.STREET_ORGAN: ("units", "name"),
}
FIELDS = frozenset(
    {"act", "units", "to", "code", "name", "seat", "line", "points", "area", "codes"}
)
# What each kind may hold beside what it must: "shape" is a line or an area.
MAY: dict[Act, tuple[str, ...]] = {
    Act.ESTABLISH: ("seat",),
    Act.ABOLISH: ("to", "codes"),
    Act.MERGE: ("seat", "codes"),
    Act.SPLIT: ("seat", "shape", "codes"),
    Act.TRANSFER: ("code", "shape", "codes"),
    Act.AFFILIATION: ("code", "codes"),
    Act.BOUNDARY: ("shape",),
    Act.UPGRADE: ("code", "seat", "codes"),
    Act.RECODE: ("codes",),
}
# What the columns of a division hold.
MOST_LETTERS = {"units": 12, "to": 12, "code": 12, "codes": 12, "name": 100, "seat": 200}
# What no text of the database holds, in JSON: the null character, and half a character.
UNHELD = re.compile(r"\\u0000|[\ud800-\udfff]")
_GOES = frozenset({Act.TRANSFER, Act.AFFILIATION})
_ONE_UNIT = frozenset(
    {Act.ABOLISH, Act.RENAME, Act.SPLIT, Act.SEAT, Act.UPGRADE, Act.RECODE, Act.STREET_ORGAN}
)


def read_changes(rows: Any) -> list[Change]:
    """Changes from JSON values. Raises :class:`BadDraft` with the number of the change."""
    if not isinstance(rows, list) or not rows:
        raise BadInput("A draft is a list of changes: it holds none.")
    return [_read(number, row) for number, row in enumerate(rows, start=1)]


def _read(row: int, values: Any) -> Change:
    if not isinstance(values, Mapping):
        raise BadDraft("Change %(row)d is not an object with “act” and “units”.", row=row)
    if UNHELD.search(json.dumps(values, ensure_ascii=False)):
        raise BadDraft("Change %(row)d holds a character that cannot be kept.", row=row)
    unknown = sorted(set(values) - FIELDS)
    if unknown:
        raise BadDraft(
            "Change %(row)d: “%(field)s” is no field of a change.",
            row=row,
            field=str(unknown[0])[:40],
        )
    try:
        act = Act(str(values.get("act")))
    except ValueError:
        raise BadDraft(
            "Change %(row)d: “%(act)s” is no kind of change; known are %(known)s.",
            row=row,
            act=str(values.get("act"))[:40],
            known=", ".join(Act),
        ) from None
    for needed in NEEDS[act]:
        value = values.get(needed)
        if not (value.strip() if isinstance(value, str) else value):
            raise BadDraft("Change %(row)d: “%(field)s” is missing.", row=row, field=needed)
    change = Change(
        row=row,
        act=act,
        units=_units(row, values.get("units", [])),
        line=_geometry(row, "line", values.get("line"), "LineString"),
        area=_geometry(row, "area", values.get("area"), "Polygon", "MultiPolygon"),
        points=_points(row, values.get("points", [])),
        codes=_codes(row, values.get("codes") or {}),
        **{key: _text(row, key, values.get(key)) for key in ("to", "code", "name", "seat")},
    )
    _check(change)
    if act in _GOES and change.code:
        change = replace(change, codes={change.units[0]: change.code, **change.codes})
    return change


def _check(change: Change) -> None:
    row, act = change.row, change.act
    if act in _ONE_UNIT and len(change.units) != 1:
        raise BadDraft("Change %(row)d: it is about one unit; give one code.", row=row)
    if act == Act.MERGE and len(set(change.units)) < 2:
        raise BadDraft("Change %(row)d: joining takes two units or more.", row=row)
    if act == Act.BOUNDARY and len(set(change.units)) != 2:
        raise BadDraft("Change %(row)d: an edge lies between two units; give both.", row=row)
    if act == Act.SPLIT and not change.by_part and not change.codes:
        raise BadDraft(
            "Change %(row)d: say what goes to the new unit: a line with a point, an area, or "
            "the units below it.",
            row=row,
        )
    if change.line is not None and change.area is not None:
        raise BadDraft("Change %(row)d: give a line or an area, not both.", row=row)
    if act in (Act.SPLIT, Act.TRANSFER) and change.line is not None and not change.points:
        raise BadDraft("Change %(row)d: mark with a point which side of the line goes.", row=row)
    if act == Act.TRANSFER and change.by_part and len(change.units) != 1:
        raise BadDraft("Change %(row)d: a part is taken from one unit; give one code.", row=row)
    for code in (change.code, *change.codes.values()):
        if code:
            _require_code(row, code)
    if act in _GOES and change.code and (change.by_part or len(change.units) != 1):
        raise BadDraft(
            "Change %(row)d: a new code is for one unit that goes whole; of several each is named "
            "in “codes”.",
            row=row,
        )


def _require_code(row: int, code: str) -> None:
    try:
        level_of(str(code))
    except ValueError:
        raise BadDraft(
            "Change %(row)d: “%(code)s” is not a division code: 6, 9 or 12 digits.",
            row=row,
            code=str(code)[:20],
        ) from None


def _units(row: int, values: Any) -> tuple[str, ...]:
    units = [values] if isinstance(values, str) else values
    if not isinstance(units, Sequence) or not all(isinstance(each, str) for each in units):
        raise BadDraft("Change %(row)d: “units” is a list of codes.", row=row)
    return tuple(dict.fromkeys(_text(row, "units", each) for each in units))


def _codes(row: int, values: Any) -> dict[str, str]:
    if not isinstance(values, Mapping) or not all(
        isinstance(each, str) for pair in values.items() for each in pair
    ):
        raise BadDraft("Change %(row)d: “codes” names the new code of each code.", row=row)
    pairs = values.items()
    return {_text(row, "codes", old): _text(row, "codes", new) for old, new in pairs}


def _text(row: int, key: str, value: Any) -> str:
    text = "" if value is None else str(value).strip()
    most = MOST_LETTERS[key]
    if len(text) > most or any(unicodedata.category(each) in ("Cc", "Cs") for each in text):
        raise BadDraft(
            "Change %(row)d: “%(field)s” is longer than %(most)d characters, or holds one that "
            "cannot be kept.",
            row=row,
            field=key,
            most=most,
        )
    return text


def _points(row: int, values: Any) -> tuple[tuple[float, float], ...]:
    try:
        points = tuple((float(x), float(y)) for x, y in values)
    except (TypeError, ValueError):
        raise BadDraft("Change %(row)d: a point is [longitude, latitude].", row=row) from None
    _require_degrees(row, points)
    return points


def _geometry(row: int, name: str, values: Any, *types: str) -> BaseGeometry | None:
    if not values:
        return None
    try:
        read = LineString(values) if isinstance(values, list) else shape(values)
    except (TypeError, ValueError, KeyError, AttributeError, shapely.errors.ShapelyError):
        read = None
    if read is None or read.geom_type not in types or read.is_empty:
        raise BadDraft(
            "Change %(row)d: “%(field)s” is not a %(type)s in GeoJSON.",
            row=row,
            field=name,
            type=types[0],
        )
    read = shapely.force_2d(read)
    _require_degrees(row, shapely.get_coordinates(read).tolist())
    if not (read.is_valid and read.is_simple):
        raise BadDraft("Change %(row)d: the shape drawn crosses itself: draw it again.", row=row)
    return read


def _require_degrees(row: int, points: Any) -> None:
    if not in_degrees(points):
        raise BadDraft(
            "Change %(row)d: the positions are not in China as longitude and latitude (CGCS2000): "
            "convert them first.",
            row=row,
        )


# --- who approves, what must be there, by when (Decree 704) ---------------------------------

CLOCKS_FROM = date(2019, 1, 1)  # Art 27: the 12 months do not bind older cases


@dataclass(frozen=True, slots=True)
class Approver:
    """Who approves, by which article; ``filed_with``: who is told of it."""

    body: str
    article: str
    filed_with: str = ""


_NPC = Approver("npc", "6")
_STATE_COUNCIL_PROVINCE = Approver("state_council", "7(1)")
_STATE_COUNCIL = Approver("state_council", "7(2)")
_MAJOR = Approver("state_council", "7(3)")
_PROVINCE_DELEGATED = Approver("province", "8", filed_with="state_council")
_PROVINCE = Approver("province", "9")
_ORGAN = Approver("establishing_government", "10")
_STRENGTH = (_ORGAN, _PROVINCE, _PROVINCE_DELEGATED, _MAJOR, _STATE_COUNCIL,
             _STATE_COUNCIL_PROVINCE, _NPC)  # fmt: skip


def approver_of(acts: Sequence[tuple[Act, int, bool]], *, major: bool = False) -> Approver:
    """Who approves a draft as a whole: the highest of what its changes need (Arts 6–10).

    ``acts``: (kind, level, whether all units are streets, before and after) of each change: where
    a street becomes a town, or a town a street, a town is set up or abolished. ``major``: a large
    change of the boundary of a county (Art 7(3)); a small one is the province's, by delegation
    (Art 8).
    """
    return max(
        (_approver(act, level, street, major) for act, level, street in acts),
        key=_STRENGTH.index,
        default=_PROVINCE,
    )


def _approver(act: Act, level: int, street: bool, major: bool) -> Approver:
    if level >= TOWNSHIP:
        return _ORGAN if street else _PROVINCE
    lands = act in (Act.BOUNDARY, Act.TRANSFER)
    if level == PROVINCE:
        return _STATE_COUNCIL_PROVINCE if lands or act == Act.SEAT else _NPC
    if lands:
        return _MAJOR if major else _PROVINCE_DELEGATED
    if act == Act.SEAT:
        return _PROVINCE_DELEGATED if level == COUNTY else _STATE_COUNCIL
    return _PROVINCE_DELEGATED if act == Act.RECODE and level > CITY else _STATE_COUNCIL


# Art 13: what an application holds.
MATERIALS = (
    "application",
    "facts",
    "risk_assessment",
    "expert_review",
    "public_consultation",
    "maps",
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Last days: to have it done (Art 15), to have the codes given (Art 17); None: no such day."""

    done_by: date | None
    codes_by: date | None


def clocks(*, approved_on: date | None, extended: bool = False) -> Clocks:
    """12 months from the approval, 6 more where that was approved too; codes within a month."""
    if approved_on is None or approved_on < CLOCKS_FROM:
        return Clocks(None, None)
    return Clocks(months_later(approved_on, 18 if extended else 12), months_later(approved_on, 1))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last: 2024-01-31 and a month is 2024-02-29."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
