"""The least sites that reach everybody: location set covering (Toregas et al. 1971)."""

import math
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.siting.fewest import Fewest
from facilities.domain.siting.levels import rule_rows
from facilities.domain.siting.merge import merged
from facilities.domain.siting.question import Conditions, Costs, Question, question
from facilities.domain.siting.result import CannotSite, NotFound, Run, SitingResult
from facilities.domain.siting.rules import Rules
from facilities.domain.siting.solver import Program, solve, stack
from facilities.domain.siting.table import Floats, Integers


def lscp(
    costs: Costs,
    radius: float = math.inf,
    *,
    p: int | None = None,
    **conditions: Unpack[Conditions],
) -> SitingResult:
    """Fewest open sites such that every demand has one within ``radius`` (a cost on it counts),
    at most ``p``; with ``site_costs`` the cheapest new ones instead, and ``objective`` is what
    they cost.

    ``costs`` is demand × sites, dense or CSR (:data:`Costs`). Raises
    :class:`SitingInputRefused`; demand out of reach of all sites is reported and left out.
    """
    asked = question(costs, None, p, conditions, counted=False)
    rules, reached = asked.rules, asked.within(radius)
    priced = conditions.get("site_costs") is not None
    prices = rules.costs if priced else np.ones(rules.sites)
    whole = bool((prices == np.rint(prices)).all())
    # Existing sites are counted, not paid.
    standing = 0.0 if priced else float(len(rules.fixed))
    run = Run(asked.time_limit_s, asked.watch, lambda cost: cost + standing, float(whole))
    cover = Cover(asked.rows[reached], asked.columns[reached], asked.demands, rules)
    anyhow = replace(cover, rules=rules.without_number())
    refusal, nearest = None, None
    # The fewest are sought whatever their number may be: it is told if it is too great.
    if (cover if priced else anyhow).least(prices, run, seed=asked.seed):
        refusal, nearest = anyhow.needed(rules.most, run, seed=asked.seed)
    elif len(run.sites) > rules.most:
        nearest = len(run.sites)
        refusal = too_few(rules.most, nearest)
        if run.shown(run.bound) <= rules.most:
            refusal = not_found(rules.most, nearest, run)
        run = replace(run, cost=math.inf)
    return reported(asked, run, radius, asked.unreachable(reached), refusal, nearest)


@dataclass(slots=True, eq=False)
class Cover:
    """Which rows (``rows``, ``columns`` are pairs) which sites reach. A row that none reaches
    asks for nothing."""

    rows: Integers
    columns: Integers
    size: int
    rules: Rules

    def least(self, prices: Floats, run: Run, *, seed: int, enough: float = -math.inf) -> bool:
        """Find the cheapest sites that reach every row and tell ``run``, where fixed sites cost
        nothing; an answer of ``enough`` ends the search. True if the rules allow none."""
        rules = self.rules
        done = np.zeros(self.size, dtype=bool)
        done[self.rows[rules.is_fixed[self.columns]]] = True
        kept = ~done[self.rows] & rules.allowed[self.columns]
        rows, columns, size = merged(self.rows[kept], self.columns[kept], self.size)
        run.bounded(0.0)
        if not size:
            run.found(0.0, rules.fixed)
            return False
        reach = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, rules.sites))
        start = self._greedy(reach, prices)
        if start is not None:
            run.found(float(prices[start].sum()), np.concatenate([rules.fixed, start]))
            if (prices == 1).all():
                Fewest(rows, columns, size, rules, run, seed, enough).search()
        if run.proven or run.cost <= enough or run.bound > enough > -math.inf or run.stop():
            return False
        free = np.flatnonzero(rules.allowed)
        lines, low, high = rule_rows(rules, rules.is_fixed, free, len(free))
        if math.isfinite(run.bound):
            # What is known already: the solver would find it again.
            known = csr_matrix(prices[free])
            lines = stack([lines, known])
            low, high = np.append(low, run.bound), np.append(high, np.inf)
        model = Program(
            prices=prices[free],
            upper=np.ones(len(free)),
            whole=len(free),
            rows=stack([csr_matrix(reach[:, free]), lines]),
            low=np.concatenate([np.ones(size), low]),
            high=np.concatenate([np.full(size, np.inf), high]),
        )

        def seen(cost: float, bound: float) -> bool:
            run.bounded(bound)
            return run.stop() or cost <= enough or bound > enough > -math.inf

        first = None
        if math.isfinite(run.cost):
            first = np.isin(free, run.sites).astype(np.float64)
        answer = solve(model, seconds=run.left, seed=seed, start=first, step=run.step, seen=seen)
        if answer.values is not None:
            sites = free[answer.values > 0.5]
            run.found(float(prices[sites].sum()), np.concatenate([rules.fixed, sites]))
        if answer.finished:
            run.bounded(min(run.cost, answer.bound) if answer.values is None else run.cost)
        return answer.finished and not math.isfinite(run.cost)

    def needed(self, p: int, run: Run, *, seed: int) -> tuple[CannotSite, int | None]:
        """Why *p* sites do not reach every row under these rules, which leave the number open,
        and how many would."""
        least = Run(run.left, watch=lambda _: run.stop(), step=1.0)
        if self.least(np.ones(self.rules.sites), least, seed=seed):
            return refused_cover(self.rules), None
        if not math.isfinite(least.cost):
            return CannotSite("%(p)d sites cannot reach everybody under these rules.", p=p), None
        needed = len(self.rules.fixed) + int(least.cost)
        return too_few(p, needed), needed

    def _greedy(self, reach: csr_matrix, prices: Floats) -> Integers | None:
        """Most rows for the money, one site after the other; those not needed go. None if that
        ends without reaching every row."""
        rules, by_site = self.rules, reach.tocsc()
        opened = rules.is_fixed.copy()
        left = np.ones(reach.shape[0], dtype=bool)
        gain = np.asarray(reach.sum(axis=0)).ravel()
        sites: list[int] = []
        while left.any():
            able = rules.addable(opened) & ~opened & (gain > 0)
            if not able.any():
                return None
            worth = np.where(able, gain / np.maximum(prices, 1e-12), -1.0)
            site = int(np.argmax(worth))
            rows = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
            rows = rows[left[rows]]
            left[rows] = False
            gain -= np.asarray(reach[rows].sum(axis=0)).ravel()
            opened[site] = True
            sites.append(site)
        times = np.asarray(reach[:, sites].sum(axis=1)).ravel()
        for site in sorted(sites, key=lambda one: -prices[one]):
            rows = by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]
            if (times[rows] > 1).all():
                times[rows] -= 1
                sites.remove(site)
        return np.array(sorted(sites), dtype=np.int64)


def refused_cover(rules: Rules) -> CannotSite:
    if rules.priced:
        return CannotSite(
            "The budget of %(budget)s does not pay for sites that reach everybody.",
            budget=f"{rules.budget:,.12g}",
        )
    return CannotSite("No sites so far apart reach everybody: allow a smaller distance.")


def too_few(p: int, needed: int) -> CannotSite:
    return CannotSite("%(p)d sites cannot reach everybody: %(needed)d can.", p=p, needed=needed)


def not_found(p: int, needed: int, run: Run) -> NotFound:
    return NotFound(
        "%(p)d sites that reach everybody were not found in %(seconds)s seconds: "
        "%(needed)d are enough.",
        p=p,
        seconds=f"{run.elapsed:.0f}",
        needed=needed,
    )


def reported(
    asked: Question,
    run: Run,
    radius: float,
    unreachable: Integers,
    refusal: CannotSite | None = None,
    nearest_p: int | None = None,
    assignment: Integers | None = None,
) -> SitingResult:
    """The result of a run: its answer, or why there is none."""
    found = math.isfinite(run.cost)
    if not found and refusal is None:
        refusal = NotFound(seconds=f"{run.elapsed:.0f}")
    certain = not found and not isinstance(refusal, NotFound)
    if assignment is None:
        assignment = asked.nearest(run.sites, radius)
    return SitingResult(
        sites=run.sites,
        assignment=assignment if found else np.full(asked.demands, -1, dtype=np.int64),
        objective=run.shown(run.cost) if found else math.nan,
        bound=run.shown(run.cost if run.proven else run.bound),
        gap=run.gap(),
        proven=run.proven or certain,
        seconds=run.elapsed,
        history=tuple(run.history),
        unreachable=unreachable,
        refusal=None if found else refusal,
        nearest_p=None if found else nearest_p,
    )
