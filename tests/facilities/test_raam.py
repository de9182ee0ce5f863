"""Rational agents: the equilibrium, who is left out, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.raam import raam


def test_two_homes_share_people_until_both_cost_the_same():
    # 100 people, 10 + 10 beds, the second home 3 minutes farther, tau 30: filled to the mean
    # (5 people a bed) weighs 1, so that x / 50 = (100 - x) / 50 + 0.1 and x = 52.5.
    found = raam(
        csr_matrix(np.array([[3.0, 6.0]])),
        np.array([100.0]),
        np.array([10.0, 10.0]),
        tau=30,
        rounds=500,
    )
    assert found.people.toarray()[0] == pytest.approx([52.5, 47.5], abs=1e-6)
    assert found.costs == pytest.approx([52.5 / 50 + 0.1])
    assert found.gap == pytest.approx(0, abs=1e-6)


@given(
    st.lists(st.integers(0, 300), min_size=6, max_size=6),
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.integers(0, 2**24 - 1),
)
def test_everybody_goes_somewhere_in_reach_or_is_told_not_to(people, beds, reach):
    open_pairs = np.array([bool(reach >> n & 1) for n in range(24)]).reshape(6, 4)
    pairs = np.nonzero(open_pairs)
    costs = csr_matrix((np.arange(len(pairs[0]), dtype=float), pairs), shape=(6, 4))
    demand, supply = np.array(people, dtype=float), np.array(beds, dtype=float)
    found = raam(costs, demand, supply, tau=10)
    served = (open_pairs & (supply > 0)).any(axis=1) & (demand > 0)
    went = found.people.toarray()
    assert went.sum(axis=1) == pytest.approx(np.where(served, demand, 0))
    assert (went >= 0).all() and not went[:, supply == 0].any()
    assert np.isnan(found.costs[demand == 0]).all()
    assert np.isinf(found.costs[(demand > 0) & ~served]).all()
    assert np.isfinite(found.costs[served]).all()
    assert found.gap is None or -1e-12 <= found.gap < 0.5


def test_small_places_move_only_when_people_may_be_parted():
    costs = csr_matrix(np.array([[1.0, 2.0]] * 50))
    demand, supply = np.full(50, 3.0), np.array([10.0, 10.0])
    whole = raam(costs, demand, supply, tau=100, whole_people=True)
    parted = raam(costs, demand, supply, tau=100)
    assert whole.people.toarray()[:, 1].sum() == 0 and whole.gap > 0.4
    assert parted.people.toarray()[:, 1].sum() == pytest.approx(75, abs=3)
    assert parted.gap < 0.05


@pytest.mark.parametrize(
    "wrong",
    [{"tau": 0.0}, {"tau": np.nan}, {"tau": 1.0, "rounds": 0}, {"tau": 1.0, "people_per_unit": 0}],
)
def test_numbers_that_mean_nothing_are_refused(wrong):
    with pytest.raises(BadInput):
        raam(csr_matrix(np.ones((1, 1))), np.ones(1), np.ones(1), **wrong)


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_capacity_that_is_none_is_refused(wrong):
    with pytest.raises(BadInput):
        raam(csr_matrix(np.ones((1, 1))), np.ones(1), np.array([wrong]), tau=1)
