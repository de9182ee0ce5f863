"""Floating catchments: how much supply each place can reach, with the competition for it.

Two-step floating catchment area: Luo and Wang 2003; enhanced by weights that fall with cost:
Luo and Qi 2009. ``costs`` is CSR, demand × facilities; a pair that is not stored is out of reach.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from common.errors import BadInput

Floats = NDArray[np.float64]


def step_weights(costs: csr_matrix, steps: dict[float, float]) -> csr_matrix:
    """Each cost replaced by the weight of the first step whose limit it does not exceed;
    beyond the last step the weight is 0. ``steps`` maps limits to weights."""
    limits = np.array(sorted(steps))
    weights = np.array([steps[limit] for limit in sorted(steps)] + [0.0])
    _check(weights)
    return _weighted(costs, weights[np.searchsorted(limits, costs.data, side="left")])


def gaussian_weights(costs: csr_matrix, *, sigma: float) -> csr_matrix:
    """``exp(-cost² / 2 sigma²)``, so that the weight at cost 0 is 1."""
    if not (math.isfinite(sigma) and sigma > 0):
        raise BadInput("The width of the curve must be a number above 0.")
    return _weighted(costs, np.exp(-((costs.data / sigma) ** 2) / 2))


def floating_catchment(weights: csr_matrix, demand: Floats, supply: Floats) -> Floats:
    """Supply per head that each place reaches. ``weights`` all 1 gives 2SFCA, falling with cost
    E2SFCA. A facility whose catchment holds nobody serves nobody; a place that reaches nothing
    has 0."""
    if weights.shape != (len(demand), len(supply)):
        raise BadInput("Every place needs its people and every facility its capacity.")
    _check(demand)
    _check(supply)
    competing = weights.T @ demand
    ratios = np.divide(supply, competing, out=np.zeros(len(supply)), where=competing > 0)
    return np.asarray(weights @ ratios, dtype=np.float64)


def gini(values: Floats, people: Floats) -> float | None:
    """Inequality of ``values`` among ``people``: 0 when all have the same, towards 1 when one has
    everything; ``None`` when nobody lives there or nobody has anything."""
    if len(values) != len(people):
        raise BadInput("Every place needs its people and its value.")
    _check(values)
    _check(people)
    order = np.argsort(values, kind="stable")
    heads, held = people[order], values[order] * people[order]
    total, everything = heads.sum(), held.sum()
    if total <= 0 or everything <= 0:
        return None
    poorer = np.cumsum(held)
    return float(1 - (heads * (2 * poorer - held)).sum() / (total * everything))


def _weighted(costs: csr_matrix, values: Floats) -> csr_matrix:
    _check(costs.data)
    return csr_matrix((values, costs.indices, costs.indptr), shape=costs.shape)


def _check(values: Floats) -> None:
    if not np.isfinite(values).all() or (values < 0).any():
        raise BadInput("People, capacities and costs must be numbers, 0 or more.")
