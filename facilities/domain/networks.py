"""Streets as one mode of travel uses them: seconds, what is connected, points beside them.

The speeds are assumptions, not rules: pass a mode of your own where better ones are known. Car
speeds follow the lower design speeds of Chinese urban roads (快速路, 主干路, 次干路, 支路).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray

from common.errors import BadInput
from facilities.domain.cost import Network, network
from facilities.domain.coverage import check_metres
from facilities.domain.streets import AGAINST, ALONG, Streets

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MOTORISED = ("motorway", "trunk")
FOOT_ONLY = ("footway", "pedestrian", "path", "steps", "corridor", "platform", "bridleway")
NO_ROAD = ("construction", "proposed", "raceway", "abandoned", "razed", "rest_area", "services")
FURTHEST_M = 2000.0
# The highest limit that a sign on a motorway can show.
FASTEST_KMH = 120.0
# Shares of one street that differ by less are one place.
SAME_PLACE = 1e-9


@dataclass(frozen=True, slots=True)
class Mode:
    """A way of travelling. A class of street that is neither in ``speeds_kmh`` nor ``closed`` is
    passed at ``default_kmh``; a link ("primary_link") counts as what it leads to.

    ``heeds_signs``: told speeds count. ``access_kmh`` is the walk between a point and its street.
    """

    key: str
    speeds_kmh: Mapping[str, float]
    closed: frozenset[str]
    default_kmh: float
    heeds_one_way: bool = True
    heeds_signs: bool = False
    access_kmh: float = 5.0

    @property
    def fastest_kmh(self) -> float:
        """Nobody gets farther in an hour."""
        known = max(*self.speeds_kmh.values(), self.default_kmh)
        return max(known, FASTEST_KMH) if self.heeds_signs else known

    def __post_init__(self) -> None:
        speeds = np.array([*self.speeds_kmh.values(), self.default_kmh, self.access_kmh])
        if not np.isfinite(speeds).all() or (speeds <= 0).any():
            raise BadInput("Speeds must be above 0 and lengths 0 or more.")


WALK = Mode(
    "walk",
    MappingProxyType({"steps": 2.5}),
    closed=frozenset((*MOTORISED, *NO_ROAD)),
    default_kmh=5,
    heeds_one_way=False,
)
CYCLE = Mode(
    "cycle",
    MappingProxyType({"footway": 6, "pedestrian": 6, "path": 10, "track": 10}),
    closed=frozenset((*MOTORISED, *NO_ROAD, "steps", "corridor", "platform")),
    default_kmh=14,
)
CAR = Mode(
    "car",
    MappingProxyType(
        {
            "motorway": 80,
            "trunk": 60,
            "primary": 40,
            "secondary": 30,
            "tertiary": 25,
            "unclassified": 20,
            "residential": 20,
            "living_street": 10,
            "service": 15,
            "track": 15,
            "road": 20,
        }
    ),
    closed=frozenset((*FOOT_ONLY, *NO_ROAD, "cycleway", "busway")),
    default_kmh=20,
    heeds_signs=True,
)
KNOWN = frozenset((*CAR.speeds_kmh, *CAR.closed))
MODES = MappingProxyType({mode.key: mode for mode in (WALK, CYCLE, CAR)})


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the network in which one can go everywhere and return."""

    nodes: int
    streets: int
    length_km: float


@dataclass(frozen=True, slots=True, eq=False)
class TravelNetwork:
    """Streets with the seconds that each takes ``along`` its line and ``against`` it, infinite
    where that is not allowed."""

    streets: Streets
    mode: Mode
    along: Floats
    against: Floats

    @property
    def open(self) -> NDArray[np.bool_]:
        """Which streets can be passed in at least one direction."""
        return np.asarray(np.isfinite(self.along) | np.isfinite(self.against), dtype=np.bool_)

    def network(self) -> Network:
        sources, targets, seconds = self._edges()
        return network(len(self.streets.nodes), sources, targets, seconds)

    def _edges(self) -> tuple[Integers, Integers, Floats]:
        start, stop = self.streets.ends.T
        forth, back = np.isfinite(self.along), np.isfinite(self.against)
        return (
            np.concatenate([start[forth], stop[back]]),
            np.concatenate([stop[forth], start[back]]),
            np.concatenate([self.along[forth], self.against[back]]),
        )

    def components(self) -> tuple[Component, ...]:
        """Strongly connected parts, the largest first. Streets between two parts (one-way, there
        and never back) belong to none; places without an open street are no part."""
        labels = self._labels()
        inside = self._inside(labels)
        ends = self.streets.ends[inside]
        used = np.unique(self.streets.ends[self.open])
        nodes = np.bincount(labels[used], minlength=labels.max(initial=-1) + 1)
        streets = np.bincount(labels[ends[:, 0]], minlength=len(nodes))
        metres = np.bincount(
            labels[ends[:, 0]],
            weights=self.streets.lines.measured_m()[inside],
            minlength=len(nodes),
        )
        order = np.argsort(-nodes, kind="stable")
        return tuple(
            Component(int(nodes[i]), int(streets[i]), float(metres[i]) / 1000)
            for i in order
            if nodes[i]
        )

    def main(self) -> "TravelNetwork":
        """Only the streets of the largest part: points are then never joined to a fragment from
        which nothing can be reached. The nodes stay as they are."""
        labels = self._labels()
        used = np.unique(self.streets.ends[self.open])
        if not len(used):
            return self
        largest = np.bincount(labels[used]).argmax()
        kept = self._inside(labels) & (labels[self.streets.ends[:, 0]] == largest)
        return TravelNetwork(
            self.streets.some(kept), self.mode, self.along[kept], self.against[kept]
        )

    def _labels(self) -> Integers:
        return self.network().components()

    def _inside(self, labels: Integers) -> NDArray[np.bool_]:
        start, stop = labels[self.streets.ends].T
        return np.asarray(self.open & (start == stop), dtype=np.bool_)

    def assumed(self) -> dict[str, int]:
        """Classes that nobody knows ("" where none is told), with the number of streets that were
        taken as open and given the default speed for that."""
        names = (base_class(name) for name in self.streets.lines.classes.tolist())
        return dict(Counter(name for name in names if name not in KNOWN).most_common())

    def attach(self, points: Floats, *, furthest_m: float = FURTHEST_M) -> "Attached":
        """The network with points beside it, joined to the nearest place on the nearest open
        street; the leg there is walked in a straight line and counts. A point farther away than
        ``furthest_m`` is joined to nothing. Raises BadInput."""
        check_metres(points)
        if not furthest_m >= 0:
            raise BadInput("The limit must be a number, 0 or more.")
        street, at, legs = self._snapped(points, furthest_m)
        joined = np.flatnonzero(street >= 0)
        first = len(self.streets.nodes)
        # A point and its place on the street are two nodes: whoever only passes pays no leg.
        beside = first + np.arange(len(points))
        on_street = first + len(points) + np.arange(len(joined))
        walk = legs[joined] / (self.mode.access_kmh / 3.6)
        edges = [
            self._edges(),
            (beside[joined], on_street, walk),
            (on_street, beside[joined], walk),
            *self._split(street[joined], at[joined], on_street),
        ]
        sources, targets, seconds = (np.concatenate(column) for column in zip(*edges, strict=True))
        count = first + len(points) + len(joined)
        return Attached(self, network(count, sources, targets, seconds), beside, street, at, legs)

    def _snapped(self, points: Floats, furthest_m: float) -> tuple[Integers, Floats, Floats]:
        street = np.full(len(points), -1, dtype=np.int64)
        at, legs = np.full(len(points), np.nan), np.full(len(points), np.inf)
        usable = np.flatnonzero(self.open)
        if not len(usable) or not len(points):
            return street, at, legs
        shapes = self.streets.lines.shapes
        here = shapely.points(points)
        street = usable[shapely.STRtree(shapes[usable]).nearest(here)]
        legs = shapely.distance(shapes[street], here)
        along = shapely.line_locate_point(shapes[street], here)
        whole = shapely.length(shapes[street])
        at = np.divide(along, whole, out=np.zeros(len(along)), where=whole > 0)
        too_far = legs > furthest_m
        street[too_far], at[too_far], legs[too_far] = -1, np.nan, np.inf
        return street, at, legs

    def _split(
        self, street: Integers, at: Floats, on_street: Integers
    ) -> list[tuple[Integers, Integers, Floats]]:
        """Edges along a street from its start over each place on it, in order, to its end."""
        order = np.lexsort((at, street))
        street, at, on_street = street[order], at[order], on_street[order]
        first = np.insert(street[1:] != street[:-1], 0, True)[: len(street)]
        last = np.append(street[1:] != street[:-1], True)[: len(street)]
        starts, stops = self.streets.ends[street].T
        before = np.where(first, starts, np.roll(on_street, 1))
        step = np.where(first, at, at - np.roll(at, 1))
        one = np.concatenate([before, on_street[last]])
        other = np.concatenate([on_street, stops[last]])
        share = np.concatenate([step, 1 - at[last]])
        along = np.concatenate([street, street[last]])
        # Two nodes at one place are one place, whatever the direction of the street.
        same = share <= SAME_PLACE
        edges = []
        for seconds, source, target in (
            (self.along[along], one, other),
            (self.against[along], other, one),
        ):
            passable = same | np.isfinite(seconds)
            cost = np.multiply(share, seconds, out=np.zeros(len(share)), where=~same)
            edges.append((source[passable], target[passable], cost[passable]))
        return edges


@dataclass(frozen=True, slots=True, eq=False)
class Attached:
    """Points joined to a network: point *i* is node ``nodes[i]`` of ``network`` (after the nodes
    of the streets), ``legs_m[i]`` from ``at[i]`` (0 to 1) of ``street[i]``. A point that is too
    far from any street has street -1, an infinite leg, and a node that leads nowhere."""

    travel: TravelNetwork
    network: Network
    nodes: Integers
    street: Integers
    at: Floats
    legs_m: Floats

    @property
    def left_out(self) -> Integers:
        """The points that are joined to nothing."""
        return np.flatnonzero(self.street < 0)

    def some(self, which: NDArray[np.bool_]) -> "Attached":
        """Only these points; the network keeps the nodes of the others."""
        return replace(
            self,
            nodes=self.nodes[which],
            street=self.street[which],
            at=self.at[which],
            legs_m=self.legs_m[which],
        )


def travel(streets: Streets, mode: Mode) -> TravelNetwork:
    """What a mode makes of the streets: lengths by speeds, one-way or not, closed or open."""
    lines = streets.lines
    names, which = np.unique(lines.classes, return_inverse=True)
    bases = [base_class(str(name)) for name in names]
    by_class = np.array([mode.speeds_kmh.get(name, mode.default_kmh) for name in bases] or [1.0])
    shut = np.array([name in mode.closed for name in bases] or [True])
    speeds = by_class[which].astype(np.float64)
    if mode.heeds_signs:
        speeds = np.where(np.isnan(lines.speeds_kmh), speeds, lines.speeds_kmh)
    seconds = np.where(shut[which], np.inf, lines.measured_m() / (speeds / 3.6))
    if not mode.heeds_one_way:
        return TravelNetwork(streets, mode, seconds, seconds)
    return TravelNetwork(
        streets,
        mode,
        np.where(lines.directions == AGAINST, np.inf, seconds),
        np.where(lines.directions == ALONG, np.inf, seconds),
    )


def base_class(name: str) -> str:
    return name.removesuffix("_link")
