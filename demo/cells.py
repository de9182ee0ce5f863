"""Synthetic street cells: a Voronoi partition of the seats, clipped to the county.

There is no public set of town and street polygons. The cells fill their county without gap or
overlap, so that lookups, counts and checks can be tried; they say nothing about real limits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

# Candidates for each made-up seat; the one farthest from all others wins (blue noise).
CANDIDATES = 24

Seat = tuple[float, float] | None


def place_seats(
    county: Any, seats: Sequence[Seat], random: np.random.Generator
) -> NDArray[np.float64]:
    """Every seat with a position inside the county: the known ones, then made-up ones."""
    known = np.array([seat for seat in seats if seat], dtype=float).reshape(-1, 2)
    inside = shapely.contains_xy(county, known[:, 0], known[:, 1]) if len(known) else []
    taken = [tuple(xy) for xy, ok in zip(known, inside, strict=True) if ok]
    shapely.prepare(county)
    placed = []
    for seat in seats:
        if seat is None or tuple(seat) not in taken:
            seat = _far_from(county, taken, random)
            taken.append(seat)
        placed.append(seat)
    return _apart(np.array(placed, dtype=float))


def partition(
    counties: Mapping[str, Any], seats: Mapping[str, NDArray[np.float64]]
) -> dict[str, list[Any]]:
    """For each county one MultiPolygon per seat, in the order of the seats.

    All counties are noded together, so that cells on both sides of a county border share its
    vertices and the whole is one valid coverage.
    """
    lines = [shapely.boundary(county) for county in counties.values()]
    for code, county in counties.items():
        edges = shapely.voronoi_polygons(
            shapely.MultiPoint(seats[code]), extend_to=county, only_edges=True
        )
        lines.append(shapely.intersection(edges, county))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    points = shapely.point_on_surface(faces)
    cells: dict[str, list[Any]] = {}
    for code, county in counties.items():
        mine = shapely.covers(county, points)
        owner = _nearest(points[mine], seats[code])
        cells[code] = [
            _multipolygon(shapely.coverage_union_all(faces[mine][owner == number]))
            for number in range(len(seats[code]))
        ]
    return cells


def _far_from(
    county: Any, taken: Sequence[Any], random: np.random.Generator
) -> tuple[float, float]:
    west, south, east, north = county.bounds
    found: list[Any] = []
    while len(found) < CANDIDATES:
        xy = random.uniform((west, south), (east, north), size=(4 * CANDIDATES, 2)).round(5)
        found.extend(xy[shapely.contains_xy(county, xy[:, 0], xy[:, 1])])
    options = np.array(found[:CANDIDATES])
    if not taken:
        return float(options[0, 0]), float(options[0, 1])
    others = np.array(taken, dtype=float)
    distances = np.linalg.norm(options[:, None, :] - others[None, :, :], axis=2).min(axis=1)
    best = options[int(distances.argmax())]
    return float(best[0]), float(best[1])


def _apart(seats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two seats on one spot (a town and its street) are moved about 50 m apart."""
    for number in range(1, len(seats)):
        while (seats[:number] == seats[number]).all(axis=1).any():
            seats[number] += 0.0005
    return seats


def _nearest(points: NDArray[Any], seats: NDArray[np.float64]) -> NDArray[np.intp]:
    xy = shapely.get_coordinates(points)
    return np.linalg.norm(xy[:, None, :] - seats[None, :, :], axis=2).argmin(axis=1)


def _multipolygon(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
