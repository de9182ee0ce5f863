"""Files of people: polygons with a column of people, or a raster written as x, y, people."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from common.crs import CGCS2000, gauss_kruger_epsg, project_points
from common.datums import Datum, get_datum, to_cgcs2000
from common.errors import BadInput
from common.importing.columns import guess_columns
from common.importing.declared import datum_of
from common.importing.opening import open_table
from common.importing.rows import GivenRow, given_rows
from common.imports.wording import COMMON, filled

WORDS = {
    "longitude": ("lon", "lng", "x", "经度", "东坐标"),
    "latitude": ("lat", "y", "纬度", "北坐标"),
    "people": ("population", "pop", "人口", "常住人口", "总人口", "z", "value"),
    "people_0_14": ("children", "0-14", "0-14岁", "少年儿童"),
    "people_60_plus": ("elders", "60+", "60岁及以上", "老年人口"),
}
AGES = ("people_0_14", "people_60_plus")
CONTROL_WORDS = {"weight": ("amount", "floor_area", "dwellings", "权重", "建筑面积", "户数")}
TOTAL_WORDS = {"code": ("division", "代码", "区划代码"), "people": WORDS["people"]}
# How far a position may lie off the raster, and polygons over each other, before it is a fault.
OFF_RASTER, OVERLAP_M2 = 0.02, 1.0


@dataclass(frozen=True, slots=True)
class Fault:
    """``row`` as people count it in the file."""

    row: int
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class DemandRows:
    """``shapes`` are polygons in CGCS2000 degrees; ``groups`` people of 0–14, 15–59 and 60 and
    over; ``ages_told`` is False where shares had to stand in for the ages of each row."""

    numbers: NDArray[np.int64]
    shapes: NDArray[np.object_]
    groups: NDArray[np.float64]
    ages_told: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Where people can live: polygons in CGCS2000 degrees, each with an amount of dwellings."""

    shapes: NDArray[np.object_]
    amounts: NDArray[np.float64]


def read_demand(
    path: Path,
    *,
    datum: str = "",
    cell: float | None = None,
    ages: tuple[float, float] | None = None,
) -> DemandRows:
    """Read the rows; what is wrong with single ones is in ``faults``.

    ``datum`` is needed where the file names no system; ``cell`` is the side of a raster cell in
    units of the datum (default: the least distance between two positions); ``ages`` the shares of
    children and of elders where the file has no columns of them. Raises BadInput for what is wrong
    with the whole file.
    """
    table = open_table(path)
    declared = datum_of(table.crs, datum)
    mapping = guess_columns(table.headings, WORDS)
    if "people" not in mapping:
        raise BadInput("The file has no column “%(column)s”.", column="people")
    told = set(AGES) & set(mapping)
    if len(told) == 1 or not (told or ages):
        raise BadInput(
            "The file does not tell people of 0–14 and of 60 and over: add both columns, or give "
            "their shares."
        )
    faults: list[Fault] = []
    rows: list[GivenRow] = []
    counts: list[tuple[float, float, float]] = []
    for row in (row for chunk in given_rows(table, mapping, declared) for row in chunk):
        found = _checked(row, None if told else ages, faults)
        if found is not None:
            rows.append(row)
            counts.append(found)
    numbers = np.array([row.number for row in rows], dtype=np.int64)
    if any(row.from_point for row in rows):
        shapes = _raster(rows, declared, cell, faults)
    else:
        shapes = np.array([row.geometry for row in rows], dtype=object)
        faults += _overlaps(numbers, shapes)
    if not rows and not faults:
        raise BadInput("The file holds no people.")
    groups = np.array(counts, dtype=np.float64).reshape(-1, 3)
    order = sorted(faults, key=lambda fault: fault.row)
    return DemandRows(numbers, shapes, groups, bool(told), tuple(order))


def read_control(path: Path, *, datum: str = "") -> Control:
    """Polygons with a column of weights: floor area, dwellings. Raises BadInput with the row."""
    table = open_table(path)
    declared = datum_of(table.crs, datum)
    mapping = guess_columns(table.headings, CONTROL_WORDS)
    if "weight" not in mapping:
        raise BadInput("The file has no column “%(column)s”.", column="weight")
    rows = [row for chunk in given_rows(table, mapping, declared) for row in chunk]
    amounts = []
    for row in rows:
        wrong: list[str] = []
        amounts.append(_count(row, "weight", wrong))
        if row.geometry is None or row.geometry.geom_type not in _AREAS:
            wrong.append("it has no area")
        if wrong:
            raise _bad_row(row.number, wrong[0])
    shapes = np.array([row.geometry for row in rows], dtype=object)
    return Control(shapes, np.array(amounts, dtype=np.float64))


def read_totals(path: Path) -> dict[str, int]:
    """Total people by the beginning of a division's code. Raises BadInput with the row."""
    table = open_table(path)
    mapping = guess_columns(table.headings, TOTAL_WORDS)
    missing = next((key for key in TOTAL_WORDS if key not in mapping), "")
    if missing:
        raise BadInput("The file has no column “%(column)s”.", column=missing)
    totals: dict[str, int] = {}
    for row in (r for chunk in given_rows(table, mapping, get_datum("CGCS2000")) for r in chunk):
        code, people = row.values["code"], row.values["people"].replace(",", "")
        if not (code.isascii() and code.isdigit() and len(code) <= 12):
            raise _bad_row(row.number, f"“{code[:20]}” is not the beginning of a division code")
        if code in totals:
            raise _bad_row(row.number, f"{code} has a total already")
        if not (people.isascii() and people.isdigit()):
            raise _bad_row(row.number, f"“{people[:20]}” is no whole number of people")
        totals[code] = int(people)
    return totals


def _bad_row(row: int, why: str) -> BadInput:
    return BadInput("Row %(row)d: %(why)s.", row=row, why=why)


def _checked(
    row: GivenRow, ages: tuple[float, float] | None, faults: list[Fault]
) -> tuple[float, float, float] | None:
    """Children, adults and elders of a row; None, with faults added, where it cannot be used."""
    wrong = [
        str(filled(COMMON[remark["code"]].text, remark.get("values", {}), {})).rstrip(".")
        for remark in row.remarks
        if COMMON[remark["code"]].level == "fault"
    ]
    if not wrong and row.geometry is None:
        wrong.append("it has no position")
    elif not wrong and not row.from_point and row.geometry.geom_type not in _AREAS:
        wrong.append(f"a {row.geometry.geom_type} is no area")
    people = _count(row, "people", wrong)
    if ages:
        children, elders = (share * (people or 0.0) for share in ages)
    else:
        children, elders = (_count(row, key, wrong) or 0.0 for key in AGES)
    if people is not None and children + elders > people * (1 + 1e-9):
        wrong.append(f"{children:g} children and {elders:g} elders are more than {people:g} people")
    faults += [Fault(row.number, why) for why in wrong]
    if wrong or people is None:
        return None
    return children, max(people - children - elders, 0.0), elders


_AREAS = ("Polygon", "MultiPolygon")


def _count(row: GivenRow, key: str, wrong: list[str]) -> float | None:
    text = row.values.get(key, "").replace(",", "")
    try:
        count = float(text)
    except ValueError:
        count = np.nan
    if not np.isfinite(count):
        wrong.append(f"{key} is “{text[:20]}”, not a number" if text else f"{key} is empty")
        return None
    if count < 0:
        wrong.append(f"{key} is negative ({text[:20]})")
        return None
    return count


def _raster(
    rows: list[GivenRow], datum: Datum, cell: float | None, faults: list[Fault]
) -> NDArray[np.object_]:
    """Squares around the positions, in the datum that they are written in."""
    if not all(row.from_point for row in rows):
        mixed = next(row for row in rows if not row.from_point)
        raise _bad_row(mixed.number, "it has a shape, other rows have positions only")
    raw = np.array([row.raw for row in rows], dtype=np.float64)
    sides = np.array([cell or _spacing(raw[:, 0]), cell or _spacing(raw[:, 1])])
    if not (np.isfinite(sides) & (sides > 0)).all():
        raise BadInput("The size of the raster's cells cannot be told: give it.")
    steps = (raw - raw.min(axis=0)) / sides
    off = _off(raw[:, 0], sides[0]) | _off(raw[:, 1], sides[1])
    faults += [
        Fault(rows[i].number, f"its position is off the raster of {sides[0]:g} × {sides[1]:g}")
        for i in np.flatnonzero(off)
    ]
    first: dict[tuple[float, ...], int] = {}
    places = map(tuple, np.round(steps).tolist())
    for row, place, astray in zip(rows, places, off, strict=True):
        if not astray and first.setdefault(place, row.number) != row.number:
            faults.append(Fault(row.number, f"row {first[place]} has the same position"))
    ring = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) / 2 * sides
    corners = to_cgcs2000((raw[:, None, :] + ring).reshape(-1, 2), datum)
    return np.asarray(shapely.polygons(corners.reshape(-1, 5, 2)), dtype=object)


def _spacing(values: NDArray[np.float64]) -> float:
    """The distance of two neighbours in a raster, NaN where all values are one.

    Positions in degrees are rounded when they are written, so that all single steps together tell
    it; one position off the raster, or gaps in it, must not: of the usual and of the least
    distance the one counts that more positions fit.
    """
    gaps = np.diff(np.unique(values))
    gaps = gaps[gaps > np.abs(values).max() * 1e-9]
    found = []
    for base in (np.median(gaps), gaps.min()) if len(gaps) else ():
        step = gaps[(gaps > 0.5 * base) & (gaps < 1.5 * base)].mean()
        extent = values.max() - values.min()
        found.append(float(extent / max(round(extent / step), 1)))
    return min(found, key=lambda side: int(_off(values, side).sum()), default=np.nan)


def _off(values: NDArray[np.float64], side: float) -> NDArray[np.bool_]:
    """Which values lie off a raster of that side, wherever most of them put it."""
    steps = (values - values.min()) / side
    rest = steps - np.round(steps)
    return np.asarray(np.abs(rest - np.median(rest)) > OFF_RASTER, dtype=np.bool_)


def _overlaps(numbers: NDArray[np.int64], shapes: NDArray[np.object_]) -> Iterable[Fault]:
    """Whoever lives where two areas lie over each other would count twice."""
    if not len(shapes):
        return []
    metres = in_metres(shapes)[0]
    one, other = shapely.STRtree(metres).query(metres, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(metres[one], metres[other]))
    return [
        Fault(int(numbers[j]), f"its area lies over that of row {numbers[i]} ({area:,.0f} m²)")
        for i, j, area in zip(one, other, shared, strict=True)
        if area > OVERLAP_M2
    ]


def in_metres(shapes: NDArray[np.object_]) -> tuple[Any, int]:
    """Shapes of CGCS2000 in metres of the zone that their middle lies in, and its EPSG code."""
    west, _, east, _ = shapely.total_bounds(shapes)
    epsg = gauss_kruger_epsg(float(west + east) / 2)
    return shapely.transform(shapes, lambda xy: project_points(xy, CGCS2000, epsg)), epsg
