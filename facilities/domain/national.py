"""The nearest facilities of a whole country, county by county: the same function for every part.

A county is measured in the 3° Gauss–Krüger zone of its middle, against facilities up to
FURTHEST_M around it: there the projection is wrong by less than 0.4 %, near by by far less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from common.crs import CGCS2000, gauss_kruger_epsg, project_points
from common.errors import BadInput
from facilities.domain.coverage import nearest_distances

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FURTHEST_M = 500_000.0
# Most counties find what they look for near by; only the others look farther.
RADII_M = (60_000.0, 200_000.0, FURTHEST_M)
# Of latitude at the least, so that a box in degrees is never too small.
METRES_A_DEGREE = 110_000.0
COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True, eq=False)
class CountyPart:
    """Places of one county in degrees of CGCS2000."""

    code: str
    places: Floats


def county_parts(codes: NDArray[np.str_], places: Floats) -> tuple[list[CountyPart], Integers]:
    """The parts in the order of their codes, and the order of the places when parts are laid end
    to end. Raises BadInput."""
    if len(codes) != len(places):
        raise BadInput("Every place needs its division.")
    _check(places)
    counties = codes.astype(f"<U{COUNTY_DIGITS}")
    order = np.argsort(counties, kind="stable")
    names, starts = np.unique(counties[order], return_index=True)
    blocks = np.split(order, starts[1:]) if len(names) else []
    parts = [
        CountyPart(str(name), places[block]) for name, block in zip(names, blocks, strict=True)
    ]
    return parts, order.astype(np.int64)


def _around(places: Floats, facilities: Floats, radius_m: float) -> NDArray[np.bool_]:
    """Facilities in a box that holds everything up to ``radius_m`` from any place, and more."""
    west, south = places.min(axis=0)
    east, north = places.max(axis=0)
    up = radius_m / METRES_A_DEGREE
    # Degrees of longitude are shortest at the edge that is nearest to the pole.
    pole = min(max(abs(south), abs(north)) + up, 85.0)
    side = up / np.cos(np.radians(pole))
    x, y = facilities[:, 0], facilities[:, 1]
    kept = (x >= west - side) & (x <= east + side) & (y >= south - up) & (y <= north + up)
    return np.asarray(kept, dtype=np.bool_)


def nearest_in_county(part: CountyPart, facilities: Floats, at_least: int = 1) -> Floats:
    """Metres from each place to its ``at_least``-th nearest facility of the whole country, which
    are given in degrees; infinite where that is not within FURTHEST_M. Raises BadInput."""
    _check(facilities)
    west, east = part.places[:, 0].min(), part.places[:, 0].max()
    epsg = gauss_kruger_epsg(float(west + east) / 2)
    xy = project_points(part.places, CGCS2000, epsg)
    metres = np.full(len(xy), np.inf)
    for radius_m in RADII_M:
        sites = facilities[_around(part.places, facilities, radius_m)]
        if len(sites):
            sites = project_points(sites, CGCS2000, epsg)
        metres = nearest_distances(xy, sites, at_least=at_least)
        if (metres <= radius_m).all():
            break
    return np.where(metres <= FURTHEST_M, metres, np.inf)


def laid_together(answers: Sequence[Floats], order: Integers) -> Floats:
    """What the parts answered, in the order of the places."""
    together = np.empty(len(order))
    together[order] = np.concatenate(answers) if answers else np.empty(0)
    return together


def one_by_one(
    parts: Sequence[CountyPart], facilities: Floats, at_least: int = 1
) -> Iterator[Floats]:
    """In this process, one part after another."""
    return (nearest_in_county(part, facilities, at_least) for part in parts)


def _check(xy: Floats) -> None:
    if not np.isfinite(xy).all():
        raise BadInput("A position is missing or not a number.")
