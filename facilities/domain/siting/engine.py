"""The search for sites that serve weighted rows at least cost: an answer, then its proof."""

import heapq
import math
from dataclasses import dataclass, replace

import numpy as np

from facilities.domain.siting.dual import Dual, decide, first_prices, tighten
from facilities.domain.siting.exchange import Exchange
from facilities.domain.siting.levels import program
from facilities.domain.siting.result import Run
from facilities.domain.siting.rules import Rules
from facilities.domain.siting.solver import solve
from facilities.domain.siting.table import Flags, Floats, Integers, Table

# Entries of a model that the solver takes at once; a larger question is divided. Few sites make
# long ladders, on which the solver is slow and division quick.
AT_ONCE = 60_000
AT_ONCE_OF_FEW = 300
FEW = 15
# Rounds of prices for the whole question and for each part.
FIRST_ROUNDS = 800
ROUNDS = 40
UNDECIDED = 0.6
# Entries of a table that is large: a part of it gives the answer at once, and prices look no
# further than so many times the second nearest open site.
LARGE = 2_000_000
FAR = 1.2
# An answer of the bound is improved if it costs no more than so many times the best.
WORTH_A_TRY = 1.03
# Shakes of the best answer: so many in vain end them.
SHAKES = 600
IN_VAIN = 80
# So near to the bound (relative) the proof is quicker than more shakes.
NEAR, IN_VAIN_NEAR = 0.002, 10
LARGEST_SHAKE = 6


@dataclass(slots=True, eq=False)
class Engine:
    """``must`` rows have to be served; ``run`` keeps the best answer and the bound."""

    table: Table
    rules: Rules
    must: Flags
    run: Run
    seed: int = 0
    local: Exchange | None = None

    def begin(self, sites: Integers | None = None) -> bool:
        """An answer at once, by greedy choice or from these sites, improved by exchange; whether
        it serves all that have to be served."""
        if self.local is None:
            self.local = Exchange(self.table, self.rules, self.run.stop)
        if sites is None:
            sites = self._sampled()
        if sites is not None:
            self.local.start(sites)
            self._take(self.local)
        self.local.grow()
        self._take(self.local)
        self.local.improve()
        self._take(self.local)
        return math.isfinite(self.run.cost)

    def search(self) -> None:
        """Go on from the answer of :meth:`begin` until it is proven or time is over."""
        dual = self.improve()
        if dual is not None and not self._closed(dual):
            self.prove(dual)

    def improve(self) -> Dual | None:
        """A bound and a better answer, without the long way to a proof."""
        run, local = self.run, self.local
        if local is None or not math.isfinite(run.cost):
            return None
        dual = self._first_dual(local)
        near = self._near(dual, local)
        tried: set[bytes] = set()

        def offer(sites: Integers) -> None:
            run.bounded(near.bound)
            for choice in (sites, self._most_liked(near.liking)):
                key = choice.tobytes()
                if key in tried or run.stop() or not self.rules.holds(choice):
                    continue
                tried.add(key)
                if self.table.cost_of(choice) < WORTH_A_TRY * run.cost:
                    local.become(choice)
                    local.improve()
                    self._take(local)

        tighten(near, run.cutoff, rounds=FIRST_ROUNDS, stop=run.stop, offer=offer)
        dual = replace(near, table=dual.table)
        dual.settle()
        run.bounded(dual.bound)
        if not self._closed(dual):
            self._wander(local, dual)
        return dual

    def _sampled(self) -> Integers | None:
        """Sites that suit a part of a large table: the answer at once."""
        share = len(self.table.rows) / LARGE
        if share <= 1:
            return None
        random = np.random.default_rng(self.seed)
        rows = random.choice(self.table.size, int(self.table.size / share), replace=False)
        part = Exchange(self.table.some(np.sort(rows)), self.rules, self.run.stop)
        part.grow()
        part.improve()
        return np.array(part.sites, dtype=np.int64)

    def _near(self, dual: Dual, local: Exchange) -> Dual:
        """The same question for a large table without what is far: prices above it are of no
        use, and a bound is one for any prices."""
        table = dual.table
        if len(table.rows) <= LARGE:
            return dual
        top = np.minimum(table.miss, FAR * local.second)
        return replace(dual, table=table.kept(table.costs < top[table.rows], top))

    def prove(self, root: Dual) -> None:
        """Divide the question until each part is answered."""
        run = self.run
        waiting: list[tuple[float, int, Dual]] = [(root.bound, 0, root)]
        made = 0
        while waiting and not run.stop():
            run.bounded(waiting[0][0])
            bound, _, part = heapq.heappop(waiting)
            if bound >= run.cutoff():
                waiting = []
                break
            tighten(part, run.cutoff, rounds=ROUNDS, stop=run.stop)
            decide(part, run.cutoff())
            # Decisions that no better answer can avoid, but that break a rule, end this part too.
            if part.bound >= run.cutoff() or not self.rules.holds(np.flatnonzero(part.open)):
                continue
            if self._small(part):
                if not self._finish(part):
                    heapq.heappush(waiting, (part.bound, made, part))
                    break
                continue
            site = self._question(part)
            for opened in (True, False):
                made += 1
                child = part.child(site, opened)
                heapq.heappush(waiting, (child.bound, made, child))
        if not run.stop() and not waiting:
            run.bounded(run.cost)
        elif waiting:
            run.bounded(min(waiting[0][0], run.cost))

    def _finish(self, part: Dual) -> bool:
        """Give a small part to the solver; whether it is answered for good."""
        run = self.run
        opened = np.flatnonzero(part.open)
        free = np.flatnonzero(part.free)
        if not len(free) or not part.room:
            run.found(self._cost(opened), opened)
            return True
        # A row within reach of an open site is served, whatever happens.
        must = self.must & (part.table.miss >= self.table.miss)
        model, free = program(part, must=must, cutoff=run.cutoff())
        answer = solve(
            model, seconds=run.left, seed=self.seed, step=run.step, seen=lambda c, b: run.stop()
        )
        if answer.values is not None:
            sites = np.concatenate([opened, free[answer.values[: len(free)] > 0.5]])
            run.found(self._cost(sites), sites)
        part.bound = max(part.bound, min(answer.bound, run.cost))
        return answer.finished

    def _small(self, part: Dual) -> bool:
        if part.room <= 0 or not part.free.any():
            return True
        return len(part.table.rows) <= (AT_ONCE_OF_FEW if part.room < FEW else AT_ONCE)

    @staticmethod
    def _question(part: Dual) -> int:
        """The site to decide next: one that is often among the best, but not always."""
        free = np.flatnonzero(part.free)
        return int(free[np.argmin(np.abs(part.use[free] - UNDECIDED))])

    def _first_dual(self, local: Exchange) -> Dual:
        dual = Dual(
            self.table,
            self.rules,
            first_prices(local.near, local.second),
            self.rules.is_fixed.copy(),
            ~self.rules.allowed & ~self.rules.is_fixed,
        )
        dual.settle()
        return dual

    def _wander(self, local: Exchange, dual: Dual) -> None:
        """Shake the best answer and improve it again, a number of times."""
        random = np.random.default_rng(self.seed)
        liking = dual.liking
        local.start(self._most_liked(liking))
        local.grow()
        local.improve()
        self._take(local)
        local.become(self.run.sites)
        vain = 0
        for turn in range(SHAKES):
            near = self.run.cost - dual.bound <= NEAR * self.run.cost
            if self._closed(dual) or vain >= (IN_VAIN_NEAR if near else IN_VAIN):
                return
            if self.run.stop():
                return
            local.shake(1 + turn % LARGEST_SHAKE, random, liking)
            local.improve()
            vain = 0 if self._take(local) else vain + 1
            if local.cost > self.run.cost:
                local.become(self.run.sites)

    def _most_liked(self, liking: Floats) -> Integers:
        """The sites most liked by the bound, as far as the rules allow."""
        opened = self.rules.is_fixed.copy()
        for site in np.argsort(-liking, kind="stable").tolist():
            if liking[site] <= 0 or int(opened.sum()) >= self.rules.most:
                break
            if self.rules.allowed[site] and self.rules.addable(opened)[site]:
                opened[site] = True
        return np.flatnonzero(opened)

    def _take(self, local: Exchange) -> bool:
        sites = np.array(local.sites, dtype=np.int64)
        return self.run.found(self._cost(sites), sites)

    def _cost(self, sites: Integers) -> float:
        paid = self.table.paid(sites)
        if (paid[self.must] >= self.table.miss[self.must]).any():
            return math.inf
        return float(paid.sum())

    def _closed(self, dual: Dual) -> bool:
        if dual.bound < self.run.cutoff():
            return False
        self.run.bounded(self.run.cost)
        return True
