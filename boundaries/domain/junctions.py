"""Tri-junctions (三交点): the places where the lines between three divisions end together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# Ends of surveyed and of derived lines are one place within some five metres.
TOGETHER_DEG = 0.00005


@dataclass(frozen=True, slots=True, order=True)
class Junction:
    """``sides``: codes of the divisions, the smallest first; ``lines``: codes of those that end.

    The position is in CGCS2000 degrees. More than three divisions may meet in one place.
    """

    sides: tuple[str, ...]
    lines: tuple[str, ...]
    longitude: float
    latitude: float

    @property
    def code(self) -> str:
        """Made of its sides: no official way is known (domain reference §5.5, unverified)."""
        return "-".join(self.sides)


def junctions_of(ends: Iterable[tuple[str, float, float]]) -> list[Junction]:
    """Where lines of three divisions or more end; ``ends``: (line ``a-b``, longitude, latitude).

    Two lines alone make none: between them lies what has no line, the sea or another country. The
    same divisions may meet more than once.
    """
    known = list(ends)
    if not known:
        return []
    places = np.array([each[1:] for each in known])
    points = shapely.points(places)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=TOGETHER_DEG)
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(len(known), len(known)))
    _count, label = connected_components(links, directed=False)
    groups: dict[int, list[int]] = defaultdict(list)
    for n, group in enumerate(label.tolist()):
        groups[group].append(n)
    found = []
    for held in groups.values():
        lines = tuple(sorted({known[n][0] for n in held}))
        sides = tuple(sorted({side for line in lines for side in line.split("-")}))
        if len(sides) >= 3 and len(lines) >= 3:
            longitude, latitude = places[held].mean(axis=0).tolist()
            found.append(Junction(sides, lines, longitude, latitude))
    return sorted(found)
