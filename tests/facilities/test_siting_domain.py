"""Sites against all choices tried one by one, on small questions of every kind."""

import itertools
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from facilities.domain.siting import lscp, mclp, p_center, p_median

FAR = np.inf
SLOW = settings(deadline=None, max_examples=60)


@st.composite
def questions(draw, *, reach_all=False):
    """(costs with some out of reach, weights, p, conditions, whether a set of sites keeps them)"""
    demands, sites = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    whole = draw(st.booleans())
    cost = st.integers(0, 9) if whole else st.floats(0, 9).map(lambda x: round(x, 3))
    entries = cost if reach_all else st.one_of(cost, cost, cost, st.just(FAR))
    row = st.lists(entries, min_size=sites, max_size=sites)
    costs = np.array(draw(st.lists(row, min_size=demands, max_size=demands)), dtype=float)
    weights = np.array(draw(st.lists(st.integers(0, 5), min_size=demands, max_size=demands)))
    weights[0] = max(weights[0], 1)
    every = list(range(sites))
    opened = draw(st.lists(st.sampled_from(every), unique=True, max_size=2))
    closed = draw(st.lists(st.sampled_from(every), unique=True, max_size=2))
    closed = [site for site in closed if site not in opened]
    usable = sites - len(closed)
    if not usable:
        closed, usable = [], sites
    p = draw(st.integers(max(1, len(opened)), usable))
    conditions = {"open_sites": opened, "forbidden": closed, "seed": draw(st.integers(0, 3))}
    prices = np.array(draw(st.lists(st.integers(1, 4), min_size=sites, max_size=sites)), float)
    budget, spacing = np.inf, 0.0
    if draw(st.booleans()):
        new = [site for site in every if site not in opened and site not in closed]
        budget = float(draw(st.integers(int(min(prices[new], default=0)), 12)))
        conditions |= {"site_costs": prices, "budget": budget}
    at = np.array(draw(st.lists(st.integers(0, 5), min_size=sites, max_size=sites)), float)
    xy = np.column_stack([at * 1000, np.full(sites, 2.5e6)])
    if draw(st.booleans()):
        spacing = 1500.0
        conditions |= {"site_xy": xy, "spacing_m": spacing}

    def allowed(chosen):
        new = [site for site in chosen if site not in opened]
        gaps = [abs(xy[a, 0] - xy[b, 0]) for a, b in itertools.combinations(new, 2)]
        return (
            set(opened) <= set(chosen)
            and not set(chosen) & set(closed)
            and prices[new].sum() <= budget
            and all(gap >= spacing for gap in gaps)
        )

    choices = [
        list(chosen)
        for many in range(sites + 1)
        for chosen in itertools.combinations(every, many)
        if allowed(chosen)
    ]
    return costs, weights.astype(float), p, conditions, choices


def nearest(costs, sites):
    return costs[:, sites].min(axis=1) if sites else np.full(len(costs), FAR)


def within_reach(costs, weights, conditions):
    """Demands with people and a site that may serve them."""
    closed = conditions["forbidden"]
    able = [site for site in range(costs.shape[1]) if site not in closed]
    return (weights > 0) & np.isfinite(nearest(costs, able))


def keeps(result, choices, p):
    assert sorted(result.sites.tolist()) in [sorted(chosen) for chosen in choices]
    assert len(result.sites) <= p


def as_sparse(costs):
    """The same table with the pairs within reach stored, zeros too."""
    rows, columns = np.nonzero(np.isfinite(costs))
    return csr_matrix((costs[rows, columns], (rows, columns)), shape=costs.shape)


class TestPMedian:
    @given(questions())
    @SLOW
    def test_is_the_best_of_all_choices(self, asked):
        costs, weights, p, conditions, choices = asked
        served = within_reach(costs, weights, conditions)
        worth = {
            len(chosen): 0
            for chosen in choices
            if np.isfinite(nearest(costs, chosen)[served]).all()
        }
        totals = [
            (weights * np.where(served, nearest(costs, chosen), 0))[served].sum()
            for chosen in choices
            if len(chosen) <= p
        ]
        result = p_median(as_sparse(costs), weights, p, **conditions)
        assert result.unreachable.tolist() == np.flatnonzero((weights > 0) & ~served).tolist()
        assert result.proven
        if np.isfinite(min(totals, default=FAR)):
            assert result.objective == pytest.approx(min(totals), rel=1e-9, abs=1e-9)
            assert result.bound == pytest.approx(result.objective)
            assert result.gap == 0
            keeps(result, choices, p)
            paid = costs[served, result.assignment[served]] * weights[served]
            assert paid.sum() == pytest.approx(result.objective)
        else:
            assert not result.feasible
            assert result.refusal is not None
            assert result.nearest_p == min(worth, default=None)

    @given(questions(), st.integers(0, 12))
    @SLOW
    def test_weighs_those_not_served(self, asked, price):
        costs, weights, p, conditions, choices = asked
        totals = [
            (weights * np.minimum(nearest(costs, chosen), price)).sum()
            for chosen in choices
            if len(chosen) <= p
        ]
        result = p_median(costs, weights, p, unserved_cost=price, **conditions)
        assert result.proven
        assert result.objective == pytest.approx(min(totals), rel=1e-9, abs=1e-9)

    @given(questions(reach_all=True))
    @SLOW
    def test_without_a_number_goes_as_far_as_the_money(self, asked):
        costs, weights, _, conditions, choices = asked
        if "budget" not in conditions:
            return
        totals = [(weights * nearest(costs, chosen)).sum() for chosen in choices if chosen]
        result = p_median(costs, weights, None, **conditions)
        assert result.proven
        if totals:
            assert result.objective == pytest.approx(min(totals), rel=1e-9, abs=1e-9)

    def test_fairness_counts_people_as_more(self):
        costs = np.array([[0.0, 5.0], [5.0, 0.0]])
        plain = p_median(costs, np.array([3.0, 2.0]), 1)
        fair = p_median(costs, np.array([3.0, 2.0]), 1, fairness=np.array([1.0, 2.0]))
        assert (plain.sites.tolist(), plain.objective) == ([0], 10)
        assert (fair.sites.tolist(), fair.objective) == ([1], 15)


class TestMclp:
    @given(questions(), st.floats(0, 9))
    @SLOW
    def test_is_the_best_of_all_choices(self, asked, radius):
        costs, weights, p, conditions, choices = asked
        totals = [
            weights[nearest(costs, chosen) <= radius].sum()
            for chosen in choices
            if len(chosen) <= p
        ]
        result = mclp(as_sparse(costs), weights, p, radius, **conditions)
        assert result.proven
        assert result.objective == pytest.approx(max(totals))
        assert result.bound == pytest.approx(result.objective)
        keeps(result, choices, p)
        assert weights[result.assignment >= 0].sum() == pytest.approx(result.objective)


class TestLscp:
    @given(questions(), st.floats(0, 9))
    @SLOW
    def test_is_the_least_of_all_choices(self, asked, radius):
        costs, _, _, conditions, choices = asked
        near = np.where(costs <= radius, costs, FAR)
        wanted = within_reach(near, np.ones(len(costs)), conditions)
        enough = [chosen for chosen in choices if np.isfinite(nearest(near, chosen)[wanted]).all()]
        result = lscp(costs, radius, **conditions)
        assert result.proven
        assert result.unreachable.tolist() == np.flatnonzero(~wanted).tolist()
        assert result.feasible == bool(enough)
        if not enough:
            return
        if "site_costs" in conditions:
            opened = conditions["open_sites"]
            least = min(
                sum(conditions["site_costs"][site] for site in chosen if site not in opened)
                for chosen in enough
            )
        else:
            least = min(len(chosen) for chosen in enough)
        assert result.objective == least
        keeps(result, choices, costs.shape[1])


class TestLscpOfSoManyAtMost:
    @given(questions(), st.floats(0, 9))
    @SLOW
    def test_keeps_the_number_with_and_without_a_budget(self, asked, radius):
        costs, _, p, conditions, choices = asked
        near = np.where(costs <= radius, costs, FAR)
        wanted = within_reach(near, np.ones(len(costs)), conditions)
        able = [chosen for chosen in choices if np.isfinite(nearest(near, chosen)[wanted]).all()]
        enough = [chosen for chosen in able if len(chosen) <= p]
        result = lscp(costs, radius, p=p, **conditions)
        assert result.proven
        assert result.feasible == bool(enough)
        if not enough:
            assert result.nearest_p == min((len(chosen) for chosen in able), default=None)
            return
        assert len(result.sites) <= p
        opened = conditions["open_sites"]
        if "site_costs" in conditions:
            new = [[site for site in chosen if site not in opened] for chosen in enough]
            assert result.objective == min(conditions["site_costs"][each].sum() for each in new)
        else:
            assert result.objective == min(len(chosen) for chosen in enough)


class TestPCenter:
    @given(questions())
    @SLOW
    def test_is_the_best_of_all_choices(self, asked):
        costs, weights, p, conditions, choices = asked
        served = within_reach(costs, weights, conditions)
        worst = [
            nearest(costs, chosen)[served].max(initial=0) for chosen in choices if len(chosen) <= p
        ]
        result = p_center(costs, p, weights=weights, **conditions)
        assert result.proven
        if np.isfinite(min(worst, default=FAR)):
            assert result.objective == min(worst)
            assert result.bound == result.objective
            keeps(result, choices, p)
        else:
            assert not result.feasible
            enough = [
                len(chosen)
                for chosen in choices
                if np.isfinite(nearest(costs, chosen)[served]).all()
            ]
            assert result.nearest_p == min(enough, default=None)


class TestCapacities:
    @given(questions(), st.lists(st.integers(0, 9), min_size=6, max_size=6))
    @SLOW
    def test_are_kept_by_the_best_of_all_choices(self, asked, capacities):
        costs, weights, p, conditions, choices = asked
        costs, weights = costs[:5], weights[:5]
        limits = np.array(capacities[: costs.shape[1]], dtype=float)
        served = within_reach(costs, weights, conditions)
        best, covered = FAR, 0.0
        for chosen in choices:
            if len(chosen) > p:
                continue
            for given_to in itertools.product([*chosen, -1], repeat=len(costs)):
                to = np.array(given_to)
                has = to >= 0
                load = np.bincount(to[has], weights=weights[has], minlength=len(limits))
                paid = costs[np.flatnonzero(has), to[has]]
                if (load > limits).any() or not np.isfinite(paid).all():
                    continue
                covered = max(covered, weights[has].sum())
                if has[served].all():
                    best = min(best, (paid * weights[has])[weights[has] > 0].sum())
        result = p_median(costs, weights, p, capacities=limits, **conditions)
        assert result.proven
        if np.isfinite(best):
            assert result.objective == pytest.approx(best, rel=1e-9, abs=1e-9)
            keeps(result, choices, p)
            to = result.assignment
            load = np.bincount(to[to >= 0], weights=weights[to >= 0], minlength=len(limits))
            assert (load <= limits + 1e-6).all()
        else:
            assert not result.feasible
            assert result.refusal is not None
        reached = mclp(costs, weights, p, capacities=limits, **conditions)
        assert reached.proven
        assert reached.objective == pytest.approx(covered)
        # Without the full model the bound is one all the same.
        with patch("facilities.domain.siting.capacity.MOST_PROVEN", 0):
            rough = p_median(costs, weights, p, capacities=limits, **conditions)
            rough_reached = mclp(costs, weights, p, capacities=limits, **conditions)
        if rough.feasible:
            assert rough.bound <= best * (1 + 1e-9)
            assert best <= rough.objective * (1 + 1e-9)
        assert rough_reached.objective <= covered * (1 + 1e-9)
        assert covered <= rough_reached.bound * (1 + 1e-9)
