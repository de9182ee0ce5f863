"""Streets: lines joined at their ends and crossings into a graph, one-way or not.

All positions are metres of one projected system. A line runs from its first vertex to its last:
that is the direction which one-way streets are told by.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from common.errors import BadInput
from facilities.domain.coverage import check_metres

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shapes = NDArray[np.object_]
BOTH, ALONG, AGAINST = 0, 1, -1
# Two streets of one shape whose lengths differ by less are one street.
LENGTH_STEP_M = 0.1


class BadLine(BadInput):
    template = "Line %(number)d of the network is empty or is no line."


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines as a file tells them. ``classes`` are in the words of OpenStreetMap ("residential"),
    ``directions`` BOTH, ALONG or AGAINST; ``speeds_kmh`` and ``lengths_m`` are NaN where the file
    tells none: then the class and the shape decide."""

    shapes: Shapes
    classes: NDArray[np.str_]
    directions: Integers
    speeds_kmh: Floats
    lengths_m: Floats

    def __post_init__(self) -> None:
        told = (self.classes, self.directions, self.speeds_kmh, self.lengths_m)
        if any(len(values) != len(self.shapes) for values in told):
            raise BadInput("Every line needs its class, direction, speed and length.")
        wrong = (shapely.get_type_id(self.shapes) != 1) | shapely.is_empty(self.shapes)
        if wrong.any():
            raise BadLine(number=int(wrong.argmax()) + 1)
        if len(self.shapes):
            check_metres(shapely.get_coordinates(self.shapes))
        if not np.isin(self.directions, (BOTH, ALONG, AGAINST)).all():
            raise BadInput("A direction must be 1 (along the line), -1 (against it) or 0 (both).")
        if (self.speeds_kmh <= 0).any() or (self.lengths_m < 0).any():
            raise BadInput("Speeds must be above 0 and lengths 0 or more.")
        if np.isinf(self.speeds_kmh).any() or np.isinf(self.lengths_m).any():
            raise BadInput("Speeds must be above 0 and lengths 0 or more.")

    def __len__(self) -> int:
        return len(self.shapes)

    def measured_m(self) -> Floats:
        """Lengths as told, else of the shapes."""
        return np.where(np.isnan(self.lengths_m), shapely.length(self.shapes), self.lengths_m)

    def some(self, which: Any) -> "Lines":
        return Lines(
            self.shapes[which],
            self.classes[which],
            self.directions[which],
            self.speeds_kmh[which],
            self.lengths_m[which],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Lines with the nodes that they join: street *i* leads from node ``ends[i, 0]`` to
    ``ends[i, 1]``; ``nodes`` are positions."""

    lines: Lines
    nodes: Floats
    ends: Integers

    def __len__(self) -> int:
        return len(self.lines)

    def some(self, which: Any) -> "Streets":
        """Some of the streets, on all of the nodes."""
        return Streets(self.lines.some(which), self.nodes, self.ends[which])


def join(lines: Lines, *, tolerance_m: float = 0.0) -> Streets:
    """The graph of lines that meet where a vertex of one is also a vertex of another.

    Ends that lie up to ``tolerance_m`` from another end or vertex are taken as meeting there.
    Lines that cross without a common vertex do not meet: one is a bridge. Raises BadInput.
    """
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise BadInput("The tolerance must be a number of metres, 0 or more.")
    # Twins first: else every bend of a street that is drawn twice would be a crossing.
    lines, _ = _merged(lines, np.empty((len(lines), 0), dtype=np.int64))
    xy, line = shapely.get_coordinates(lines.shapes, return_index=True)
    if not len(xy):
        return Streets(lines, np.empty((0, 2)), np.empty((0, 2), dtype=np.int64))
    last = np.append(line[1:] != line[:-1], True)
    first = np.insert(last[:-1], 0, True)
    places, place = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    positions = np.column_stack([places.real, places.imag])
    is_end = np.zeros(len(places), dtype=bool)
    is_end[place[first | last]] = True
    joint = is_end | (np.bincount(place) > 1)
    node_of_place = _clusters(positions, is_end, joint, tolerance_m)
    inner = (node_of_place[place] >= 0) & ~first & ~last
    # Where a line is cut its vertex ends one street and begins the next.
    copies = np.repeat(np.arange(len(xy)), 1 + inner)
    second = np.insert(copies[1:] == copies[:-1], 0, False)
    begins = first[copies] | second
    piece = np.cumsum(begins) - 1
    shapes = shapely.linestrings(xy[copies], indices=piece)
    start = np.flatnonzero(begins)
    stop = np.append(start[1:], len(copies)) - 1
    ends = node_of_place[place[copies[np.column_stack([start, stop])]]]
    of_line = line[copies[start]]
    cut_lines = lines.some(of_line)
    with np.errstate(invalid="ignore", divide="ignore"):
        told = cut_lines.lengths_m * shapely.length(shapes) / shapely.length(cut_lines.shapes)
    pieces = Lines(shapes, cut_lines.classes, cut_lines.directions, cut_lines.speeds_kmh, told)
    nodes = _positions(positions, node_of_place)
    # What the tolerance has shrunk to nothing is no street.
    real = (ends[:, 0] != ends[:, 1]) | (shapely.length(shapes) > tolerance_m)
    return merged_twins(Streets(pieces, nodes, ends).some(real))


def _clusters(positions: Floats, is_end: Flags, joint: Flags, tolerance_m: float) -> Integers:
    """The node at each place, -1 at mere bends."""
    if tolerance_m > 0:
        near, _ = cKDTree(positions[is_end]).query(
            positions, distance_upper_bound=np.nextafter(tolerance_m, np.inf)
        )
        joint = joint | (near <= tolerance_m)
    at = np.flatnonzero(joint)
    pairs = np.empty((0, 2), dtype=np.int64)
    if tolerance_m > 0:
        pairs = cKDTree(positions[at]).query_pairs(tolerance_m, output_type="ndarray")
        pairs = pairs[is_end[at[pairs]].any(axis=1)]
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(at), len(at)))
    _, labels = connected_components(links, directed=False)
    nodes = np.full(len(positions), -1, dtype=np.int64)
    nodes[at] = labels
    return nodes


def _positions(positions: Floats, node_of_place: Integers) -> Floats:
    """Where each node lies: the first of its places."""
    at = np.flatnonzero(node_of_place >= 0)[::-1]
    nodes = np.empty((int(node_of_place.max(initial=-1)) + 1, 2))
    nodes[node_of_place[at]] = positions[at]
    return nodes


def merged_twins(streets: Streets) -> Streets:
    """Two lines of one shape, class, speed and length become one street: that for both directions
    where the file draws one line for each. Otherwise a point beside it would be joined to only
    one of them, and people there could leave in one direction only."""
    lines, kept = _merged(streets.lines, np.sort(streets.ends, axis=1))
    return Streets(lines, streets.nodes, streets.ends[kept])


def _merged(lines: Lines, between: Integers) -> tuple[Lines, Integers]:
    """Twins merged among lines that also agree in ``between``, and which lines stand for them."""
    normal = shapely.normalize(lines.shapes)
    # A closed line is normal whichever way it runs: its turning tells.
    same_way = np.where(
        shapely.is_closed(lines.shapes),
        shapely.is_ccw(lines.shapes),
        shapely.equals_exact(normal, lines.shapes),
    )
    turned = np.where(same_way, 1, -1)
    lengths = np.round(np.nan_to_num(lines.lengths_m, nan=-1) / LENGTH_STEP_M)
    keys = zip(
        shapely.to_wkb(normal),
        lines.classes.tolist(),
        np.nan_to_num(lines.speeds_kmh, nan=-1).tolist(),
        lengths.tolist(),
        map(tuple, between.tolist()),
        strict=True,
    )
    first_of: dict[Any, int] = {}
    group = np.array([first_of.setdefault(key, at) for at, key in enumerate(keys)], dtype=np.int64)
    ways = lines.directions * turned
    both = np.zeros(len(lines), dtype=bool)
    forth, back = both.copy(), both.copy()
    np.logical_or.at(both, group, ways == BOTH)
    np.logical_or.at(forth, group, ways == ALONG)
    np.logical_or.at(back, group, ways == AGAINST)
    kept = np.unique(group)
    merged = np.where(both | (forth & back), BOTH, np.where(forth, ALONG, AGAINST)) * turned
    some = lines.some(kept)
    return (
        Lines(some.shapes, some.classes, merged[kept], some.speeds_kmh, some.lengths_m),
        kept,
    )


def loose_ends(streets: Streets, *, tolerance_m: float) -> Integers:
    """Nodes where one street ends nearer than ``tolerance_m`` to another that it does not join:
    mostly faults of drawing, told so that a person can look."""
    degree = np.bincount(streets.ends.ravel(), minlength=len(streets.nodes))
    dead = np.flatnonzero(degree == 1)
    tree = shapely.STRtree(streets.lines.shapes)
    points = shapely.points(streets.nodes[dead])
    which, street = tree.query(points, predicate="dwithin", distance=tolerance_m)
    foreign = (streets.ends[street] != dead[which][:, None]).all(axis=1)
    return np.unique(dead[which[foreign]])
