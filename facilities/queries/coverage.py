"""How many people live within a distance of facilities of a kind, by district or street."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Q
from numpy.typing import NDArray

from boundaries.models import Level
from common.crs import GUANGZHOU_ZONE
from common.errors import BadInput
from common.models import Rule
from facilities.domain.classes import value_bounds
from facilities.domain.coverage import Coverage, Demand, Tally, covered_within
from facilities.domain.journeys import MODES_BY_NETWORK, Journeys
from facilities.domain.measures import (
    BEDS,
    BY_CATCHMENT,
    CATCHMENT,
    EQUITY,
    NEAREST,
    SHARE,
    Score,
    Scores,
    bed_scores,
    cost_scores,
    empty_catchments,
    supply_per_thousand,
    supply_scores,
)
from facilities.models import Facility, FacilityCategory
from facilities.queries.cells import Cells, UncoveredCells, in_metres, read_cells
from facilities.queries.facilities import Division, divisions_named
from facilities.queries.networks import NetworkUsed, journeys_by

# Report by → level of division and digits of its code.
BY = {"district": (Level.COUNTY, 6), "street": (Level.TOWNSHIP, 9)}
FURTHEST_M = 50_000
LONGEST_MIN = 120
# Streets are longer than the straight line by about a third in a town: an assumption, not a rule.
DETOUR = 1.3
MOST_DETOUR = 3.0
CITY_DIGITS, COUNTY_DIGITS = 4, 6
TIER_RULE = "C01"


class UnknownCategory(BadInput):
    template = "“%(code)s” is not a category of facilities."


class UnknownDivision(BadInput):
    template = "There is no division with the code %(code)s on that day."


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What is asked: people within a limit of ``at_least`` facilities, and a ``measure``.

    ``mode`` is "straight" or "detour" (a straight line times ``detour``), whose limit is
    ``distance_m``, or a mode of travel, whose limit is ``minutes`` by the networks of the day.
    ``measure`` is one of :data:`facilities.domain.measures.MEASURES`.
    """

    at: date
    category: str
    distance_m: float = 1000.0
    at_least: int = 1
    within: str = "4401"
    by: str = "district"
    mode: str = "straight"
    measure: str = SHARE
    minutes: float = 15.0
    detour: float = DETOUR

    @property
    def in_minutes(self) -> bool:
        return self.mode in MODES_BY_NETWORK

    @property
    def limit(self) -> float:
        """In minutes or metres."""
        return self.minutes if self.in_minutes else self.distance_m

    @property
    def key(self) -> str:
        """What a file of the answer is called, without its ending."""
        unit = "min" if self.in_minutes else "m"
        parts = [
            "coverage",
            self.category,
            f"{self.limit:.0f}{unit}",
            *([] if self.mode == "straight" else [self.mode]),
            *([] if self.measure == SHARE else [self.measure]),
            self.at.isoformat(),
        ]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One division: its people and how many are covered; ``approximate`` where a total is.
    ``score`` is what another measure than the share gives."""

    division: Division
    tally: Tally
    score: Score | None
    facilities: int
    synthetic: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class Supply:
    """The facilities that the answer counts on: how many, and how sure their positions are."""

    facilities: int
    synthetic: int
    approximate: int


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the answer cannot count in full. ``outside``: facilities in no division of the day;
    ``unknown_beds`` facilities count as without beds; ``empty`` ones have nobody within the limit;
    ``unreached``: elders who cannot get to so many facilities from anywhere; ``by_line``: elders
    whose ways are straight lines although a mode by network was asked."""

    outside: int
    unknown_beds: int
    empty: int
    unreached: float
    by_line: float


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Facilities of the category: degrees, beds (NaN: unknown), codes of their divisions."""

    lonlat: NDArray[np.float64]
    beds: NDArray[np.float64]
    codes: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class CoverageResult:
    """The answer with what it rests on; ``base_on`` is the day the people were counted."""

    question: CoverageQuestion
    category: FacilityCategory
    rows: tuple[CoverageRow, ...]
    total: Tally
    score: Score | None
    supply: Supply
    uncovered: UncoveredCells
    networks: tuple[NetworkUsed, ...]
    remarks: Remarks
    base_on: date | None
    synthetic: bool
    approximate: bool

    @property
    def bounds(self) -> tuple[float, ...]:
        """Between the classes of the score; the share has classes of its own."""
        return value_bounds([row.score.value if row.score else None for row in self.rows])


@dataclass(frozen=True, slots=True)
class Tier:
    """A preset distance with the rule that it comes from."""

    distance_m: int
    minutes: int
    authority: str
    verified: bool


def distance_presets(*, at: date) -> list[Tier]:
    """Radii of the living circles in force on the day (rule C01; provisional ones say so)."""
    rule = Rule.objects.in_force(on=at).get(TIER_RULE)
    if rule is None:
        return []
    return [
        Tier(tier["radius_m"], tier["minutes"], rule.authority, rule.enforced)
        for tier in rule.parameters["tiers"]
    ]


def measure_coverage(*, question: CoverageQuestion) -> CoverageResult:
    """Answer the question. Facilities outside ``within`` count too: people cross borders.

    Raises :class:`UnknownCategory`, :class:`UnknownDivision`, or what the measure refuses.
    """
    if not question.within.isdigit():
        raise UnknownDivision(code=question.within[:12])
    category = FacilityCategory.objects.filter(code=question.category).first()
    if category is None:
        raise UnknownCategory(code=question.category[:20])
    level, digits = BY[question.by]
    sites = _sites(question)
    # Who lives beyond the border competes for the same beds.
    everyone = read_cells(at=question.at, within=_competing(question))
    ways, networks = _journeys(question, everyone, sites)
    scores, empty = _catchment_scores(question, everyone, ways, sites, digits)
    ours = _ours(question, everyone)
    cells, costs = everyone.some(ours), ways.kth(question.at_least)[ours]
    groups = cells.codes.astype(f"<U{digits}")
    answer = covered_within(
        Demand(ways.origins[ours], cells.people, cells.elders, groups), costs, limit=question.limit
    )
    if question.measure == NEAREST:
        scores = cost_scores(costs, cells.elders, groups)
    if question.measure == BEDS:
        here = np.char.startswith(sites.codes, question.within)
        scores = bed_scores(
            sites.beds[here], sites.codes[here].astype(f"<U{digits}"), cells.elders, groups
        )
    divisions = divisions_named(at=question.at, within=question.within, level=level)
    if not divisions:
        raise UnknownDivision(code=question.within[:12])
    return CoverageResult(
        question=question,
        category=category,
        rows=_rows(question, divisions, answer, cells, groups, scores),
        total=answer.total,
        score=scores.total if scores else None,
        supply=_supply(question),
        uncovered=_uncovered(cells, answer),
        networks=networks,
        remarks=Remarks(
            outside=_outside(question, sites),
            unknown_beds=int(np.isnan(sites.beds).sum()),
            empty=empty,
            unreached=float(cells.elders[np.isinf(costs)].sum()),
            by_line=float(cells.elders[~ways.on_network[ours]].sum())
            if question.in_minutes
            else 0.0,
        ),
        base_on=cells.base_on,
        synthetic=cells.synthetic,
        approximate=bool(cells.approximate.any()),
    )


def _competing(question: CoverageQuestion) -> str:
    return question.within[:CITY_DIGITS] if question.measure in BY_CATCHMENT else question.within


def _ours(question: CoverageQuestion, cells: Cells) -> NDArray[np.bool_]:
    """Which of those who compete are asked about."""
    if _competing(question) == question.within:
        return np.ones(len(cells.codes), dtype=bool)
    return np.char.startswith(cells.codes, question.within)


def _sites(question: CoverageQuestion) -> Sites:
    rows = Facility.objects.on(question.at).filter(category=question.category)
    found = list(rows.values_list("location", "beds", "division_code"))
    return Sites(
        np.array([row[0].coords for row in found], dtype=np.float64).reshape(-1, 2),
        np.array([np.nan if row[1] is None else row[1] for row in found], dtype=np.float64),
        np.array([row[2] for row in found], dtype="<U12"),
    )


def _outside(question: CoverageQuestion, sites: Sites) -> int:
    counties = sites.codes.astype(f"<U{COUNTY_DIGITS}")
    asked = np.unique(counties).tolist()
    known = [each.code for each in divisions_named(at=question.at, codes=asked)]
    return int((~np.isin(counties, known)).sum())


def _journeys(
    question: CoverageQuestion, cells: Cells, sites: Sites
) -> tuple[Journeys, tuple[NetworkUsed, ...]]:
    if question.in_minutes:
        return journeys_by(
            mode=question.mode,
            at=question.at,
            origins=cells.lonlat,
            facilities=sites.lonlat,
            epsg=GUANGZHOU_ZONE,
            detour=question.detour,
        )
    detour = 1.0 if question.mode == "straight" else question.detour
    return Journeys(in_metres(cells.lonlat), in_metres(sites.lonlat), detour=detour), ()


def _catchment_scores(
    question: CoverageQuestion, cells: Cells, ways: Journeys, sites: Sites, digits: int
) -> tuple[Scores | None, int]:
    """Of the cells in question only, and how many facilities have an empty catchment."""
    if question.measure not in BY_CATCHMENT:
        return None, 0
    costs = ways.within(question.limit)
    values = supply_per_thousand(
        costs,
        cells.elders,
        sites.beds,
        limit=question.limit,
        fading=question.measure != CATCHMENT,
    )
    ours = _ours(question, cells)
    groups = cells.codes[ours].astype(f"<U{digits}")
    inequality = question.measure == EQUITY
    scores = supply_scores(values[ours], cells.elders[ours], groups, gini=inequality)
    return scores, empty_catchments(costs, cells.elders)


def _rows(
    question: CoverageQuestion,
    divisions: list[Division],
    answer: Coverage,
    cells: Cells,
    groups: NDArray[np.str_],
    scores: Scores | None,
) -> tuple[CoverageRow, ...]:
    tallies = {tally.group: tally for tally in answer.tallies}
    rough = set(np.unique(groups[cells.approximate]).tolist())
    here = _facilities_by(question, len(divisions[0].code))
    # People whose cell knows no division of this level still belong in the table.
    listed = {division.code for division in divisions}
    unlisted = [Division(code, code, code) for code in tallies if code not in listed]
    return tuple(
        CoverageRow(
            division=division,
            tally=tallies.get(division.code) or Tally(division.code, 0.0, 0.0, 0.0, 0.0),
            score=scores.groups.get(division.code) if scores else None,
            facilities=here.get(division.code, 0),
            synthetic=cells.synthetic,
            approximate=division.code in rough,
        )
        for division in [*divisions, *unlisted]
    )


def _facilities_by(question: CoverageQuestion, digits: int) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    rows = Facility.objects.on(question.at).filter(category=question.category)
    for code in rows.within(question.within).values_list("division_code", flat=True):
        counts[code[:digits]] = counts.get(code[:digits], 0) + 1
    return counts


def _supply(question: CoverageQuestion) -> Supply:
    rows = Facility.objects.on(question.at).filter(category=question.category)
    return Supply(
        **rows.order_by().aggregate(
            facilities=Count("pk"),
            synthetic=Count("pk", filter=Q(synthetic=True)),
            approximate=Count("pk", filter=Q(approximate=True)),
        )
    )


def _uncovered(cells: Cells, answer: Coverage) -> UncoveredCells:
    missed = ~answer.covered & (cells.people > 0)
    return UncoveredCells(
        cells.lonlat[missed],
        cells.people[missed],
        cells.elders[missed],
        cells.codes[missed],
        answer.costs[missed],
    )
