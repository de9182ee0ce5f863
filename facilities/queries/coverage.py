"""How many people live within a distance of facilities of a kind, by district or street."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boundaries.models import Level
from common.crs import GUANGZHOU_ZONE
from common.errors import BadInput
from facilities.domain.classes import value_bounds
from facilities.domain.cost import DETOUR
from facilities.domain.coverage import Coverage, Demand, Tally, covered_within
from facilities.domain.journeys import MODES_BY_NETWORK, Journeys
from facilities.domain.measures import (
    BEDS,
    BY_CATCHMENT,
    EQUITY,
    NEAREST,
    RATIONAL,
    SHARE,
    Score,
    Scores,
    bed_scores,
    cost_scores,
    empty_catchments,
    rational_costs,
    supply_per_thousand,
    supply_scores,
)
from facilities.domain.networks import MODES
from facilities.models import FacilityCategory
from facilities.queries.cells import (
    Cells,
    UncoveredCells,
    in_metres,
    read_cells,
    read_cells_beyond,
)
from facilities.queries.facilities import Division, divisions_named
from facilities.queries.networks import NetworkUsed, journeys_by, networks_for
from facilities.queries.sites import Load, Sites, loads, sites_of
from facilities.queries.tiers import TierReached, distance_presets, reached_by_tier

# Report by → level of division and digits of its code.
BY = {"district": (Level.COUNTY, 6), "street": (Level.TOWNSHIP, 9)}
FURTHEST_M = 50_000
LONGEST_MIN = 120
MOST_DETOUR = 3.0
COUNTY_DIGITS = 6


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
    whose ways are straight lines although a mode by network was asked; ``competing``: elders
    beyond the border who reach the same beds, where the measure shares beds out;
    ``unsettled``: what elders could still save by choosing anew, as a share of what they pay
    (RAAM)."""

    outside: int
    unknown_beds: int
    empty: int
    unreached: float
    by_line: float
    competing: float
    unsettled: float | None = None


@dataclass(frozen=True, eq=False)
class CoverageResult:
    """The answer with what it rests on; ``base_on`` is the day the people were counted, and
    ``synthetic`` and ``approximate`` are of them.

    ``demand`` and ``costs``: the cells in question and the way of each to the k-th facility.
    """

    question: CoverageQuestion
    category: FacilityCategory
    rows: tuple[CoverageRow, ...]
    total: Tally
    score: Score | None
    sites: Sites
    supply: Supply
    loads: tuple[Load, ...]
    uncovered: UncoveredCells
    networks: tuple[NetworkUsed, ...]
    demand: Demand
    costs: NDArray[np.float64]
    remarks: Remarks
    base_on: date | None
    synthetic: bool
    approximate: bool

    @cached_property
    def tiers(self) -> tuple[TierReached, ...]:
        """Who lives in each living circle; asked only where it is shown."""
        presets = distance_presets(at=self.question.at)
        return reached_by_tier(
            self.demand, self.costs, presets, in_minutes=self.question.in_minutes
        )

    @property
    def made_up(self) -> bool:
        """Whether anything that the answer rests on is: people, facilities or networks."""
        return bool(
            self.synthetic or self.supply.synthetic or any(n.synthetic for n in self.networks)
        )

    @property
    def rough(self) -> bool:
        """Whether any of it is approximate only."""
        return bool(
            self.approximate or self.supply.approximate or any(n.approximate for n in self.networks)
        )

    @property
    def bounds(self) -> tuple[float, ...]:
        """Between the classes of the score; the share has classes of its own."""
        return value_bounds([row.score.value if row.score else None for row in self.rows])


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
    sites = sites_of(at=question.at, category=question.category)
    cells = read_cells(at=question.at, within=question.within)
    # Who lives beyond the border competes for the same beds.
    everyone = cells.joined(_beyond(question, cells))
    ours = slice(0, len(cells.codes))
    ways, networks = _journeys(question, everyone, sites)
    groups = cells.codes.astype(f"<U{digits}")
    scores, told = _catchment_scores(question, everyone, ways, sites, groups)
    nearest, chosen = (each[ours] for each in ways.nearest())
    costs = nearest if question.at_least == 1 else ways.kth(question.at_least)[ours]
    demand = Demand(ways.origins[ours], cells.people, cells.elders, groups)
    answer = covered_within(demand, costs, limit=question.limit)
    if question.measure == NEAREST:
        scores = cost_scores(costs, cells.elders, groups)
    if question.measure == BEDS:
        here = sites.within(question.within)
        scores = bed_scores(
            sites.beds[here], sites.codes[here].astype(f"<U{digits}"), cells.elders, groups
        )
    divisions = divisions_named(at=question.at, within=question.within, level=level)
    if not divisions:
        raise UnknownDivision(code=question.within[:12])
    return CoverageResult(
        question=question,
        category=category,
        rows=_rows(question, divisions, answer, cells, groups, scores, sites),
        total=answer.total,
        score=scores.total if scores else None,
        sites=sites,
        supply=Supply(len(sites.keys), int(sites.synthetic.sum()), int(sites.approximate.sum())),
        loads=loads(sites=sites, cells=cells, costs=nearest, chosen=chosen, limit=question.limit),
        uncovered=_uncovered(cells, answer),
        networks=networks,
        demand=demand,
        costs=costs,
        remarks=Remarks(
            outside=_outside(question, sites),
            unknown_beds=int(np.isnan(sites.beds).sum()),
            **told,
            unreached=float(cells.elders[np.isinf(costs)].sum()),
            by_line=float(cells.elders[~ways.on_network[ours]].sum())
            if question.in_minutes
            else 0.0,
        ),
        base_on=cells.base_on,
        synthetic=cells.synthetic,
        approximate=bool(cells.approximate.any()),
    )


def _beyond(question: CoverageQuestion, cells: Cells) -> Cells:
    """Who can reach the same facilities: no farther than twice the limit from the border."""
    if question.measure not in BY_CATCHMENT or not len(cells.codes):
        return Cells.none()
    limit_m = question.distance_m
    if question.in_minutes:
        limit_m = question.minutes * MODES[question.mode].fastest_kmh * 1000 / 60
    return read_cells_beyond(
        at=question.at, without=question.within, around=cells.lonlat, margin_m=2 * limit_m
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
            rows=networks_for(at=question.at, mode=question.mode),
            origins=cells.lonlat,
            facilities=sites.lonlat,
            epsg=GUANGZHOU_ZONE,
            detour=question.detour,
        )
    detour = 1.0 if question.mode == "straight" else question.detour
    return Journeys(in_metres(cells.lonlat), in_metres(sites.lonlat), detour=detour), ()


def _catchment_scores(
    question: CoverageQuestion,
    everyone: Cells,
    ways: Journeys,
    sites: Sites,
    groups: NDArray[np.str_],
) -> tuple[Scores | None, dict[str, Any]]:
    """Of the cells in question only (the first ones); and for the remarks how many facilities have
    an empty catchment, the elders beyond the border who reach a facility that ours reach too, and
    how far people are from a balance."""
    if question.measure not in BY_CATCHMENT:
        return None, {"empty": 0, "competing": 0.0}
    costs = ways.within(question.limit)
    ours, elders, limit = len(groups), everyone.elders, question.limit
    unsettled = None
    if question.measure == RATIONAL:
        paid, unsettled = rational_costs(costs, elders, sites.beds, limit=limit)
        scores = cost_scores(paid[:ours], elders[:ours], groups)
    else:
        values = supply_per_thousand(
            costs, elders, sites.beds, limit=limit, measure=question.measure
        )
        inequality = question.measure == EQUITY
        scores = supply_scores(values[:ours], elders[:ours], groups, gini=inequality)
    shared = np.isin(costs[ours:].indices, np.unique(costs[:ours].indices))
    rows = np.repeat(np.arange(costs.shape[0] - ours), np.diff(costs[ours:].indptr))
    competing = float(everyone.elders[ours:][np.unique(rows[shared])].sum())
    return scores, {
        "empty": empty_catchments(costs, everyone.elders),
        "competing": competing,
        "unsettled": unsettled,
    }


def _rows(
    question: CoverageQuestion,
    divisions: list[Division],
    answer: Coverage,
    cells: Cells,
    groups: NDArray[np.str_],
    scores: Scores | None,
    sites: Sites,
) -> tuple[CoverageRow, ...]:
    tallies = {tally.group: tally for tally in answer.tallies}
    rough = set(np.unique(groups[cells.approximate]).tolist())
    digits = len(divisions[0].code)
    here = Counter(sites.codes[sites.within(question.within)].astype(f"<U{digits}").tolist())
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


def _uncovered(cells: Cells, answer: Coverage) -> UncoveredCells:
    missed = ~answer.covered & (cells.people > 0)
    return UncoveredCells(
        cells.lonlat[missed],
        cells.people[missed],
        cells.elders[missed],
        cells.codes[missed],
        answer.costs[missed],
    )
