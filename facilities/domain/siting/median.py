"""Least total cost (p-median) and most people covered (MCLP).

p-median: Hakimi 1964. Maximal covering: Church and ReVelle 1974; it is the same question with a
cost of 0 within the radius and the whole weight beyond.
"""

import math
from collections.abc import Callable
from typing import Unpack

import numpy as np

from facilities.domain.siting.capacity import Capacitated
from facilities.domain.siting.cover import Cover, not_found, refused_cover, reported, too_few
from facilities.domain.siting.engine import Engine
from facilities.domain.siting.merge import covering
from facilities.domain.siting.question import (
    CapacitiesRefused,
    Conditions,
    Costs,
    Question,
    SitingInputRefused,
    numbers,
    question,
)
from facilities.domain.siting.result import CannotSite, Run, SitingResult
from facilities.domain.siting.table import Flags, Floats, Table, table


def p_median(
    costs: Costs,
    weights: Floats,
    p: int | None,
    *,
    fairness: Floats | None = None,
    capacities: Floats | None = None,
    unserved_cost: float | None = None,
    **conditions: Unpack[Conditions],
) -> SitingResult:
    """At most *p* open sites such that ``sum(weight · fairness · cost)`` to the site that serves
    each demand is least (*p* None: as many as the budget pays).

    ``costs`` is demand × sites, dense or CSR (:data:`Costs`), ``weights`` people per demand,
    ``fairness`` a factor on what their cost counts for. Everybody with a weight is served, unless
    ``unserved_cost`` says what a person counts for who is not. With ``capacities`` (people per
    site) a demand is served by one site as a whole and no site takes more than it can. Raises
    :class:`SitingInputRefused`.
    """
    asked = question(costs, weights, p, conditions, fairness=fairness)
    if unserved_cost is not None and not (math.isfinite(unserved_cost) and unserved_cost >= 0):
        raise SitingInputRefused("The cost of not being served must be a number, 0 or more.")
    reached = asked.within(math.inf)
    unreachable = asked.unreachable(reached)
    weighted = asked.costs * asked.weights[asked.rows]
    must = asked.weights > 0
    must[unreachable] = False
    if unserved_cost is None:
        worst = np.zeros(asked.demands)
        np.maximum.at(worst, asked.rows[reached], weighted[reached])
        # Missing one row is worse than the worst service of all.
        miss = np.where(must, float(worst.sum()) + max(1.0, float(worst.max())), 0.0)
    else:
        must[:] = False
        miss = asked.weights * unserved_cost
    run = Run(asked.time_limit_s, asked.watch, step=_step(weighted[reached], miss))
    if capacities is not None:
        limits = numbers(capacities, asked.rules.sites, CapacitiesRefused)
        packing = Capacitated(asked, reached, weighted, limits, miss, must, run)
        refusal, nearest = packing.search()
        return reported(asked, run, math.inf, unreachable, refusal, nearest, packing.assignment)
    kept = reached & (asked.weights[asked.rows] > 0)
    grid = table(asked.rows[kept], asked.columns[kept], weighted[kept], miss, asked.rules.sites)
    engine = Engine(grid, asked.rules, must, run, asked.seed)
    refusal, nearest = None, None
    if not engine.begin():
        refusal, nearest = _reach_all(asked, grid, must, engine)
    engine.search()
    return reported(asked, run, math.inf, unreachable, refusal, nearest)


def mclp(
    costs: Costs,
    weights: Floats,
    p: int | None,
    radius: float = math.inf,
    *,
    fairness: Floats | None = None,
    capacities: Floats | None = None,
    **conditions: Unpack[Conditions],
) -> SitingResult:
    """At most *p* open sites such that the weight (times ``fairness``) of the demand within
    ``radius`` of one of them is most; a cost on the radius counts. ``objective`` is that weight.

    Arguments as for :func:`p_median`; with ``capacities`` a demand is covered if one site within
    the radius takes it as a whole.
    """
    asked = question(costs, weights, p, conditions, fairness=fairness)
    reached = asked.within(radius)
    unreachable = asked.unreachable(reached)
    # What no site reaches is left out: beside it, the rest would be lost in rounding.
    weights = asked.weights.copy()
    weights[unreachable] = 0.0
    none = np.zeros(asked.demands, dtype=bool)
    run = Run(asked.time_limit_s, asked.watch, step=_step(weights, weights))
    if capacities is not None:
        run.shown = _covered_of(weights)
        limits = numbers(capacities, asked.rules.sites, CapacitiesRefused)
        free = np.zeros(len(asked.costs))
        packing = Capacitated(asked, reached, free, limits, weights, none, run)
        refusal, nearest = packing.search()
        return reported(asked, run, radius, unreachable, refusal, nearest, packing.assignment)
    kept = reached & (asked.weights[asked.rows] > 0)
    grid = covering(asked.rows[kept], asked.columns[kept], weights, asked.rules)
    run.shown = _covered_of(grid.miss)
    engine = Engine(grid, asked.rules, np.zeros(grid.size, dtype=bool), run, asked.seed)
    engine.begin()
    engine.search()
    return reported(asked, run, radius, unreachable)


def _covered_of(missed: Floats) -> Callable[[float], float]:
    """Who is covered, by the cost of who is not. Added up as the search does: nobody is 0."""
    total = float(missed.sum())
    return lambda cost: total - cost


def _reach_all(
    asked: Question, grid: Table, must: Flags, engine: Engine
) -> tuple[CannotSite | None, int | None]:
    """Sites that reach everybody, as a beginning; if there are none: why, and how many would."""
    rules, run = asked.rules, engine.run
    wanted = must[grid.rows]
    free_number = rules.without_number()
    cover = Cover(grid.rows[wanted], grid.columns[wanted], grid.size, free_number)
    least = Run(run.left, watch=lambda _: run.stop(), step=1.0)
    room = rules.most - len(rules.fixed)
    if cover.least(np.ones(rules.sites), least, seed=asked.seed, enough=room):
        return refused_cover(rules), None
    if least.cost <= room:
        engine.begin(least.sites)
        return None, None
    needed = len(rules.fixed) + int(least.cost) if math.isfinite(least.cost) else None
    if needed is None:
        return None, None
    if least.bound <= room:
        return not_found(rules.most, needed, run), needed
    # The search ended where it was certain that so few do not do: now how many would.
    exact = Run(run.left, watch=lambda _: run.stop(), step=1.0)
    cover.least(np.ones(rules.sites), exact, seed=asked.seed)
    if math.isfinite(exact.cost):
        needed = len(rules.fixed) + int(exact.cost)
    return too_few(rules.most, needed), needed


def _step(costs: Floats, miss: Floats) -> float:
    """1 if all costs are whole numbers that add up exactly, else 0."""
    for values in (costs, miss):
        if not (values == np.rint(values)).all() or values.sum() > 2**50:
            return 0.0
    return 1.0
