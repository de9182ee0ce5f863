"""Lines joined into a graph: where they meet, where they do not, twins drawn twice."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from facilities.domain.streets import AGAINST, ALONG, BOTH, Lines, join, loose_ends

E0, N0 = 500_000.0, 2_500_000.0
STEP = st.integers(0, 4)


def lines_of(*vertices, directions=None, classes=None, speeds=None, lengths=None):
    """Lines from vertices in metres east and north of a corner."""
    count = len(vertices)
    shapes = [shapely.LineString([(E0 + x, N0 + y) for x, y in one]) for one in vertices]
    return Lines(
        np.array(shapes, dtype=object),
        np.array(classes or ["residential"] * count),
        np.array(directions or [BOTH] * count),
        np.array(speeds or [np.nan] * count),
        np.array(lengths or [np.nan] * count),
    )


def places(streets):
    return sorted((x - E0, y - N0) for x, y in streets.nodes.tolist())


class TestJoin:
    def test_lines_meet_at_their_ends(self):
        streets = join(lines_of([(0, 0), (100, 0)], [(100, 0), (100, 50)]))
        assert places(streets) == [(0, 0), (100, 0), (100, 50)]
        assert len(streets) == 2 and len(set(streets.ends.ravel())) == 3

    def test_a_line_is_cut_where_another_ends_at_its_vertex(self):
        streets = join(lines_of([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 80)]))
        assert sorted(streets.lines.measured_m()) == [50, 50, 80]
        assert np.bincount(streets.ends.ravel()).tolist().count(3) == 1

    def test_lines_that_cross_without_a_common_vertex_do_not_meet(self):
        streets = join(lines_of([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
        assert len(streets) == 2 and len(streets.nodes) == 4

    def test_a_common_vertex_is_a_crossing(self):
        streets = join(lines_of([(0, 0), (50, 0), (100, 0)], [(50, -50), (50, 0), (50, 50)]))
        assert len(streets) == 4 and len(streets.nodes) == 5

    def test_ends_within_the_tolerance_are_one_place_and_bends_stay_bends(self):
        drawn = lines_of([(0, 0), (60, 5), (100, 0)], [(100.3, 0.4), (200, 0)])
        assert len(join(drawn).nodes) == 4
        assert len(join(drawn, tolerance_m=0.4).nodes) == 4
        assert places(join(drawn, tolerance_m=0.5)) == [(0, 0), (100, 0), (200, 0)]

    def test_what_the_tolerance_shrinks_to_nothing_is_no_street(self):
        streets = join(lines_of([(0, 0), (100, 0)], [(100, 0), (100.2, 0)]), tolerance_m=0.5)
        assert len(streets) == 1

    def test_a_told_length_is_shared_out_when_a_line_is_cut(self):
        drawn = lines_of(
            [(0, 0), (25, 0), (100, 0)], [(25, 0), (25, 80)], lengths=[200, float("nan")]
        )
        assert sorted(join(drawn).lines.measured_m()) == [50, 80, 150]

    def test_no_line_is_a_graph_of_nothing(self):
        assert len(join(lines_of())) == 0

    @given(st.lists(st.lists(st.tuples(STEP, STEP), min_size=2, max_size=5), max_size=6))
    def test_no_metre_is_lost_and_streets_end_where_their_shapes_do(self, drawn):
        drawn = [
            [place for i, place in enumerate(one) if not i or place != one[i - 1]] for one in drawn
        ]
        drawn = [one for one in drawn if len(one) > 1]
        streets = join(lines_of(*drawn))
        pieces = {frozenset(pair) for one in drawn for pair in pairwise(one)}
        # Twins are merged: each piece of the drawing counts once, however often it is drawn.
        if len(pieces) == sum(len(one) - 1 for one in drawn):
            length = sum(np.hypot(a[0] - b[0], a[1] - b[1]) for a, b in map(tuple, pieces))
            assert streets.lines.measured_m().sum() == pytest.approx(length)
        for end, vertex in ((0, 0), (1, -1)):
            at = shapely.get_coordinates(shapely.get_point(streets.lines.shapes, vertex))
            assert np.array_equal(at, streets.nodes[streets.ends[:, end]])


class TestTwins:
    def test_two_lines_for_two_directions_are_one_street_for_both(self):
        drawn = lines_of([(0, 0), (9, 9)], [(9, 9), (0, 0)], directions=[ALONG, ALONG])
        streets = join(drawn)
        assert streets.lines.directions.tolist() == [BOTH]

    def test_one_direction_drawn_twice_stays_one_way(self):
        drawn = lines_of([(0, 0), (9, 9)], [(9, 9), (0, 0)], directions=[ALONG, AGAINST])
        (direction,) = join(drawn).lines.directions
        start = shapely.get_coordinates(join(drawn).lines.shapes[0])[0]
        assert direction == (ALONG if start[0] == E0 else AGAINST)

    def test_a_ring_drawn_both_ways_round_is_for_both_directions(self):
        ring = [(0, 0), (9, 0), (9, 9), (0, 0)]
        streets = join(lines_of(ring, ring[::-1], directions=[ALONG, ALONG]))
        assert streets.lines.directions.tolist() == [BOTH]

    def test_streets_that_differ_are_left_alone(self):
        drawn = lines_of([(0, 0), (9, 9)], [(9, 9), (0, 0)], speeds=[30, 50])
        assert len(join(drawn)) == 2


def test_an_end_that_nearly_touches_a_street_is_told():
    streets = join(lines_of([(0, 0), (100, 0)], [(50, 0.7), (50, 80)]))
    (node,) = loose_ends(streets, tolerance_m=1)
    assert streets.nodes[node].tolist() == [E0 + 50, N0 + 0.7]
    assert not len(loose_ends(streets, tolerance_m=0.5))


@pytest.mark.parametrize(
    "wrong",
    [{"speeds": [0.0]}, {"lengths": [-1.0]}, {"directions": [2]}, {"speeds": [np.inf]}],
)
def test_lines_that_tell_nonsense_are_refused(wrong):
    with pytest.raises(BadInput):
        lines_of([(0, 0), (9, 9)], **wrong)


def test_degrees_and_points_are_refused():
    told = np.array([""]), np.array([0]), np.array([np.nan]), np.array([np.nan])
    for shape in (shapely.LineString([(113, 23), (113.1, 23)]), shapely.Point(5e5, 2.5e6)):
        with pytest.raises(BadInput):
            Lines(np.array([shape], dtype=object), *told)
