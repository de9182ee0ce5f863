"""Where the edge of the polygons leaves the agreed line (domain reference §5.9: 5 m, provisional).

The line in the agreement is the law; the polygons are a working edge. Lines are CGCS2000 degrees,
lengths are metres on a plane about the middle of the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from common.crs import CGCS2000


@dataclass(frozen=True, slots=True)
class Departure:
    """A stretch of the agreed line that the edge does not follow.

    ``begins_m`` to ``ends_m`` along the agreed line, ``most_m`` beside it at ``longitude``,
    ``latitude``.
    """

    begins_m: float
    ends_m: float
    most_m: float
    longitude: float
    latitude: float

    @property
    def length_m(self) -> float:
        return self.ends_m - self.begins_m


def departures(agreed: BaseGeometry, edge: BaseGeometry, tolerance_m: float) -> list[Departure]:
    """Stretches where the edge lies farther than the tolerance from the agreed line, in order.

    The agreed line is looked at every half tolerance, and at least at each of its vertices. An
    edge that is not there departs everywhere. Raises ValueError for a tolerance that is no
    positive number and for an agreed line without length.
    """
    if not (isfinite(tolerance_m) and tolerance_m > 0):
        raise ValueError("A tolerance is a positive number of metres.")
    if agreed.is_empty or not agreed.length > 0:
        raise ValueError("An agreed line has a length.")
    to_plane, to_degrees = _plane(agreed)
    line, other = (shapely.transform(each, to_plane) for each in (agreed, edge))
    found: list[Departure] = []
    begins = 0.0
    for part in shapely.get_parts(line):
        dense = shapely.segmentize(part, max(tolerance_m / 2, part.length / 200_000))
        points = shapely.get_coordinates(dense)
        steps = np.hypot(*np.diff(points, axis=0).T)
        along = begins + np.concatenate([[0.0], np.cumsum(steps)])
        aside = _aside(points, other, tolerance_m)
        found += _stretches(points, along, aside, tolerance_m, to_degrees)
        begins = float(along[-1])
    return found


def pieces_of(line: BaseGeometry) -> int:
    """In how many pieces a line is that do not join end to end; metres apart is apart."""
    return len(shapely.get_parts(shapely.line_merge(line)))


def _aside(points: NDArray[np.float64], other: BaseGeometry, near_m: float) -> NDArray[np.float64]:
    """Metres from the other line, exact only where it is not near: few points ask for that."""
    aside = np.full(len(points), np.inf)
    if not other.is_empty:
        shapely.prepare(other)
        spots = shapely.points(points)
        near = shapely.dwithin(spots, other, near_m)
        aside[near] = 0.0
        aside[~near] = shapely.distance(spots[~near], other)
    return aside


def _stretches(
    points: NDArray[np.float64],
    along: NDArray[np.float64],
    aside: NDArray[np.float64],
    tolerance_m: float,
    to_degrees: "Projection",
) -> Sequence[Departure]:
    off = np.concatenate([[False], aside > tolerance_m, [False]])
    edges = np.flatnonzero(off[1:] != off[:-1])
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        worst = first + int(np.argmax(aside[first:last]))
        longitude, latitude = to_degrees(points[worst : worst + 1])[0]
        found.append(
            Departure(
                float(along[first]),
                float(along[last - 1]),
                float(aside[worst]),
                float(longitude),
                float(latitude),
            )
        )
    return found


class Projection:
    """Points of one system in another."""

    def __init__(self, transformer: Transformer) -> None:
        self.transformer = transformer

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(self.transformer.transform(xy[:, 0], xy[:, 1]))


def _plane(line: BaseGeometry) -> tuple[Projection, Projection]:
    """To metres about the middle of a line (azimuthal, equidistant) and back."""
    west, south, east, north = line.bounds
    plane = f"+proj=aeqd +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +ellps=GRS80"
    there = Transformer.from_crs(CGCS2000, plane, always_xy=True)
    back = Transformer.from_crs(plane, CGCS2000, always_xy=True)
    return Projection(there), Projection(back)
