"""The best other place for each new site while all others stay, and what it would cost.

Without limits on places all sites are compared in one pass over the pairs: what a cell pays to its
nearest and to its second nearest open site says what is left without the nearest. With limits each
comparison is a search of its own, within a time and until somebody stops it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.scenario_search import Answer
from facilities.domain.scenarios import COVERING, Flags, Floats, Ground, Integers, ScenarioQuestion
from facilities.domain.siting import Progress, SitingResult, Watch

# Seconds for all comparisons where sites have limited places.
SECONDS = 30.0
LEAST_S = 0.5
# Dense entries that one round may hold: 8 bytes each.
ENTRIES_AT_ONCE = 2_000_000
# A watch is only asked whether to stop.
NOTHING_NEW = Progress(0.0, np.inf, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """``place`` would do best instead (None: none may be used, or, unless ``sure``, time ran out);
    ``lost`` is by how much worse the value would be: people counted, metres or minutes on average,
    or of the worst-served. ``served``: who has a place without the site, where places are
    limited."""

    place: int | None = None
    away_m: float = 0.0
    lost: float = 0.0
    sure: bool = True
    served: Flags | None = None
    served_sure: bool = True


def instead(
    question: ScenarioQuestion, ground: Ground, answer: Answer, watch: Watch | None = None
) -> Mapping[int, Told]:
    """By new site."""
    sites = answer.result.sites
    new = sites[sites >= len(ground.existing)]
    if not len(new):
        return {}
    able = _able(question, ground, answer, new)
    xy = ground.places().xy
    if question.limited:
        return _searched(question, answer, new, able, xy, watch)
    worse = _worst(answer, ground, new) if question.model == "p_center" else None
    if worse is None:
        gains = _gains(question, ground, answer, new)
        worse = gains[np.arange(len(new)), new][:, None] - gains
    worse = np.where(able, worse, np.inf)
    best = np.argmin(worse, axis=1)
    return {
        site: Told(int(place), float(np.hypot(*(xy[place] - xy[site]))), float(worse[row, place]))
        if np.isfinite(worse[row, place])
        else Told()
        for row, (site, place) in enumerate(zip(new.tolist(), best.tolist(), strict=True))
    }


def others_open(
    answer: Answer, sites: Integers, watch: Watch | None = None, *, seconds: float = SECONDS / 3
) -> SitingResult:
    """Who is served where just these sites are open."""
    every = np.arange(answer.costs.shape[1])
    return answer.problem.search(
        p=len(sites),
        open_sites=sites,
        forbidden=np.setdiff1d(every, sites),
        budget=None,
        site_costs=None,
        spacing_m=0.0,
        time_limit_s=seconds,
        watch=watch,
    )


def _searched(
    question: ScenarioQuestion,
    answer: Answer,
    new: Integers,
    able: Flags,
    xy: Floats,
    watch: Watch | None,
) -> dict[int, Told]:
    sites, problem = answer.result.sites, answer.problem
    ends = time.monotonic() + SECONDS
    found: dict[int, Told] = {}
    for row, site in enumerate(new.tolist()):
        seconds = (ends - time.monotonic()) / (len(new) - row)
        if seconds < LEAST_S or (watch is not None and watch(NOTHING_NEW)):
            found[site] = Told(sure=False)
            continue
        others = sites[sites != site]
        told = Told(served=np.zeros(len(answer.result.assignment), dtype=bool))
        if len(others):
            left = others_open(answer, others, watch, seconds=seconds / 2)
            told = Told(served=left.assignment >= 0, served_sure=left.proven)
        if not able[row].any():
            found[site] = told
            continue
        budget = question.budget
        if budget is not None and answer.site_costs is not None:
            budget -= float(answer.site_costs[others].sum())
        blocked = np.flatnonzero(~able[row])
        result = problem.search(
            p=len(others) + 1,
            open_sites=others,
            forbidden=np.setdiff1d(blocked, others),
            budget=budget,
            spacing_m=0.0,
            time_limit_s=seconds / 2,
            watch=watch,
        )
        place = np.setdiff1d(result.sites, others)
        if not result.feasible or not len(place):
            found[site] = replace(told, sure=result.proven)
            continue
        found[site] = replace(
            told,
            place=int(place[0]),
            away_m=float(np.hypot(*(xy[place[0]] - xy[site]))),
            lost=_lost(question, problem, answer.result.objective, result.objective),
            sure=result.proven,
        )
    return found


def _lost(question: ScenarioQuestion, problem: Any, now: float, then: float) -> float:
    """People counted, or metres or minutes on average."""
    if question.by_mean:
        return (then - now) / float((problem.counted * problem.factors).sum())
    return now - then


def _able(question: ScenarioQuestion, ground: Ground, answer: Answer, new: Integers) -> Flags:
    """(new × places) which could stand in for a site without breaking a rule."""
    xy = ground.places().xy
    able = np.ones((len(new), len(xy)), dtype=bool)
    able[:, answer.result.sites] = False
    able[:, ground.staying(question)] = False
    if question.apart_m and len(new) > 1:
        ground_new = new[ground.places().extensions()[new] < 0]
        close = np.zeros((len(new), len(xy)), dtype=bool)
        for row in np.flatnonzero(np.isin(new, ground_new)).tolist():
            gaps = np.hypot(*(xy - xy[new[row]]).T)
            close[row] = gaps < question.apart_m
        # Near to any other new site than the one that would go; an extension takes no ground.
        blocked = (close.sum(axis=0)[None, :] - close) > 0
        able &= ~blocked | (ground.places().extensions() >= 0)[None, :]
    if question.budget is not None and answer.site_costs is not None:
        left = question.budget - (answer.site_costs[new].sum() - answer.site_costs[new])
        able &= answer.site_costs[None, :] <= left[:, None]
    return able


def _nearest_two(costs: csr_matrix, sites: Integers) -> tuple[Floats, Floats, Integers]:
    """What each row pays to the nearest and the second nearest site (infinite: none in reach),
    and which is the nearest (-1: none)."""
    opened = np.zeros(costs.shape[1], dtype=bool)
    opened[sites] = True
    rows = np.repeat(np.arange(costs.shape[0]), np.diff(costs.indptr))
    kept = np.flatnonzero(opened[costs.indices])
    order = kept[np.lexsort((costs.indices[kept], costs.data[kept], rows[kept]))]
    row = rows[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    second = np.zeros(len(row), dtype=bool)
    second[1:] = first[:-1] & ~first[1:]
    one, two = (np.full(costs.shape[0], np.inf) for _ in range(2))
    who = np.full(costs.shape[0], -1, dtype=np.int64)
    one[row[first]], two[row[second]] = costs.data[order[first]], costs.data[order[second]]
    who[row[first]] = costs.indices[order[first]]
    return one, two, who


def _gains(question: ScenarioQuestion, ground: Ground, answer: Answer, new: Integers) -> Floats:
    """(new × places) what each place brings once the new site is closed."""
    costs, limit = answer.costs, question.limit
    weights = ground.counted(question) * ground.factors(question)
    one, two, who = _nearest_two(costs, answer.result.sites)
    rows = np.repeat(np.arange(costs.shape[0]), np.diff(costs.indptr))
    places = costs.shape[1]
    if question.model in COVERING:

        def worth(left: Floats) -> Floats:
            return np.asarray(weights[rows] * ((left[rows] > limit) & (costs.data <= limit)))

        scale = 1.0
    else:
        # Who would have no way at all counts as far as the farthest.
        farthest = float(costs.data.max(initial=0.0))

        def worth(left: Floats) -> Floats:
            far = np.minimum(left, farthest)
            return np.asarray(weights[rows] * np.maximum(0.0, far[rows] - costs.data))

        scale = float(weights.sum())
    at = np.full(places + 1, -1, dtype=np.int64)
    at[new] = np.arange(len(new))
    whose = at[who][rows]
    hangs = np.flatnonzero(whose >= 0)
    with_all, without = worth(one), worth(two)
    base = np.bincount(costs.indices, with_all, places)
    more = np.bincount(
        whose[hangs] * places + costs.indices[hangs],
        (without - with_all)[hangs],
        len(new) * places,
    )
    return np.asarray((base[None, :] + more.reshape(len(new), places)) / scale)


def _worst(answer: Answer, ground: Ground, new: Integers) -> Floats:
    """(new × places) by how much farther the worst-served would be."""
    problem: Any = answer.problem
    costs, factors = problem.costs, problem.factors
    sites = answer.result.sites
    one, two, who = _nearest_two(costs, sites)
    at = np.full(costs.shape[1], -1, dtype=np.int64)
    at[sites] = np.arange(len(sites))
    mine = np.full(costs.shape[1], -1, dtype=np.int64)
    mine[new] = np.arange(len(new))
    stays = np.zeros((len(sites), costs.shape[1]))
    goes = np.zeros((len(new), costs.shape[1]))
    # Rows of one nearest site stand together.
    order = np.argsort(who, kind="stable")
    order = order[who[order] >= 0]
    step = max(1, ENTRIES_AT_ONCE // costs.shape[1])
    for start in range(0, len(order), step):
        rows = order[start : start + step]
        part = costs[rows]
        dense = np.full(part.shape, np.inf)
        dense[np.repeat(np.arange(len(rows)), np.diff(part.indptr)), part.indices] = part.data
        begin = np.flatnonzero(np.diff(who[rows], prepend=-1))
        group = who[rows[begin]]
        for left, kept, index in ((one, stays, at[group]), (two, goes, mine[group])):
            paid = np.minimum(left[rows][:, None], dense) * factors[rows][:, None]
            most = np.maximum.reduceat(paid, begin, axis=0)
            used = index >= 0
            kept[index[used]] = np.maximum(kept[index[used]], most[used])
    found = np.empty_like(goes)
    for row, site in enumerate(new.tolist()):
        rest = np.delete(stays, at[site], axis=0).max(axis=0, initial=0.0)
        found[row] = np.maximum(rest, goes[row])
    return found - found[np.arange(len(new)), new][:, None]
