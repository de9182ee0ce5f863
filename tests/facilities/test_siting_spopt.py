"""The same answers as spopt, an independent implementation, on a city of random places."""

import numpy as np
import pulp
import pytest
from spopt.locate import LSCP, MCLP, PCenter, PMedian

from facilities.domain.siting import lscp, mclp, p_center, p_median

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp")


@pytest.fixture(scope="module")
def city():
    random = np.random.default_rng(11)
    people, places = random.random((80, 2)), random.random((25, 2))
    costs = np.hypot(*(people[:, None] - places).transpose(2, 0, 1))
    return costs, random.integers(1, 100, 80).astype(float)


def solved(model):
    return model.solve(pulp.HiGHS(msg=False, gapRel=0)).problem.objective.value()


@pytest.mark.parametrize("p", [1, 4, 9])
def test_p_median(city, p):
    costs, weights = city
    theirs = solved(PMedian.from_cost_matrix(costs, weights, p_facilities=p))
    assert p_median(costs, weights, p).objective == pytest.approx(theirs, rel=1e-9)


def test_p_median_with_existing_sites(city):
    costs, weights = city
    standing = np.zeros(25, dtype=int)
    standing[[3, 7]] = 1
    theirs = solved(
        PMedian.from_cost_matrix(costs, weights, p_facilities=5, predefined_facilities_arr=standing)
    )
    ours = p_median(costs, weights, 5, open_sites=[3, 7])
    assert ours.objective == pytest.approx(theirs, rel=1e-9)


def test_p_median_with_capacities(city):
    costs, weights = city
    limits = np.full(25, weights.sum() / 6)
    theirs = solved(
        PMedian.from_cost_matrix(costs, weights, p_facilities=8, facility_capacities=limits)
    )
    ours = p_median(costs, weights, 8, capacities=limits)
    assert ours.objective == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("p", [2, 5])
def test_mclp(city, p):
    costs, weights = city
    theirs = solved(MCLP.from_cost_matrix(costs, weights, 0.15, p_facilities=p))
    assert mclp(costs, weights, p, 0.15).objective == pytest.approx(theirs, rel=1e-9)


def test_lscp(city):
    costs, _ = city
    radius = float(costs.min(axis=1).max())
    theirs = solved(LSCP.from_cost_matrix(costs, radius))
    assert lscp(costs, radius).objective == pytest.approx(theirs)


@pytest.mark.parametrize("p", [2, 5])
def test_p_center(city, p):
    costs, _ = city
    theirs = solved(PCenter.from_cost_matrix(costs, p_facilities=p))
    assert p_center(costs, p).objective == pytest.approx(theirs, rel=1e-6)
