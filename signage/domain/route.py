"""An ordered way round a handful of stops: nearest neighbour, then 2-opt.

Straight lines, not roads: good enough to walk a district in a sensible order, and said so where
it is shown.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from common.crs import GEOD

Point = tuple[float, float]
Metres = NDArray[np.float64]
# A move has to be worth more than rounding, so that the search always ends.
GAIN_M = 0.01


def distances(points: Sequence[Point]) -> Metres:
    """Metres between any two of these points (longitude, latitude) on the ellipsoid."""
    at = np.asarray(points, dtype=float).reshape(-1, 2)
    one, other = np.meshgrid(np.arange(len(at)), np.arange(len(at)))
    metres = GEOD.inv(at[one, 0], at[one, 1], at[other, 0], at[other, 1])[2]
    return np.asarray(metres, dtype=float).reshape(len(at), len(at))


def length(order: Sequence[int], metres: Metres) -> float:
    """Metres from the first to the last; one does not come back."""
    return float(sum(metres[a, b] for a, b in pairwise(order)))


def nearest_neighbour(metres: Metres) -> list[int]:
    """From the first point always on to the nearest that is left."""
    order, left = [0], set(range(1, len(metres)))
    while left:
        here = order[-1]
        order.append(min(left, key=lambda stop: (metres[here, stop], stop)))
        left.discard(order[-1])
    return order


def two_opt(order: Sequence[int], metres: Metres) -> list[int]:
    """Turn stretches round as long as the way gets shorter; the first point stays the first."""
    best = list(order)
    better = True
    while better:
        better = False
        for i in range(1, len(best) - 1):
            for j in range(i + 1, len(best)):
                before, first, last = best[i - 1], best[i], best[j]
                gain = metres[before, first] - metres[before, last]
                if j + 1 < len(best):
                    after = best[j + 1]
                    gain += metres[last, after] - metres[first, after]
                if gain > GAIN_M:
                    best[i : j + 1] = best[i : j + 1][::-1]
                    better = True
    return best


def way_round(start: Point, stops: Sequence[Point]) -> tuple[list[int], float]:
    """In which order to call at the stops from ``start``, and how many metres that is."""
    if not stops:
        return [], 0.0
    metres = distances([start, *stops])
    order = two_opt(nearest_neighbour(metres), metres)
    return [stop - 1 for stop in order[1:]], length(order, metres)
