"""Larger questions under every rule against the plain textbook model, solved without our code."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from facilities.domain.siting import mclp, p_median


def city(seed):
    random = np.random.default_rng(seed)
    demands, sites = int(random.integers(30, 60)), int(random.integers(12, 25))
    people, places = random.random((demands, 2)), random.random((sites, 2))
    costs = np.hypot(*(people[:, None] - places).transpose(2, 0, 1))
    if seed % 2:
        costs = np.rint(costs * 20)
    weights = random.integers(1, 9, demands).astype(float)
    positions = np.array([500_000.0, 2.5e6]) + 1000 * places
    prices = random.integers(1, 9, sites).astype(float)
    conditions = {"seed": seed, "open_sites": [0], "forbidden": [1]}
    rules = [(np.ones(sites), int(random.integers(3, 8)))]
    if seed % 3 != 0:
        conditions |= {"site_costs": prices, "budget": 14.0}
        rules.append((np.where(np.arange(sites) == 0, 0, prices), 14.0))
    if seed % 4 > 1:
        conditions |= {"site_xy": positions, "spacing_m": 250.0}
        gaps = np.hypot(*(positions[:, None] - positions).transpose(2, 0, 1))
        for one, other in np.argwhere(np.triu(gaps < 250, 1)):
            if one > 1:
                rules.append((np.isin(np.arange(sites), (one, other)).astype(float), 1))
    return costs, weights, rules[0][1], conditions, rules


def textbook(costs, weighted, weights, rules, *, must):
    """Least cost of serving each demand once, by open sites (or not at all for its weight)."""
    demands, sites = costs.shape
    pairs = demands * sites
    width = sites + pairs + demands
    prices = np.concatenate([np.zeros(sites), weighted.ravel(), weights])
    upper = np.ones(width)
    upper[1] = 0
    upper[sites : sites + pairs][~np.isfinite(weighted.ravel())] = 0
    prices[~np.isfinite(prices)] = 0
    if must:
        upper[sites + pairs :] = 0
    lower = np.zeros(width)
    lower[0] = 1
    once = np.zeros((demands, width))
    link = np.zeros((pairs, width))
    for row in range(demands):
        own = sites + row * sites + np.arange(sites)
        once[row, own] = 1
        once[row, sites + pairs + row] = 1
        link[row * sites + np.arange(sites), own] = 1
        link[row * sites + np.arange(sites), np.arange(sites)] = -1
    lines = [LinearConstraint(once, 1, 1), LinearConstraint(link, -np.inf, 0)]
    for line, limit in rules:
        lines.append(
            LinearConstraint(np.concatenate([line, np.zeros(width - sites)]), -np.inf, limit)
        )
    whole = np.concatenate([np.ones(sites), np.zeros(width - sites)])
    answer = milp(prices, constraints=lines, integrality=whole, bounds=Bounds(lower, upper))
    return answer.fun


@pytest.mark.parametrize("seed", range(12))
def test_p_median(seed):
    costs, weights, p, conditions, rules = city(seed)
    expected = textbook(costs, costs * weights[:, None], weights, rules, must=True)
    result = p_median(costs, weights, p, **conditions)
    assert result.proven
    assert result.objective == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_mclp(seed):
    costs, weights, p, conditions, rules = city(seed)
    radius = float(np.quantile(costs, 0.1))
    reached = np.where(costs <= radius, 0.0, np.inf)
    expected = weights.sum() - textbook(costs, reached, weights, rules, must=False)
    result = mclp(costs, weights, p, radius, **conditions)
    assert result.proven
    assert result.objective == pytest.approx(expected, rel=1e-6)
