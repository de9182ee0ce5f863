"""The answer to a siting scenario, by the models of :mod:`facilities.domain.siting`."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.journeys import Heard, TooManyPairs
from facilities.domain.scenarios import (
    PER,
    WITHIN_LIMIT,
    Flags,
    Floats,
    Ground,
    Integers,
    NoPlace,
    ScenarioQuestion,
    check_question,
)
from facilities.domain.siting import (
    Conditions,
    SitingResult,
    Watch,
    lscp,
    mclp,
    p_center,
    p_median,
)

# Metres or minutes that no way takes: the models of distance ask for every pair.
EVERYWHERE = 1e8
# An extension takes no ground: it is near to nothing. Metres between stand-ins for its place.
ELSEWHERE = 1e9


class AllPairsTooMany(BadInput):
    template = (
        "This model needs all %(pairs)s pairs of people and places, more than it takes at once: "
        "choose a wider grid or a smaller area."
    )


class BudgetTooSmall(BadInput):
    template = "The budget of %(budget)s pays for no new site: the cheapest costs %(cost)s."


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """``costs`` is cells × (existing, then candidates); ``result`` counts sites that way.
    ``limits`` are the people that each takes, None without limits; ``problem`` asks for
    variations of the question."""

    costs: csr_matrix
    result: SitingResult
    site_costs: Floats | None
    limits: Floats | None
    problem: "Problem"


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The question as the models take it: only the cells where somebody is counted (``live``)."""

    question: ScenarioQuestion
    costs: csr_matrix
    counted: Floats
    factors: Floats
    live: Integers
    cells: int
    conditions: Conditions
    p: int | None
    limits: Floats | None

    def search(self, **changed: Any) -> SitingResult:
        """``changed``: ``p`` or conditions that differ from the question's."""
        asked, p = self.question, changed.pop("p", self.p)
        conditions: Conditions = {**self.conditions, **changed}  # type: ignore[typeddict-item]
        fairness = self.factors if asked.fairness else None
        if asked.model == "lscp":
            found = lscp(self.costs, asked.limit, p=p, **conditions)
        elif asked.model == "p_median":
            found = p_median(self.costs, self.counted, p, fairness=fairness, **conditions)
        elif asked.model == "p_center":
            found = p_center(self.costs, p, weights=self.counted, fairness=fairness, **conditions)
        elif asked.by_mean:
            found = p_median(
                self.costs,
                self.counted,
                p,
                fairness=fairness,
                capacities=self.limits,
                unserved_cost=asked.limit,
                **conditions,
            )
        else:
            found = mclp(
                self.costs,
                self.counted,
                p,
                asked.limit,
                fairness=fairness,
                capacities=self.limits,
                **conditions,
            )
        return self._widened(found)

    def _widened(self, found: SitingResult) -> SitingResult:
        """The result by all cells, also those where nobody is counted."""
        assignment = np.full(self.cells, -1, dtype=np.int64)
        assignment[self.live] = found.assignment
        return replace(found, assignment=assignment, unreachable=self.live[found.unreachable])


def solve(
    question: ScenarioQuestion,
    ground: Ground,
    *,
    seed: int,
    watch: Watch | None = None,
    heard: Heard | None = None,
) -> Answer:
    """Answer the question; ``watch`` is told of progress and may stop the search, ``heard`` is
    called while the ways are laid out before it, and may end that by an error. Raises
    :class:`BadInput` for a ground on which it cannot be asked."""
    check_question(question)
    counted = ground.counted(question)
    live = np.flatnonzero(counted > 0)
    if not len(live):
        raise BadInput("Nobody to be counted lives there on that day.")
    if not len(ground.candidates):
        raise NoPlace(excluded=sum(ground.excluded.values()), given=ground.given)
    costs = _costs(question, ground, heard)
    prices, limits = _prices(question, ground), _limits(question, ground)
    _refuse_small_budget(question, ground, prices)
    staying = ground.staying(question)
    conditions: Conditions = {
        "open_sites": staying,
        "time_limit_s": question.time_limit_s,
        "seed": seed,
        "watch": watch,
    }
    if question.apart_m:
        conditions["site_xy"], conditions["spacing_m"] = _standpoints(ground), question.apart_m
    if question.budget is not None:
        conditions["site_costs"], conditions["budget"] = prices, question.budget
    p = None if question.new_sites is None else question.new_sites + len(staying)
    problem = Problem(
        question,
        costs[live],
        counted[live],
        ground.factors(question)[live],
        live,
        len(counted),
        conditions,
        p,
        limits,
    )
    if heard is not None:
        heard()
    return Answer(costs, problem.search(), prices, limits, problem)


def _costs(question: ScenarioQuestion, ground: Ground, heard: Heard | None) -> csr_matrix:
    ways = ground.journeys(question)
    if question.model in WITHIN_LIMIT:
        return ways.within(question.limit, heard)
    try:
        return ways.within(EVERYWHERE, heard)
    except TooManyPairs as refused:
        raise AllPairsTooMany(pairs=f"{refused.values['pairs']:,}") from refused


def _standpoints(ground: Ground) -> Floats:
    places = ground.places()
    xy, extended = places.xy.copy(), np.flatnonzero(places.extensions() >= 0)
    xy[extended] = ELSEWHERE * (1 + np.arange(len(extended))[:, None])
    return xy


def _prices(question: ScenarioQuestion, ground: Ground) -> Floats | None:
    """What each site costs; what stands is not paid for again. None where that is not known."""
    new = ground.candidates.costs
    if new is None and question.site_cost is not None:
        new = np.full(len(ground.candidates), question.site_cost)
    if new is None:
        return None
    extended: Flags = ground.candidates.extensions() >= 0
    if extended.any():
        if question.extra_cost is None:
            return None
        new = np.where(extended, question.extra_cost, new)
    return np.concatenate([np.zeros(len(ground.existing)), new])


def _refuse_small_budget(question: ScenarioQuestion, ground: Ground, prices: Floats | None) -> None:
    """Where what stands stays, nothing could be chosen; the fewest sites may be none at all."""
    if question.budget is None or prices is None or question.model == "lscp":
        return
    cheapest = float(prices[len(ground.existing) :].min())
    if question.keep_existing and cheapest > question.budget:
        raise BudgetTooSmall(budget=f"{question.budget:,.12g}", cost=f"{cheapest:,.12g}")


def _limits(question: ScenarioQuestion, ground: Ground) -> Floats | None:
    """How many of the people counted each site takes; unknown beds are none, and told."""
    if not question.limited:
        return None
    new = np.full(len(ground.candidates), float(question.capacity or 0))
    new[ground.candidates.extensions() >= 0] = question.extra or 0
    standing = np.full(len(ground.existing), float(question.capacity or 0))
    if question.existing_room == "beds":
        beds = ground.existing.beds
        standing = np.nan_to_num(beds) if beds is not None else np.zeros(len(ground.existing))
    return np.concatenate([standing, new]) * (PER / question.need)
