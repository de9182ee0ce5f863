"""Two polygons made to meet on the agreed line: a measured correction, no change of law.

The land of both together stays what it is, vertex by vertex, so that neighbours keep their edges;
so do the ends of their common edge, where a third division begins. Only the edge between the two
moves. Shapes are CGCS2000 degrees, lengths metres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.domain.lines import shared_edges
from boundaries.domain.topology import places_in
from common.crs import GEOD, length_m
from common.errors import BadInput

# How far an agreed line may end from where the edge ends, and leave the land of both on its way.
ENDS_M = 200.0
METRE_DEG = 1 / 111_320


class CannotCorrect(BadInput):
    """The agreed line cannot be the edge between these two polygons."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Both shapes, and how far the line's ends were led to where three divisions meet (m)."""

    shapes: dict[str, BaseGeometry]
    joined_m: float


def corrected(shapes: Mapping[str, BaseGeometry], agreed: BaseGeometry) -> Corrected:
    """The two polygons of ``shapes`` with the agreed line as their common edge.

    A piece of the edge that no piece of the line answers to stays. Raises :class:`CannotCorrect`
    where the two share no edge, the line has more pieces than it, ends far from it, or runs
    through the land of a third division.
    """
    edges = shared_edges(shapes)
    if not edges:
        raise CannotCorrect("The polygons of the two sides share no edge that could be moved.")
    (edge,) = edges
    both = shapely.coverage_union_all(np.array([*shapes.values()], dtype=object))
    lines, joined = [], 0.0
    parts = list(shapely.get_parts(shapely.line_merge(edge.geometry)))
    pieces = list(shapely.get_parts(shapely.line_merge(agreed)))
    if len(pieces) > len(parts):
        raise CannotCorrect(
            "The agreed line is in %(pieces)d pieces, the edge of the polygons in %(parts)d.",
            pieces=len(pieces),
            parts=len(parts),
        )
    for part, piece in _matched(parts, pieces):
        line, led = (part, 0.0) if piece is None else _fitted(piece, part, both)
        lines.append(line)
        joined = max(joined, led)
    return Corrected(_split(shapes, both, lines), joined)


def _matched(
    parts: Sequence[BaseGeometry], pieces: Sequence[BaseGeometry]
) -> list[tuple[BaseGeometry, BaseGeometry | None]]:
    """Each part of the edge with the piece of the line nearest to it, each piece once."""
    waiting = list(parts)
    found: list[tuple[BaseGeometry, BaseGeometry | None]] = []
    for piece in sorted(pieces, key=shapely.length, reverse=True):
        nearest = min(waiting, key=lambda part: shapely.hausdorff_distance(part, piece))
        waiting.remove(nearest)
        found.append((nearest, piece))
    return found + [(part, None) for part in waiting]


def _fitted(
    piece: BaseGeometry, part: BaseGeometry, both: BaseGeometry
) -> tuple[BaseGeometry, float]:
    """The piece within the land of both, from one end of the part to the other."""
    if part.is_closed != piece.is_closed:
        raise CannotCorrect("An agreed line around an enclave closes, any other does not.")
    inner = shapely.line_merge(shapely.intersection(piece, both))
    main = max(shapely.get_parts(inner), key=shapely.length, default=shapely.LineString())
    outside = length_m(piece) - length_m(main)
    if outside > ENDS_M:
        raise CannotCorrect(
            "The agreed line leaves the land of the two sides over %(metres)s m: a third division "
            "is concerned, which an adjustment decides.",
            metres=f"{outside:,.0f}",
        )
    if part.is_closed:
        return main, 0.0
    points = shapely.get_coordinates(main)
    ends = shapely.get_coordinates(part)[[0, -1]]
    if _metres(points[0], ends[0]) + _metres(points[-1], ends[1]) > (
        _metres(points[0], ends[1]) + _metres(points[-1], ends[0])
    ):
        points = points[::-1]
    led = max(_metres(points[0], ends[0]), _metres(points[-1], ends[1]))
    if led > ENDS_M:
        raise CannotCorrect(
            "The agreed line ends %(metres)s m from where the edge of the polygons ends: it does "
            "not reach the tri-junction.",
            metres=f"{led:,.0f}",
        )
    # What lies on the outline of both belongs to the neighbours too: the line leaves it alone.
    outline = both.boundary
    shapely.prepare(outline)
    free = ~shapely.dwithin(shapely.points(points), outline, METRE_DEG)
    line = shapely.LineString(np.vstack([ends[:1], points[free], ends[1:]]))
    meets = shapely.intersection(line, outline)
    if not shapely.equals(meets, shapely.MultiPoint(ends)):
        raise CannotCorrect(
            "The agreed line runs along or over the edge of a third division: an adjustment "
            "decides that."
        )
    return line, led


def _split(
    shapes: Mapping[str, BaseGeometry], both: BaseGeometry, lines: Sequence[BaseGeometry]
) -> dict[str, BaseGeometry]:
    """The faces between the outline and the new lines, each to whom most of it belonged."""
    linework = shapely.union_all([both.boundary, *lines])
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(linework))))
    shapely.prepare(both)
    faces = faces[shapely.contains(both, places_in(faces))]
    codes = list(shapes)
    held = np.array([shapely.area(shapely.intersection(faces, shapes[code])) for code in codes])
    owner = np.argmax(held, axis=0)
    found = {}
    for n, code in enumerate(codes):
        own = faces[owner == n]
        if not len(own):
            raise CannotCorrect("By the agreed line one of the two sides would have no land.")
        found[code] = shapely.multipolygons(shapely.get_parts(shapely.coverage_union_all(own)))
    return found


def _metres(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(GEOD.inv(*a, *b)[2])


def children_after(
    children: Mapping[str, BaseGeometry], *, lost: BaseGeometry, gained: BaseGeometry
) -> dict[str, BaseGeometry]:
    """Those parts of a division whose shape changes when it loses and gains land at its edge.

    Land that comes goes to the part with which it has the longest border.
    """
    after = dict(children)
    for code, shape in children.items():
        if not lost.is_empty and shapely.intersects(shape, lost):
            after[code] = shapely.difference(shape, lost)
    for part in shapely.get_parts(gained):
        if part.geom_type != "Polygon":
            continue
        borders = {
            code: shapely.length(shapely.intersection(shape.boundary, part.boundary))
            for code, shape in children.items()
            if shapely.intersects(shape, part)
        }
        if borders:
            heir = max(borders, key=lambda code: (borders[code], code))
            after[heir] = shapely.union(after[heir], part)
    return {
        code: shapely.multipolygons([p for p in shapely.get_parts(shape) if p.area > 0])
        for code, shape in after.items()
        if shape is not children[code] and not shape.is_empty
    }
