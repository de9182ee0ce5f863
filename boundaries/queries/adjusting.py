"""A draft carried out on the divisions of record: which units, which codes pass into which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import shapely
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from accounts.domain.scope import jurisdiction_of
from boundaries.domain.adjusting import Outcome, adjust
from boundaries.domain.adjustments import (
    Act,
    Approver,
    BadDraft,
    Change,
    Key,
    Unit,
    approver_of,
    read_changes,
)
from boundaries.domain.codes import Kind, is_county_cell
from boundaries.domain.draft_fit import better_datum
from boundaries.domain.draft_shapes import Conservation, common, conservation
from boundaries.models import Adjustment, DivisionCode, DivisionVersion, Level
from boundaries.queries.spelling import told, with_spelled_names
from common.errors import BadInput, Refusal

# The first with a day before it.
SECOND_DAY = date.min + timedelta(days=1)


class ChangedLater(Refusal):
    template = "%(unit)s is changed again on %(day)s: an adjustment comes after what is recorded."


@dataclass(frozen=True, slots=True)
class Passage:
    """Things of the code ``old`` bear ``new`` from the day on: all, or those on ``land``.

    ``decided`` False: part of it goes, and no shape says which part. ``heir`` False: the unit goes
    on, and ``new`` is another.
    """

    old: Unit
    new: Unit
    land: BaseGeometry | None = None
    decided: bool = True
    heir: bool = True


def outcome_of(*, changes: Any, on: date) -> Outcome:
    """What a draft makes of the divisions that stand on the eve of the day.

    Raises :class:`~boundaries.domain.adjustments.BadDraft` for a draft that cannot be, and
    :class:`ChangedLater` where a unit is not the same for all days to come, and BadInput for a day
    before all records.
    """
    read = read_changes(changes)
    require_day(on)
    eve = on - timedelta(days=1)
    units = units_for(changes=read, on=eve)
    _refuse_wrong_datum(read, units)
    try:
        outcome = with_spelled_names(adjust(units, read, day=on, used=_used(read)))
    except BadDraft as refusal:
        raise told(refusal) from refusal
    _refuse_later(outcome, eve)
    return outcome


def _refuse_wrong_datum(changes: Sequence[Change], units: Sequence[Unit]) -> None:
    shapes = [unit.shape for unit in units if unit.shape is not None]
    for change in changes:
        datum = better_datum(change.area, shapes) if change.area is not None else None
        if datum is not None:
            raise BadDraft(
                "Change %(row)d: the area fits the edges on record as %(datum)s, not as CGCS2000: "
                "declare that datum where it is uploaded, or convert it first.",
                row=change.row,
                datum=datum,
            )


def units_for(*, changes: Sequence[Change], on: date) -> list[Unit]:
    """Units named, above and below them; shapes only where the draft may need them."""
    named = {code for change in changes for code in change.names}
    columns = ("division_id", "code", "name", "level", "parent_id", "kind", "seat", "pk", "name_en")
    standing = DivisionVersion.objects.on(on)
    rows: dict[Any, Any] = {}

    def take(condition: Q) -> list[Any]:
        new = [
            row for row in standing.filter(condition).values_list(*columns) if row[0] not in rows
        ]
        rows.update((row[0], row) for row in new)
        return new

    # By what a unit belongs to, not by its code: a town may bear the number of its former county.
    down = up = take(Q(code__in=named))
    while down:
        down = take(Q(parent_id__in=[row[0] for row in down]))
    while up:
        up = take(Q(division_id__in=[row[4] for row in up if row[4]]))
    shapes = _shapes(rows.values(), named)
    return [
        Unit(division, code, name, level, parent, kind, seat, shapes.get(pk), name_en)
        for division, code, name, level, parent, kind, seat, pk, name_en in rows.values()
    ]


def _shapes(rows: Iterable[Any], named: set[str]) -> dict[int, Any]:
    """Shapes of the units named, of what lies in them, and of what lies above them.

    What lies above all of them keeps its land and need not be read.
    """
    by_division = {row[0]: row for row in rows}
    above: list[set[Any]] = []
    wanted = set()
    for division, code, _name, _level, parent, *_rest in rows:
        if code in named:
            chain = {division}
            while parent in by_division and parent not in chain:
                chain.add(parent)
                parent = by_division[parent][4]
            above.append(chain)
            wanted |= chain
        elif parent in by_division and by_division[parent][1] in named:
            wanted.add(division)
    if above:
        wanted -= set.intersection(*above) - {d for d in wanted if by_division[d][1] in named}
    pks = [by_division[division][7] for division in wanted]
    known = DivisionVersion.objects.filter(pk__in=pks).with_geometry()
    return {
        pk: shapely.from_wkb(bytes(geometry.wkb))
        for pk, geometry in known.values_list("pk", "geometry")
    }


def _used(changes: Sequence[Change]) -> dict[str, Key]:
    """Every code ever borne in the units concerned; later bearers win over earlier ones."""
    named = {c for each in changes for c in (*each.names, each.code, *each.codes.values())}
    used: dict[str, Key] = {}
    for start in {jurisdiction_of(code[:6]) for code in named if len(code) >= 6}:
        for model in (DivisionVersion, DivisionCode):
            rows = model.objects.filter(code__startswith=start).order_by("period")
            used.update(rows.values_list("code", "division_id").distinct())
    return used


def _refuse_later(outcome: Outcome, eve: date) -> None:
    rows = DivisionVersion.objects.on(eve).light().filter(division_id__in=list(outcome.before))
    row = rows.filter(period__endswith__isnull=False).order_by("code").first()
    if row is not None:
        raise ChangedLater(unit=f"{row.shown} {row.code}", day=row.period.upper.isoformat())
    _refuse_orphans(outcome, eve)


def _refuse_orphans(outcome: Outcome, eve: date) -> None:
    """What lies above has to go on, and nothing recorded from the day on may lie in what ends."""
    above = {unit.parent for unit in outcome.after.values()} - {None} - outcome.after.keys()
    going_on = DivisionVersion.objects.filter(division_id__in=above, period__endswith=None)
    ended = above - set(going_on.values_list("division_id", flat=True))
    rows = DivisionVersion.objects.light().filter(division_id__in=ended)
    last = rows.order_by("-period").first()
    if last is not None:
        raise ChangedLater(unit=f"{last.shown} {last.code}", day=last.period.upper.isoformat())
    gone = outcome.before.keys() - outcome.after.keys()
    rows = DivisionVersion.objects.light().filter(parent_id__in=gone, period__startswith__gt=eve)
    later = rows.order_by("period").first()
    if later is not None:
        raise ChangedLater(unit=f"{later.shown} {later.code}", day=later.period.lower.isoformat())


def passages_of(*, outcome: Outcome) -> list[Passage]:
    """Which codes pass into which, deepest level first."""
    found = []
    for arrow in outcome.arrows:
        if arrow.before is None or arrow.after is None:
            continue
        old, new = outcome.before[arrow.before], outcome.after[arrow.after]
        if old.code == new.code or len(old.code) != len(new.code):
            continue
        heir = arrow.after == arrow.before or arrow.before not in outcome.after
        if arrow.share == 1:
            found.append(Passage(old, new, heir=heir))
        elif old.shape is not None and new.shape is not None:
            land = common(old.shape, new.shape)
            found.append(Passage(old, new, land=land, heir=heir))
        else:
            found.append(Passage(old, new, decided=False, heir=heir))
    return sorted(found, key=lambda one: (-one.old.level, one.old.code, one.new.code))


def heirs_of_cells(passages: Iterable[Passage]) -> dict[str, str]:
    """County cells that go whole into another code. Of a divided one a person decides."""
    return {
        one.old.code: one.new.code
        for one in passages
        if one.decided
        and one.land is None
        and all(is_county_cell(unit.level, unit.kind) for unit in (one.old, one.new))
    }


def land_of(*, outcome: Outcome) -> dict[int, Conservation]:
    """By level: whether the touched units hold, together, the land they held before.

    Levels on which a shape is not known are left out. A city without counties is judged among
    the counties too: land may pass between the two.
    """
    found = {}
    levels = {unit.level for unit in outcome.before.values()}
    if any(_counts(unit, Level.COUNTY) for unit in outcome.before.values()):
        levels.add(int(Level.COUNTY))
    for level in sorted(levels):
        olds, news = (
            {unit.code: unit.shape for unit in side.values() if _counts(unit, level)}
            for side in (outcome.before, outcome.after)
        )
        if all(shape is not None for shape in (*olds.values(), *news.values())) and olds:
            found[level] = conservation(
                {code: shape for code, shape in olds.items() if shape is not None},
                {code: shape for code, shape in news.items() if shape is not None},
            )
    return found


def _counts(unit: Unit, level: int) -> bool:
    cell = level == Level.COUNTY and is_county_cell(unit.level, unit.kind)
    return unit.level == level or cell


def jurisdiction_over(codes: Iterable[str]) -> str:
    """The smallest jurisdiction that holds all of the codes: 2, 4 or 6 digits, or the country."""
    every = list(codes)
    for length in (6, 4, 2):
        starts = {code[:length] for code in every}
        if len(starts) == 1 and not (start := starts.pop()).endswith("00"):
            return start
    return ""


def approver_for(*, adjustment: Adjustment, outcome: Outcome) -> Approver:
    """Who approves it (Decree 704, Arts 6–10), by what becomes of the units, however it is called.

    A county that goes whole has another affiliation; where a town goes, ends or joins another
    beyond its county, the edge of the county moves too.
    """
    sides, major = (outcome.before, outcome.after), adjustment.major
    changes = {change.row: change for change in read_changes(adjustment.changes)}
    acts: list[tuple[Act, int, bool]] = []
    for happening in outcome.happenings:
        change = changes[happening.row]
        keys = {key for a in happening.arrows for key in (a.before, a.after) if key is not None}
        units = [side[key] for side in sides for key in keys if key in side]
        named = {*change.units, change.code}
        told = [u for u in units if u.code in named] or units
        level, top = (
            min((unit.level for unit in each), default=int(Level.TOWNSHIP))
            for each in (told, units)
        )
        goes = happening.act in (Act.TRANSFER, Act.AFFILIATION)
        lands = goes or happening.act == Act.BOUNDARY
        if goes and not change.by_part and level <= Level.COUNTY:
            acts.append((Act.AFFILIATION, level, False))
        elif happening.act == Act.SEAT:
            acts.append((Act.SEAT, _rank_of_seat(told[0]), _streets(units, level)))
        elif not lands:
            acts.append((happening.act, level, _streets(units, level)))
        # Of any level: a county right below the province may give to a district of a city.
        beyond = len({unit.key for unit in units if unit.level < level}) > 1
        if lands or beyond:
            acts.append((Act.TRANSFER, top, _streets(units, top)))
            major = major or any(unit.kind in _AUTONOMOUS for unit in units)
    return approver_of(acts, major=major)


# Their edges and seats are the State Council's, however little moves (Art 7(2), (3)).
_AUTONOMOUS = (Kind.AUTONOMOUS_PREFECTURE, Kind.AUTONOMOUS_COUNTY, Kind.AUTONOMOUS_BANNER)


def _rank_of_seat(unit: Unit) -> int:
    """The seat of a city without districts is approved as that of a county (Art 8)."""
    if unit.kind in _AUTONOMOUS:
        return int(Level.CITY)
    cell = is_county_cell(unit.level, unit.kind)
    return int(Level.COUNTY) if cell else unit.level


def _streets(units: Iterable[Unit], level: int) -> bool:
    return all(unit.kind == Kind.STREET for unit in units if unit.level == level)


def overlapping(*, adjustment: Adjustment, states: Sequence[str]) -> Adjustment | None:
    """Another adjustment about one of the same units on the same day."""
    rows = Adjustment.objects.filter(
        happens_on=adjustment.happens_on, codes__overlap=adjustment.codes, state__in=states
    )
    other: Adjustment | None = rows.exclude(pk=adjustment.pk).first()
    return other


def require_day(day: date) -> None:
    """Up to the day on which records begin nothing stood on the eve that could be changed."""
    first = DivisionVersion.objects.light().order_by("period").first()
    if first is None or day <= first.period.lower:
        begin = first.period.lower.isoformat() if first else "…"
        raise BadInput(
            "No division is recorded on %(day)s: records begin on %(begin)s.",
            day=(max(day, SECOND_DAY) - timedelta(days=1)).isoformat(),
            begin=begin,
        )
