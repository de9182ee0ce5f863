"""Planted faults are found, each once and in its place; a clean coverage has none."""

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, Polygon, box

from boundaries.domain.nesting import check_nesting
from boundaries.domain.topology import FaultKind, check_coverage, land_m2
from common.crs import length_m
from tests.boundaries.coverages import Cells, cells, longest_border, roomy, spot, voronoi

relaxed = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bulge(line: MultiLineString) -> Polygon:
    """A disc on the middle of the line."""
    middle = shapely.line_interpolate_point(line.geoms[0], 0.5, normalized=True)
    return middle.buffer(line.length / 10)


class TestCheckCoverage:
    @relaxed
    @given(cells())
    def test_a_clean_coverage_has_no_fault(self, found: Cells) -> None:
        assert check_coverage(found) == []

    @relaxed
    @given(cells())
    def test_a_hole_between_divisions_is_a_gap_with_its_area(self, found: Cells) -> None:
        a, b, line = longest_border(found)
        hole = shapely.intersection(
            bulge(line), shapely.union(found[a], found[b]).buffer(-line.length / 100)
        )
        planted = {code: shapely.difference(shape, hole) for code, shape in found.items()}
        faults = [f for f in check_coverage(planted) if f.of == FaultKind.GAP]
        assert sum(f.area_m2 for f in faults) == pytest.approx(land_m2(hole), abs=1)
        assert {a, b} <= {code for f in faults for code in f.codes}

    @relaxed
    @given(cells())
    def test_a_hole_within_one_division_is_a_gap(self, found: Cells) -> None:
        code = roomy(found)
        hole = spot(found[code])
        (fault,) = check_coverage({**found, code: shapely.difference(found[code], hole)})
        assert (fault.kind, fault.codes) == (FaultKind.GAP, (code,))
        assert fault.area_m2 == pytest.approx(land_m2(hole), abs=1)
        assert hole.contains(Point(fault.point))

    @relaxed
    @given(cells())
    def test_land_held_twice_is_an_overlap_with_its_area(self, found: Cells) -> None:
        a, b, line = longest_border(found)
        land = shapely.intersection(bulge(line), found[b])
        faults = check_coverage({**found, a: shapely.union(found[a], land)})
        overlaps = [f for f in faults if f.of == FaultKind.OVERLAP]
        assert sum(f.area_m2 for f in overlaps) == pytest.approx(land_m2(land), abs=1)
        assert {f.codes for f in overlaps} == {(a, b)}

    @relaxed
    @given(cells())
    def test_a_division_inside_another_is_an_overlap(self, found: Cells) -> None:
        code = roomy(found)
        faults = check_coverage({**found, "449999": spot(found[code])})
        assert [(f.kind, f.codes) for f in faults] == [(FaultKind.OVERLAP, (code, "449999"))]

    @relaxed
    @given(cells(), st.floats(0.2, 0.8), st.floats(2e-6, 2e-5), st.booleans())
    def test_a_vertex_moved_by_a_metre_is_a_sliver(
        self, found: Cells, share: float, by: float, outward: bool
    ) -> None:
        a, b, line = longest_border(found)
        edge = line.geoms[0]
        middle = shapely.line_interpolate_point(edge, share, normalized=True)
        tip = found[b if outward else a].centroid
        pull = LineString([middle, tip]).interpolate(by)
        wedge = Polygon([edge.coords[0], (pull.x, pull.y), edge.coords[-1]])
        changed = shapely.union(found[a], wedge) if outward else shapely.difference(found[a], wedge)
        faults = check_coverage({**found, a: changed})
        expected = FaultKind.OVERLAP if outward else FaultKind.GAP
        slivers = [f for f in faults if f.kind == FaultKind.SLIVER]
        assert slivers and all(f.of == expected for f in slivers)
        assert all({a, b} == set(f.codes) for f in slivers)

    @relaxed
    @given(cells(), st.floats(0.2, 0.8))
    def test_a_vertex_on_one_side_only_is_an_edge_that_does_not_match(
        self, found: Cells, share: float
    ) -> None:
        a, b, line = longest_border(found)
        start, end = line.geoms[0].coords[0], line.geoms[0].coords[-1]
        point = shapely.line_interpolate_point(line.geoms[0], share, normalized=True)
        ring = list(found[a].exterior.coords)
        for n in range(len(ring) - 1):
            if {ring[n], ring[n + 1]} == {start, end}:
                ring.insert(n + 1, (point.x, point.y))
                break
        faults = check_coverage({**found, a: Polygon(ring)})
        assert {(f.kind, f.codes) for f in faults} == {(FaultKind.EDGE, (a, b))}

    @pytest.mark.parametrize("kind", [FaultKind.GAP, FaultKind.OVERLAP])
    def test_corners_that_rounding_leaves_off_an_edge_add_nothing_to_a_fault(
        self, kind: FaultKind
    ) -> None:
        """Half a disc on a slanting border has its area and outline wherever it lies."""
        (x, y), (far_x, far_y) = (113, 23), (113.5, 23.31)
        below = Polygon([(x, y), (far_x, y), (far_x, far_y)])
        above = Polygon([(x, y), (far_x, far_y), (x, far_y)])
        border = LineString([(x, y), (far_x, far_y)])
        for n in range(5, 46):
            disc = border.interpolate(n / 50, normalized=True).buffer(0.001, quad_segs=32)
            gap = kind is FaultKind.GAP
            changed = shapely.difference(below, disc) if gap else shapely.union(below, disc)
            faults = check_coverage({"440101": changed, "440102": above})
            (fault,) = [one for one in faults if one.of == kind]
            assert fault.kind == kind and fault.area_m2 == pytest.approx(
                land_m2(disc) / 2, rel=0.01
            )
            chord = length_m(shapely.intersection(border, disc))
            outline = length_m(disc.exterior) / 2 + chord
            assert fault.length_m == pytest.approx(outline, rel=0.01)
            assert disc.contains(Point(fault.point))

    def test_a_ring_that_crosses_itself_is_said_with_its_place(self) -> None:
        bow = Polygon([(113, 23), (113.1, 23.1), (113.1, 23), (113, 23.1)])
        faults = check_coverage({"440101": bow})
        assert [(f.kind, f.codes) for f in faults] == [(FaultKind.INVALID, ("440101",))]
        assert faults[0].point == pytest.approx((113.05, 23.05))

    def test_land_open_to_the_outside_is_no_gap(self) -> None:
        left, right = box(113, 23, 113.1, 23.2), box(113.2, 23, 113.3, 23.2)
        assert check_coverage({"440101": left, "440102": right}) == []

    def test_no_polygons_have_no_faults(self) -> None:
        assert check_coverage({}) == []


class TestCheckNesting:
    @relaxed
    @given(cells())
    def test_children_that_fill_their_parent_give_nothing(self, found: Cells) -> None:
        whole = {**found, "440000": shapely.coverage_union_all([*found.values()])}
        assert check_nesting(whole, dict.fromkeys(found, "440000")) == []

    @relaxed
    @given(cells())
    def test_a_missing_child_leaves_its_land_unfilled(self, found: Cells) -> None:
        parent = shapely.coverage_union_all([*found.values()])
        lost = roomy(found)
        rest = {code: shape for code, shape in found.items() if code != lost}
        (fault,) = check_nesting({**rest, "440000": parent}, dict.fromkeys(rest, "440000"))
        assert (fault.kind, fault.codes[0]) == (FaultKind.UNFILLED, "440000")
        assert fault.area_m2 == pytest.approx(land_m2(found[lost]), abs=1)

    @relaxed
    @given(cells())
    def test_children_beyond_their_parent_are_told_with_it(self, found: Cells) -> None:
        out = roomy(found)
        kept = [shape for code, shape in found.items() if code != out]
        shapes = {**found, "440000": shapely.coverage_union_all(kept)}
        faults = check_nesting(shapes, dict.fromkeys(found, "440000"))
        assert {f.kind for f in faults} == {FaultKind.BEYOND}
        assert all(f.codes[0] == "440000" and out in f.codes for f in faults)
        assert sum(f.area_m2 for f in faults) == pytest.approx(land_m2(found[out]), abs=1)

    def test_parents_without_children_are_not_judged(self) -> None:
        assert check_nesting(voronoi(1, 5), {}) == []
