"""One value for each division from costs, people and beds: what the coverage workspace shades.

Values are weighed by people 60 and over. Supply is beds for 1,000 of them.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.access import (
    Provision,
    evenness,
    floating_catchment,
    gaussian_weights,
    provision,
    three_step_weights,
    worst_served,
)
from facilities.domain.raam import raam

Floats = NDArray[np.float64]
Names = NDArray[np.str_]
SHARE, NEAREST, CATCHMENT, FADING, THREE_STEP, RATIONAL, BEDS, EQUITY = MEASURES = (
    "share",
    "nearest",
    "2sfca",
    "e2sfca",
    "3sfca",
    "raam",
    "beds",
    "equity",
)
# Those that need every pair of people and facilities within the limit.
BY_CATCHMENT = (CATCHMENT, FADING, THREE_STEP, RATIONAL, EQUITY)
# RAAM passes over every pair 150 times; so many take some ten seconds.
MOST_RATIONAL = 3_000_000
# What a bed at the very limit of a catchment still counts for (Kwan 1998).
WEIGHT_AT_LIMIT = 0.01
THOUSAND = 1000.0


class TooManyChoices(BadInput):
    template = (
        "The limit is so wide that people choose among %(pairs)d pairs of places and facilities, "
        "more than %(most)d: choose a smaller one, or a smaller area."
    )


@dataclass(frozen=True, slots=True)
class Score:
    """A division's value, over its ``elders``. ``without``: elders who reach nothing at all;
    ``None`` is what cannot be told. ``capacity`` and ``unknown``: beds in the division and
    facilities there whose beds nobody has told."""

    group: str
    elders: float
    value: float | None
    worst_tenth: float | None = None
    gini: float | None = None
    without: float = 0.0
    capacity: float | None = None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by division and, under the name "", of all together."""

    groups: dict[str, Score]
    total: Score


def sigma_for(limit: float) -> float:
    """Width of the Gaussian curve whose weight at ``limit`` is WEIGHT_AT_LIMIT."""
    return limit / math.sqrt(-2 * math.log(WEIGHT_AT_LIMIT))


def supply_per_thousand(
    costs: csr_matrix, elders: Floats, beds: Floats, *, limit: float, measure: str
) -> Floats:
    """Beds for 1,000 elders that each place reaches: 2SFCA, E2SFCA with a Gaussian curve, or 3SFCA,
    where who has more homes near by asks less of each.
    Unknown beds (NaN) count as none: the result is then the least that it can be."""
    if measure != CATCHMENT and limit > 0:
        weights = gaussian_weights(costs, sigma=sigma_for(limit))
    else:
        weights = csr_matrix((np.ones(len(costs.data)), costs.indices, costs.indptr), costs.shape)
    if measure == THREE_STEP:
        weights = three_step_weights(weights)
    return THOUSAND * floating_catchment(weights, elders, np.nan_to_num(beds, nan=0.0))


def rational_costs(
    costs: csr_matrix, elders: Floats, beds: Floats, *, limit: float
) -> tuple[Floats, float | None]:
    """RAAM: what elders pay on average once nobody gains by choosing another home, and how far
    from that it ended (:class:`facilities.domain.raam.Raam`). A home as full as the mean of those
    in reach costs 1, the way of the whole limit costs 1; infinite where no known bed is in reach.

    Raises :class:`TooManyChoices`.
    """
    if costs.nnz > MOST_RATIONAL:
        raise TooManyChoices(pairs=int(costs.nnz), most=MOST_RATIONAL)
    supply = np.nan_to_num(beds, nan=0.0)
    rows = np.repeat(np.arange(len(elders)), np.diff(costs.indptr))
    open_pairs = (elders[rows] > 0) & (supply[costs.indices] > 0)
    people = float(elders[np.unique(rows[open_pairs])].sum())
    places = float(supply[np.unique(costs.indices[open_pairs])].sum())
    found = raam(
        costs,
        elders,
        supply,
        tau=limit if limit > 0 else 1.0,
        people_per_unit=people / places if people and places else None,
    )
    # Nobody lives in the others: what they would pay weighs nothing.
    return np.where(elders > 0, found.costs, np.inf), found.gap


def supply_scores(values: Floats, elders: Floats, groups: Names, *, gini: bool) -> Scores:
    """Spread of what is reached; ``gini``: the score is the inequality, not the mean."""
    rows = [
        Score(
            each.group,
            each.people,
            each.gini if gini else each.mean,
            each.worst_tenth,
            each.gini,
            each.with_nothing,
        )
        for each in evenness(values, elders, groups)
    ]
    return Scores({row.group: row for row in rows[:-1]}, rows[-1])


def cost_scores(costs: Floats, elders: Floats, groups: Names) -> Scores:
    """Mean cost among the elders who reach what is asked, and that of the worst-served tenth of
    all, which is infinite where a part of them reaches nothing (told as ``None``)."""
    names = np.unique(groups)
    return Scores(
        {str(name): _cost(str(name), costs, elders, groups == name) for name in names},
        _cost("", costs, elders, np.ones(len(groups), dtype=bool)),
    )


def _cost(name: str, costs: Floats, elders: Floats, part: NDArray[np.bool_]) -> Score:
    costs, elders = costs[part], elders[part]
    reached = np.isfinite(costs)
    heads = float(elders[reached].sum())
    worst = worst_served(costs, elders, low_is_worst=False)
    return Score(
        name,
        float(elders.sum()),
        float(costs[reached] @ elders[reached] / heads) if heads else None,
        worst if worst is not None and math.isfinite(worst) else None,
        without=float(elders[~reached].sum()),
    )


def bed_scores(beds: Floats, bed_groups: Names, elders: Floats, groups: Names) -> Scores:
    """Beds that stand in each division for 1,000 elders who live there."""
    rows = provision(beds, bed_groups, elders, groups)
    whole = provision(beds, np.full(len(beds), ""), elders, np.full(len(elders), ""))
    return Scores(
        {row.group: _provided(row) for row in rows},
        _provided(whole[0]) if whole else Score("", 0.0, None),
    )


def _provided(row: Provision) -> Score:
    return Score(
        row.group, row.people, row.per_thousand, capacity=row.capacity, unknown=row.unknown
    )


def empty_catchments(costs: csr_matrix, elders: Floats) -> int:
    """Facilities that nobody can reach within the limit."""
    held = csr_matrix((np.ones(len(costs.data)), costs.indices, costs.indptr), costs.shape)
    return int((np.asarray(held.T @ elders) <= 0).sum())
