"""Ways from people to facilities: on networks where both lie on one, else by straight line.

Costs are metres or minutes: a straight line of *d* metres costs ``d × detour / pace``, with a pace
of 1 for metres and of metres a minute for minutes. A pair on one network costs what its streets
take, even where a straight line would be quicker.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from common.errors import BadInput
from facilities.domain.cost import k_nearest, nearest, straight, within
from facilities.domain.networks import Attached

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Heard = Callable[[], None]
SECONDS = 60.0
# 12 bytes each are kept, some five times as much is needed on the way.
MOST_PAIRS = 20_000_000
# Pairs that are measured in one step where somebody may want to stop.
PAIRS_A_STEP = 2_000_000
MODES_BY_NETWORK = ("walk", "cycle", "car")
MODES = ("straight", "detour", *MODES_BY_NETWORK)


class TooManyPairs(BadInput):
    template = (
        "The limit is so wide that %(pairs)d pairs of places and facilities lie within it, more "
        "than %(most)d: choose a smaller one, or a smaller area."
    )


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One network with the origins and the facilities that lie on it (their positions among all);
    in ``attached`` the origins come first."""

    attached: Attached
    origins: Integers
    facilities: Integers

    def to(self, kept: Integers) -> "Part":
        chosen = np.isin(self.facilities, kept)
        points = np.concatenate([np.ones(len(self.origins), dtype=bool), chosen])
        places = np.searchsorted(kept, self.facilities[chosen])
        return Part(self.attached.some(points), self.origins, np.asarray(places, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """``origins`` and ``facilities`` are eastings and northings in metres."""

    origins: Floats
    facilities: Floats
    detour: float = 1.0
    pace: float = 1.0
    parts: tuple[Part, ...] = field(default=())

    def __post_init__(self) -> None:
        if not (math.isfinite(self.detour) and self.detour >= 1):
            raise BadInput("The detour factor must be a number, 1 or more.")
        if not (math.isfinite(self.pace) and self.pace > 0):
            raise BadInput("Speeds must be above 0 and lengths 0 or more.")

    @property
    def on_network(self) -> Flags:
        """Which origins lie on a network."""
        flags = np.zeros(len(self.origins), dtype=bool)
        for part in self.parts:
            flags[part.origins] = True
        return flags

    def to(self, kept: Integers) -> "Journeys":
        """The same ways to some of the facilities only, which are given in order."""
        return replace(
            self,
            facilities=self.facilities[kept],
            parts=tuple(part.to(kept) for part in self.parts),
        )

    def kth(self, k: int) -> Floats:
        """Cost from each origin to its ``k``-th nearest facility, infinite where there is none."""
        if k < 1:
            raise BadInput("The number of facilities must be 1 or more.")
        costs = np.full(len(self.origins), np.inf)
        off = np.flatnonzero(~self.on_network)
        costs[off] = self._straight_nearest(off, np.arange(len(self.facilities)), k)[:, -1]
        for part in self.parts:
            many = min(k, len(part.facilities))
            found = self._straight_nearest(part.origins, self._beyond(part), k)
            if many:
                nodes = part.attached.nodes
                first = len(part.origins)
                times, _ = k_nearest(part.attached.network, nodes[first:], many)
                found = np.column_stack([found, times[nodes[:first]] / SECONDS])
            costs[part.origins] = np.sort(found, axis=1)[:, k - 1]
        return costs

    def nearest(self) -> tuple[Floats, Integers]:
        """Cost from each origin to its nearest facility and which that is (of equals the first by
        straight line); infinite and -1 where there is none."""
        costs = np.full(len(self.origins), np.inf)
        chosen = np.full(len(self.origins), -1, dtype=np.int64)
        off = np.flatnonzero(~self.on_network)
        for origins, sites in [
            (off, np.arange(len(self.facilities))),
            *((part.origins, self._beyond(part)) for part in self.parts),
        ]:
            if len(origins) and len(sites):
                metres, which = cKDTree(self.facilities[sites]).query(self.origins[origins])
                costs[origins] = metres * (self.detour / self.pace)
                chosen[origins] = sites[which]
        for part in self.parts:
            first = len(part.origins)
            nodes = part.attached.nodes
            seconds, which = nearest(part.attached.network, nodes[first:])
            minutes, which = seconds[nodes[:first]] / SECONDS, which[nodes[:first]]
            quicker = (which >= 0) & (minutes <= costs[part.origins])
            there = part.origins[quicker]
            costs[there], chosen[there] = minutes[quicker], part.facilities[which[quicker]]
        return costs, chosen

    def within(self, limit: float, heard: Heard | None = None) -> csr_matrix:
        """Costs up to and with ``limit``, origins × facilities. Raises :class:`TooManyPairs`.

        ``heard`` is called between the steps of a long work, and may end it by an error."""
        self._refuse_too_many(limit)
        off = np.flatnonzero(~self.on_network)
        blocks = self._steps(off, np.arange(len(self.facilities)), limit, heard)
        for part in self.parts:
            blocks += self._steps(part.origins, self._beyond(part), limit, heard)
            nodes = part.attached.nodes
            first = len(part.origins)
            times = within(
                part.attached.network, nodes[:first], nodes[first:], cutoff=limit * SECONDS
            ).tocoo()
            blocks.append(
                (part.origins[times.row], part.facilities[times.col], times.data / SECONDS)
            )
        rows, columns, values = (np.concatenate(each) for each in zip(*blocks, strict=True))
        shape = (len(self.origins), len(self.facilities))
        return csr_matrix((values, (rows, columns)), shape=shape)

    def _steps(
        self, origins: Integers, facilities: Integers, limit: float, heard: Heard | None
    ) -> list[tuple[Integers, Integers, Floats]]:
        """Straight ways, in several steps where they are many and somebody may want to stop."""
        if heard is None:
            return [self._straight_within(origins, facilities, limit)]
        found = []
        for some in np.array_split(origins, 1 + len(origins) * len(facilities) // PAIRS_A_STEP):
            heard()
            found.append(self._straight_within(some, facilities, limit))
        return found

    def _beyond(self, part: Part) -> Integers:
        """Facilities that are not on the network of the part."""
        return np.setdiff1d(np.arange(len(self.facilities)), part.facilities)

    def _straight_nearest(self, origins: Integers, facilities: Integers, k: int) -> Floats:
        if not len(origins) or not len(facilities):
            return np.full((len(origins), k), np.inf)
        found, _ = cKDTree(self.facilities[facilities]).query(
            self.origins[origins], k=range(1, k + 1)
        )
        return np.asarray(found * (self.detour / self.pace), dtype=np.float64)

    def _straight_within(
        self, origins: Integers, facilities: Integers, limit: float
    ) -> tuple[Integers, Integers, Floats]:
        found = straight(
            self.origins[origins],
            self.facilities[facilities],
            cutoff=limit * self.pace,
            detour=self.detour,
        ).tocoo()
        return origins[found.row], facilities[found.col], found.data / self.pace

    def _refuse_too_many(self, limit: float) -> None:
        """Counted by straight lines before any memory is taken; streets are hardly shorter."""
        if not (math.isfinite(limit) and limit >= 0):
            raise BadInput("The limit must be a number, 0 or more.")
        if not len(self.origins) or not len(self.facilities):
            return
        radius = limit * self.pace / self.detour
        pairs = cKDTree(self.facilities).count_neighbors(cKDTree(self.origins), radius)
        if pairs > MOST_PAIRS:
            raise TooManyPairs(pairs=int(pairs), most=MOST_PAIRS)
