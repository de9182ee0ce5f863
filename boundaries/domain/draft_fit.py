"""Does an area that somebody drew elsewhere lie on the edges of record only in another datum?

A part of a division follows, for some of its way, edges that are on record. An area exported from
a consumer map is off by half a kilometre (GCJ-02) or more than one (BD-09): as CGCS2000 its
vertices lie beside those edges, turned back they lie on them. Pure.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from common.datums import get_datum, to_cgcs2000

SHIFTED = ("GCJ-02", "BD-09")
# About 30 m: generalised edges and hand-made copies of them agree so far.
NEAR_DEG = 3e-4
# At least this share of the vertices on an edge, and so much more of them than as they stand.
LEAST_SHARE, LEAST_GAIN = 0.3, 0.25
FEWEST = 4


def in_degrees(xy: Iterable[Sequence[float]]) -> bool:
    """Whether all positions lie in China as longitude and latitude."""
    return all(73 <= x <= 136 and 3 <= y <= 54 for x, y, *_ in xy)


def better_datum(area: BaseGeometry, shapes: Iterable[BaseGeometry]) -> str | None:
    """The datum as which an area (degrees) fits the edges of ``shapes``; None: as CGCS2000, or

    nothing tells (an area that follows no edge on record).
    """
    edges = shapely.union_all([shapely.boundary(shape) for shape in shapes])
    vertices = np.unique(shapely.get_coordinates(area), axis=0)
    if len(vertices) < FEWEST or edges.is_empty:
        return None
    shapely.prepare(edges)

    def share(xy: np.ndarray) -> float:
        return float(shapely.dwithin(edges, shapely.points(xy), NEAR_DEG).mean())

    own = share(vertices)
    found = {key: share(to_cgcs2000(vertices, get_datum(key))) for key in SHIFTED}
    best = max(found, key=lambda key: found[key])
    fits = found[best] >= LEAST_SHARE and found[best] - own >= LEAST_GAIN
    return best if fits else None
