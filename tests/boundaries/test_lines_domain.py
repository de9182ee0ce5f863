"""Lines from shared edges: nothing lost, nothing twice, on any coverage."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from boundaries.domain.lines import Mismatch, edges_of, line_code, shared_edges
from common.crs import GEOD


def perimeter_m(shape: BaseGeometry) -> float:
    """All rings, holes too, measured by another way than the one under test."""
    return float(GEOD.geometry_length(shape.boundary))


def square(x: float, y: float, size: float = 0.1) -> Polygon:
    return box(113 + x, 23 + y, 113 + x + size, 23 + y + size)


@st.composite
def coverages(draw: st.DrawFn) -> dict[str, BaseGeometry]:
    """Faces of random seeds, dealt out to a few units: exclaves and holes come by themselves."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    seeds = rng.uniform((113, 23), (113.5, 23.5), (draw(st.integers(4, 40)), 2))
    walls = shapely.voronoi_polygons(
        shapely.multipoints(seeds), extend_to=box(113, 23, 113.5, 23.5), only_edges=True
    )
    frame = shapely.intersection(walls, box(113, 23, 113.5, 23.5))
    noded = shapely.union_all([frame, box(113, 23, 113.5, 23.5).exterior])
    faces = np.array(shapely.get_parts(shapely.polygonize([*shapely.get_parts(noded)])))
    units = rng.integers(0, draw(st.integers(2, 8)), len(faces))
    return {
        f"4401{unit:02d}": shapely.coverage_union_all(faces[units == unit])
        for unit in np.unique(units)
    }


@st.composite
def grids(draw: st.DrawFn) -> dict[str, BaseGeometry]:
    """Cells of a grid dealt out to units: many points where four meet, many rings in rings."""
    width = draw(st.integers(2, 7))
    units = draw(st.lists(st.integers(0, 4), min_size=width**2, max_size=width**2))
    cells = np.array(
        [square(n % width / 10, n // width / 10) for n in range(width**2)], dtype=object
    )
    # Vertices from one table, so that neighbours hold the very same numbers.
    cells = shapely.transform(cells, lambda xy: np.round(xy, 1))
    return {
        f"4402{unit:02d}": shapely.coverage_union_all(cells[np.array(units) == unit])
        for unit in set(units)
    }


COVERAGES = st.one_of(coverages(), grids())
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestSharedEdges:
    @relaxed
    @given(COVERAGES)
    def test_lines_and_outer_edge_of_a_unit_make_up_its_perimeter(
        self, polygons: dict[str, BaseGeometry]
    ) -> None:
        edges = edges_of(polygons)
        assert edges.unmatched == []
        for code, shape in polygons.items():
            around = sum(e.length_m for e in edges.shared if code in (e.code_a, e.code_b))
            outer = sum(e.length_m for e in edges.outer if e.code == code)
            assert around + outer == pytest.approx(perimeter_m(shape), abs=0.001)

    @relaxed
    @given(COVERAGES)
    def test_every_touching_pair_has_exactly_one_line(
        self, polygons: dict[str, BaseGeometry]
    ) -> None:
        lines = shared_edges(polygons)
        pairs = [(line.code_a, line.code_b) for line in lines]
        assert len(pairs) == len(set(pairs))
        assert all(a < b for a, b in pairs)
        touching = {
            (a, b)
            for a in polygons
            for b in polygons
            if a < b and shapely.intersection(polygons[a], polygons[b]).length > 1e-9
        }
        assert set(pairs) == touching

    @relaxed
    @given(COVERAGES)
    def test_length_is_that_of_the_drawn_line(self, polygons: dict[str, BaseGeometry]) -> None:
        for line in shared_edges(polygons):
            assert GEOD.geometry_length(line.geometry) == pytest.approx(line.length_m, abs=0.001)

    @relaxed
    @given(COVERAGES)
    def test_order_of_the_polygons_does_not_matter(self, polygons: dict[str, BaseGeometry]) -> None:
        turned = dict(reversed(polygons.items()))
        assert edges_of(polygons) == edges_of(turned)

    def test_a_unit_in_the_hole_of_another_shares_its_whole_ring(self) -> None:
        inner = square(0.1, 0.1)
        outer = box(113, 23, 113.3, 23.3).difference(inner)
        (line,) = shared_edges({"440102": inner, "440101": outer})
        assert line.code == "440101-440102"
        assert line.length_m == pytest.approx(perimeter_m(inner), abs=0.001)
        assert line.geometry.geoms[0].is_ring

    def test_an_exclave_belongs_to_the_same_line(self) -> None:
        main, exclave = square(0, 0), square(0.5, 0)
        first = MultiPolygon([main, exclave])
        second = MultiPolygon([square(0.1, 0), square(0.6, 0)])
        (line,) = shared_edges({"440101": first, "440102": second})
        assert len(line.geometry.geoms) == 2

    def test_units_that_meet_in_a_point_share_no_line(self) -> None:
        assert shared_edges({"440101": square(0, 0), "440102": square(0.1, 0.1)}) == []

    def test_a_repeated_vertex_is_no_edge(self) -> None:
        twice = Polygon([(113, 23), (113.1, 23), (113.1, 23), (113.1, 23.1), (113, 23.1)])
        (line,) = shared_edges({"440101": twice, "440102": square(0.1, 0)})
        assert line.length_m == pytest.approx(11_076, abs=5)

    def test_no_polygons_have_no_lines(self) -> None:
        assert shared_edges({}) == []


class TestUnmatchedContacts:
    def test_reports_edges_that_lie_on_each_other_with_other_vertices(self) -> None:
        left = box(113, 23, 113.1, 23.2)
        edges = edges_of({"440101": left, "440102": square(0.1, 0), "440103": square(0.1, 0.1)})
        assert [(e.code_a, e.code_b) for e in edges.shared] == [("440102", "440103")]
        assert [(c.code_a, c.code_b, c.reason) for c in edges.unmatched] == [
            ("440101", "440102", Mismatch.VERTICES),
            ("440101", "440103", Mismatch.VERTICES),
        ]
        assert edges.unmatched[0].length_m == pytest.approx(11_076, abs=5)

    def test_reports_slanting_edges_off_by_a_rounding(self) -> None:
        middle = Point(113.05, 23.0333333333)
        upper = Polygon([(113, 23), (113.15, 23.1), (113, 23.1)])
        lower = Polygon([(113, 23), (middle.x, middle.y), (113.15, 23.1), (113.15, 23)])
        edges = edges_of({"440101": upper, "440102": lower})
        assert edges.shared == []
        (contact,) = edges.unmatched
        assert contact.reason == Mismatch.VERTICES
        assert contact.length_m == pytest.approx(
            GEOD.line_length([113, 113.15], [23, 23.1]), rel=0.001
        )

    def test_reports_an_overlap_on_the_same_side(self) -> None:
        edges = edges_of({"440101": square(0, 0), "440102": square(0, 0)})
        assert edges.shared == []
        assert [c.reason for c in edges.unmatched] == [Mismatch.SAME_SIDE]

    def test_reports_an_edge_that_three_hold(self) -> None:
        shapes = {"440101": square(0, 0), "440102": square(0.1, 0), "440103": square(0.1, 0)}
        reasons = {c.reason for c in edges_of(shapes).unmatched}
        assert reasons == {Mismatch.SAME_SIDE, Mismatch.THREE_HOLD_IT}

    def test_end_to_end_is_no_contact(self) -> None:
        edges = edges_of({"440101": square(0, 0), "440102": square(0.1, 0.1)})
        assert edges.unmatched == []


class TestLineCode:
    def test_puts_the_smaller_code_first(self) -> None:
        assert line_code("440106", "440104") == "440104-440106"

    def test_refuses_a_line_with_itself(self) -> None:
        with pytest.raises(ValueError, match="no line with itself"):
            line_code("440106", "440106")
