"""What it costs to get from people to facilities: seconds or metres over a directed network.

A cost matrix is sparse (CSR, origins × facilities). A pair that is not stored is out of reach;
a stored zero is a cost of zero.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from common.errors import BadInput

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# A street is longer than the straight line by a third or so (Ballou et al. 2002: 1.2 to 1.4): an
# assumption, not a rule.
DETOUR = 1.3
# Dense rows that one round of the search may hold: 8 bytes each.
CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A directed graph: ``graph[i, j]`` is the cost of going straight from node *i* to *j*."""

    graph: csr_matrix

    @property
    def nodes(self) -> int:
        return int(self.graph.shape[0])

    def components(self) -> Integers:
        """The strongly connected part that each node lies in: inside one, one can go and return."""
        _, labels = connected_components(self.graph, directed=True, connection="strong")
        return np.asarray(labels, dtype=np.int64)


def network(nodes: int, sources: Integers, targets: Integers, costs: Floats) -> Network:
    """The graph of one-way edges; a two-way road is given as two. Of parallel edges the cheapest
    counts. Raises :class:`BadInput`."""
    if not len(sources) == len(targets) == len(costs):
        raise BadInput("Every edge needs its two ends and its cost.")
    _check_costs(costs)
    _check_nodes(sources, nodes)
    _check_nodes(targets, nodes)
    order = np.lexsort((costs, targets, sources))
    rows, columns, values = sources[order], targets[order], costs[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    graph = csr_matrix((values[first], (rows[first], columns[first])), shape=(nodes, nodes))
    return Network(graph)


def nearest(of: Network, facilities: Integers) -> tuple[Floats, Integers]:
    """Cost from every node to its nearest facility, and the position of that facility in
    ``facilities``; infinite and -1 where none can be reached."""
    _check_nodes(facilities, of.nodes)
    if not len(facilities):
        return np.full(of.nodes, np.inf), np.full(of.nodes, -1, dtype=np.int64)
    # People travel towards the facility, so the search runs against the one-way streets.
    costs, _, roots = dijkstra(
        of.graph.T.tocsr(), indices=facilities, min_only=True, return_predecessors=True
    )
    positions = np.full(of.nodes, -1, dtype=np.int64)
    positions[facilities[::-1]] = np.arange(len(facilities))[::-1]
    reached = np.isfinite(costs)
    chosen = np.full(of.nodes, -1, dtype=np.int64)
    chosen[reached] = positions[roots[reached]]
    return np.asarray(costs, dtype=np.float64), chosen


def k_nearest(of: Network, facilities: Integers, k: int) -> tuple[Floats, Integers]:
    """Costs from every node to its ``k`` nearest facilities, the nearest first, and their positions
    in ``facilities``: two arrays of nodes × k, infinite and -1 where fewer can be reached.

    Exact, in ``k`` searches of the whole network, however many facilities there are: the next
    nearest of a node is either the next nearest of a neighbour that has found the same facilities
    so far, or the best of those that only the neighbour has found.
    """
    if k < 1:
        raise BadInput("The number of facilities must be 1 or more.")
    first_costs, first_chosen = nearest(of, facilities)
    costs, chosen = first_costs[:, None], first_chosen[:, None]
    ways = of.graph.tocoo()
    while chosen.shape[1] < k:
        next_costs, next_chosen = _next_nearest(of.nodes, ways, facilities, costs, chosen)
        costs = np.column_stack([costs, next_costs])
        chosen = np.column_stack([chosen, next_chosen])
    return costs, chosen


def _next_nearest(
    nodes: int, ways: Any, facilities: Integers, costs: Floats, chosen: Integers
) -> tuple[Floats, Integers]:
    here, there = ways.row, ways.col
    sets = np.sort(chosen, axis=1)
    alike = (sets[here] == sets[there]).all(axis=1)
    here, there, over = here[~alike], there[~alike], ways.data[~alike]
    theirs = chosen[there]
    new = (theirs >= 0) & ~(theirs[:, :, None] == chosen[here][:, None, :]).any(axis=2)
    some = new.any(axis=1)
    best = new.argmax(axis=1)[some]
    offered, at = theirs[some, best], here[some]
    price = over[some] + costs[there[some], best]
    # Of more facilities on one node than have been found there, the next costs nothing.
    left = np.flatnonzero(~(chosen[facilities] == np.arange(len(facilities))[:, None]).any(axis=1))
    # A node for each facility stands before what is offered of it, so that the search tells whose
    # offer won; people travel towards facilities, the search runs against the streets.
    steps = network(
        nodes + len(facilities),
        np.concatenate([ways.col[alike], nodes + offered, nodes + left]),
        np.concatenate([ways.row[alike], at, facilities[left]]),
        np.concatenate([ways.data[alike], price, np.zeros(len(left))]),
    )
    starts = nodes + np.arange(len(facilities))
    found, _, roots = dijkstra(steps.graph, indices=starts, min_only=True, return_predecessors=True)
    reached = np.isfinite(found[:nodes])
    return found[:nodes], np.where(reached, roots[:nodes] - nodes, -1)


def within(of: Network, origins: Integers, facilities: Integers, *, cutoff: float) -> csr_matrix:
    """Costs from origins to facilities up to and with ``cutoff``. Memory grows with the pairs
    kept, not with origins × facilities."""
    _check_cutoff(cutoff)
    _check_nodes(origins, of.nodes)
    _check_nodes(facilities, of.nodes)
    backwards = of.graph.T.tocsr()
    step = max(1, CELLS_AT_ONCE // max(of.nodes, 1))
    rows, columns, values = [], [], []
    for start in range(0, len(facilities), step):
        reached = dijkstra(backwards, indices=facilities[start : start + step], limit=cutoff)
        found = reached[:, origins]
        column, row = np.nonzero(np.isfinite(found))
        rows.append(row)
        columns.append(column + start)
        values.append(found[column, row])
    return _matrix(rows, columns, values, (len(origins), len(facilities)))


def straight(
    origins: Floats, facilities: Floats, *, cutoff: float, detour: float = 1.0
) -> csr_matrix:
    """Metres by straight line times ``detour``, up to and with ``cutoff``: an approximation for
    places without a network. Positions are eastings and northings in metres."""
    _check_cutoff(cutoff)
    if not (math.isfinite(detour) and detour >= 1):
        raise BadInput("The detour factor must be a number, 1 or more.")
    if not (np.isfinite(origins).all() and np.isfinite(facilities).all()):
        raise BadInput("A position is missing or not a number.")
    shape = (len(origins), len(facilities))
    if not all(shape):
        return csr_matrix(shape, dtype=np.float64)
    # A hair wider than asked, then cut exactly: the division by the factor rounds.
    near = cKDTree(origins).sparse_distance_matrix(
        cKDTree(facilities), cutoff / detour * (1 + 1e-9), output_type="ndarray"
    )
    values = near["v"] * detour
    kept = values <= cutoff
    return _matrix([near["i"][kept]], [near["j"][kept]], [values[kept]], shape)


def least(costs: csr_matrix) -> Integers:
    """Where in ``costs.data`` the least cost of each row stands (of equals the first), -1 in rows
    that have none."""
    return extreme(costs.data, costs.indptr, np.minimum)


def extreme(values: Floats, indptr: NDArray[np.integer[Any]], which: np.ufunc) -> Integers:
    """Where in ``values``, one for each stored pair, the least (``np.minimum``) or the greatest
    (``np.maximum``) of each row stands: of equals the first, -1 in rows that have none."""
    found = np.full(len(indptr) - 1, -1, dtype=np.int64)
    counts = np.diff(indptr)
    filled = np.flatnonzero(counts)
    if not len(filled):
        return found
    # Empty rows take no room, so that the starts of the others part the values without a gap.
    best = which.reduceat(values, indptr[filled])
    row = np.repeat(np.arange(len(filled)), counts[filled])
    places = np.flatnonzero(values == best[row])
    found[filled[row[places[::-1]]]] = places[::-1]
    return found


def _matrix(
    rows: list[Integers], columns: list[Integers], values: list[Floats], shape: tuple[int, int]
) -> csr_matrix:
    if not values:
        return csr_matrix(shape, dtype=np.float64)
    pairs = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.concatenate(values), pairs), shape=shape)


def _check_costs(costs: Floats) -> None:
    if np.isnan(costs).any():
        raise BadInput("A cost is missing or not a number.")
    if (costs < 0).any() or np.isinf(costs).any():
        raise BadInput("A cost must be a number, 0 or more.")


def _check_nodes(given: Integers, nodes: int) -> None:
    if len(given) and (given.min() < 0 or given.max() >= nodes):
        raise BadInput("A point refers to a node that the network does not have.")


def _check_cutoff(cutoff: float) -> None:
    if not (math.isfinite(cutoff) and cutoff >= 0):
        raise BadInput("The limit must be a number, 0 or more.")
