"""The measure itself: against brute force, against hand-made cases, against bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.crs import CGCS2000, GEOD, GUANGZHOU_ZONE, project_points
from facilities.domain.allocate import allocate
from facilities.domain.coverage import (
    CoverageInputRefused,
    Demand,
    coverage,
    nearest_distances,
    within_distance,
)

BASE = np.array([400_000.0, 2_500_000.0])
offset = st.integers(0, 3_000)
points = st.lists(st.tuples(offset, offset), max_size=25)


def metres(pairs):
    return BASE + np.array(pairs, dtype=float).reshape(-1, 2)


def demand(pairs, people=None, elders=None, groups=None):
    n = len(pairs)
    return Demand(
        xy=metres(pairs),
        people=np.array(people if people is not None else [10.0] * n),
        elders=np.array(elders if elders is not None else [1.0] * n),
        groups=np.array(groups if groups is not None else ["440106"] * n, dtype=str),
    )


def covered_by_hand(cells, facilities, distance_m, at_least):
    """Whole-number offsets: squared distances compare without any rounding."""
    return [
        sum((x - a) ** 2 + (y - b) ** 2 <= distance_m**2 for a, b in facilities) >= at_least
        for x, y in cells
    ]


class TestCoverage:
    @settings(max_examples=200, deadline=None)
    @given(points, points, st.integers(0, 3_000), st.integers(1, 4), st.data())
    def test_equals_brute_force(self, cells, facilities, distance_m, at_least, data):
        n = len(cells)
        people = data.draw(st.lists(st.integers(0, 5_000), min_size=n, max_size=n))
        groups = data.draw(
            st.lists(st.sampled_from(["440103", "440104", "440106"]), min_size=n, max_size=n)
        )
        result = coverage(
            demand(cells, np.array(people, dtype=float), np.array(people) / 10, groups),
            metres(facilities),
            distance_m=distance_m,
            at_least=at_least,
        )
        expected = covered_by_hand(cells, facilities, distance_m, at_least)
        assert result.covered.tolist() == expected
        for tally in result.tallies:
            inside = [i for i in range(n) if groups[i] == tally.group]
            assert tally.people == sum(people[i] for i in inside)
            assert tally.covered_people == sum(people[i] for i in inside if expected[i])
            assert tally.covered_elders == pytest.approx(
                sum(people[i] / 10 for i in inside if expected[i])
            )
        assert result.total.people == sum(people)
        assert {t.group for t in result.tallies} == set(groups)

    @given(points, points, st.integers(0, 2_000), st.integers(0, 500))
    @settings(max_examples=60, deadline=None)
    def test_a_longer_distance_never_covers_fewer(self, cells, facilities, distance_m, more):
        near = coverage(demand(cells), metres(facilities), distance_m=distance_m)
        far = coverage(demand(cells), metres(facilities), distance_m=distance_m + more)
        assert not (near.covered & ~far.covered).any()

    def test_a_cell_on_the_very_distance_is_covered(self):
        result = coverage(demand([(0, 0)]), metres([(300, 400)]), distance_m=500)
        assert result.covered.tolist() == [True]
        assert result.costs.tolist() == [500.0]

    def test_worked_example_of_two_divisions(self):
        cells = demand(
            [(0, 0), (1_500, 0), (0, 900)],
            people=[100.0, 300.0, 50.0],
            elders=[20.0, 30.0, 5.0],
            groups=["440106", "440104", "440106"],
        )
        result = coverage(cells, metres([(0, 500)]), distance_m=500)
        yuexiu, tianhe = result.tallies
        assert (yuexiu.group, yuexiu.share, yuexiu.uncovered_elders) == ("440104", 0.0, 30.0)
        assert (tianhe.share, tianhe.elders_share) == (1.0, 1.0)
        assert result.total.share == pytest.approx(150 / 450)
        assert result.total.elders_share == pytest.approx(25 / 55)

    def test_no_facilities_cover_nobody(self):
        result = coverage(demand([(0, 0)]), metres([]), distance_m=1_000)
        assert result.total.covered_people == 0
        assert result.costs.tolist() == [float("inf")]

    def test_no_cells_are_an_empty_result(self):
        result = coverage(demand([]), metres([(0, 0)]), distance_m=1_000)
        assert result.tallies == ()
        assert result.total.share is None

    def test_where_nobody_lives_the_share_is_unknown(self):
        result = coverage(demand([(0, 0)], [0.0], [0.0]), metres([(0, 0)]), distance_m=10)
        assert result.tallies[0].share is None
        assert result.tallies[0].elders_share is None

    def test_fewer_facilities_than_asked_for_cover_nobody(self):
        result = coverage(demand([(0, 0)]), metres([(0, 0)]), distance_m=10, at_least=2)
        assert not result.covered.any()

    @pytest.mark.parametrize("distance_m", [float("nan"), float("inf"), -1.0])
    def test_refuses_a_distance_that_is_none(self, distance_m):
        with pytest.raises(CoverageInputRefused, match=r"(?i)distance"):
            coverage(demand([(0, 0)]), metres([(0, 0)]), distance_m=distance_m)

    def test_refuses_at_least_zero_facilities(self):
        with pytest.raises(CoverageInputRefused, match="1 or more"):
            coverage(demand([(0, 0)]), metres([(0, 0)]), distance_m=10, at_least=0)


class TestDemand:
    @pytest.mark.parametrize(
        ("people", "why"), [([float("nan")], "missing"), ([-1.0], "negative"), ([], "counts")]
    )
    def test_refuses_counts_that_are_none(self, people, why):
        with pytest.raises(CoverageInputRefused, match=f"(?i){why}"):
            demand([(0, 0)], people=people)

    def test_refuses_a_position_that_is_not_a_number(self):
        with pytest.raises(CoverageInputRefused, match=r"(?i)position"):
            demand([(float("nan"), 0)])


class TestMetres:
    """Domain reference §10, case 13."""

    PAIRS = [
        ((113.2644, 23.1291), (113.3245, 23.1065)),
        ((113.0, 22.6), (113.9, 23.8)),
        ((112.96, 23.4), (112.965, 23.4)),
    ]

    @pytest.mark.parametrize("pair", PAIRS)
    def test_distance_lies_within_two_hundredths_of_a_percent_of_the_geodesic(self, pair):
        a, b = project_points(np.array(pair), CGCS2000, GUANGZHOU_ZONE)
        measured = nearest_distances(a[None], b[None])[0]
        geodesic = GEOD.inv(*pair[0], *pair[1])[2]
        assert measured == pytest.approx(geodesic, rel=0.0002)

    @pytest.mark.parametrize("pair", PAIRS)
    def test_the_same_pair_in_degrees_is_refused(self, pair):
        a, b = np.array(pair)
        with pytest.raises(CoverageInputRefused, match="degrees"):
            nearest_distances(a[None], b[None])


class TestWithinDistance:
    @given(
        st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), min_size=1, max_size=40),
        st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), max_size=8),
        st.sampled_from([0.0, 300.0, 500.0, 1000.0]),
    )
    @settings(max_examples=60, deadline=None)
    def test_is_what_the_nearest_says(self, cells, facilities, metres):
        base = np.array([400_000.0, 2_500_000.0])
        here = base + np.array(cells, dtype=float)
        there = base + np.array(facilities, dtype=float).reshape(-1, 2)
        expected = nearest_distances(here, there) <= metres
        assert within_distance(here, there, metres).tolist() == expected.tolist()

    def test_the_very_distance_counts(self):
        a, b = np.array([[400_000.0, 2_500_000.0]]), np.array([[400_300.0, 2_500_400.0]])
        assert within_distance(a, b, 500.0).all()
        assert not within_distance(a, b, 499.999).any()


class TestAllocate:
    @given(
        st.integers(0, 10**7),
        st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200),
    )
    @settings(max_examples=150, deadline=None)
    def test_sums_exactly_and_stays_within_one(self, total, weights):
        weights = np.array(weights)
        if not weights.any():
            return
        counts = allocate(total, weights)
        assert counts.sum() == total
        assert (counts >= 0).all()
        assert (np.abs(counts - total * (weights / weights.sum())) <= 1 + 1e-6).all()

    def test_equal_remainders_go_to_the_earlier(self):
        assert allocate(2, np.ones(3)).tolist() == [1, 1, 0]

    @pytest.mark.parametrize("size", [1e-310, 1e308])
    def test_weights_may_be_of_any_size(self, size):
        assert allocate(11, np.array([3.0, 1.0]) / 2 * size).tolist() == [8, 3]

    def test_refuses_people_without_anywhere_to_live(self):
        with pytest.raises(Exception, match="every weight is zero"):
            allocate(5, np.zeros(3))
