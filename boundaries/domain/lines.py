"""Boundary lines (行政区域界线) as the exact shared edges of neighbouring polygons.

In a valid coverage two neighbours hold the same segments, vertex by vertex. So the segments of
all rings are numbered by their end points and sorted: a segment held twice belongs to a line, a
segment held once to an outer edge (coast, frontier, end of the data). No geometry is intersected,
so nothing is lost to rounding; what touches without matching vertices is reported, not dropped.

Coordinates are CGCS2000 degrees, lengths are ellipsoidal metres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from common.crs import GEOD

Integers = NDArray[np.int64]
Numbers = NDArray[np.float64]
# About 0.1 m: nearer than this, two edges are meant to be one.
TOUCHING_DEG = 1e-6
WITHOUT_CITIES = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True)
class SharedEdge:
    """All that two neighbours share; ``code_a`` is the smaller code."""

    code_a: str
    code_b: str
    geometry: MultiLineString
    length_m: float

    @property
    def code(self) -> str:
        return line_code(self.code_a, self.code_b)


@dataclass(frozen=True, slots=True)
class OuterEdge:
    """The part of a polygon's rings that no other polygon holds."""

    code: str
    geometry: MultiLineString
    length_m: float


class Mismatch(StrEnum):
    """Why a contact of two polygons is not a line: their data need repair."""

    VERTICES = "vertices"  # the edges lie on each other, their vertices differ
    SAME_SIDE = "same side"  # both lie on the same side of the edge: they overlap
    THREE_HOLD_IT = "three hold it"  # more than two polygons hold the edge


@dataclass(frozen=True, slots=True)
class UnmatchedContact:
    """Two polygons that touch along an edge which cannot be made a line."""

    code_a: str
    code_b: str
    reason: Mismatch
    length_m: float


@dataclass(frozen=True, slots=True)
class Edges:
    """Every segment of the coverage once: in a line, in an outer edge, or reported."""

    shared: list[SharedEdge]
    outer: list[OuterEdge]
    unmatched: list[UnmatchedContact]


def line_code(code: str, other: str) -> str:
    """``min-max`` of the two division codes; domain reference §5.5, our own form for counties."""
    if code == other:
        raise ValueError(f"A division has no line with itself: {code}.")
    return f"{min(code, other)}-{max(code, other)}"


def line_level(code: str, other: str) -> int:
    """Of which level the line between two counties is: 1 province, 2 city, 3 county.

    A line between counties of two provinces is part of a provincial line, one of two cities part
    of a city line. Municipalities (11, 12, 31, 50) have no cities within, and a county that a
    province runs itself (digits 3 and 4 are 90) lies in none.
    """
    if code[:2] != other[:2]:
        return 1
    cities = code[:2] not in WITHOUT_CITIES and "90" not in (code[2:4], other[2:4])
    return 2 if cities and code[:4] != other[:4] else 3


def part_of_longer(line_code: str) -> bool:
    """Whether the markers of a line (``a-b``) are numbered along a longer one.

    A provincial line is one unit of numbering (domain reference §5.5), whatever counties it passes.
    """
    one, _dash, other = line_code.partition("-")
    return line_level(one, other) == 1


def shared_edges(polygons: Mapping[str, BaseGeometry]) -> list[SharedEdge]:
    """One edge for every pair of polygons that share a segment, in order of the codes."""
    return edges_of(polygons, unmatched=False).shared


def edges_of(polygons: Mapping[str, BaseGeometry], *, unmatched: bool = True) -> Edges:
    """The whole coverage's lines, outer edges and, if asked, the contacts that do not match."""
    codes = sorted(polygons)
    segments = segments_of([polygons[code] for code in codes])
    first, second, single, broken = _match(segments)
    pair = np.stack([segments.owner[first], segments.owner[second]], axis=1)
    swap = pair[:, 0] > pair[:, 1]
    # The line runs along the ring of the smaller code, so that its order is always the same.
    along = np.where(swap, second, first)
    shared = [
        SharedEdge(codes[key // len(codes)], codes[key % len(codes)], line, length)
        for key, line, length in _lines(
            segments, along, pair.min(axis=1) * len(codes) + pair.max(axis=1)
        )
    ]
    outer = [
        OuterEdge(codes[key], line, length)
        for key, line, length in _lines(segments, single, segments.owner[single])
    ]
    contacts = [
        UnmatchedContact(codes[a], codes[b], reason, length)
        for (a, b, reason), length in sorted(
            (broken | (_near_misses(segments, single) if unmatched else {})).items()
        )
    ]
    return Edges(shared, outer, contacts)


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments of all rings in ring order.

    ``owner``: position of the shape; ``low`` and ``high`` number the end points, the same number
    for the same place in all shapes; ``forward``: whether the ring runs from ``low`` to ``high``.
    """

    start: Numbers
    end: Numbers
    ring: Integers
    owner: Integers
    low: Integers
    high: Integers
    forward: NDArray[np.bool_]


def segments_of(shapes: Sequence[BaseGeometry]) -> Segments:
    """Every segment of every ring of these polygons once for each ring that holds it."""
    parts, owners = shapely.get_parts(np.array(shapes, dtype=object), return_index=True)
    # One sense of rotation for all, so that neighbours run along an edge in opposite directions.
    rings, part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy += 0.0  # -0.0 and 0.0 are one place
    numbers: Any = np.unique(xy.view(np.complex128).ravel(), return_inverse=True)[1]
    joined = np.flatnonzero((ring[1:] == ring[:-1]) & (numbers[1:] != numbers[:-1]))
    a, b = numbers[joined], numbers[joined + 1]
    return Segments(
        start=xy[joined],
        end=xy[joined + 1],
        ring=ring[joined],
        owner=owners[part[ring[joined]]],
        low=np.minimum(a, b),
        high=np.maximum(a, b),
        forward=a < b,
    )


_Broken = dict[tuple[int, int, Mismatch], float]


def _match(segments: Segments) -> tuple[Integers, Integers, Integers, _Broken]:
    """Segment numbers of both holders of each shared segment, of single ones, and the rest."""
    order = np.lexsort((segments.high, segments.low)).astype(np.int64)
    low, high = segments.low[order], segments.high[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    at = np.flatnonzero(begins)
    held = np.diff(np.append(at, len(order)))

    single = np.sort(order[at[held == 1]])
    first, second = order[at[held == 2]], order[at[held == 2] + 1]
    foreign = segments.owner[first] != segments.owner[second]
    opposite = segments.forward[first] != segments.forward[second]
    broken: _Broken = {}
    clash = foreign & ~opposite
    _note(broken, segments, first[clash], second[clash], Mismatch.SAME_SIDE)
    for position, count in zip(at[held > 2], held[held > 2], strict=True):
        holders = order[position : position + count]
        for n, holder in enumerate(holders):
            others = holders[n + 1 :]
            _note(broken, segments, np.full(len(others), holder), others, Mismatch.THREE_HOLD_IT)
    return first[foreign & opposite], second[foreign & opposite], single, broken


def _note(
    broken: _Broken, segments: Segments, first: Integers, second: Integers, reason: Mismatch
) -> None:
    lengths = segment_lengths(segments, first)
    for a, b, length in zip(segments.owner[first], segments.owner[second], lengths, strict=True):
        if a != b:
            key = (int(min(a, b)), int(max(a, b)), reason)
            broken[key] = broken.get(key, 0.0) + float(length)


def segment_lengths(segments: Segments, chosen: Integers) -> Numbers:
    """Ellipsoidal metres of the chosen segments."""
    start, end = segments.start[chosen], segments.end[chosen]
    _, _, metres = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.asarray(metres, dtype=np.float64)


def _lines(
    segments: Segments, chosen: Integers, group: Integers
) -> list[tuple[int, MultiLineString, float]]:
    """(group, merged line, metres) for each group of segments, in order of the groups."""
    if not len(chosen):
        return []
    order = np.lexsort((chosen, group))
    chosen, group = chosen[order], group[order]
    # Segments that follow each other in one ring are one run: few lines to merge, not millions.
    breaks = np.ones(len(chosen), dtype=bool)
    breaks[1:] = (
        (group[1:] != group[:-1])
        | (chosen[1:] != chosen[:-1] + 1)
        | (segments.ring[chosen[1:]] != segments.ring[chosen[:-1]])
    )
    run = np.cumsum(breaks) - 1
    starts = np.flatnonzero(breaks)
    points = np.insert(segments.end[chosen], starts, segments.start[chosen[starts]], axis=0)
    owner_run = np.insert(run, starts, run[starts])
    runs = shapely.linestrings(points, indices=owner_run)

    change = np.flatnonzero(np.diff(group)) + 1
    metres = np.add.reduceat(segment_lengths(segments, chosen), np.insert(change, 0, 0))
    groups, run_group = np.unique(group[starts], return_inverse=True)
    merged = shapely.line_merge(shapely.multilinestrings(runs, indices=run_group))
    return [
        (int(key), _multi(line), float(length))
        for key, line, length in zip(groups, merged, metres, strict=True)
    ]


def _multi(line: BaseGeometry) -> MultiLineString:
    return line if isinstance(line, MultiLineString) else MultiLineString([line])


def _near_misses(segments: Segments, single: Integers) -> _Broken:
    """Single segments of different owners that lie on each other within ``TOUCHING_DEG``."""
    lines = shapely.linestrings(np.stack([segments.start[single], segments.end[single]], axis=1))
    left, right = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=TOUCHING_DEG)
    ahead = segments.owner[single[left]] < segments.owner[single[right]]
    one, other = single[left[ahead]], single[right[ahead]]
    # The shorter of the two is laid on the longer one: distances stay well-conditioned.
    longer = np.hypot(*(segments.end - segments.start)[one].T) >= np.hypot(
        *(segments.end - segments.start)[other].T
    )
    base, laid = np.where(longer, one, other), np.where(longer, other, one)
    share = _overlap(segments, base, laid)
    found: _Broken = {}
    metres = segment_lengths(segments, base) * share
    for n in np.flatnonzero(share > 0):
        a, b = int(segments.owner[one[n]]), int(segments.owner[other[n]])
        key = (a, b, Mismatch.VERTICES)
        found[key] = found.get(key, 0.0) + float(metres[n])
    return found


def _overlap(segments: Segments, base: Integers, laid: Integers) -> Numbers:
    """The share of ``base`` on which ``laid`` lies; 0 where they only meet or cross."""
    origin = segments.start[base]
    along = segments.end[base] - origin
    size = np.hypot(along[:, 0], along[:, 1])
    unit = along / size[:, None]
    p, q = segments.start[laid] - origin, segments.end[laid] - origin
    at_p, at_q = (p * unit).sum(axis=1), (q * unit).sum(axis=1)
    off_p = p[:, 0] * unit[:, 1] - p[:, 1] * unit[:, 0]
    off_q = q[:, 0] * unit[:, 1] - q[:, 1] * unit[:, 0]
    begin = np.clip(np.minimum(at_p, at_q), 0, size)
    finish = np.clip(np.maximum(at_p, at_q), 0, size)
    # How far the laid segment is off at both ends of the stretch that it has in common.
    run = np.where(at_q == at_p, 1.0, at_q - at_p)
    off_begin = off_p + (off_q - off_p) * (begin - at_p) / run
    off_finish = off_p + (off_q - off_p) * (finish - at_p) / run
    near = (np.abs(off_begin) <= TOUCHING_DEG) & (np.abs(off_finish) <= TOUCHING_DEG)
    # Edges that merely meet end to end overlap by no more than the tolerance itself.
    long_enough = finish - begin > 10 * TOUCHING_DEG
    return np.where(near & long_enough, (finish - begin) / size, 0.0)
