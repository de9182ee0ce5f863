"""Who can reach how much, how full the facilities are, and how evenly that is shared out.

Two-step floating catchment area: Luo and Wang 2003; enhanced by weights that fall with cost:
Luo and Qi 2009; three steps, with a choice among facilities: Wan, Zou and Sternberg 2012.
``costs`` is CSR, demand × facilities; a pair that is not stored is out of reach.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.cost import least

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Names = NDArray[np.str_]
TENTH = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Catchments:
    """Each place with the facility that costs it least, and what that makes of the facilities.

    ``chosen[i]`` is the facility of place *i* (-1: none in reach, of equals the first);
    ``people[j]`` are those who choose facility *j*, ``in_reach[j]`` all who could;
    ``load[j]`` is people for each unit of capacity, NaN where the capacity is 0 or unknown.
    """

    chosen: Integers
    people: Floats
    in_reach: Floats
    load: Floats
    without: float


@dataclass(frozen=True, slots=True)
class Provision:
    """Capacity (beds) and people (elders) of one division. ``unknown`` facilities have a capacity
    that nobody has told: where there are any, the ratio is the least that it can be."""

    group: str
    capacity: float
    unknown: int
    people: float

    @property
    def per_thousand(self) -> float | None:
        """``None`` where nobody lives."""
        return self.capacity / self.people * 1000 if self.people else None


@dataclass(frozen=True, slots=True)
class Evenness:
    """How a measure (more is better) is spread over the people of one group: its mean, the mean
    of the worst-served tenth, the Gini coefficient, and how many people have nothing at all.
    What cannot be told is ``None``: nobody lives there, or (Gini) nobody has anything."""

    group: str
    people: float
    mean: float | None
    worst_tenth: float | None
    gini: float | None
    with_nothing: float


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


def three_step_weights(weights: csr_matrix) -> csr_matrix:
    """Weights for the three-step method: each place asks of its facilities in proportion to their
    weights, so that one with many facilities near by burdens each of them less. With them
    :func:`floating_catchment` gives 3SFCA."""
    _check(weights.data)
    sums = np.asarray(weights.sum(axis=1)).ravel()
    of_row = np.repeat(sums, np.diff(weights.indptr))
    share = np.divide(weights.data, of_row, out=np.zeros(len(of_row)), where=of_row > 0)
    return _weighted(weights, weights.data * share)


def catchments(costs: csr_matrix, demand: Floats, capacity: Floats) -> Catchments:
    """Everybody to the facility that costs them least. A capacity may be NaN: unknown."""
    if costs.shape != (len(demand), len(capacity)):
        raise BadInput("Every place needs its people and every facility its capacity.")
    _check(demand)
    _check(costs.data)
    _check(capacity[~np.isnan(capacity)])
    best = least(costs)
    served = best >= 0
    chosen = np.full(len(demand), -1, dtype=np.int64)
    chosen[served] = costs.indices[best[served]]
    count = len(capacity)
    people = np.bincount(chosen[served], weights=demand[served], minlength=count)
    reach = np.bincount(
        costs.indices, weights=np.repeat(demand, np.diff(costs.indptr)), minlength=count
    )
    load = np.divide(people, capacity, out=np.full(count, np.nan), where=capacity > 0)
    return Catchments(
        chosen, people.astype(float), reach.astype(float), load, float(demand[~served].sum())
    )


def provision(
    capacity: Floats, capacity_groups: Names, people: Floats, people_groups: Names
) -> tuple[Provision, ...]:
    """Beds for 1,000 elders by division, in the order of their names. A capacity may be NaN."""
    if len(capacity) != len(capacity_groups) or len(people) != len(people_groups):
        raise BadInput("Every place and every facility needs its division.")
    known = ~np.isnan(capacity)
    _check(capacity[known])
    _check(people)
    names = sorted({str(name) for name in (*capacity_groups, *people_groups)})
    return tuple(
        Provision(
            name,
            capacity=float(capacity[known & (capacity_groups == name)].sum()),
            unknown=int((~known & (capacity_groups == name)).sum()),
            people=float(people[people_groups == name].sum()),
        )
        for name in names
    )


def worst_served(
    values: Floats, people: Floats, *, share: float = TENTH, low_is_worst: bool = True
) -> float | None:
    """Mean of ``values`` among the worst-served ``share`` of the people; the place on the boundary
    counts with the part that belongs to them. Infinite values (costs of what cannot be reached)
    are allowed where high is worst. ``None`` when nobody lives there."""
    if len(values) != len(people):
        raise BadInput("Every place needs its people and its value.")
    if not 0 < share <= 1:
        raise BadInput("The share of people must lie above 0 and not above 1.")
    _check(people)
    _check(values if low_is_worst else values[~np.isposinf(values)])
    lived_in = people > 0
    values, people = values[lived_in], people[lived_in]
    if not len(people):
        return None
    order = np.argsort(values if low_is_worst else -values, kind="stable")
    heads = people[order]
    wanted = share * heads.sum()
    taken = np.clip(wanted - (np.cumsum(heads) - heads), 0, heads)
    counted = taken > 0
    return float((values[order][counted] * taken[counted]).sum() / taken.sum())


def evenness(values: Floats, people: Floats, groups: Names) -> tuple[Evenness, ...]:
    """How evenly ``values`` (more is better) are spread, by group and, under the name "", over
    all together, which comes last."""
    if not len(values) == len(people) == len(groups):
        raise BadInput("Every place needs its people, its value and its group.")
    parts: Iterable[tuple[str, NDArray[np.bool_]]] = [
        *((str(name), groups == name) for name in np.unique(groups)),
        ("", np.ones(len(values), dtype=bool)),
    ]
    return tuple(_evenness(name, values[part], people[part]) for name, part in parts)


def _evenness(group: str, values: Floats, people: Floats) -> Evenness:
    total = float(people.sum())
    return Evenness(
        group=group,
        people=total,
        mean=float(values @ people / total) if total else None,
        worst_tenth=worst_served(values, people),
        gini=gini(values, people),
        with_nothing=float(people[values == 0].sum()),
    )


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
