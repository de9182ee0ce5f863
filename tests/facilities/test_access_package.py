"""The same input to the package ``access`` and to us: the same answer to 1e-9."""

import access
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from facilities.domain.access import (
    floating_catchment,
    gaussian_weights,
    step_weights,
    three_step_weights,
)
from facilities.domain.raam import raam

STEPS = {10: 0.962, 20: 0.704, 30: 0.377, 60: 0.042}
REACH = 45.0


@pytest.fixture(params=range(4))
def city(request):
    rng = np.random.default_rng(request.param)
    return rng.integers(1, 500, 60), rng.integers(0, 50, 15), rng.uniform(0, 60, (60, 15))


def theirs(city):
    demand, supply, costs = city
    origins, destinations = np.nonzero(costs <= REACH)
    return access.Access(
        demand_df=pd.DataFrame({"people": demand}).rename_axis("geoid"),
        demand_value="people",
        supply_df=pd.DataFrame({"beds": supply}).rename_axis("geoid"),
        supply_value="beds",
        cost_df=pd.DataFrame(
            {"origin": origins, "dest": destinations, "cost": costs[origins, destinations]}
        ),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )


def ours(city):
    demand, supply, costs = city
    pairs = np.nonzero(costs <= REACH)
    return (
        csr_matrix((costs[pairs], pairs), shape=costs.shape),
        demand.astype(float),
        supply.astype(float),
    )


def same(found, table):
    expected = table.iloc[:, 0].to_numpy()
    assert np.abs(found - expected).max() <= 1e-9
    assert expected.max() > 1e-3


def test_two_steps(city):
    costs, demand, supply = ours(city)
    found = floating_catchment(step_weights(costs, {30: 1.0}), demand, supply)
    same(found, theirs(city).two_stage_fca(max_cost=30).fillna(0))


def test_two_steps_enhanced_by_steps(city):
    costs, demand, supply = ours(city)
    found = floating_catchment(step_weights(costs, STEPS), demand, supply)
    fall = access.weights.step_fn(STEPS)
    same(found, theirs(city).enhanced_two_stage_fca(weight_fn=fall))


def test_two_steps_enhanced_by_a_curve(city):
    costs, demand, supply = ours(city)
    found = floating_catchment(gaussian_weights(costs, sigma=20), demand, supply)
    fall = access.weights.gaussian(20)
    same(found, theirs(city).enhanced_two_stage_fca(weight_fn=fall, max_cost=REACH))


def test_three_steps(city):
    costs, demand, supply = ours(city)
    weights = three_step_weights(step_weights(costs, STEPS))
    found = floating_catchment(weights, demand, supply)
    same(found, theirs(city).three_stage_fca(weight_fn=access.weights.step_fn(STEPS)))


def test_rational_agents_who_move_whole(city):
    costs, demand, supply = ours(city)
    found = raam(costs, demand, supply, tau=30, whole_people=True)
    same(found.costs, theirs(city).raam(tau=30))
