"""What targets are measured on, read for many days at once: the queries do not grow with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.contrib.postgres.aggregates import BoolOr
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, Sum
from numpy.typing import NDArray

from boundaries.domain.lineage import Change, successors
from boundaries.models import DivisionVersion
from boundaries.queries.lineage import changes_between
from common.crs import GUANGZHOU_ZONE
from common.models import Rule
from facilities.domain.attributes import Stage, stage_on
from facilities.domain.coverage import within_distance
from facilities.domain.networks import WALK
from facilities.domain.targets import Figure, Ground, People, Reach, Site, Unit
from facilities.models import Facility, PolicyFigure, PopulationCell, StreetNetwork
from facilities.queries.cells import Cells, in_metres, read_cells
from facilities.queries.networks import journeys_by

# Since when the register of facilities of a jurisdiction is whole; of a category that other bodies
# keep it is said apart, by a row of its own.
REGISTER, REGISTER_OF = "FAC-REGISTER", "FAC-REG:"
Radii = Sequence[tuple[str, float]]
# What begins a state of a facility that had one before.
LATER = frozenset(Facility.Change) - {Facility.Change.OPENED}


@dataclass(frozen=True, slots=True)
class Listing:
    """Codes of divisions as they were on a day."""

    on: date
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A value with the days on which it holds, half open."""

    start: date | None
    end: date | None
    value: Any

    def on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Registers:
    """The days on which the register is ``whole``, by the title of the row that says so, and those
    on which it is so for a category of other bodies (``parts``, by its code)."""

    whole: Sequence[Held]
    parts: Sequence[Held]


def register_periods(*, within: str) -> Registers:
    """What is declared in a jurisdiction that holds ``within``."""
    said = Q(rule_id=REGISTER) | Q(rule_id__startswith=REGISTER_OF)
    whole, parts = [], []
    for row in Rule.objects.filter(said, jurisdiction__in=_prefixes(within)):
        lower, upper = row.period.lower, row.period.upper
        if row.rule_id == REGISTER:
            whole.append(Held(lower, upper, row.title))
        else:
            parts.append(Held(lower, upper, row.rule_id.removeprefix(REGISTER_OF)))
    return Registers(whole, parts)


def read_grounds(
    *,
    within: str,
    days: Sequence[date],
    register: Registers,
    listings: Sequence[Listing] = (),
    radii: Radii = (),
) -> dict[date, Ground]:
    """What is known within a division on each day.

    ``listings``: divisions to be followed to each day; ``radii``: categories and metres for which
    to measure who lives near. Takes 4 queries, 2 more for each listing and 2 for all radii, 3 on
    more than one day.
    """
    units = _units(within, days)
    sites = _sites(within)
    begins = records_begin(sites)
    counted, cells = _counted(within, days, measured=bool(radii))
    figures = _figures(within, days)
    heirs = _heirs(listings, units, days)
    reach = reach_within(cells, radii)
    return {
        day: Ground(
            day=day,
            units=[held.value[1] for held in units if held.on(day)],
            sites=[site for row in sites if (site := _site(row, day))],
            people=counted[day],
            figures=[held.value for held in figures if held.on(day)],
            complete=any(held.on(day) for held in register.whole),
            declared=frozenset(held.value for held in register.parts if held.on(day)),
            begins=begins,
            heirs=heirs[day],
            reach=reach.get(day, {}),
        )
        for day in days
    }


def _prefixes(code: str) -> list[str]:
    return [code[:length] for length in range(len(code) + 1)]


def _touching(days: Sequence[date]) -> Q:
    """Rows that hold on any of the days, or between them."""
    return Q(period__overlap=DateRange(min(days), max(days), "[]"))


def _units(within: str, days: Sequence[date]) -> list[Held]:
    """(identity, unit) of every division down to streets and towns."""
    rows = DivisionVersion.objects.filter(_touching(days), level__lte=4).within(within)
    fields = ("division_id", "code", "name", "name_en", "level", "kind", "period")
    return [
        Held(period.lower, period.upper, (identity, Unit(*unit)))
        for identity, *unit, period in rows.order_by("code").values_list(*fields)
    ]


def _sites(within: str) -> list[Any]:
    """Every facility ever on record there, as plain rows: models would take twice as long."""
    fields = (
        *("identity", "name", "category_id", "division_code", "operator", "beds", "attributes"),
        *("period", "begun_by", "synthetic", "approximate"),
    )
    rows = Facility.objects.shown().within(within).order_by("name", "id")
    return list(rows.values_list(*fields, named=True))


def records_begin(sites: Sequence[Any]) -> date | None:
    """The first day of which any of the facilities is on record; None where there is none."""
    first: date | None = min((row.period.lower or date.min for row in sites), default=None)
    return first


def _site(row: Any, day: date) -> Site | None:
    stage = stage_on(
        day, opens=row.period.lower, closes=row.period.upper, attributes=row.attributes
    )
    # What stands already is not planned once more where a later state of it is on record.
    if stage is None or (stage != Stage.IN_SERVICE and row.begun_by in LATER):
        return None
    return Site(
        key=str(row.identity),
        name=row.name,
        category=row.category_id,
        code=row.division_code,
        operator=row.operator,
        beds=row.beds,
        attributes=row.attributes,
        stage=stage,
        synthetic=row.synthetic,
        approximate=row.approximate,
    )


def _counted(
    within: str, days: Sequence[date], *, measured: bool
) -> tuple[dict[date, dict[str, People]], dict[date, Cells]]:
    """People by code on each day, and the cells where it is to be ``measured`` who lives near."""
    if measured and len(days) == 1:
        cells = {day: read_cells(at=day, within=within) for day in days}
        return {day: people_of(cells[day]) for day in days}, cells
    people = _people(within, days)
    found = {day: _people_on(people, day) for day in days}
    return found, _cells(within, days, people) if measured else {}


def people_of(cells: Cells) -> dict[str, People]:
    """The same sums as those of :func:`_people`, of cells that were read already."""
    codes, index = np.unique(cells.codes, return_inverse=True)
    people, elders, made_up, rough = (
        np.bincount(index, weights=each, minlength=len(codes))
        for each in (cells.people, cells.elders, cells.made_up, cells.approximate)
    )
    return {
        str(code): People(float(people[n]), float(elders[n]), bool(made_up[n]), bool(rough[n]))
        for n, code in enumerate(codes)
    }


def _cells(within: str, days: Sequence[date], people: Sequence[Held]) -> dict[date, Cells]:
    """The cells of each day; days on which the same people count share theirs."""
    read: dict[frozenset[Any], Cells] = {}
    found = {}
    for day in days:
        counts = frozenset((held.start, held.end) for held in people if held.on(day))
        if counts not in read:
            read[counts] = read_cells(at=day, within=within)
        found[day] = read[counts]
    return found


def _people(within: str, days: Sequence[date]) -> list[Held]:
    """(code, people) by the code and the period of cells."""
    rows = PopulationCell.objects.filter(_touching(days)).within(within)
    summed = (
        rows.order_by()
        .values_list("division_code", "period")
        .annotate(
            Sum("people"),
            Sum("people_60_plus"),
            made_up=BoolOr("synthetic"),
            rough=BoolOr("approximate"),
        )
    )
    return [
        Held(period.lower, period.upper, (code, People(*counted)))
        for code, period, *counted in summed
    ]


def _people_on(people: Sequence[Held], day: date) -> dict[str, People]:
    found: dict[str, People] = {}
    for held in people:
        if held.on(day):
            code, counted = held.value
            found[code] = found.get(code, People()).plus(counted)
    return found


def _figures(within: str, days: Sequence[date]) -> list[Held]:
    """Figures of the division, of those above it and of those below."""
    here = Q(division_code__startswith=within) | Q(division_code__in=_prefixes(within))
    rows = PolicyFigure.objects.filter(_touching(days), here)
    return [
        Held(
            row.period.lower,
            row.period.upper,
            Figure(row.key, row.division_code, float(row.value), row.synthetic),
        )
        for row in rows
    ]


def _heirs(
    listings: Sequence[Listing], units: Sequence[Held], days: Sequence[date]
) -> dict[date, dict[str, tuple[str, ...]]]:
    """What each listed division is on each day; a day before the list is asked for its code."""
    found: dict[date, dict[str, tuple[str, ...]]] = {day: {} for day in days}
    for listing in listings:
        rows = DivisionVersion.objects.on(listing.on).filter(code__in=listing.codes)
        identities = dict(rows.values_list("code", "division_id"))
        changes = changes_between(start=listing.on, end=max(days)) if identities else []
        for day in days:
            alive = {held.value[0]: held.value[1] for held in units if held.on(day)}
            if day < listing.on:
                codes = {unit.code: (unit.prefix,) for unit in alive.values()}
                found[day].update({code: codes.get(code, ()) for code in listing.codes})
            else:
                found[day].update(_followed(identities, changes, listing, day, alive))
    return found


def _followed(
    identities: Mapping[str, Any],
    changes: Sequence[Change],
    listing: Listing,
    day: date,
    alive: Mapping[Any, Unit],
) -> dict[str, tuple[str, ...]]:
    flows = successors(identities.values(), changes, start=listing.on, end=day)
    return {
        code: tuple(
            sorted(
                alive[heir].prefix for heir in flows.get(identities.get(code), ()) if heir in alive
            )
        )
        for code in listing.codes
    }


def reach_within(
    cells_on: Mapping[date, Cells], radii: Radii
) -> dict[date, dict[tuple[str, float], dict[str, Reach]]]:
    """Who of the cells of each day lives within each radius of each category; facilities beyond
    the area count too."""
    if not radii:
        return {}
    categories = {category for category, _radius in radii}
    rows = Facility.objects.shown().filter(category__in=categories)
    points = [
        Held(period.lower, period.upper, (category, point.coords))
        for category, point, period in rows.values_list("category", "location", "period")
    ]
    networks = _networks(list(cells_on))
    found, placed = {}, dict[int, NDArray[np.float64]]()
    for day, cells in cells_on.items():
        if id(cells) not in placed:
            placed[id(cells)] = in_metres(cells.lonlat)
        rows = [held.value for held in networks if held.on(day)]
        names = np.unique(cells.codes, return_inverse=True)
        found[day] = {
            (category, radius): _within_radius(
                cells, placed[id(cells)], _points(points, category, day), radius, names, rows
            )
            for category, radius in radii
        }
    return found


def _networks(days: Sequence[date]) -> list[Held]:
    rows = StreetNetwork.objects.for_mode(WALK.key).filter(_touching(days))
    return [
        Held(row.period.lower, row.period.upper, row)
        for row in rows.select_related("source").defer("packed")
    ]


def _points(points: Sequence[Held], category: str, day: date) -> NDArray[np.float64]:
    here = [held.value[1] for held in points if held.value[0] == category and held.on(day)]
    return np.array(here, dtype=np.float64).reshape(-1, 2)


def _within_radius(
    cells: Cells,
    xy: NDArray[np.float64],
    facilities: NDArray[np.float64],
    radius: float,
    names: tuple[NDArray[np.str_], NDArray[np.int64]],
    networks: Sequence[StreetNetwork],
) -> dict[str, Reach]:
    """Along the streets of a walking network where the cells lie on one, else straight; ``names``:
    the codes of the cells, and which of them each cell has."""
    if not len(xy):
        return {}
    along = np.zeros(len(xy), dtype=np.bool_)
    if networks:
        ways, _used = journeys_by(
            mode=WALK.key,
            rows=networks,
            origins=cells.lonlat,
            facilities=facilities,
            epsg=GUANGZHOU_ZONE,
            detour=1.0,
        )
        costs, _chosen = ways.nearest()
        covered = costs <= radius / ways.pace
        along = ways.on_network
    else:
        covered = within_distance(xy, in_metres(facilities), radius)
    codes, index = names
    counted = (cells.people, cells.people * covered, cells.people * along)
    sums = [np.bincount(index, weights=each, minlength=len(codes)) for each in counted]
    return {str(code): Reach(*(float(each[n]) for each in sums)) for n, code in enumerate(codes)}
