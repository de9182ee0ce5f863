"""Shapes of a draft: cut by a line, joined, an edge moved with both neighbours following.

All cutting goes through the faces that rings and line make together, so that two units on either
side of a cut have one and the same edge. Coordinates are CGCS2000 degrees, areas m².
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.domain.topology import (
    SMALLEST_AREA_DEG2,
    Fault,
    check_coverage,
    land_m2,
    places_in,
)

# 0.1 mm: a vertex computed on an edge and the edge itself are meant to be one.
SNAP_DEG = 1e-9
# What an adjustment may gain or lose by rounding (m²).
CONSERVED_M2 = 1.0


class DoesNotCross(ValueError):
    """A line that leaves the shape in one piece."""


@dataclass(frozen=True, slots=True)
class Conservation:
    """Land before and after (m²): what was lost, what was gained, and faults between units."""

    before_m2: float
    after_m2: float
    lost_m2: float
    gained_m2: float
    faults: tuple[Fault, ...] = ()

    @property
    def kept(self) -> bool:
        return max(self.lost_m2, self.gained_m2) <= CONSERVED_M2 and not self.faults


def polygons_of(shape: BaseGeometry) -> list[Any]:
    """The polygons of a shape, without what is only rounding."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [p for p in parts if p.geom_type == "Polygon" and p.area > SMALLEST_AREA_DEG2]


def multi(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """One multipolygon of the land of all parts; empty where there is none."""
    whole = shapely.union_all(list(parts))
    return shapely.MultiPolygon(polygons_of(whole))


def joined(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Units put together: an edge that one of them has with more vertices leaves no crack."""
    shapes = [shape for shape in shapes if not shape.is_empty]
    if not shapes:
        return shapely.MultiPolygon()
    whole = shapes[0]
    for shape in shapes[1:]:
        whole = shapely.union(snapped(whole, shape), snapped(shape, whole))
    return multi([whole])


def snapped(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The shape with the other's vertices where they are meant to be its own.

    Most are its own already and would only be compared with each other: seconds for a province.
    """
    lacking = vertices_lacking([shape], [other])
    found = shape if lacking is None else shapely.snap(shape, lacking, SNAP_DEG)
    return found if found.is_valid else shape


def vertices_lacking(
    shapes: Sequence[BaseGeometry], others: Sequence[BaseGeometry]
) -> BaseGeometry | None:
    """Vertices of the others that lie on the edges of these shapes and are none of theirs."""
    return _lacking(shapes, _vertices(others))


def _lacking(shapes: Sequence[BaseGeometry], places: Any) -> BaseGeometry | None:
    points = _points(np.setdiff1d(places, _vertices(shapes), assume_unique=True))
    edges = shapely.multilinestrings(shapely.get_rings(shapely.get_parts(shapes)))
    shapely.prepare(edges)
    found = points[shapely.dwithin(edges, points, SNAP_DEG)]
    return shapely.multipoints(found) if len(found) else None


def _vertices(shapes: Sequence[BaseGeometry]) -> Any:
    """Each place once, as a complex number: sets of them are compared at once."""
    return np.unique(shapely.get_coordinates(shapes).view(complex))


def _points(places: Any) -> Any:
    return shapely.points(places.view(float).reshape(-1, 2))


def matched(
    before: Sequence[BaseGeometry], after: Mapping[Any, BaseGeometry]
) -> dict[Any, BaseGeometry]:
    """Shapes of one level with each other's vertices on their edges, and those that stood there.

    Overlaying drops a vertex within a straight edge, or moves it by its last digit: neighbours
    that keep theirs would no longer match. Of new places that are meant to be one, one stays.
    """
    standing = _vertices(before)
    new = np.setdiff1d(_vertices([*after.values()]), standing, assume_unique=True)
    places = np.concatenate([standing, new])
    one, other = shapely.STRtree(_points(places)).query(
        _points(new), predicate="dwithin", distance=SNAP_DEG
    )
    earlier = other < one + len(standing)
    doubles, pair = np.unique(one[earlier], return_index=True)
    meant = dict(zip(new[doubles].tolist(), places[other[earlier][pair]].tolist(), strict=True))
    places = np.setdiff1d(places, new[doubles])
    found = dict(after)
    for key, shape in after.items():
        own = _vertices([shape])
        kept = _without_doubles(shape, meant) if np.isin(own, new[doubles]).any() else shape
        lacking = _lacking([kept], places)
        found[key] = kept if lacking is None else with_vertices(kept, lacking)
    return found


def _without_doubles(shape: BaseGeometry, meant: Mapping[complex, complex]) -> BaseGeometry:
    """The shape with the vertices that are meant instead of some of its own."""

    def brought(xy: Any) -> Any:
        places = xy.view(complex).ravel().tolist()
        return np.array([meant.get(place, place) for place in places]).view(float).reshape(-1, 2)

    found = shapely.remove_repeated_points(shapely.transform(shape, brought))
    return found if found.is_valid else shape


def with_vertices(shape: BaseGeometry, places: BaseGeometry) -> BaseGeometry:
    """The shape with these vertices on its edges; no land moves by it."""
    # GEOS gives a shape of one part without its brackets.
    return shapely.multipolygons(shapely.get_parts(snapped(shape, places)))


def insertable(shape: BaseGeometry, places: BaseGeometry) -> list[tuple[float, float]]:
    """Those of the places that lie on an edge of a shape, apart from all of its own vertices."""
    points = shapely.get_parts(places)
    on_edge = shapely.dwithin(shapely.boundary(shape), points, SNAP_DEG)
    own = shapely.multipoints(shapely.get_coordinates(shape))
    chosen = points[on_edge & ~shapely.dwithin(own, points, SNAP_DEG)]
    return [(x, y) for x, y in shapely.get_coordinates(chosen).tolist()]


def without_vertices(
    shape: BaseGeometry, places: Iterable[tuple[float, float]]
) -> BaseGeometry | None:
    """The shape without these vertices; None where they have become corners of its land."""
    gone = set(places)
    parts = []
    for part in shapely.get_parts(shape):
        shell, *holes = (
            [xy for xy in ring.coords[:-1] if xy not in gone]
            for ring in (part.exterior, *part.interiors)
        )
        parts.append(shapely.Polygon(shell, holes))
    found = shapely.MultiPolygon(parts)
    moved = shapely.symmetric_difference(found, shape)
    return found if moved.area < SMALLEST_AREA_DEG2 else None


def pieces(shape: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    """The parts into which a line cuts a shape. Raises :class:`DoesNotCross`."""
    found = _faces(shape, line)
    if len(found) <= len(polygons_of(shape)):
        raise DoesNotCross
    return found


def divided(
    shape: BaseGeometry, line: BaseGeometry, points: Sequence[tuple[float, float]]
) -> tuple[BaseGeometry, BaseGeometry]:
    """(what goes, what stays): the pieces in which a point lies, and the rest.

    Raises :class:`DoesNotCross`; ``ValueError`` when no piece, or every piece, holds a point.
    """
    marks = shapely.points(points)
    goes: list[BaseGeometry] = []
    stays: list[BaseGeometry] = []
    for piece in pieces(shape, line):
        (goes if shapely.intersects(piece, marks).any() else stays).append(piece)
    if not goes or not stays:
        raise ValueError("The points choose none of the pieces, or all.")
    return multi(goes), multi(stays)


def inside(shape: BaseGeometry, area: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    """(what of the shape lies in the area, what stays), both along one edge."""
    goes: list[BaseGeometry] = []
    stays: list[BaseGeometry] = []
    faces = np.array(_faces(shape, shapely.boundary(area)), dtype=object)
    for face, held in zip(faces, shapely.covers(area, places_in(faces)), strict=True):
        (goes if held else stays).append(face)
    return multi(goes), multi(stays)


def edge_moved(
    a: BaseGeometry, b: BaseGeometry, line: BaseGeometry
) -> tuple[BaseGeometry, BaseGeometry]:
    """Two neighbours with a new edge: what the line cuts off one side goes to the other.

    Of either neighbour the largest piece stays; smaller ones go over where they lie along the
    other. Raises :class:`DoesNotCross` when nothing is cut off.
    """
    mine, to_b = _cut_off(a, line, b)
    theirs, to_a = _cut_off(b, line, a)
    if not to_a and not to_b:
        raise DoesNotCross
    return joined([*mine, *to_a]), joined([*theirs, *to_b])


def _cut_off(
    shape: BaseGeometry, line: BaseGeometry, other: BaseGeometry
) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    stays: list[BaseGeometry] = []
    goes: list[BaseGeometry] = []
    for polygon in polygons_of(shape):
        faces = sorted(_faces(polygon, line), key=lambda face: -face.area)
        stays += faces[:1]
        for face in faces[1:]:
            (goes if along(face, other) > 0 else stays).append(face)
    return stays, goes


def along(shape: BaseGeometry, other: BaseGeometry) -> float:
    """Length of the common edge (degrees); 0 where the two only meet in a point, or not at all."""
    if not shapely.dwithin(shape, other, SNAP_DEG):
        return 0.0
    near = shapely.intersection(shapely.boundary(shape), shapely.buffer(other, SNAP_DEG * 10))
    length = float(near.length)
    return length if length > SNAP_DEG * 100 else 0.0


def taken(shape: BaseGeometry, part: BaseGeometry) -> BaseGeometry:
    """What is left of a shape when a part has gone."""
    return multi([shapely.difference(snapped(shape, part), snapped(part, shape))])


def common(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The land of both, along the edges of :func:`taken`."""
    both = shapely.intersection(snapped(shape, other), snapped(other, shape))
    return shapely.MultiPolygon(polygons_of(both))


def area_m2(shape: BaseGeometry) -> float:
    """Ellipsoidal area of all polygons (m²)."""
    return sum(land_m2(part) for part in polygons_of(shape))


def conservation(
    before: Mapping[str, BaseGeometry], after: Mapping[str, BaseGeometry]
) -> Conservation:
    """Whether units of one level hold, together, the same land as before, each piece once.

    Faults that were there before are not of the adjustment's making and left out.
    """
    olds, news = multi(before.values()), multi(after.values())
    known = {(fault.kind, round(fault.area_m2)) for fault in check_coverage(before)}
    faults = tuple(
        fault
        for fault in check_coverage(after)
        if fault.area_m2 > CONSERVED_M2 and (fault.kind, round(fault.area_m2)) not in known
    )
    return Conservation(
        before_m2=sum(area_m2(shape) for shape in before.values()),
        after_m2=sum(area_m2(shape) for shape in after.values()),
        lost_m2=area_m2(shapely.difference(olds, news)),
        gained_m2=area_m2(shapely.difference(news, olds)),
        faults=faults,
    )


def _faces(shape: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    noded = shapely.union_all([shapely.boundary(shape), line])
    shapely.prepare(shape)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)
    held = shapely.covers(shape, places_in(faces))
    return [*faces[held & (shapely.area(faces) > SMALLEST_AREA_DEG2)]]
