"""People on a grid over Guangzhou, by age group, controlled to the census of 2010.

Only the totals are real: twelve districts of 2012 and the city's shares by age. Where people
live inside a district is modelled (density falls from the seats of streets and towns), so every
cell is synthetic. Three towns went from Panyu to Nansha after the census and their people were
not published by today's divisions: the two districts are controlled together and the model
splits them, so their cells are approximate as well.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from common.copying import copy_rows, since
from common.crs import CGCS2000, GUANGZHOU_ZONE, project_points
from common.models import Rule
from common.rules import RuleEdition
from demo.parts import RECORDS_BEGIN, DemoOptions
from demo.street_cells import CITY, Cell, district_cells, street_cells
from facilities.domain.allocate import allocate
from facilities.models import PopulationCell

SIZE_M, SMALL_SIZE_M = 500, 2000
# The census of 2010 by the divisions of 2012, summed to today's districts. 黄埔 holds 萝岗.
CENSUS_2010: tuple[tuple[tuple[str, ...], int], ...] = (
    (("440103",), 898_200),
    (("440104",), 1_157_666),
    (("440105",), 1_558_663),
    (("440106",), 1_432_426),
    (("440111",), 2_223_150),
    (("440112",), 457_930 + 373_656),
    (("440113", "440115"), 1_764_828 + 259_900),
    (("440114",), 945_005),
    (("440117",), 593_415),
    (("440118",), 1_037_109),
)
CITY_TOTAL = 12_701_948
# The model: how far density falls to 1/e, and how dense a town is beside a street.
DECAY_M, TOWN_DECAY_M, TOWN_WEIGHT, FLOOR = 1100.0, 900.0, 0.55, 0.004
COLUMNS = (
    "geometry",
    "centre",
    "division_code",
    "people",
    "people_0_14",
    "people_15_59",
    "people_60_plus",
    "period",
    "base_on",
    "source_id",
    "synthetic",
    "approximate",
)
# Fewer people than this in a cell are moved to where the others live.
FEWEST = 10


def load(options: DemoOptions) -> str:
    size_m = SMALL_SIZE_M if options.small else SIZE_M
    rule = Rule.objects.in_force(on=RECORDS_BEGIN, code=CITY)["DEMO-AGE"]
    cells = street_cells()
    centres, codes = grid(cells, district_cells(), size_m)
    people = spread_people(density(centres, cells), codes)
    kept = people > 0
    centres, codes, people = centres[kept], codes[kept], people[kept]
    children, elders = age_groups(people, codes, rule)
    copy_cells(centres, codes, size_m, rule, (people, children, people - children - elders, elders))
    return f"{len(people):,} cells, {people.sum():,} people, {elders.sum():,} of them 60 and over"


def grid(
    streets: list[Cell], districts: list[Cell], size_m: int
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Centres in metres of the squares whose centre lies in the city, and the street's code."""
    bounds = np.array([cell.shape.bounds for cell in districts])
    west, south, east, north = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    corners = project_points(corners, CGCS2000, GUANGZHOU_ZONE)
    low, high = np.floor(corners.min(axis=0) / size_m), np.ceil(corners.max(axis=0) / size_m)
    xs, ys = (np.arange(low[i], high[i]) * size_m + size_m / 2 for i in (0, 1))
    centres = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    points = shapely.points(project_points(centres, GUANGZHOU_ZONE, CGCS2000))
    codes = np.full(len(points), "", dtype="<U12")
    for level in (districts, streets):  # a street's code where there is one, else the district's
        tree = shapely.STRtree([cell.shape for cell in level])
        hits, which = tree.query(points, predicate="intersects")
        codes[hits[::-1]] = np.array([cell.code for cell in level])[which[::-1]]
    inside = codes != ""
    return centres[inside], codes[inside]


def density(centres: NDArray[np.float64], cells: list[Cell]) -> NDArray[np.float64]:
    seats = project_points(np.array([c.seat for c in cells]), CGCS2000, GUANGZHOU_ZONE)
    surface = np.full(len(centres), FLOOR)
    for cell, seat in zip(cells, seats, strict=True):
        if not (cell.is_street or cell.is_town):
            continue
        weight, decay = (TOWN_WEIGHT, TOWN_DECAY_M) if cell.is_town else (1.0, DECAY_M)
        surface += weight * np.exp(-np.hypot(*(centres - seat).T) / decay)
    return surface


def spread_people(surface: NDArray[np.float64], codes: NDArray[np.str_]) -> NDArray[np.int64]:
    """Whole people in each cell; every controlled total is met exactly."""
    people = np.zeros(len(codes), dtype=np.int64)
    district = codes.astype("<U6")
    for members, total in CENSUS_2010:
        inside = np.isin(district, members)
        first = allocate(total, surface[inside])
        people[inside] = allocate(total, np.where(first < FEWEST, 0.0, surface[inside]))
    return people


def age_groups(
    people: NDArray[np.int64], codes: NDArray[np.str_], rule: RuleEdition
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Children and elders in each cell; the city's shares are met to the person."""
    district = codes.astype("<U6")
    relative = np.array([rule.parameters["relative_60_plus"].get(d, 1.0) for d in district])
    relative *= people ** float(rule.parameters["density_exponent_60_plus"])
    total = int(people.sum())
    children = allocate(round(total * rule.parameters["share_0_14"]), people.astype(float))
    elders = allocate(round(total * rule.parameters["share_60_plus"]), people * relative)
    return children, elders


def copy_cells(
    centres: NDArray[np.float64],
    codes: NDArray[np.str_],
    size_m: int,
    rule: RuleEdition,
    counts: tuple[NDArray[np.int64], ...],
) -> None:
    half = size_m / 2
    ring = np.array([[-half, -half], [half, -half], [half, half], [-half, half], [-half, -half]])
    corners = project_points(
        (centres[:, None, :] + ring).reshape(-1, 2), GUANGZHOU_ZONE, CGCS2000
    ).reshape(-1, 5, 2)
    squares = _ewkb(shapely.polygons(corners))
    points = _ewkb(shapely.points(project_points(centres, GUANGZHOU_ZONE, CGCS2000)))
    split = {code for members, _ in CENSUS_2010 if len(members) > 1 for code in members}
    same = (since(RECORDS_BEGIN), rule.parameters["base_on"], "census-2010", True)
    rows = zip(squares, points, codes, *(column.tolist() for column in counts), strict=True)
    copy_rows(PopulationCell, COLUMNS, ((*row, *same, row[2][:6] in split) for row in rows))


def _ewkb(shapes: Any) -> NDArray[np.str_]:
    return shapely.to_wkb(shapely.set_srid(shapes, CGCS2000), hex=True, include_srid=True)
