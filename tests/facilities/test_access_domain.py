"""Floating catchments against the definition written out, and the Gini coefficient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.access import (
    catchments,
    evenness,
    floating_catchment,
    gaussian_weights,
    gini,
    provision,
    step_weights,
    three_step_weights,
    worst_served,
)

COUNTS = st.integers(0, 50)
COSTS = csr_matrix(np.array([[5.0, 20.0], [10.0, 40.0]]))


@given(st.lists(COUNTS, min_size=3, max_size=3), st.lists(COUNTS, min_size=2, max_size=2))
@settings(deadline=None)
def test_each_place_sums_the_ratios_it_reaches(people, beds):
    weights = np.array([[1.0, 0.5], [0.0, 1.0], [0.0, 0.0]])
    found = floating_catchment(
        csr_matrix(weights), np.array(people, dtype=float), np.array(beds, dtype=float)
    )
    for i in range(3):
        expected = 0.0
        for j in range(2):
            competing = sum(weights[k, j] * people[k] for k in range(3))
            expected += weights[i, j] * beds[j] / competing if competing else 0.0
        assert found[i] == pytest.approx(expected, rel=1e-9)


def test_a_cost_on_the_limit_of_a_step_belongs_to_it():
    weights = step_weights(COSTS, {10: 1.0, 20: 0.68, 30: 0.22})
    assert weights.toarray().tolist() == [[1.0, 0.68], [1.0, 0.0]]


def test_the_curve_falls_from_one():
    weights = gaussian_weights(csr_matrix(([0.0, 10.0], ([0, 0], [0, 1]))), sigma=10)
    assert weights.toarray()[0] == pytest.approx([1.0, np.exp(-0.5)])


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6))
@settings(deadline=None)
def test_the_gini_is_the_mean_difference_of_all_pairs(rows):
    values, people = np.array(rows, dtype=float).T
    found = gini(values, people)
    total, held = people.sum(), (values * people).sum()
    if not total or not held:
        assert found is None
        return
    gaps = np.abs(values[:, None] - values) * people[:, None] * people
    assert found == pytest.approx(gaps.sum() / (2 * total * held), abs=1e-9)


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_capacity_that_is_none_is_refused(wrong):
    with pytest.raises(BadInput):
        floating_catchment(COSTS, np.ones(2), np.array([1.0, wrong]))


def test_a_place_with_a_choice_burdens_each_facility_less():
    # One place, two homes alike: by two steps each home counts all 100 people, by three only half.
    weights = csr_matrix(np.array([[1.0, 1.0]]))
    people, beds = np.array([100.0]), np.array([10.0, 10.0])
    assert three_step_weights(weights).toarray().tolist() == [[0.5, 0.5]]
    assert floating_catchment(three_step_weights(weights), people, beds) == pytest.approx([0.2])
    none = three_step_weights(csr_matrix(([0.0], ([0], [0])), shape=(2, 2)))
    assert none.toarray().tolist() == [[0, 0], [0, 0]]


class TestCatchments:
    costs = csr_matrix(
        ([5.0, 5.0, 0.0, 9.0], ([0, 0, 1, 1], [0, 1, 2, 0])),
        shape=(3, 4),
    )

    def test_everybody_goes_to_the_nearest_the_first_of_equals(self):
        found = catchments(self.costs, np.array([10.0, 20, 5]), np.array([5, 0, np.nan, 8]))
        assert found.chosen.tolist() == [0, 2, -1]
        assert found.people.tolist() == [10, 0, 20, 0]
        assert found.in_reach.tolist() == [30, 10, 20, 0]
        assert found.without == 5
        # No beds, beds unknown: no load can be told; an empty catchment has one, and it is 0.
        assert np.array_equal(found.load, [2, np.nan, np.nan, 0], equal_nan=True)

    def test_no_facility_is_a_result(self):
        found = catchments(csr_matrix((2, 0)), np.array([1.0, 2]), np.array([]))
        assert found.chosen.tolist() == [-1, -1] and found.without == 3


class TestProvision:
    def test_the_measure_of_the_standard(self):
        # Domain reference §10.12: 1,300,000 elders and 52,000 beds are 40 for a thousand.
        (found,) = provision(
            np.array([52000.0]), np.array(["440100"]), np.array([1.3e6]), np.array(["440100"])
        )
        assert found.per_thousand == pytest.approx(40)

    def test_beds_that_nobody_told_are_counted_apart(self):
        found = provision(
            np.array([100.0, np.nan, 7]),
            np.array(["a", "a", "c"]),
            np.array([500.0, 500, 50]),
            np.array(["a", "a", "b"]),
        )
        assert [(row.group, row.capacity, row.unknown, row.per_thousand) for row in found] == [
            ("a", 100, 1, 100),
            ("b", 0, 0, 0),
            ("c", 7, 0, None),
        ]


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6), st.booleans())
def test_the_worst_tenth_is_that_of_people_one_by_one(rows, low):
    values, people = np.array(rows, dtype=float).T
    found = worst_served(values, people, low_is_worst=low)
    if not people.any():
        assert found is None
        return
    # Ten equal parts of each person: then a tenth of all is a whole number of parts.
    parts = np.sort(np.repeat(values, 10 * people.astype(int)))
    parts = parts if low else parts[::-1]
    assert found == pytest.approx(parts[: len(parts) // 10].mean())


def test_whoever_cannot_be_reached_makes_the_worst_tenth_infinite():
    values = np.array([1.0, np.inf, np.inf])
    assert worst_served(values, np.array([50.0, 1, 0]), low_is_worst=False) == np.inf
    assert worst_served(values, np.array([50.0, 0, 0]), low_is_worst=False) == 1
    with pytest.raises(BadInput):
        worst_served(values, np.ones(3))


def test_evenness_by_group_and_over_all():
    found = evenness(
        np.array([0.0, 2, 1, 9]), np.array([10.0, 10, 20, 0]), np.array(["a", "a", "b", "c"])
    )
    assert [row.group for row in found] == ["a", "b", "c", ""]
    a, b, c, everybody = found
    assert (a.mean, a.worst_tenth, a.with_nothing) == (1, 0, 10)
    assert (b.mean, b.worst_tenth, b.gini) == (1, 1, pytest.approx(0))
    assert (c.people, c.mean, c.worst_tenth, c.gini) == (0, None, None, None)
    assert (everybody.people, everybody.mean, everybody.with_nothing) == (40, 1, 10)
