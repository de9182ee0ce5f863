"""How many people live within a distance of facilities of a kind, by district or street."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, Q
from numpy.typing import NDArray

from boundaries.models import Level
from common.crs import CGCS2000, GUANGZHOU_ZONE, project_points
from common.errors import BadInput
from common.models import Rule
from facilities.domain.coverage import Coverage, Demand, Tally, coverage
from facilities.models import Facility, FacilityCategory
from facilities.queries.facilities import Division, divisions_named

# Report by → level of division and digits of its code.
BY = {"district": (Level.COUNTY, 6), "street": (Level.TOWNSHIP, 9)}
FURTHEST_M = 50_000
TIER_RULE = "C01"

# Numbers travel as packed bytes, not as a hundred thousand Python objects: 100 ms less.
CELLS = """
    SELECT string_agg(float8send(x), ''), string_agg(float8send(y), ''),
           string_agg(float8send(people), ''), string_agg(float8send(people_60_plus), ''),
           string_agg(rpad(division_code, 12), ''), string_agg((approximate::int)::text, ''),
           max(base_on), bool_or(synthetic)
    FROM (SELECT ST_X(centre) AS x, ST_Y(centre) AS y, people, people_60_plus, division_code,
                 approximate, base_on, synthetic
          FROM facilities_populationcell
          WHERE period @> %(at)s::date AND division_code LIKE %(prefix)s ORDER BY id) cell
"""


class UnknownCategory(BadInput):
    template = "“%(code)s” is not a category of facilities."


class UnknownDivision(BadInput):
    template = "There is no division with the code %(code)s on that day."


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """What is asked: people within ``distance_m`` (straight line) of ``at_least`` facilities."""

    at: date
    category: str
    distance_m: float
    at_least: int = 1
    within: str = "4401"
    by: str = "district"


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One division: its people and how many are covered; ``approximate`` where a total is."""

    division: Division
    tally: Tally
    facilities: int
    synthetic: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class Supply:
    """The facilities that the answer counts on: how many, and how sure their positions are."""

    facilities: int
    synthetic: int
    approximate: int


@dataclass(frozen=True, slots=True, eq=False)
class UncoveredCells:
    """Inhabited cells that are not covered: positions in degrees, people, elders."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    elders: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CoverageResult:
    """The answer with what it rests on; ``base_on`` is the day the people were counted."""

    question: CoverageQuestion
    category: FacilityCategory
    rows: tuple[CoverageRow, ...]
    total: Tally
    supply: Supply
    uncovered: UncoveredCells
    base_on: date | None
    synthetic: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the population grid, one row each; ``codes`` are of their streets or districts."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    elders: NDArray[np.float64]
    codes: NDArray[np.str_]
    approximate: NDArray[np.bool_]
    base_on: date | None
    synthetic: bool


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
    cells = read_cells(at=question.at, within=question.within)
    level, digits = BY[question.by]
    groups = cells.codes.astype(f"<U{digits}")
    answer = coverage(
        Demand(in_metres(cells.lonlat), cells.people, cells.elders, groups),
        in_metres(_facility_positions(question)),
        distance_m=question.distance_m,
        at_least=question.at_least,
    )
    divisions = divisions_named(at=question.at, within=question.within, level=level)
    if not divisions:
        raise UnknownDivision(code=question.within[:12])
    return CoverageResult(
        question=question,
        category=category,
        rows=_rows(question, divisions, answer, cells, groups),
        total=answer.total,
        supply=_supply(question),
        uncovered=_uncovered(cells, answer),
        base_on=cells.base_on,
        synthetic=cells.synthetic,
        approximate=bool(cells.approximate.any()),
    )


def read_cells(*, at: date, within: str) -> Cells:
    """The inhabited cells of a division on a day."""
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"at": at, "prefix": f"{within}%"})
        x, y, people, elders, codes, approximate, base_on, synthetic = cursor.fetchone()
    letters = (codes or "").encode("ascii")
    return Cells(
        lonlat=np.column_stack([_doubles(x), _doubles(y)]),
        people=_doubles(people),
        elders=_doubles(elders),
        codes=np.char.strip(np.frombuffer(letters, dtype="S12").astype("<U12")),
        approximate=np.frombuffer((approximate or "").encode("ascii"), dtype="S1") == b"1",
        base_on=base_on,
        synthetic=bool(synthetic),
    )


def _doubles(packed: Any) -> NDArray[np.float64]:
    return np.frombuffer(bytes(packed or b""), dtype=">f8").astype(np.float64)


def in_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees of CGCS2000 in the metres that distances are measured in."""
    return project_points(lonlat, CGCS2000, GUANGZHOU_ZONE) if len(lonlat) else lonlat


def _facility_positions(question: CoverageQuestion) -> NDArray[np.float64]:
    rows = Facility.objects.on(question.at).filter(category=question.category)
    points = [row.coords for row in rows.values_list("location", flat=True)]
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def _rows(
    question: CoverageQuestion,
    divisions: list[Division],
    answer: Coverage,
    cells: Cells,
    groups: NDArray[np.str_],
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
    return UncoveredCells(cells.lonlat[missed], cells.people[missed], cells.elders[missed])
