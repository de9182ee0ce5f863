"""Land from which a facility can be reached in time: the streets that count, made wide."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon
from shapely.ops import substring

from common.errors import BadInput
from facilities.domain.cost import nearest
from facilities.domain.networks import Attached

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WIDTH_M = 50.0
# Corners of a quarter of a circle around the end of a street.
CORNERS = 4


def isochrone(
    attached: Attached, facilities: Integers, *, cutoff_s: float, width_m: float = WIDTH_M
) -> MultiPolygon:
    """Everything up to ``width_m`` from a street on which people are at most ``cutoff_s`` seconds
    from one of the ``facilities`` (positions among the attached points), in metres.

    A street that is reached in part counts in part; one-way streets count for those who travel
    towards the facility. Empty where nothing is in reach. Raises BadInput.
    """
    if not (math.isfinite(cutoff_s) and cutoff_s >= 0):
        raise BadInput("The limit must be a number, 0 or more.")
    if not (math.isfinite(width_m) and width_m > 0):
        raise BadInput("The width of streets must be a number of metres above 0.")
    pieces = reached_pieces(attached, facilities, cutoff_s=cutoff_s)
    land = shapely.union_all(shapely.buffer(pieces, width_m, quad_segs=CORNERS))
    return MultiPolygon([part for part in shapely.get_parts(land) if part.geom_type == "Polygon"])


def reached_by(shapes: NDArray[np.object_], many: int) -> shapely.Geometry:
    """Land that lies within ``many`` of the shapes at least: their outlines cut it into faces, and
    each face is within all of a shape or none of it."""
    if many <= 1 or len(shapes) < many:
        return shapely.union_all(shapes if many <= 1 else [])
    outlines = shapely.union_all(shapely.boundary(shapes))
    faces = shapely.get_parts(shapely.polygonize([outlines]))
    inner = shapely.point_on_surface(faces)
    _shape, face = shapely.STRtree(inner).query(shapes, predicate="contains")
    return shapely.union_all(faces[np.bincount(face, minlength=len(faces)) >= many])


def reached_pieces(
    attached: Attached, facilities: Integers, *, cutoff_s: float
) -> NDArray[np.object_]:
    """The parts of streets from which a facility is within ``cutoff_s`` seconds: lines, or points
    where nothing but the place beside the facility is near enough."""
    travel = attached.travel
    left = cutoff_s - nearest(attached.network, attached.nodes[facilities])[0]
    starts, stops = travel.streets.ends.T
    every = np.arange(len(travel.streets))
    # People on a street travel along it to its end, against it to its start; beside a facility
    # from both sides to its place.
    own = facilities[attached.street[facilities] >= 0]
    leg = attached.legs_m[own] / (travel.mode.access_kmh / 3.6)
    spare, street, at = cutoff_s - leg, attached.street[own], attached.at[own]
    parts = [
        (every, 1 - _share(left[stops], travel.along), np.ones(len(every)), left[stops]),
        (every, np.zeros(len(every)), _share(left[starts], travel.against), left[starts]),
        (street, at - _share(spare, travel.along[street]), at, spare),
        (street, at, at + _share(spare, travel.against[street]), spare),
    ]
    which, low, high, spare = (np.concatenate(column) for column in zip(*parts, strict=True))
    low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    kept = (spare >= 0) & travel.open[which]
    shapes = travel.streets.lines.shapes
    whole = kept & (low <= 0) & (high >= 1)
    # Of what is reached in part, what a whole street covers anyway is left out.
    part = np.flatnonzero(kept & ~whole & ~np.isin(which, which[whole]))
    cut = [_piece(shapes[which[i]], low[i], high[i]) for i in part]
    return np.array([*shapes[np.unique(which[whole])], *cut], dtype=object)


def _share(left: Floats, seconds: Floats) -> Floats:
    """What part of a street can be passed in the time that is left, 0 to 1."""
    left = np.maximum(left, 0)
    return np.clip(np.divide(left, seconds, out=np.ones(len(left)), where=seconds > 0), 0, 1)


def _piece(shape: LineString, low: float, high: float) -> LineString:
    return substring(shape, low, high, normalized=True)
