"""Whole people on a grid: shares turned into counts that sum exactly to a known total."""

import numpy as np
from numpy.typing import NDArray

from common.errors import BadInput


def allocate(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """``total`` in whole numbers proportional to ``weights`` (largest remainders).

    The result sums to ``total`` exactly and each entry lies within 1 of its exact share; of
    equal remainders the earlier entry gains, so that the same input gives the same grid.
    """
    if total < 0:
        raise BadInput("A total to be spread cannot be negative.")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise BadInput("Weights must be numbers, 0 or more.")
    # By a power of 2, which changes no other digit: the sum neither runs over nor vanishes.
    weights = np.ldexp(weights, -np.frexp(weights.max(initial=0.0))[1])
    weight = weights.sum()
    if weight <= 0:
        if total == 0:
            return np.zeros(len(weights), dtype=np.int64)
        raise BadInput("People cannot be spread where every weight is zero.")
    exact = weights * (total / weight)
    counts = np.floor(exact).astype(np.int64)
    missing = total - int(counts.sum())
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[:missing]] += 1
    return np.asarray(counts, dtype=np.int64)
