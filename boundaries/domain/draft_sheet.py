"""The units while a draft is carried out, and the codes they are given (GB/T 2260, GB/T 10114)."""

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from boundaries.domain.adjustments import BadDraft, Change, Key, Unit
from boundaries.domain.codes import (
    COUNTY,
    PROVINCE,
    TOWNSHIP,
    VILLAGE,
    Kind,
    kind_of,
    level_of,
    prefix_of,
)

Shares = dict[Key, float | None]

# Where bands of numbers begin (GB/T 10114-2003; Statistics Bureau): streets, towns, townships,
# places with farms; neighbourhoods, villages and the like.
BANDS = {TOWNSHIP: (0, 100, 200, 400, 600, 1000), VILLAGE: (0, 200, 400, 600, 1000)}


@dataclass(slots=True)
class Sheet:
    """The units while a draft is carried out; ``refs``: code in the draft → identity."""

    units: dict[Key, Unit]
    refs: dict[str, Key]
    used: dict[str, Key]
    day: date
    origins: dict[Key, Shares] = field(default_factory=dict)
    touched: set[Key] = field(default_factory=set)
    unplaced: dict[Key, Unit] = field(default_factory=dict)
    # (unit, target): land drawn on the map passed from the one to the other.
    drawn: set[tuple[Key, Key]] = field(default_factory=set)
    passed: list[tuple[Unit, Unit, float]] = field(default_factory=list)
    # Parent → all that ever lay in it: asked once for each unit of a county.
    below: dict[Key | None, set[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units.values():
            self.below.setdefault(unit.parent, set()).add(unit.key)

    def find(self, change: Change, code: str) -> Unit:
        key = self.refs.get(code)
        if key is None:
            raise BadDraft(
                "Change %(row)d: there is no division %(code)s on %(day)s.",
                row=change.row,
                code=code[:20],
                day=self.day.isoformat(),
            )
        if key not in self.units:
            raise BadDraft(
                "Change %(row)d: %(code)s has ended by a change above.", row=change.row, code=code
            )
        return self.units[key]

    def children(self, key: Key) -> list[Unit]:
        below = (self.units[one] for one in self.below.get(key, ()) if one in self.units)
        return sorted((u for u in below if u.parent == key), key=lambda unit: unit.code)

    def put(self, unit: Unit) -> None:
        self.units[unit.key] = unit
        self.below.setdefault(unit.parent, set()).add(unit.key)
        self.touched.add(unit.key)

    def above(self, unit: Unit) -> list[Key]:
        """The unit and everything above it, lowest first."""
        found, key = [], unit.key
        while key is not None and key in self.units and key not in found:
            found.append(key)
            key = self.units[key].parent
        return found

    def kept_kind(self, unit: Unit, before: Unit | None) -> Unit:
        """A city is one without counties as long as none lies in it: its name does not tell.

        Of a city that had counties not all may have been read.
        """
        cities = (str(Kind.CITY), str(Kind.CITY_WITHOUT_COUNTIES))
        if unit.kind not in cities:
            return unit
        if self.has_counties(unit):
            return replace(unit, kind=cities[0])
        return replace(unit, kind=cities[1]) if before is None or before.kind == cities[1] else unit

    def has_counties(self, unit: Unit) -> bool:
        below = (child for child in self.children(unit.key) if child.level == COUNTY)
        return any(county.kind != Kind.STATISTICAL for county in below)


# --- codes ------------------------------------------------------------------------------------


def fit_code(sheet: Sheet, change: Change, unit: Unit, parent: Unit) -> None:
    """The code of a unit that came to another parent: as given, else the next free one there.

    That of a county is given by the ministry: where it has to be another one, the draft says it.
    """
    if given := _given(sheet, change, unit):
        recode(sheet, change, unit, given)
    elif unit.level >= TOWNSHIP and not unit.code.startswith(parent.code):
        recode(sheet, change, unit, _next_free(sheet, change, unit, parent.code))
    elif not unit.code.startswith(prefix_of(parent.code)):
        raise BadDraft(
            "Change %(row)d: codes in %(parent)s begin with %(begins)s: give the new code of "
            "%(unit)s.",
            row=change.row,
            parent=parent,
            begins=prefix_of(parent.code),
            unit=unit,
        )


def _given(sheet: Sheet, change: Change, unit: Unit) -> str:
    """The new code that the draft gives a unit by hand, under its code of the day before."""
    given = (new for old, new in change.codes.items() if sheet.refs.get(old) == unit.key)
    return next(given, "")


def _reserved(change: Change, code: str) -> bool:
    """Whether the draft gives the code to a unit by hand: no other has it by itself."""
    return code in change.codes.values()


def require_given(sheet: Sheet, change: Change) -> None:
    """Every code given by hand has been taken: none is dropped without a word."""
    for old, new in change.codes.items():
        unit = sheet.units.get(sheet.refs.get(old, ""))
        if new and (unit is None or unit.code != new):
            raise BadDraft(
                "Change %(row)d: it gives %(unit)s no other code: leave out its code %(code)s.",
                row=change.row,
                unit=unit or old[:20],
                code=new,
            )


def recode(sheet: Sheet, change: Change, unit: Unit, code: str) -> None:
    if level_of(code) != unit.level:
        raise BadDraft(
            "Change %(row)d: %(code)s is a code of another level than %(unit)s.",
            row=change.row,
            code=code,
            unit=unit,
        )
    if unit.parent in sheet.units:
        require_fit(change, code, sheet.units[unit.parent])
    take_code(sheet, change, code, unit.key)
    sheet.put(replace(unit, code=code))
    for child in sheet.children(unit.key):
        if child.level <= COUNTY or _given(sheet, change, child):
            fit_code(sheet, change, child, sheet.units[unit.key])
        elif child.code.startswith(unit.code):
            wanted = code + child.code[len(unit.code) :]
            free = sheet.used.get(wanted, child.key) == child.key and not _reserved(change, wanted)
            recode(sheet, change, child, wanted if free else _next_free(sheet, change, child, code))


def named_kind(change: Change, code: str, name: str) -> str:
    """The kind of unit that a code and a name given in a draft tell."""
    kind = kind_of(code, name)
    if kind == Kind.OUTSIDE_CODES:
        raise BadDraft(
            "Change %(row)d: the name “%(name)s” lacks the generic term (Qu, Xian, Shi …) of a "
            "unit of the code %(code)s.",
            row=change.row,
            name=name,
            code=code,
        )
    return str(kind)


def require_below(sheet: Sheet, change: Change, unit: Unit | str, level: int, parent: Unit) -> None:
    """A unit, or the code of one to come, lies in a unit of a wider level.

    A village lies in a town; a town in a county, or in a city that has none.
    """
    if level <= parent.level:
        raise BadDraft(
            "Change %(row)d: %(code)s cannot lie in %(parent)s: its level is not below.",
            row=change.row,
            code=unit,
            parent=parent,
        )
    if level == VILLAGE and parent.level != TOWNSHIP:
        raise BadDraft(
            "Change %(row)d: %(code)s is a village or neighbourhood: name the town, township or "
            "street that it comes to, not %(parent)s.",
            row=change.row,
            code=unit,
            parent=parent,
        )
    if level == TOWNSHIP and (parent.level == PROVINCE or sheet.has_counties(parent)):
        raise BadDraft(
            "Change %(row)d: %(code)s is a town, township or street: name the county or district "
            "that it comes to, not %(parent)s.",
            row=change.row,
            code=unit,
            parent=parent,
        )


def require_fit(change: Change, code: str, parent: Unit) -> None:
    """By its first digits a code says where a unit lies: jurisdictions are read from them."""
    begins = prefix_of(parent.code)
    if not code.startswith(begins):
        raise BadDraft(
            "Change %(row)d: the code %(code)s does not begin with %(begins)s, as the codes in "
            "%(parent)s do.",
            row=change.row,
            code=code,
            begins=begins,
            parent=parent,
        )


def take_code(sheet: Sheet, change: Change, code: str, key: Key) -> None:
    bearer = sheet.used.get(code, key)
    if bearer != key:
        raise BadDraft(
            "Change %(row)d: the code %(code)s is or was another division's; a code is never "
            "given twice.",
            row=change.row,
            code=code,
        )
    sheet.used[code] = key


def _next_free(sheet: Sheet, change: Change, unit: Unit, parent: str) -> str:
    """Its own number where it was never used there, else the next of its band, else a free one."""

    def is_free(code: str) -> bool:
        return code not in sheet.used and not _reserved(change, code)

    if is_free(own := parent + unit.code[-3:]):
        return own
    number = int(unit.code[-3:])
    first, end = next((a, b) for a, b in pairwise(BANDS[unit.level]) if a <= number < b)
    band = [f"{parent}{number:03d}" for number in range(max(first, 1), end)]
    last = max((at for at, code in enumerate(band) if not is_free(code)), default=-1)
    free = [*band[last + 1 :], *filter(is_free, band)]
    if not free:
        raise BadDraft(
            "Change %(row)d: no number is left in %(parent)s for %(unit)s: give its new code in "
            "“codes”.",
            row=change.row,
            parent=parent,
            unit=unit,
        )
    return free[0]
