"""How divisions stand to the targets of plans and standards, on a day and through the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.domain.codes import TOWNSHIP
from common.errors import BadInput
from facilities.domain.targets import (
    Ground,
    Measurement,
    Outcome,
    Unit,
    measure,
    narrow,
    read_parameters,
)
from facilities.domain.targets.presence import NOT_OF_THE_LAW, Presence
from facilities.domain.targets.ratios import Radii
from facilities.models import FacilityCategory, PolicyFigure, Target
from facilities.queries.coverage import UnknownDivision
from facilities.queries.grounds import Held, Listing, Registers, read_grounds, register_periods

MOST_YEARS = 15
# Whole provinces are not measured at once.
SHORTEST = 4


class TooWide(BadInput):
    template = "Choose a city or one of its districts: its code has 4 or 6 digits."


class UnknownTarget(BadInput):
    template = "No target “%(code)s” is in force here on this day."


@dataclass(frozen=True, slots=True)
class Standing:
    """One target in one division: the edition it is judged by and what came out.

    ``edition`` None: no edition was in force there on the day.
    """

    edition: Target | None
    measured: Measurement | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One target for the whole division and for each division below it, by code."""

    edition: Target
    measured: Measurement
    below: Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All targets of a division.

    ``register``: since when, and by whose word, the register of facilities is whole on the day;
    ``None`` where nobody said so, and what it does not hold is unknown.
    """

    at: date
    within: str
    area: Unit
    below: Sequence[Unit]
    rows: Sequence[ScoreRow]
    register: Held | None
    categories: Mapping[str, FacilityCategory]
    recorded: bool = True
    begins: date | None = None

    @property
    def synthetic(self) -> bool:
        return any(row.measured.synthetic for row in self.rows)

    @property
    def approximate(self) -> bool:
        return any(row.measured.approximate for row in self.rows)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many targets have each outcome for the whole division."""
        found = [row.measured.outcome for row in self.rows]
        return {outcome: found.count(outcome) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """How the target stood on a day."""

    day: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class TargetSheet:
    """One target of a division on a day, with its editions and its course through the years."""

    card: Scorecard
    row: ScoreRow
    editions: Sequence[Target]
    course: Sequence[CoursePoint]


def scorecard(*, at: date, within: str, target_id: str = "") -> Scorecard:
    """Every target in force (or one) measured for a division and each division below it.

    Raises :class:`UnknownDivision`, :class:`TooWide`, or :class:`UnknownTarget` where one is
    asked that does not hold there on the day.
    """
    editions = editions_of(within, target_id)
    register = register_periods(within=within)
    (card, _course) = _measure(at, within, editions, register, [at])
    if target_id and not card.rows:
        raise UnknownTarget(code=target_id[:12])
    return card


def target_sheet(*, at: date, within: str, target_id: str) -> TargetSheet:
    """One target with who meets it, and how it stood at the end of each year up to the day."""
    editions = editions_of(within, target_id)
    register = register_periods(within=within)
    card, course = _measure(at, within, editions, register, _years(at, register.whole))
    if not card.rows:
        raise UnknownTarget(code=target_id[:12])
    return TargetSheet(card, card.rows[0], [e for e in editions if _holds(e, within)], course)


def figures_of(*, keys: Sequence[str], within: str) -> list[PolicyFigure]:
    """Policy figures that hold for a division, its own and those of wider ones; newest first."""
    prefixes = [within[:length] for length in range(len(within) + 1)]
    rows = PolicyFigure.objects.filter(key__in=keys, division_code__in=prefixes)
    return list(rows.select_related("source").order_by("-period", "key"))


def _measure(
    at: date,
    within: str,
    editions: Sequence[Target],
    register: Registers,
    days: Sequence[date],
) -> tuple[Scorecard, list[CoursePoint]]:
    if len(within) < SHORTEST:
        raise TooWide
    grounds = read_grounds(
        within=within,
        days=days,
        register=register,
        listings=listings_of(editions),
        radii=radii_of(editions),
    )
    here = grounds[at]
    area = next((unit for unit in here.units if unit.prefix == within), None)
    if area is None:
        raise UnknownDivision(code=within[:12])
    below = _below(area, here)
    rows = []
    for target_id in dict.fromkeys(edition.target_id for edition in editions):
        own = standing_of(editions, target_id, here, within)
        if own.edition is None or own.measured is None:
            continue
        parts = {
            unit.code: standing_of(editions, target_id, here, unit.prefix, whole=own)
            for unit in below
        }
        rows.append(ScoreRow(own.edition, own.measured, parts))
    card = Scorecard(
        at=at,
        within=within,
        area=area,
        below=below,
        rows=rows,
        register=next((held for held in register.whole if held.on(at)), None),
        categories=FacilityCategory.objects.in_bulk(),
        recorded=here.recorded,
        begins=here.begins,
    )
    ids = list(dict.fromkeys(edition.target_id for edition in editions))
    course = [
        CoursePoint(day, standing_of(editions, ids[0], grounds[day], within))
        for day in days
        if len(ids) == 1
    ]
    return card, course


def editions_of(within: str, target_id: str = "") -> list[Target]:
    """Every edition that holds for the division or for one below it."""
    prefixes = [within[:length] for length in range(len(within) + 1)]
    rows = Target.objects.filter(jurisdiction__in=prefixes) | Target.objects.filter(
        jurisdiction__startswith=within
    )
    if target_id:
        rows = rows.filter(target_id=target_id)
    return list(rows.select_related("source"))


def _holds(edition: Target, within: str) -> bool:
    return within.startswith(edition.jurisdiction)


def standing_of(
    editions: Sequence[Target],
    target_id: str,
    ground: Ground,
    within: str,
    *,
    whole: Standing | None = None,
) -> Standing:
    """Judged by the edition of the narrowest jurisdiction in force on the day; ``whole``: how the
    division that holds this one stands."""
    there = [
        each
        for each in editions
        if each.target_id == target_id
        and _holds(each, within)
        and Held(each.period.lower, each.period.upper, each).on(ground.day)
    ]
    edition = max(there, key=lambda each: len(each.jurisdiction), default=None)
    if edition is None:
        return Standing(None, None)
    if whole is not None and whole.measured is not None and whole.edition == edition:
        return Standing(edition, narrow(edition.as_rule(), whole.measured, ground, within=within))
    return Standing(edition, measure(edition.as_rule(), ground, within=within))


def _below(area: Unit, ground: Ground) -> list[Unit]:
    """The districts of a city (its towns where it has none), the streets of a district."""
    for level in range(area.level + 1, TOWNSHIP + 1):
        found = [
            unit for unit in ground.units_in(area.prefix, level) if unit.kind not in NOT_OF_THE_LAW
        ]
        if found:
            return found
    return []


def listings_of(editions: Sequence[Target]) -> list[Listing]:
    found = []
    for edition in editions:
        asked = read_parameters(edition.as_rule())
        if isinstance(asked, Presence) and asked.divisions:
            found.append(Listing(date.fromisoformat(asked.divisions_on), tuple(asked.divisions)))
    return list(dict.fromkeys(found))


def radii_of(editions: Sequence[Target]) -> list[tuple[str, float]]:
    found: dict[tuple[str, float], None] = {}
    for edition in editions:
        asked = read_parameters(edition.as_rule())
        if isinstance(asked, Radii):
            found.update({(key, float(m)): None for key, m in asked.radii_m.items()})
    return list(found)


def _years(at: date, register: Sequence[Held]) -> list[date]:
    """The last day of each year since the register is whole, and the day itself."""
    begins = [held.start.year for held in register if held.start is not None]
    first = max(min(begins, default=at.year), at.year - MOST_YEARS + 1)
    return [date(year, 12, 31) for year in range(first, at.year)] + [at]
