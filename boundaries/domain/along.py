"""Divisions along a line: which a road, a river or a journey passes, and for how far."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from boundaries.domain.topology import ROUNDED_DEG
from common.crs import GEOD

# Stretches shorter than this come from the drawing of two neighbours' common edge.
SHORTEST_M = 0.5
# Between points so near each other metres and degrees grow alike, to a centimetre in a hundred km.
CLOSE_DEG = 0.01


@dataclass(frozen=True, slots=True)
class Stretch:
    """``code``: the division, "" where none is known; metres from the beginning of the line."""

    code: str
    begins_m: float
    ends_m: float

    @property
    def length_m(self) -> float:
        return self.ends_m - self.begins_m


def stretches(line: LineString, polygons: Mapping[str, BaseGeometry]) -> list[Stretch]:
    """The line's way through the polygons, in its own direction, without gap.

    ``line`` and polygons in CGCS2000 degrees. A line that runs along the edge of two of them is
    counted for both. Raises ValueError for a line without length.
    """
    points = shapely.get_coordinates(line)
    if len(points) < 2 or not line.length > 0:
        raise ValueError("The line has no length.")
    degrees = _degrees(points)
    # A degree along one segment is not as long everywhere, and the line leaves the geodesic.
    close = shapely.get_coordinates(shapely.segmentize(line, CLOSE_DEG))
    lon, lat = close.T
    _, _, steps = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    metres, places = np.concatenate([[0.0], np.cumsum(steps)]), _degrees(close)
    found = []
    for code, polygon in polygons.items():
        for begins, ends in _inside(line, polygon, degrees):
            found.append(
                Stretch(code, *(float(np.interp(d, places, metres)) for d in (begins, ends)))
            )
    found = sorted(
        (each for each in found if each.length_m > SHORTEST_M),
        key=lambda each: (each.begins_m, each.ends_m, each.code),
    )
    return _with_gaps(found, float(metres[-1]))


def _degrees(points: np.ndarray) -> np.ndarray:
    """How far along the line each of its points is, in degrees."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def _inside(
    line: LineString, polygon: BaseGeometry, degrees: np.ndarray
) -> list[tuple[float, float]]:
    """(begin, end) along the line, in its own units, of what lies in the polygon.

    The line is cut where it meets the edge; each piece lies inside or outside as its middle does,
    which rounding may put beside an edge that the line follows.
    A line that passes one place twice is told apart by cutting it segment by segment.
    """
    edge = polygon.boundary
    cuts: list[float] = [0.0]
    points = shapely.get_coordinates(line)
    for n, (start, end) in enumerate(itertools.pairwise(points)):
        piece = LineString([start, end])
        met = shapely.get_coordinates(shapely.intersection(piece, edge))
        cuts += [float(degrees[n] + np.hypot(*(each - start))) for each in met]
        cuts.append(float(degrees[n + 1]))
    cuts = sorted(set(cuts))
    middles = []
    for begins, ends in itertools.pairwise(cuts):
        at = (begins + ends) / 2
        middles.append(
            (
                float(np.interp(at, degrees, points[:, 0])),
                float(np.interp(at, degrees, points[:, 1])),
            )
        )
    shapely.prepare(polygon)
    inside = shapely.dwithin(polygon, shapely.points(middles), ROUNDED_DEG)
    kept: list[tuple[float, float]] = []
    for begins, ends, held in zip(cuts, cuts[1:], inside, strict=False):
        if not held:
            continue
        if kept and kept[-1][1] == begins:
            kept[-1] = (kept[-1][0], ends)
        else:
            kept.append((begins, ends))
    return kept


def _with_gaps(found: list[Stretch], length: float) -> list[Stretch]:
    """What no division holds is told as unknown, not left out."""
    whole, reached = [], 0.0
    for each in found:
        if each.begins_m > reached + SHORTEST_M:
            whole.append(Stretch("", reached, each.begins_m))
        whole.append(each)
        reached = max(reached, each.ends_m)
    if length > reached + SHORTEST_M:
        whole.append(Stretch("", reached, length))
    return whole
