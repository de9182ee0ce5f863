"""Floating catchments against the definition written out, and the Gini coefficient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.access import (
    floating_catchment,
    gaussian_weights,
    gini,
    step_weights,
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
