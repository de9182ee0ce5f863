"""How few sites reach every row: numbers are tried by halves.

With one site fewer than enough at least one row is missed, which the search for coverage shows.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from facilities.domain.siting.engine import FEW, Engine
from facilities.domain.siting.merge import covering
from facilities.domain.siting.result import Progress, Run
from facilities.domain.siting.rules import Rules
from facilities.domain.siting.table import Integers

# Of the time; the rest is the solver's.
SHARE = 0.5


@dataclass(slots=True, eq=False)
class Fewest:
    """``run`` counts new sites; it has an answer already. Every row has a site in ``columns``."""

    rows: Integers
    columns: Integers
    size: int
    rules: Rules
    run: Run
    seed: int
    enough: float

    def search(self) -> None:
        """Better answers and bounds; a proof where that is quick."""
        run = self.run
        undecided = int(run.cost)
        low, high = max(int(run.bound), 1), int(run.cost) - 1
        while low <= high and not self._done():
            middle = (low + high) // 2
            if not self._learn(self._improved(middle), middle):
                undecided = min(undecided, middle)
            high = min(high, int(run.cost) - 1)
            if middle <= high:
                low = middle + 1
        low, high = max(int(run.bound), 1), undecided - 1
        while low <= high and not self._done():
            middle = (low + high) // 2
            if self._learn(self._improved(middle), middle):
                low = max(middle + 1, int(run.bound))
            else:
                high = middle - 1
        if not self._done() and run.cost <= FEW:
            asked = int(run.cost) - 1
            engine = self._ask(asked)
            engine.search()
            self._learn(engine, asked)

    def _done(self) -> bool:
        run = self.run
        known = run.cost <= self.enough or run.bound > self.enough > -math.inf
        known |= run.elapsed > SHARE * run.seconds
        return known or run.proven or run.stop() or run.cost < 2

    def _improved(self, number: int) -> Engine:
        engine = self._ask(number)
        engine.improve()
        return engine

    def _ask(self, number: int) -> Engine:
        """The question whether so many new sites do."""
        rules = replace(self.rules, most=len(self.rules.fixed) + number, counted=True)
        grid = covering(self.rows, self.columns, np.ones(self.size), rules)

        def known(progress: Progress) -> bool:
            return self.run.stop() or progress.incumbent == 0 or progress.bound > 0.5

        part = Run(self.run.left, watch=known, step=1.0)
        engine = Engine(grid, rules, np.zeros(grid.size, dtype=bool), part, self.seed)
        engine.begin()
        return engine

    def _learn(self, engine: Engine, number: int) -> bool:
        """Take over what an answer says; whether it says anything."""
        part = engine.run
        if part.cost == 0:
            new = part.sites[~self.rules.is_fixed[part.sites]]
            return self.run.found(float(len(new)), part.sites)
        if part.bound > 0.5:
            self.run.bounded(number + 1.0)
            return True
        return False
