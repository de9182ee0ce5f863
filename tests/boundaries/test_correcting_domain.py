"""Two polygons meet on the agreed line; nothing else moves."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.domain.correcting import CannotCorrect, children_after, corrected
from boundaries.domain.lines import shared_edges
from boundaries.domain.topology import check_coverage

# Two squares of some 2 km with a third one north of both: the edge ends in a tri-junction.
A = shapely.Polygon([(113.0, 23.0), (113.02, 23.0), (113.02, 23.02), (113.0, 23.02)])
B = shapely.Polygon([(113.02, 23.0), (113.04, 23.0), (113.04, 23.02), (113.02, 23.02)])
C = shapely.Polygon(
    [(113.0, 23.02), (113.02, 23.02), (113.04, 23.02), (113.04, 23.03), (113.0, 23.03)]
)
CELLS = {"a": A, "b": B}


def bent(*offsets: float) -> shapely.LineString:
    """The edge from south to north with these offsets in degrees to the east, ends kept."""
    share = np.linspace(0, 1, len(offsets) + 2)
    east = np.array([0.0, *offsets, 0.0])
    return shapely.LineString(np.column_stack([113.02 + east, 23.0 + 0.02 * share]))


@settings(max_examples=50)
@given(st.lists(st.floats(-0.005, 0.005), min_size=1, max_size=20))
def test_the_edge_is_the_line_and_the_rest_stays(offsets: list[float]) -> None:
    line = bent(*offsets)
    found = corrected(CELLS, shapely.reverse(line))
    (edge,) = shared_edges(found.shapes)
    assert shapely.hausdorff_distance(edge.geometry, line) < 1e-12
    assert found.joined_m == 0
    assert not check_coverage({**found.shapes, "c": C})
    whole = shapely.union_all([*found.shapes.values()])
    assert shapely.symmetric_difference(whole, shapely.union(A, B)).area < 1e-18


def test_ends_are_led_to_the_tri_junction() -> None:
    """The line ends some 20 m before it, and crosses the southern outline by some 10 m."""
    line = shapely.LineString([(113.0201, 22.9999), (113.0205, 23.01), (113.0201, 23.0198)])
    found = corrected(CELLS, line)
    (edge,) = shared_edges(found.shapes)
    ends = {edge.geometry.geoms[0].coords[0], edge.geometry.geoms[0].coords[-1]}
    assert ends == {(113.02, 23.0), (113.02, 23.02)}
    assert 10 < found.joined_m < 40
    assert not check_coverage({**found.shapes, "c": C})


def test_land_of_neither_side_far_away_stays_where_it_is() -> None:
    island = shapely.box(113.1, 23.0, 113.11, 23.01)
    cells = {"a": shapely.MultiPolygon([A, island]), "b": B}
    found = corrected(cells, bent(0.001))
    assert shapely.contains(found.shapes["a"], island)


def test_an_enclave_is_drawn_by_a_closed_line() -> None:
    inner = shapely.box(113.005, 23.005, 113.01, 23.01)
    cells = {"a": shapely.difference(A, inner), "b": inner}
    ring = shapely.LineString(shapely.box(113.004, 23.005, 113.01, 23.01).exterior.coords)
    found = corrected(cells, ring)
    assert shapely.equals(found.shapes["b"], shapely.box(113.004, 23.005, 113.01, 23.01))
    with pytest.raises(CannotCorrect, match="enclave"):
        corrected(cells, bent(0.001))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (bent(0.03, 0.03), "leaves the land of the two sides"),
        (shapely.LineString([(113.021, 23.0), (113.021, 23.01)]), "does not reach"),
        (
            shapely.MultiLineString(
                [[(113.021, 23.0), (113.021, 23.01)], [(113.021, 23.0101), (113.021, 23.02)]]
            ),
            "in 2 pieces",
        ),
    ],
)
def test_what_cannot_be_their_edge_is_refused(line: shapely.Geometry, why: str) -> None:
    with pytest.raises(CannotCorrect, match=why):
        corrected(CELLS, line)


def test_two_that_do_not_touch() -> None:
    with pytest.raises(CannotCorrect, match="share no edge"):
        corrected({"a": A, "b": shapely.box(114, 23, 114.1, 23.1)}, bent(0.001))


def test_parts_follow_their_division() -> None:
    """Land that comes goes to the part beside it, land that goes leaves the part that had it."""
    south, north = shapely.box(113.0, 23.0, 113.02, 23.01), shapely.box(113.0, 23.01, 113.02, 23.02)
    found = corrected(CELLS, bent(0.002, 0.002, 0.002, -0.002, -0.002, -0.002))
    gained = shapely.difference(found.shapes["a"], A)
    lost = shapely.difference(A, found.shapes["a"])
    after = children_after({"s": south, "n": north}, lost=lost, gained=gained)
    assert shapely.area(after["s"]) > shapely.area(south)
    assert shapely.area(after["n"]) < shapely.area(north)
    together = shapely.union_all([*after.values()])
    assert shapely.symmetric_difference(together, found.shapes["a"]).area < 1e-15
