"""The course of a line (界线走向): where along it something stands, and whither it runs.

Directions are the sixteen of the survey standard, from true north, each 22.5 degrees wide (domain
reference §5.6). Coordinates are CGCS2000 degrees, lengths are ellipsoidal metres.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from common.crs import GEOD

SECTOR = 22.5
DIRECTIONS = (
    ("北", "north"),
    ("北偏东北", "north-northeast"),
    ("东北", "northeast"),
    ("东偏东北", "east-northeast"),
    ("东", "east"),
    ("东偏东南", "east-southeast"),
    ("东南", "southeast"),
    ("南偏东南", "south-southeast"),
    ("南", "south"),
    ("南偏西南", "south-southwest"),
    ("西南", "southwest"),
    ("西偏西南", "west-southwest"),
    ("西", "west"),
    ("西偏西北", "west-northwest"),
    ("西北", "northwest"),
    ("北偏西北", "north-northwest"),
)


def sixteenth(azimuth: float) -> int:
    """The sector of an azimuth in degrees from true north: 0 is north, 4 is east."""
    return int(((azimuth % 360) + SECTOR / 2) // SECTOR) % len(DIRECTIONS)


def azimuth_to_16(azimuth: float) -> str:
    """11.24° is 北, 11.26° is 北偏东北, 348.74° is 北偏西北."""
    return DIRECTIONS[sixteenth(azimuth)][0]


@dataclass(frozen=True, slots=True)
class Spot:
    """``chainage``: metres from the beginning of the line; ``offset``: metres beside it."""

    chainage: float
    offset: float


@dataclass(frozen=True, slots=True)
class Leg:
    """From one marker to the next: metres along the line, azimuth of the straight way."""

    first: int
    second: int
    length_m: float
    azimuth: float


class Course:
    """A line measured from its western or, where it runs north to south, its northern end.

    The parts of a line in several pieces follow each other in the order of their beginnings; the
    gaps between them count nothing.
    """

    def __init__(self, line: BaseGeometry) -> None:
        west, south, east, north = line.bounds
        squeeze = cos(radians((south + north) / 2))
        self.westwards = (east - west) * squeeze >= north - south
        parts = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
        turned = [
            part if self._rank(part[0]) <= self._rank(part[-1]) else part[::-1] for part in parts
        ]
        self.points = sorted(turned, key=lambda part: self._rank(part[0]))
        self._squeeze = np.array([squeeze, 1.0])
        self._flat = [shapely.LineString(part * self._squeeze) for part in self.points]
        self._along = [_distances(part) for part in self.points]
        self._begins = np.cumsum([0.0, *(along[-1] for along in self._along)])

    @property
    def length_m(self) -> float:
        return float(self._begins[-1])

    def locate(self, lon: float, lat: float) -> Spot:
        """Where on the line a point belongs: the nearest place of it."""
        point = shapely.Point(np.array([lon, lat]) * self._squeeze)
        part = int(np.argmin([line.distance(point) for line in self._flat]))
        at = self._flat[part].line_locate_point(point)
        spot = np.array(self._flat[part].interpolate(at).coords[0]) / self._squeeze
        points = self.points[part]
        steps = np.hypot(*np.diff(points * self._squeeze, axis=0).T)
        before = int(np.clip(np.searchsorted(np.cumsum(steps), at), 0, len(steps) - 1))
        _, _, rest = GEOD.inv(*points[before], *spot)
        _, _, offset = GEOD.inv(lon, lat, *spot)
        return Spot(float(self._begins[part] + self._along[part][before] + rest), float(offset))

    def at(self, chainage: float) -> tuple[float, float]:
        """Longitude and latitude of the place so many metres along the line."""
        part = int(
            np.clip(np.searchsorted(self._begins, chainage, "right") - 1, 0, len(self.points) - 1)
        )
        along, points = self._along[part], self.points[part]
        rest = float(np.clip(chainage - self._begins[part], 0, along[-1]))
        return (
            float(np.interp(rest, along, points[:, 0])),
            float(np.interp(rest, along, points[:, 1])),
        )

    def _rank(self, point: NDArray[np.float64]) -> float:
        return float(point[0] if self.westwards else -point[1])


def legs(spots: Sequence[tuple[tuple[float, float], float]]) -> list[Leg]:
    """Marker to marker. ``spots``: (position, chainage) in the order of the serials."""
    found = []
    for n, ((here, at), (there, then)) in enumerate(itertools.pairwise(spots)):
        azimuth, _, _ = GEOD.inv(*here, *there)
        found.append(Leg(n, n + 1, abs(then - at), float(azimuth) % 360))
    return found


def _distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from the first point to each."""
    lon, lat = points.T
    _, _, steps = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    return np.concatenate([[0.0], np.cumsum(steps)])
