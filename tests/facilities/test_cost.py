"""Costs over a network: one-way streets, parallel edges, what cannot be reached."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import BadInput
from facilities.domain.cost import k_nearest, nearest, network, straight, within

N = 7
EDGES = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, N - 1), st.integers(0, 9)), max_size=25
)


def built(edges):
    table = np.array(edges, dtype=np.int64).reshape(-1, 3)
    return network(N, table[:, 0], table[:, 1], table[:, 2].astype(float))


def by_hand(edges):
    """Floyd and Warshall's table of all pairs."""
    table = np.full((N, N), np.inf)
    np.fill_diagonal(table, 0)
    for source, target, cost in edges:
        table[source, target] = min(table[source, target], cost)
    for k in range(N):
        table = np.minimum(table, table[:, [k]] + table[[k], :])
    return table


@given(EDGES, st.lists(st.integers(0, N - 1), max_size=4), st.integers(0, 15))
@settings(deadline=None)
def test_costs_are_those_of_the_table_of_all_pairs(edges, sites, cutoff):
    facilities = np.array(sites, dtype=np.int64)
    expected = by_hand(edges)[:, facilities]
    pairs = within(built(edges), np.arange(N), facilities, cutoff=cutoff).tocoo()
    found = np.full(expected.shape, np.inf)
    found[pairs.row, pairs.col] = pairs.data
    assert np.array_equal(found, np.where(expected <= cutoff, expected, np.inf))
    costs, chosen = nearest(built(edges), facilities)
    assert np.array_equal(costs, expected.min(axis=1, initial=np.inf))
    reached = chosen >= 0
    assert np.array_equal(reached, np.isfinite(costs))
    assert np.array_equal(expected[reached, chosen[reached]], costs[reached])


@given(EDGES, st.lists(st.integers(0, N - 1), max_size=5), st.integers(1, 6))
def test_the_k_nearest_are_those_of_the_table_of_all_pairs(edges, sites, k):
    facilities = np.array(sites, dtype=np.int64)
    expected = by_hand(edges)[:, facilities]
    padded = np.column_stack([expected, np.full((N, k), np.inf)])
    costs, chosen = k_nearest(built(edges), facilities, k)
    assert np.array_equal(costs, np.sort(padded, axis=1)[:, :k])
    assert np.array_equal(chosen >= 0, np.isfinite(costs))
    for node, found in enumerate(chosen):
        real = found[found >= 0]
        assert len(set(real)) == len(real)
        assert np.array_equal(expected[node, real], costs[node, : len(real)])


def test_none_of_the_nearest_is_refused():
    with pytest.raises(BadInput):
        k_nearest(built([]), np.array([0]), 0)


def test_people_travel_towards_the_facility_along_one_way_streets():
    costs, _ = nearest(built([(0, 1, 3)]), np.array([1]))
    assert costs[0] == 3
    costs, chosen = nearest(built([(0, 1, 3)]), np.array([0]))
    assert np.isinf(costs[1]) and chosen[1] == -1


def test_a_one_way_street_leaves_two_components():
    assert len(set(built([(0, 1, 3), (2, 3, 1), (3, 2, 1)]).components())) == N - 1


def test_straight_lines_carry_the_detour_and_keep_the_very_limit():
    here, there = np.array([[5e5, 2.5e6]]), np.array([[500300.0, 2500400.0], [5e5, 2.5e6]])
    assert straight(here, there, cutoff=650, detour=1.3).toarray().tolist() == [[650, 0]]
    assert straight(here, there, cutoff=649, detour=1.3).nnz == 1
    assert straight(here, there[:0], cutoff=1).shape == (1, 0)


@pytest.mark.parametrize("cost", [-1.0, np.nan, np.inf])
def test_a_cost_that_is_no_cost_is_refused(cost):
    with pytest.raises(BadInput):
        network(2, np.array([0]), np.array([1]), np.array([cost]))


def test_a_node_outside_the_network_is_refused():
    with pytest.raises(BadInput):
        nearest(built([]), np.array([N]))
