"""The worst-served demand as near as can be: p-center (Hakimi 1964).

The best worst cost is one of the costs in the table; a search by halves asks of each whether *p*
sites reach everybody within it (Minieka 1970).
"""

import math
from typing import Unpack

import numpy as np

from facilities.domain.siting.cover import Cover, reported
from facilities.domain.siting.engine import Engine
from facilities.domain.siting.merge import covering
from facilities.domain.siting.question import Conditions, Costs, Question, question
from facilities.domain.siting.result import CannotSite, Progress, Run, SitingResult
from facilities.domain.siting.table import Flags, Floats, Integers


def p_center(
    costs: Costs,
    p: int | None,
    *,
    weights: Floats | None = None,
    fairness: Floats | None = None,
    **conditions: Unpack[Conditions],
) -> SitingResult:
    """At most *p* open sites such that the greatest cost of a demand to its nearest one is least.

    Demands whose ``weights`` are 0 do not count; how many people there are changes nothing else.
    ``fairness`` multiplies the cost of a demand. Other arguments as for :func:`p_median`.
    """
    asked = question(costs, weights, p, conditions, fairness=fairness)
    factor = np.ones(asked.demands) if fairness is None else np.asarray(fairness, dtype=float)
    kept = asked.within(math.inf) & (asked.weights[asked.rows] > 0)
    run = Run(asked.time_limit_s, asked.watch)
    search = _Halving(asked, kept, asked.costs * factor[asked.rows], run)
    refusal, nearest = search.search()
    return reported(
        asked, run, math.inf, asked.unreachable(asked.within(math.inf)), refusal, nearest
    )


class _Halving:
    def __init__(self, asked: Question, kept: Flags, costs: Floats, run: Run) -> None:
        self.asked, self.run = asked, run
        self.rows, self.columns = asked.rows[kept], asked.columns[kept]
        self.costs = costs[kept]

    def search(self) -> tuple[CannotSite | None, int | None]:
        run = self.run
        worst = np.full(self.asked.demands, np.inf)
        np.minimum.at(worst, self.rows, self.costs)
        values = np.unique(self.costs)
        # Nobody is served better than by all sites at once.
        least = float(worst[np.isfinite(worst)].max(initial=0.0))
        values = values[values >= least]
        if not len(values):
            run.found(0.0, self.asked.rules.fixed)
            run.bounded(0.0)
            return None, None
        run.bounded(least)
        high = self._at_once(values)
        if high == len(values):
            sites, certain = self._reach(float(values[-1]))
            if sites is None:
                return self._refused(certain)
            high = self._met(values, sites)
        low = 0
        while low < high and not run.stop():
            middle = (low + high) // 2
            sites, certain = self._reach(float(values[middle]))
            if sites is not None:
                high = min(middle, self._met(values, sites))
            elif certain:
                low = middle + 1
                run.bounded(float(values[low]))
            else:
                break
        if low >= high:
            run.bounded(run.cost)
        return None, None

    def _at_once(self, values: Floats) -> int:
        """The place of a good answer among the values, without a proof; their number if none."""
        low, high = 0, len(values)
        while low < high and not self.run.stop():
            middle = (low + high) // 2
            engine = self._engine(float(values[middle]))
            engine.begin()
            if engine.run.cost == 0:
                high = min(middle, self._met(values, engine.run.sites))
            else:
                low = middle + 1
        return high

    def _reach(self, radius: float) -> tuple[Integers | None, bool]:
        """(sites that reach everybody within the radius, whether it is certain that none do)."""
        engine = self._engine(radius)
        engine.begin()
        engine.search()
        if engine.run.cost == 0:
            return engine.run.sites, False
        return None, engine.run.bound > 0.5

    def _engine(self, radius: float) -> Engine:
        """The fewest rows missed within the radius: none, or at least one and then no more is
        asked."""
        rules, run = self.asked.rules, self.run
        near = self.costs <= radius
        wanted = np.zeros(self.asked.demands)
        wanted[self.rows] = 1.0
        grid = covering(self.rows[near], self.columns[near], wanted, rules)

        def known(progress: Progress) -> bool:
            return run.stop() or progress.incumbent == 0 or progress.bound > 0.5

        part = Run(run.left, watch=known, step=1.0)
        return Engine(grid, rules, np.zeros(grid.size, dtype=bool), part, self.asked.seed)

    def _met(self, values: Floats, sites: Integers) -> int:
        """The place of what these sites achieve among the values."""
        opened = np.zeros(self.asked.rules.sites, dtype=bool)
        opened[sites] = True
        own = np.full(self.asked.demands, np.inf)
        served = opened[self.columns]
        np.minimum.at(own, self.rows[served], self.costs[served])
        asking = np.zeros(self.asked.demands, dtype=bool)
        asking[self.rows] = True
        cost = max(float(own[asking].max()), float(values[0]))
        self.run.found(float(own[asking].max()), sites)
        return int(np.searchsorted(values, cost))

    def _refused(self, certain: bool) -> tuple[CannotSite | None, int | None]:
        if not certain:
            return None, None
        rules = self.asked.rules
        cover = Cover(self.rows, self.columns, self.asked.demands, rules.without_number())
        return cover.needed(rules.most, self.run, seed=self.asked.seed)
