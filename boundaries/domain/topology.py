"""Faults of a coverage of divisions: gaps, overlaps, slivers, edges that do not match.

Siblings may not overlap and fill their parent (domain reference §5.9). GEOS says which edges of a
coverage are wrong (``coverage_invalid_edges``, a few seconds for a country); only what lies around
these edges is overlaid, so that a clean coverage costs no overlay at all. Gaps are the faces
between outer edges (:mod:`boundaries.domain.lines`) that no division covers.

Coordinates are CGCS2000 degrees; areas and lengths are ellipsoidal (m², m).
"""

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from boundaries.domain.lines import edges_of
from common.crs import area_km2, length_m

Shapes = NDArray[np.object_]
# A gap or overlap that is narrower on average is a sliver: the distance within which a boundary
# line and the edge of a polygon count as the same (domain reference §5.9).
SLIVER_WIDTH_M = 5.0
# About 1 m: two edges so near each other are meant to be one.
NARROW_DEG = 1e-5
# About 1 cm: what remains of an edge beside a fault that explains it.
BESIDE_DEG = 1e-7
# A thousandth of a millimetre: what is narrower lies between an edge and a point of it, rounded.
ROUNDED_DEG = 1e-11
# What overlaying two edges leaves by rounding alone is far smaller: 0.01 m² and 1 cm.
SMALLEST_AREA_DEG2 = 1e-12
SMALLEST_LENGTH_M = 0.01
MOST_CODES = 6


class FaultKind(StrEnum):
    INVALID = "invalid"  # a ring crosses or touches itself
    OVERLAP = "overlap"  # two divisions hold the same land
    GAP = "gap"  # land between divisions that none holds
    SLIVER = "sliver"  # a gap or an overlap narrower than SLIVER_WIDTH_M
    EDGE = "edge"  # edges lie on each other with other vertices, or a hair apart
    UNFILLED = "unfilled"  # land of a division that none of its children holds
    BEYOND = "beyond"  # land of children that their parent does not hold
    DISPUTED = "disputed"  # land that several claim: no fault of the polygons, theirs to settle


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``codes``: whom it concerns, the longest border first where it is a gap.

    ``area_m2`` is 0 for edges and rings; ``length_m`` is the length of the edge, or the outline
    of the area. ``of`` says for a sliver whether it is an overlap or a gap.
    """

    kind: FaultKind
    codes: tuple[str, ...]
    geometry: BaseGeometry
    area_m2: float
    length_m: float
    of: FaultKind

    @property
    def point(self) -> tuple[float, float]:
        """A place on the fault, longitude first."""
        place = shapely.point_on_surface(self.geometry)
        return float(place.x), float(place.y)

    @property
    def width_m(self) -> float:
        """Mean width of an area."""
        return 2 * self.area_m2 / self.length_m if self.length_m else 0.0


def check_coverage(
    cells: Mapping[str, BaseGeometry], *, sliver_width_m: float = SLIVER_WIDTH_M
) -> list[Fault]:
    """Every fault of these polygons taken as one coverage, the largest areas first.

    Rings that are not valid are reported and mended for the rest. Land that lies open to the
    outside (a bay, the frontier) is no gap; a hole within one division is.
    """
    codes = sorted(code for code, cell in cells.items() if not cell.is_empty)
    shapes = np.array([cells[code] for code in codes], dtype=object)
    faults = []
    for n in np.flatnonzero(~shapely.is_valid(shapes)):
        faults.append(_invalid(codes[n], shapes[n]))
        shapes[n] = mended(shapes[n])
    if not len(codes):
        return faults
    tree = shapely.STRtree(shapes)
    edges = shapely.coverage_invalid_edges(shapes, NARROW_DEG)
    bad = np.flatnonzero(~shapely.is_empty(edges))
    areas = _overlaps(codes, shapes, tree, bad, sliver_width_m)
    areas += _gaps(codes, shapes, tree, bad, sliver_width_m)
    return in_order(faults + areas + _edges(codes, shapes, tree, edges, bad, areas))


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Largest area first, then longest; the same order every time."""
    return sorted(faults, key=lambda f: (-f.area_m2, -f.length_m, f.kind, f.codes))


def mended(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a valid shape that holds the same land."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return shapely.multipolygons(_polygons(shapely.make_valid(shape)))


def _invalid(code: str, shape: BaseGeometry) -> Fault:
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    place = Point(float(found[1]), float(found[2])) if found else shape.representative_point()
    return Fault(FaultKind.INVALID, (code,), place, 0.0, 0.0, FaultKind.INVALID)


def area_fault(
    kind: FaultKind, codes: tuple[str, ...], part: BaseGeometry, sliver_width_m: float = 0.0
) -> Fault | None:
    """The fault that an area is; ``None`` where it is no more than rounding."""
    if part.area < SMALLEST_AREA_DEG2:
        return None
    area, around = land_m2(part), length_m(part.boundary)
    narrow = 2 * area < sliver_width_m * around
    return Fault(FaultKind.SLIVER if narrow else kind, codes, part, area, around, kind)


def land_m2(part: BaseGeometry) -> float:
    """The area of record, in m²."""
    return area_km2(part) * 1e6


def lands(shapes: Any) -> list[BaseGeometry]:
    """The polygons of shapes without their tails of no width.

    A corner in the middle of another's straight edge lies off it by rounding; overlaid, the area
    beside it runs on along that edge, which adds no land and any length.
    """
    return _polygons(shapely.set_precision(_polygons(shapes), ROUNDED_DEG))


def places_in(faces: Shapes) -> Shapes:
    """A point in each, not in a tail of no width: there rounding would say whose it is."""
    places: Shapes = shapely.point_on_surface(faces)
    for n in np.flatnonzero(shapely.distance(places, shapely.boundary(faces)) < ROUNDED_DEG):
        parts = lands(faces[n])
        if parts:
            places[n] = shapely.point_on_surface(max(parts, key=shapely.area))
    return places


def _overlaps(
    codes: list[str],
    shapes: Shapes,
    tree: shapely.STRtree,
    bad: NDArray[np.int64],
    sliver_width_m: float,
) -> list[Fault]:
    mine, theirs = tree.query(shapes[bad], predicate="intersects")
    pairs = {(min(a, b), max(a, b)) for a, b in zip(bad[mine], theirs, strict=True) if a != b}
    found = []
    for a, b in sorted(pairs):
        for part in lands(shapely.intersection(shapes[a], shapes[b])):
            found.append(area_fault(FaultKind.OVERLAP, (codes[a], codes[b]), part, sliver_width_m))
    return [fault for fault in found if fault]


def _gaps(
    codes: list[str],
    shapes: Shapes,
    tree: shapely.STRtree,
    bad: NDArray[np.int64],
    sliver_width_m: float,
) -> list[Fault]:
    # Around wrong edges rings cross and end in the middle of segments: these are noded first.
    hot = np.unique(tree.query(shapes[bad], predicate="intersects")[1])
    noded = shapely.union_all(_rings(shapes[hot])) if len(hot) else None
    outer = edges_of(dict(zip(codes, shapes, strict=True)), unmatched=False).outer
    left_alone = [e.geometry for e in outer if e.code not in {codes[n] for n in hot}]
    lines = [_split(lines) for lines in (left_alone, [noded] if noded else []) if lines]
    faces = np.array(shapely.get_parts(shapely.polygonize(np.concatenate(lines))), dtype=object)
    covered = tree.query(places_in(faces), predicate="intersects")[0]
    found = []
    for part in lands(np.delete(faces, covered)):
        beside = _along(part, shapes, tree, BESIDE_DEG)[:MOST_CODES]
        around = tuple(codes[b] for b in beside)
        found.append(area_fault(FaultKind.GAP, around, part, sliver_width_m))
    return [fault for fault in found if fault]


def _rings(shapes: Shapes) -> Shapes:
    return np.array(shapely.get_rings(shapely.get_parts(shapes)), dtype=object)


def _split(lines: Sequence[BaseGeometry]) -> Shapes:
    """Single segments: lines are known to meet at vertices, not where they are joined."""
    xy, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    joined = np.flatnonzero(line[1:] == line[:-1])
    return np.array(shapely.linestrings(np.stack([xy[joined], xy[joined + 1]], axis=1)))


def _along(part: BaseGeometry, shapes: Shapes, tree: shapely.STRtree, reach: float) -> list[int]:
    """Whose edges run along this part, the longest first; who only meets it in a corner not."""
    near = tree.query(part, predicate="dwithin", distance=reach)
    beside = shapely.intersection(shapely.boundary(shapes[near]), shapely.buffer(part, reach))
    shared = shapely.length(beside)
    order = np.argsort(-shared, kind="stable")
    return [int(near[n]) for n in order if shared[n] > 10 * reach] or near[order[:1]].tolist()


def _edges(
    codes: list[str],
    shapes: Shapes,
    tree: shapely.STRtree,
    edges: Shapes,
    bad: NDArray[np.int64],
    areas: list[Fault],
) -> list[Fault]:
    """What is wrong along edges and not explained by a gap or an overlap beside them."""
    known = shapely.STRtree([fault.geometry for fault in areas])
    lines: dict[tuple[str, ...], dict[int, list[BaseGeometry]]] = {}
    for a in bad:
        beside = known.query(edges[a], predicate="dwithin", distance=NARROW_DEG)
        explained = shapely.union_all(
            shapely.buffer([areas[n].geometry for n in beside], NARROW_DEG)
        )
        rest = shapely.line_merge(shapely.difference(edges[a], explained))
        for part in shapely.get_parts(rest):
            others = [b for b in _along(part, shapes, tree, NARROW_DEG) if b != a] or [int(a)]
            for b in others:
                pair = tuple(sorted({codes[a], codes[b]}))
                lines.setdefault(pair, {}).setdefault(int(a), []).append(part)
    found = []
    for pair, sides in sorted(lines.items()):
        # Both sides see the same fault: the one that sees more of it tells it.
        line = shapely.multilinestrings(
            max(sides.values(), key=lambda ls: sum(x.length for x in ls))
        )
        found.append(Fault(FaultKind.EDGE, pair, line, 0.0, length_m(line), FaultKind.EDGE))
    return [fault for fault in found if fault.length_m >= SMALLEST_LENGTH_M]


def _polygons(shape: Any) -> list[BaseGeometry]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
