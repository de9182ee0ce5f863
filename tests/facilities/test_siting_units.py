"""The answer does not depend on the unit in which people are counted."""

import numpy as np
import pytest

from facilities.domain.siting import SitingInputRefused, mclp, p_median


def _asked(seed: int):
    random = np.random.default_rng(seed)
    people, sites = random.random((70, 2)) * 100, random.random((30, 2)) * 100
    costs = np.hypot(*(people[:, None] - sites[None]).transpose(2, 0, 1))
    return costs, random.random(70) * 10


class TestUnits:
    @pytest.mark.parametrize("unit", [2.0**-60, 2.0**70])
    @pytest.mark.parametrize("seed", [3, 4, 17, 25])
    def test_any_unit_has_the_same_answer_and_its_proof(self, seed, unit):
        costs, weights = _asked(seed)
        few, some = costs[:30, :12], weights[:30]
        room = np.full(12, some.sum() / 3)

        def answers(unit: float):
            return [
                p_median(costs, weights * unit, 6),
                mclp(costs, weights * unit, 6, 17.0),
                p_median(few, some * unit, 3, capacities=room * 1.15 * unit),
                mclp(few, some * unit, 3, 22.0, capacities=room * 0.7 * unit),
            ]

        for usual, other in zip(answers(1.0), answers(unit), strict=True):
            assert usual.proven
            assert other.proven
            assert other.objective / unit == pytest.approx(usual.objective, rel=1e-9)

    @pytest.mark.parametrize("capacities", [None, np.array([10.0, 10.0])])
    def test_many_people_out_of_reach_do_not_hide_the_others(self, capacities):
        costs = np.array([[np.inf, np.inf], [0.0, np.inf], [np.inf, 0.0]])
        found = mclp(costs, np.array([1e14, 3.5, 7.25]), 1, 1.0, capacities=capacities)
        assert found.proven
        assert (found.objective, found.sites.tolist()) == (7.25, [1])
        assert found.unreachable.tolist() == [0]

    def test_few_people_covered_are_told_exactly(self):
        # Only the cheap sites can be paid: almost everybody is missed, in reach of a dear one.
        costs = np.where(np.eye(3) > 0, 0.0, np.inf)
        found = mclp(
            costs,
            np.array([3e11, 3.5, 7.25]),
            1,
            1.0,
            site_costs=np.array([9.0, 1.0, 1.0]),
            budget=1.0,
        )
        assert found.proven
        assert found.objective == pytest.approx(7.25, rel=1e-4)

    @pytest.mark.parametrize("seed", range(6))
    def test_nobody_covered_is_nobody_and_not_less(self, seed):
        # Two halves in reach of a dear site each, nobody in reach of the only one that is paid.
        weights = np.random.default_rng(seed).random(41) * 1e9
        costs = np.full((41, 3), np.inf)
        costs[:20, 0] = costs[20:, 1] = 0.0
        prices = np.array([9.0, 9.0, 1.0])
        found = mclp(costs, weights, 1, 1.0, site_costs=prices, budget=1.0)
        assert (found.objective, found.bound, found.gap, found.proven) == (0, 0, 0, True)

    def test_numbers_that_cannot_be_added_up_are_refused(self):
        with pytest.raises(SitingInputRefused, match="too large to add up"):
            p_median(np.array([[1e200, 1.0], [1.0, 1e200]]), np.array([1e150, 1e150]), 1)
