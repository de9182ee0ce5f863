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
from facilities.domain.siting.question import Question, SitingInputRefused
from facilities.domain.siting.result import CannotSite, Run
from facilities.domain.siting.solver import Program, solve, stack
from facilities.domain.siting.table import Flags, Floats, Integers, starts_of, table

TRIALS = 400
# Loads may exceed a capacity by rounding only.
ROUNDING = 1e-9
# Each is a variable and a row of the model that proves: so many take 0.7 GB (measured), and the
# proof is out of reach long before.
MOST_PAIRS = 500_000


class LimitedPairsTooMany(SitingInputRefused):
    template = (
        "With limited places %(pairs)d pairs of people and sites within reach are more than the "
        "%(most)d that one question takes: choose a smaller distance, a wider grid or a smaller "
        "area."
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
        if np.count_nonzero(kept) > MOST_PAIRS:
            raise LimitedPairsTooMany(pairs=int(np.count_nonzero(kept)), most=MOST_PAIRS)
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
        self._relaxed()
        self._local()
        if self.run.proven or self.run.stop():
            return None, None
        impossible = self._exact()
        if not impossible:
            return None, None
        return self._enough()

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
        standing = float(self.limits[rules.fixed].sum())
        others = np.sort(self.limits[rules.allowed])[::-1]
        room = standing + np.concatenate([[0.0], np.cumsum(others)])
        enough = np.flatnonzero(room * (1 + ROUNDING) >= needed)
        if len(enough) and len(rules.fixed) + enough[0] <= rules.most:
            return None
        places = float(room[min(rules.most - len(rules.fixed), len(room) - 1)])
        return (
            CannotSite(
                "%(p)d sites take %(capacity)s at most, %(people)s need a place.",
                p=rules.most,
                capacity=f"{places:,.12g}",
                people=f"{needed:,.12g}",
            ),
            self._enough()[1] if len(enough) else None,
        )

    def _relaxed(self) -> None:
        """The bound of the question without capacities, and its sites for a start."""
        asked, run = self.asked, self.run
        grid = table(self.rows, self.columns, self.costs, self.miss, asked.rules.sites)
        free = Run(0.3 * run.left, watch=lambda _: run.stop(), step=run.step)
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
        place = np.full(asked.rules.sites, -1, dtype=np.int64)
        place[sites] = np.arange(len(sites))
        kept = np.flatnonzero(place[self.columns] >= 0)
        price = np.full((asked.demands, len(sites)), np.inf)
        price[self.rows[kept], place[self.columns[kept]]] = self.costs[kept]
        left = self.limits[sites] * (1 + ROUNDING)
        loads = asked.loads
        served = np.full(asked.demands, -1, dtype=np.int64)
        # Those with most to lose choose first.
        never = np.full(asked.demands, np.inf)
        ahead = np.sort(np.column_stack([price, self.miss, never]), axis=1)
        regret = np.where(np.isfinite(ahead[:, 1]), ahead[:, 1] - ahead[:, 0], np.inf)
        asking = np.isfinite(price).any(axis=1)
        for row in np.lexsort((-loads, -regret)).tolist():
            if not asking[row]:
                continue
            able = np.where(left >= loads[row], price[row], np.inf)
            slot = int(np.argmin(able))
            if np.isfinite(able[slot]):
                served[row] = slot
                left[slot] -= loads[row]
        self._shift(price, left, served)
        has = served >= 0
        cost = float(price[has, served[has]].sum() + self.miss[~has].sum())
        assignment = np.full(asked.demands, -1, dtype=np.int64)
        assignment[has] = sites[served[has]]
        return assignment, cost

    def _shift(self, price: Floats, left: Floats, served: Integers) -> None:
        """Move single demands to a better site with room for them."""
        loads = self.asked.loads
        rows = np.flatnonzero(np.isfinite(price).any(axis=1))
        for _ in range(3):
            moved = False
            for row in rows.tolist():
                now = self.miss[row] if served[row] < 0 else price[row, served[row]]
                able = np.where(left >= loads[row], price[row], np.inf)
                slot = int(np.argmin(able))
                if able[slot] < now:
                    if served[row] >= 0:
                        left[served[row]] += loads[row]
                    left[slot] -= loads[row]
                    served[row] = slot
                    moved = True
            if not moved:
                return

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
