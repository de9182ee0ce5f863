"""Sites that can take so many people only: capacitated p-median and maximal covering.

Each demand is served by one site as a whole (single-source). The answer at once opens sites,
hands out demands by regret (Martello and Toth 1990) and exchanges sites; the proof is the full
model with ``x[i, j] <= y[j]``, bounded from below by the question without capacities.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.siting.engine import Engine
from facilities.domain.siting.levels import rule_rows
from facilities.domain.siting.packing import Packing
from facilities.domain.siting.question import Question
from facilities.domain.siting.result import CannotSite, NotFound, Run
from facilities.domain.siting.solver import Program, solve, stack
from facilities.domain.siting.table import Flags, Floats, Integers, firsts, starts_of, table

TRIALS = 400
# Loads may exceed a capacity by rounding only.
ROUNDING = 1e-9
# Each is a variable and a row of the model that proves: so many take 0.7 GB (measured), and the
# proof is out of reach long before. With more the answer is that of the exchange, with its gap.
MOST_PROVEN = 500_000
# Of the time left goes to the question without capacities, where the full model follows or not.
RELAXED, RELAXED_ALONE = 0.3, 0.5


class NotPacked(NotFound):
    template = (
        "No choice of sites was found that takes everybody, and %(pairs)s pairs of people and "
        "sites within reach are more than the %(most)s of which a proof is sought: choose a "
        "smaller distance, a wider grid or a smaller area."
    )


@dataclass(slots=True, eq=False)
class Capacitated:
    """``reached`` pairs of the question cost ``weighted``; ``limits`` is what sites take, ``miss``
    the price of not serving a row, which ``must`` rows do not have."""

    asked: Question
    reached: Flags
    weighted: Floats
    limits: Floats
    miss: Floats
    must: Flags
    run: Run
    assignment: Integers = field(init=False)
    rows: Integers = field(init=False)
    columns: Integers = field(init=False)
    costs: Floats = field(init=False)
    starts: Integers = field(init=False)

    def __post_init__(self) -> None:
        asked = self.asked
        kept = self.reached & (asked.weights[asked.rows] > 0)
        kept &= asked.loads[asked.rows] <= self.limits[asked.columns] * (1 + ROUNDING)
        kept &= (self.weighted < self.miss[asked.rows]) | self.must[asked.rows]
        order = np.lexsort((asked.columns, self.weighted, asked.rows))
        order = order[kept[order]]
        self.rows, self.columns = asked.rows[order], asked.columns[order]
        self.costs = self.weighted[order]
        self.starts = starts_of(np.bincount(self.rows, minlength=asked.demands))
        self.assignment = np.full(asked.demands, -1, dtype=np.int64)

    def search(self) -> tuple[CannotSite | None, int | None]:
        """Find and prove; if there is no answer: why, and how many sites would do."""
        refusal = self._hopeless()
        if refusal is not None:
            return refusal
        self.run.bounded(self._at_least())
        self._relaxed()
        self._local()
        if self.run.proven or self.run.stop():
            return None, None
        if not self._provable:
            return NotPacked(pairs=f"{len(self.rows):,}", most=f"{MOST_PROVEN:,}"), None
        impossible = self._exact()
        if not impossible:
            return None, None
        return self._enough()

    @property
    def _provable(self) -> bool:
        return len(self.rows) <= MOST_PROVEN

    def _rooms(self) -> tuple[Floats, float]:
        """What the open sites take, then with the largest others beside them one by one; and what
        so many as may be open take at most."""
        rules = self.asked.rules
        others = np.sort(self.limits[rules.allowed])[::-1]
        rooms = self.limits[rules.fixed].sum() + np.concatenate([[0.0], np.cumsum(others)])
        return rooms, float(rooms[min(rules.most - len(rules.fixed), len(others))])

    def _at_least(self) -> float:
        """A bound seen without a search: the room that there can be goes, also in parts, to those
        who save most for each place that they take, and everybody there has the best site."""
        first, rows = firsts(self.rows)
        cheapest = self.miss.copy()
        cheapest[rows] = self.costs[first]
        saved, loads = self.miss - cheapest, self.asked.loads
        order = rows[np.argsort(-saved[rows] / loads[rows], kind="stable")]
        before = np.cumsum(loads[order]) - loads[order]
        places = self._rooms()[1] * (1 + ROUNDING)
        left_out = 1.0 - np.clip((places - before) / loads[order], 0.0, 1.0)
        return float(cheapest.sum() + (saved[order] * left_out).sum())

    def _hopeless(self) -> tuple[CannotSite, int | None] | None:
        """What cannot be, seen without a search."""
        asked, rules = self.asked, self.asked.rules
        lost = np.flatnonzero(self.must & (np.diff(self.starts) == 0))
        if len(lost):
            row = int(lost[np.argmax(asked.loads[lost])])
            most = float(self.limits[asked.columns[self.reached & (asked.rows == row)]].max())
            return (
                CannotSite(
                    "%(count)d demands are larger than every site within reach, such as demand "
                    "%(row)d with %(people)s of %(capacity)s: divide them or allow more capacity.",
                    count=len(lost),
                    row=row,
                    people=f"{asked.loads[row]:,.12g}",
                    capacity=f"{most:,.12g}",
                ),
                None,
            )
        needed = float(asked.loads[self.must].sum())
        rooms, places = self._rooms()
        if places * (1 + ROUNDING) >= needed:
            return None
        able = self._provable and rooms[-1] * (1 + ROUNDING) >= needed
        return (
            CannotSite(
                "%(p)d sites take %(capacity)s at most, %(people)s need a place.",
                p=rules.most,
                capacity=f"{places:,.12g}",
                people=f"{needed:,.12g}",
            ),
            self._enough()[1] if able else None,
        )

    def _relaxed(self) -> None:
        """The bound of the question without capacities, and its sites for a start."""
        asked, run = self.asked, self.run
        grid = table(self.rows, self.columns, self.costs, self.miss, asked.rules.sites)
        part = RELAXED if self._provable else RELAXED_ALONE
        free = Run(part * run.left, watch=lambda _: run.stop(), step=run.step)
        engine = Engine(grid, asked.rules, self.must, free, asked.seed)
        if engine.begin():
            engine.search()
            run.bounded(free.cost if free.proven else free.bound)
            self._try(free.sites)

    def _local(self) -> None:
        """Begin with the largest or the last sites and exchange them while that helps."""
        rules, run = self.asked.rules, self.run
        random = np.random.default_rng(self.asked.seed)
        sites = run.sites if math.isfinite(run.cost) else self._largest()
        best = self._try(sites)
        for _ in range(TRIALS):
            if run.stop() or run.proven:
                return
            opened = np.zeros(rules.sites, dtype=bool)
            opened[sites] = True
            new = np.flatnonzero(opened & ~rules.is_fixed)
            trial = sites
            if len(new):
                closing = int(random.choice(new))
                able = rules.exchangeable(opened, np.array([closing]))[0] & ~opened
                if able.any():
                    trial = np.append(sites[sites != closing], random.choice(np.flatnonzero(able)))
            opened[:] = False
            opened[trial] = True
            more = np.flatnonzero(rules.addable(opened) & ~opened)
            if len(more):
                trial = np.append(trial, random.choice(more))
            cost = self._try(trial)
            if cost <= best:
                sites, best = trial, cost

    def _largest(self) -> Integers:
        rules = self.asked.rules
        opened = rules.is_fixed.copy()
        while True:
            able = rules.addable(opened) & ~opened
            if not able.any():
                return np.flatnonzero(opened)
            opened[int(np.argmax(np.where(able, self.limits, -1.0)))] = True

    def _try(self, sites: Integers) -> float:
        """Hand out the demands to these sites; the cost, more than ``miss`` for each left over."""
        assignment, cost = self._hand_out(sites)
        if not self.must[assignment < 0].any() and self.asked.rules.holds(sites):
            self._found(cost, sites, assignment)
        return cost

    def _found(self, cost: float, sites: Integers, assignment: Integers) -> None:
        if self.run.found(cost, sites):
            self.assignment = assignment

    def _hand_out(self, sites: Integers) -> tuple[Integers, float]:
        asked = self.asked
        slot = np.full(asked.rules.sites, -1, dtype=np.int64)
        slot[sites] = np.arange(len(sites))
        # Pairs with an open site, cheapest first in each row: all that is looked at.
        kept = np.flatnonzero(slot[self.columns] >= 0)
        costs, counts = self.costs[kept], np.bincount(self.rows[kept], minlength=asked.demands)
        packing = Packing(
            starts=starts_of(counts).data,
            slots=slot[self.columns[kept]].data,
            costs=costs.data,
            loads=asked.loads.data,
            left=(self.limits[sites] * (1 + ROUNDING)).tolist(),
        )
        # Those with most to lose choose first.
        asking = np.flatnonzero(counts)
        first = starts_of(counts)[asking]
        regret = self.miss[asking] - costs[first]
        several = counts[asking] > 1
        regret[several] = np.minimum(
            regret[several], costs[first[several] + 1] - costs[first[several]]
        )
        order = asking[np.lexsort((-asked.loads[asking], -regret))].tolist()
        packing.fill(order)
        packing.shift(order)
        rows = np.fromiter(packing.served, dtype=np.int64, count=len(packing.served))
        places = np.fromiter(packing.served.values(), dtype=np.int64, count=len(rows))
        assignment = np.full(asked.demands, -1, dtype=np.int64)
        assignment[rows] = self.columns[kept[places]]
        return assignment, float(costs[places].sum() + self.miss[assignment < 0].sum())

    def _model(self) -> tuple[Program, Integers, Integers]:
        """(the full model, its sites, its rows): sites, then pairs, then rows left unserved."""
        asked, rules = self.asked, self.asked.rules
        free = np.flatnonzero(rules.allowed | rules.is_fixed)
        at = np.full(rules.sites, -1, dtype=np.int64)
        at[free] = np.arange(len(free))
        rows, line = np.unique(self.rows, return_inverse=True)
        pairs, many = len(self.rows), len(free)
        width = many + pairs + len(rows)
        pair, site = many + np.arange(pairs), at[self.columns]
        ones = np.ones(pairs)
        once = csr_matrix(
            (
                np.ones(pairs + len(rows)),
                (
                    np.concatenate([line, np.arange(len(rows))]),
                    np.concatenate([pair, many + pairs + np.arange(len(rows))]),
                ),
            ),
            shape=(len(rows), width),
        )
        load = csr_matrix(
            (
                np.concatenate([asked.loads[self.rows], -self.limits[free]]),
                (np.concatenate([site, np.arange(many)]), np.concatenate([pair, np.arange(many)])),
            ),
            shape=(many, width),
        )
        link = csr_matrix(
            (
                np.concatenate([ones, -ones]),
                (np.tile(np.arange(pairs), 2), np.concatenate([pair, site])),
            ),
            shape=(pairs, width),
        )
        new = np.flatnonzero(rules.allowed[free])
        limits, low, high = rule_rows(rules, rules.is_fixed, free[new], len(new))
        limits = csr_matrix(
            (limits.data, new[limits.indices], limits.indptr), shape=(limits.shape[0], width)
        )
        never = np.setdiff1d(np.arange(asked.demands), rows)
        program = Program(
            prices=np.concatenate(
                [np.zeros(many), self.costs, np.where(self.must[rows], 0.0, self.miss[rows])]
            ),
            upper=np.concatenate([np.ones(many + pairs), np.where(self.must[rows], 0.0, 1.0)]),
            whole=many + pairs,
            rows=stack([once, load, link, limits]),
            low=np.concatenate([np.ones(len(rows)), np.full(many + pairs, -np.inf), low]),
            high=np.concatenate([np.ones(len(rows)), np.zeros(many + pairs), high]),
            offset=float(self.miss[never][~self.must[never]].sum()),
            lower=np.concatenate([rules.is_fixed[free].astype(float), np.zeros(pairs + len(rows))]),
        )
        return program, free, rows

    def _exact(self) -> bool:
        """Solve the full model; True if it is certain that there is no answer."""
        run = self.run
        model, free, rows = self._model()
        start = self._start(model, free, rows) if math.isfinite(run.cost) else None

        def seen(cost: float, bound: float) -> bool:
            run.bounded(bound)
            return run.stop()

        answer = solve(
            model, seconds=run.left, seed=self.asked.seed, start=start, step=run.step, seen=seen
        )
        if answer.values is not None:
            sites = free[answer.values[: len(free)] > 0.5]
            picked = np.flatnonzero(answer.values[len(free) : len(free) + len(self.rows)] > 0.5)
            assignment = np.full(self.asked.demands, -1, dtype=np.int64)
            assignment[self.rows[picked]] = self.columns[picked]
            missed = assignment < 0
            cost = float(self.costs[picked].sum() + self.miss[missed].sum())
            self._found(cost, sites, assignment)
        if answer.finished:
            run.bounded(run.cost)
        else:
            run.bounded(answer.bound)
        return answer.finished and not math.isfinite(run.cost)

    def _start(self, model: Program, free: Integers, rows: Integers) -> Floats:
        values = np.zeros(len(model.prices))
        values[: len(free)] = np.isin(free, self.run.sites)
        many, pairs = len(free), len(self.rows)
        values[many : many + pairs] = self.assignment[self.rows] == self.columns
        values[many + pairs :] = self.assignment[rows] < 0
        return values

    def _enough(self) -> tuple[CannotSite, int | None]:
        """How many sites would do: the full model with the number of sites for its price."""
        rules = self.asked.rules
        model, free, _ = self._model()
        prices = np.zeros(len(model.prices))
        prices[: len(free)] = 1.0
        # The first line of the rules is the number of sites.
        first = len(model.low) - 1 - int(rules.priced) - len(rules.apart)
        model.high[first] = np.inf
        model.prices, model.offset = prices, 0.0
        answer = solve(
            model,
            seconds=self.run.left,
            seed=self.asked.seed,
            step=1.0,
            seen=lambda cost, bound: self.run.stop(),
        )
        if answer.values is None:
            return CannotSite("No number of sites takes everybody under these rules."), None
        needed = int(np.rint(answer.values[: len(free)].sum()))
        return (
            CannotSite(
                "%(p)d sites cannot take everybody: %(needed)d can.", p=rules.most, needed=needed
            ),
            needed,
        )
