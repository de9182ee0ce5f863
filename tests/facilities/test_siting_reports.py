"""What a search says about itself: refusals with numbers, bounds, stops, the same again."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.siting import Progress, lscp, mclp, p_center, p_median

COSTS = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 9.0], [9.0, 4.0, 0.0], [5.0, 6.0, 7.0]])
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])
XY = np.array([[500_000.0, 2.5e6], [500_400.0, 2.5e6], [501_000.0, 2.5e6]])


def city(demands=300, sites=60, seed=5):
    random = np.random.default_rng(seed)
    people, places = random.random((demands, 2)), random.random((sites, 2))
    costs = np.hypot(*(people[:, None] - places).transpose(2, 0, 1))
    return costs, random.integers(1, 100, demands).astype(float)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"costs": np.where(COSTS == 7, np.nan, COSTS)}, "1 costs are missing.*demand 3 to site 2"),
        ({"costs": COSTS - 5}, "6 costs are negative.*demand 0 to site 0"),
        ({"costs": np.empty((0, 3)), "weights": np.empty(0)}, "no demand"),
        ({"costs": np.empty((4, 0))}, "no candidate"),
        ({"costs": COSTS[0]}, "table of demands by sites"),
        ({"weights": WEIGHTS[:2]}, "2 numbers are given for 4"),
        ({"weights": -WEIGHTS}, "4 weights are missing or negative"),
        ({"weights": np.array([1, np.nan, 1, 1])}, "1 weights.* number 1"),
        ({"weights": np.zeros(4)}, "All 4 weights are 0"),
        ({"fairness": np.zeros(4)}, "All 4 weights are 0"),
        ({"fairness": np.array([1, 1, 1, -1.0])}, "1 fairness weights are missing or negative"),
        ({"p": 4}, "4 sites are asked for, but only 3"),
        ({"p": 3, "forbidden": [1]}, "3 sites are asked for, but only 2"),
        ({"p": 0}, "0: it must be 1 or more"),
        ({"p": 1.5}, "whole number"),
        ({"p": 1, "open_sites": [0, 1]}, "1 sites are asked for, but 2 are open already"),
        ({"p": None}, "number of sites or a budget"),
        ({"open_sites": [3]}, "no site 3: they are numbered 0 to 2"),
        ({"forbidden": [-1]}, "no site -1"),
        ({"open_sites": [0.5]}, "named by their numbers"),
        ({"open_sites": [1], "forbidden": [1]}, "Site 1 is both"),
        ({"budget": 5.0}, "give the cost of each site"),
        ({"site_costs": np.ones(3)}, "give the budget"),
        ({"site_costs": np.ones(3), "budget": np.nan}, "budget must be a number"),
        ({"site_costs": np.full(3, 7.0), "budget": 5.0}, "budget of 5 is below .* costs 7"),
        ({"site_costs": np.array([1, np.nan, 1]), "budget": 5.0}, "costs of sites are missing"),
        ({"spacing_m": 10.0}, "needs the position"),
        ({"spacing_m": -1.0}, "distance between sites must be"),
        ({"spacing_m": 10.0, "site_xy": XY / 1e5}, "degrees"),
        ({"capacities": np.array([1.0, -1.0, 1.0])}, "capacities are missing or negative"),
        ({"capacities": np.array([1.0, np.nan, 1.0])}, "capacities are missing or negative"),
        ({"capacities": np.ones(2)}, "2 numbers are given for 3"),
        ({"time_limit_s": 0.0}, "time limit"),
        ({"unserved_cost": -1.0}, "not being served"),
    ],
)
def test_bad_input_is_refused_with_numbers(asked, message):
    with pytest.raises(BadInput, match=message):
        p_median(**({"costs": COSTS, "weights": WEIGHTS, "p": 2} | asked))


@pytest.mark.parametrize("radius", [np.nan, -1.0])
def test_a_radius_that_is_none_is_refused(radius):
    for model in (lambda: mclp(COSTS, WEIGHTS, 1, radius), lambda: lscp(COSTS, radius)):
        with pytest.raises(BadInput, match="radius must be a number, 0 or more"):
            model()


class TestMorePairsThanAreProven:
    """With limited places so many pairs make no full model: the exchange answers, with its gap."""

    def test_are_answered_within_the_room_and_bounded(self, monkeypatch):
        costs, weights = city(200, 30)
        costs[costs > 0.4] = np.inf
        limits = np.full(30, 900.0)
        asked = {"p": 6, "capacities": limits, "unserved_cost": 0.4, "time_limit_s": 20.0}
        best = p_median(costs, weights, **asked)
        monkeypatch.setattr("facilities.domain.siting.capacity.MOST_PROVEN", 100)
        found = p_median(costs, weights, **asked)
        has = found.assignment >= 0
        load = np.bincount(found.assignment[has], weights=weights[has], minlength=30)
        assert (load <= limits).all()
        paid = np.where(has, costs[np.arange(200), found.assignment], 0.4) * weights
        assert found.objective == pytest.approx(paid.sum())
        assert found.bound <= best.objective <= found.objective * (1 + 1e-9)
        assert 0 < found.gap < 0.2
        assert not found.proven

    def test_room_bounds_what_can_be_covered(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.siting.capacity.MOST_PROVEN", 0)
        found = mclp(np.zeros((40, 8)), np.full(40, 3.0), 2, capacities=np.full(8, 20.0))
        # Two sites take 40 of 120: six whole demands of 3 each.
        assert (found.objective, found.bound, found.proven) == (36.0, 40.0, False)

    def test_say_so_where_no_choice_was_found(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.siting.capacity.MOST_PROVEN", 0)
        # Room for 12 in all, but none for the third four.
        found = p_median(np.zeros((3, 2)), np.full(3, 4.0), 2, capacities=np.full(2, 6.0))
        assert "10" not in str(found.refusal)
        assert "6 pairs of people and sites within reach are more than the 0" in str(found.refusal)
        assert not found.proven


def test_a_pair_given_twice_is_refused():
    twice = csr_matrix((np.array([1.0, 2.0]), np.array([0, 0]), np.array([0, 2])), shape=(1, 1))
    with pytest.raises(BadInput, match="1 pairs"):
        p_median(twice, np.ones(1), 1)


def test_a_stored_zero_costs_nothing_and_what_is_not_stored_is_out_of_reach():
    sparse = csr_matrix((np.array([0.0]), ([0], [1])), shape=(2, 2))
    result = p_median(sparse, np.ones(2), 1)
    assert result.sites.tolist() == [1]
    assert result.objective == 0
    assert result.assignment.tolist() == [1, -1]
    assert result.unreachable.tolist() == [1]


def test_too_few_sites_are_said_with_the_number_that_would_do():
    costs = np.where(COSTS > 4, np.inf, COSTS)[:3]
    for result in (
        p_median(np.where(costs > 0, np.inf, costs), WEIGHTS[:3], 2),
        p_center(np.where(costs > 0, np.inf, costs), 2),
    ):
        assert not result.feasible
        assert result.nearest_p == 3
        assert result.proven
        assert "2 sites cannot reach everybody: 3 can" in str(result.refusal)
        assert result.assignment.tolist() == [-1, -1, -1]


def test_too_little_money_is_said():
    costs = np.where(COSTS > 0, np.inf, COSTS)[:3]
    result = lscp(costs, site_costs=np.ones(3), budget=2.0)
    assert not result.feasible
    assert "budget of 2 does not pay" in str(result.refusal)


def test_too_little_capacity_is_said_with_the_number_that_would_do():
    result = p_median(COSTS, WEIGHTS, 1, capacities=np.full(3, 6.0))
    assert not result.feasible
    assert result.nearest_p == 2
    assert "1 sites take 6 at most, 10 need a place" in str(result.refusal)


def test_a_demand_larger_than_every_site_is_named():
    result = p_median(COSTS, WEIGHTS, 3, capacities=np.full(3, 3.5))
    assert not result.feasible
    assert "demand 3 with 4 of 3.5" in str(result.refusal)


class TestProgress:
    def test_history_closes_on_the_answer(self):
        costs, weights = city()
        result = p_median(costs, weights, 8)
        assert result.proven
        seconds, incumbents, bounds = zip(*result.history, strict=True)
        assert list(seconds) == sorted(seconds)
        assert list(incumbents) == sorted(incumbents, reverse=True)
        assert list(bounds) == sorted(bounds)
        assert incumbents[-1] == result.objective
        assert bounds[-1] == pytest.approx(result.objective)

    def test_coverage_is_bounded_from_above(self):
        costs, weights = city()
        result = mclp(costs, weights, 8, 0.1)
        assert all(step.bound >= step.incumbent - 1e-6 for step in result.history)

    def test_a_watcher_sees_it_and_stops_it(self):
        costs, weights = city()
        seen = []

        def watch(progress: Progress) -> bool:
            seen.append(progress)
            return True

        result = p_median(costs, weights, 8, watch=watch)
        assert seen
        assert result.feasible
        assert not result.proven
        assert result.gap > 0
        assert result.bound <= result.objective

    def test_a_stop_is_heard_while_the_first_relaxation_is_solved(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.siting.capacity.TRIALS", 0)
        costs, weights = city(2000, 200)
        costs[costs > 0.3] = np.inf
        limits = np.full(200, weights.sum() / 14)
        asked = []

        def watch(progress: Progress) -> bool:
            asked.append(progress.seconds)
            return progress.seconds > 3

        result = p_median(
            costs, weights, 12, capacities=limits, unserved_cost=0.3, time_limit_s=60, watch=watch
        )
        assert result.feasible
        assert not result.proven
        # The relaxation takes 8 s, in which HiGHS itself asks nobody.
        assert max(np.diff(asked)) < 2
        assert result.seconds < 3 + 4

    def test_time_that_runs_out_leaves_an_answer_or_says_so(self):
        costs, weights = city()
        for model in (
            lambda: p_median(costs, weights, 8, time_limit_s=1e-6),
            lambda: p_median(costs, weights, 8, capacities=np.full(60, 3000.0), time_limit_s=1e-6),
            lambda: mclp(costs, weights, 8, 0.1, time_limit_s=1e-6),
            lambda: p_center(costs, 8, time_limit_s=1e-6),
            lambda: lscp(costs, 0.2, time_limit_s=1e-6),
        ):
            result = model()
            assert not result.proven
            assert result.feasible or "allow more time" in str(result.refusal)
            assert result.gap > 0

    @pytest.mark.parametrize("seed", [0, 1])
    def test_the_same_question_has_the_same_answer(self, seed):
        costs, weights = city()
        one, other = (p_median(costs, weights, 12, seed=seed) for _ in range(2))
        assert one.sites.tolist() == other.sites.tolist()
        assert [step[1:] for step in one.history] == [step[1:] for step in other.history]


def test_the_solver_is_loaded_with_the_first_model_not_with_the_application():
    code = (
        "import django, sys; django.setup(); import config.urls; "
        "assert 'facilities.domain.siting' in sys.modules; print('highspy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
