"""A clean coverage out of a faulty one, and how much land changes hands by it.

GEOS cleans (``coverage_clean``): vertices that nearly meet are snapped, narrow gaps are filled and
overlaps given away, each to the neighbour with the longest border. Wide gaps stay: whether land
that nobody holds belongs to somebody is not for a machine to say.

Coordinates are CGCS2000 degrees; distances m, areas m².
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.domain.draft_shapes import matched
from boundaries.domain.topology import (
    NARROW_DEG,
    SMALLEST_AREA_DEG2,
    Shapes,
    land_m2,
    mended,
    places_in,
)
from common.crs import length_m

DEGREE_M = 111_320.0
SNAP_M = 0.05
GAP_WIDTH_M = 50.0


@dataclass(frozen=True, slots=True)
class Move:
    """What a division gains and loses (m²), and how wide that land is at its widest (m)."""

    code: str
    shape: BaseGeometry
    gained_m2: float
    lost_m2: float
    width_m: float


def repaired(
    cells: Mapping[str, BaseGeometry],
    *,
    gap_width_m: float = GAP_WIDTH_M,
    snap_m: float = SNAP_M,
) -> list[Move]:
    """Those divisions whose shape a clean coverage changes, by code.

    Gaps wider than ``gap_width_m`` stay. A division that would lose all of its land keeps it and
    is left out (its overlap stays to be judged by people).
    """
    codes = sorted(cells)
    before = np.array([cells[code] for code in codes], dtype=object)
    invalid = np.flatnonzero(~shapely.is_valid(before))
    valid = before.copy()
    for n in invalid:
        valid[n] = mended(before[n])
    clean: Shapes = valid
    if not _whole(valid):
        clean = shapely.coverage_clean(
            valid, gap_width=gap_width_m / DEGREE_M, snapping_distance=snap_m / DEGREE_M
        )
    changed = np.flatnonzero(
        ~shapely.equals_exact(before, clean, tolerance=0, normalize=True)
    ).tolist()
    moves = {n: as_move(codes[n], valid[n], clean[n]) for n in changed if not clean[n].is_empty}
    kept = {n for n, move in moves.items() if n in invalid or move.gained_m2 + move.lost_m2 > 0}
    # A vertex that the neighbour lacks moves no land, and is a fault all the same.
    while more := moves.keys() & _unmatched(valid, clean, kept) - kept:
        kept |= more
    # GEOS leaves one now and then, most at the outer border.
    left = {n: moves[n].shape if n in kept else valid[n] for n in _unmatched(valid, clean, kept)}
    for n, shape in matched([], left).items():
        if shape is not left[n]:
            moves[n] = as_move(codes[n], valid[n], shape)
            kept.add(n)
    return [moves[n] for n in sorted(kept)]


def _unmatched(before: Shapes, clean: Shapes, kept: set[int]) -> set[int]:
    """Whose edges match no others once those kept are clean."""
    shapes = before.copy()
    for n in kept:
        shapes[n] = clean[n]
    # Without a width GEOS misses an edge that ends at the outer border.
    edges = shapely.coverage_invalid_edges(shapes, NARROW_DEG)
    return {*np.flatnonzero(~shapely.is_empty(edges)).tolist()}


def _whole(shapes: Shapes) -> bool:
    """Edges match, nothing overlaps, no hole is left: snapping could only blur what is right."""
    if not shapely.coverage_is_valid(shapes):
        return False
    land = shapely.get_parts(shapely.coverage_union_all(shapes))
    return not shapely.get_num_interior_rings(land).any()


def fitted(parts: Mapping[str, BaseGeometry], whole: BaseGeometry) -> dict[str, BaseGeometry]:
    """The parts cut and widened so that they fill a whole, edges shared to the vertex.

    Land that several of them hold, or none, goes to the one that holds most of its outline; an
    island that none holds stays without. Of what lies beyond the whole nothing is kept.
    """
    codes = sorted(parts)
    shapes = np.array([mended(parts[code]) for code in codes], dtype=object)
    noded = shapely.union_all(shapely.boundary(np.append(shapes, whole)))
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))
    places = places_in(faces)
    inside = shapely.intersects(whole, places)
    faces, places = faces[inside], places[inside]
    holders = [np.flatnonzero(shapely.intersects(shapes, place)) for place in places]
    held: dict[int, list[BaseGeometry]] = {n: [] for n in range(len(codes))}
    doubtful = []
    for face, mine in zip(faces, holders, strict=True):
        if len(mine) == 1:
            held[int(mine[0])].append(face)
        else:
            doubtful.append((face, mine))
    for face, mine in sorted(doubtful, key=lambda pair: -pair[0].area):
        candidates = mine if len(mine) else np.arange(len(codes))
        outline, edges = shapely.boundary(face), shapely.boundary(shapes[candidates])
        shared = shapely.length(shapely.intersection(edges, outline))
        if shared.any():
            held[int(candidates[np.argmax(shared)])].append(face)
    return {
        code: shapely.multipolygons(shapely.get_parts(shapely.union_all(held[n])))
        for n, code in enumerate(codes)
    }


def together(parts: Mapping[str, BaseGeometry]) -> BaseGeometry:
    """The parent that clean children fill, edges as theirs; some may overlap, left to people."""
    shapes = np.array([*parts.values()], dtype=object)
    whole = shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(shapes)))
    if whole.is_valid:
        return whole
    return shapely.multipolygons(shapely.get_parts(shapely.union_all(shapes)))


def move_of(code: str, before: BaseGeometry, after: BaseGeometry) -> Move | None:
    """How a shape changes; ``None`` where it does not."""
    if shapely.equals_exact(before, after, tolerance=0, normalize=True):
        return None
    move = as_move(code, before if before.is_valid else mended(before), after)
    return move if move.gained_m2 + move.lost_m2 > 0 else None


def as_move(code: str, before: BaseGeometry, after: BaseGeometry) -> Move:
    """How a valid shape changes, also where no land moves."""
    whole = shapely.multipolygons(shapely.get_parts(after))
    gained, lost = shapely.difference(whole, before), shapely.difference(before, whole)
    return Move(
        code=code,
        shape=whole,
        gained_m2=_land(gained),
        lost_m2=_land(lost),
        width_m=max(_width(gained), _width(lost)),
    )


def _land(shape: BaseGeometry) -> float:
    parts = (part for part in shapely.get_parts(shape) if part.geom_type == "Polygon")
    return sum(land_m2(part) for part in parts if part.area >= SMALLEST_AREA_DEG2)


def _width(shape: BaseGeometry) -> float:
    """The diameter of the largest circle within, over all parts (m)."""
    parts = [p for p in shapely.get_parts(shape) if p.area >= SMALLEST_AREA_DEG2]
    radii = (
        shapely.maximum_inscribed_circle(part) for part in parts if part.geom_type == "Polygon"
    )
    return max((2 * float(length_m(radius)) for radius in radii), default=0.0)
