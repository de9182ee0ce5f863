"""Why here: who gains by each site, what hangs on it, and what the next best place would cost."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from facilities.domain.cost import straight
from facilities.domain.scenarios import COVERING, Answer, Floats, Ground, Places, ScenarioQuestion
from facilities.domain.siting import CannotSite, Progress

# Cells not covered that a result keeps, those with the most people counted first.
MOST_UNCOVERED = 2000
MOST_STEPS = 200
MOST_DIVISIONS = 5


def describe(question: ScenarioQuestion, ground: Ground, answer: Answer) -> dict[str, Any]:
    """The answer as JSON: how good, who is served before and after, and each site with its
    reasons. Distances are straight lines times the detour factor, in metres."""
    result = answer.result
    standing = len(ground.existing)
    told: dict[str, Any] = {
        "feasible": result.feasible,
        "refusal": "",
        "nearest_new": None,
        "objective": _number(result.objective),
        "bound": _number(result.bound),
        "gap": _number(result.gap),
        "proven": result.proven,
        "seconds": round(result.seconds, 3),
        "history": steps(result.history),
        "cells": len(ground.people),
        "people": float(ground.people.sum()),
        "elders": float(ground.elders.sum()),
        "existing": standing,
        "candidates": {
            "given": ground.given,
            "used": len(ground.candidates),
            "excluded": ground.excluded,
        },
        "unreachable": _count(ground, result.unreachable),
        "before": _service(question, ground, ground.existing.xy),
        "sites": [],
    }
    if result.refusal is not None:
        told["refusal"] = {
            "text": result.refusal.message_id,
            "values": result.refusal.values,
        }
    if result.nearest_p is not None:
        kept = standing if question.keep_existing else 0
        told["nearest_new"] = result.nearest_p - kept
    if not result.feasible:
        return told
    if _too_many(question, ground, answer, told):
        return told
    opened = _opened(ground, result.sites)
    told["after"] = _service(question, ground, opened.xy)
    told["uncovered"] = _uncovered(question, ground, opened.xy)
    told["sites"] = _sites(question, ground, answer, opened)
    if answer.site_costs is not None:
        told["cost"] = float(answer.site_costs[result.sites].sum())
    if not question.keep_existing:
        closed = set(range(standing)) - set(result.sites.tolist())
        told["closed"] = [ground.existing.names[n] for n in sorted(closed)]
    return told


def _too_many(
    question: ScenarioQuestion, ground: Ground, answer: Answer, told: dict[str, Any]
) -> bool:
    """Whether reaching everybody takes more new sites than were allowed; ``told`` says so."""
    if question.model != "lscp" or question.new_sites is None or question.budget is not None:
        return False
    result, kept = answer.result, len(ground.existing) if question.keep_existing else 0
    needed = len(result.sites) - kept
    if needed <= question.new_sites:
        return False
    refusal = CannotSite(
        "%(count)d new sites do not reach everybody within %(metres)s m.",
        count=question.new_sites,
        metres=f"{question.distance_m:,.0f}",
    )
    told["feasible"] = False
    told["proven"] = result.proven or result.bound - kept > question.new_sites
    told["refusal"] = {"text": refusal.message_id, "values": refusal.values}
    told["nearest_new"] = needed
    return True


def steps(history: Iterable[Progress]) -> list[list[float | None]]:
    """[seconds, incumbent, bound] of each step, thinned; unknown is None."""
    every = [[round(step.seconds, 3), _number(step.incumbent), _number(step.bound)]
             for step in history]  # fmt: skip
    if len(every) <= MOST_STEPS:
        return every
    kept = np.unique(np.linspace(0, len(every) - 1, MOST_STEPS).astype(int))
    return [every[n] for n in kept]


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _count(ground: Ground, cells: Any) -> dict[str, float]:
    return {
        "cells": int(np.count_nonzero(cells)) if cells.dtype == bool else len(cells),
        "people": float(ground.people[cells].sum()),
        "elders": float(ground.elders[cells].sum()),
    }


def _nearest(question: ScenarioQuestion, cells: Floats, sites: Floats) -> Floats:
    if not len(sites):
        return np.full(len(cells), np.inf)
    return np.asarray(cKDTree(sites).query(cells)[0] * question.detour, dtype=np.float64)


def _service(question: ScenarioQuestion, ground: Ground, sites: Floats) -> dict[str, Any]:
    """Who is within the distance of one of the sites, and how far it is for the others."""
    metres = _nearest(question, ground.xy, sites)
    near, weights = metres <= question.distance_m, ground.weights(question)
    live = weights > 0
    mean = float((metres * weights)[live].sum() / weights.sum()) if live.any() else math.nan
    return {
        **_count(ground, near),
        "mean_m": _number(mean),
        "worst_m": _number(float(metres[live].max(initial=0.0))),
    }


def _uncovered(question: ScenarioQuestion, ground: Ground, sites: Floats) -> dict[str, Any]:
    missed = _nearest(question, ground.xy, sites) > question.distance_m
    missed &= ground.people > 0
    told: dict[str, Any] = _count(ground, missed)
    order = np.flatnonzero(missed)
    order = order[np.argsort(-ground.weights(question)[order], kind="stable")][:MOST_UNCOVERED]
    told["shown"] = [
        [round(x, 5), round(y, 5), people, elders]
        for (x, y), people, elders in zip(
            ground.lonlat[order].tolist(),
            ground.people[order].tolist(),
            ground.elders[order].tolist(),
            strict=True,
        )
    ]
    return told


def _opened(ground: Ground, sites: NDArray[np.int64]) -> Places:
    return _all(ground).only(np.isin(np.arange(_total(ground)), sites))


def _total(ground: Ground) -> int:
    return len(ground.existing) + len(ground.candidates)


def _all(ground: Ground) -> Places:
    first, second = ground.existing, ground.candidates
    return Places(
        np.vstack([first.lonlat.reshape(-1, 2), second.lonlat]),
        np.vstack([first.xy.reshape(-1, 2), second.xy]),
        [*first.keys, *second.keys],
        [*first.names, *second.names],
        [*first.codes, *second.codes],
    )


def _sites(
    question: ScenarioQuestion, ground: Ground, answer: Answer, opened: Places
) -> list[dict[str, Any]]:
    """New sites by what they bring, the most first, then those that stand and stay open."""
    sites, standing = answer.result.sites, len(ground.existing)
    covers = straight(
        ground.xy, opened.xy, cutoff=question.distance_m, detour=question.detour
    ).tocsc()
    times = np.diff(covers.tocsr().indptr)
    before = _nearest(question, ground.xy, ground.existing.xy) <= question.distance_m
    metres = _nearest_each(question, ground, opened)
    found = []
    for place, site in enumerate(sites.tolist()):
        near = np.zeros(len(times), dtype=bool)
        near[covers.indices[covers.indptr[place] : covers.indptr[place + 1]]] = True
        served = answer.result.assignment == site
        told: dict[str, Any] = {
            "kind": "existing" if site < standing else "new",
            "key": opened.keys[place],
            "name": opened.names[place],
            "code": opened.codes[place],
            "lon": round(float(opened.lonlat[place, 0]), 6),
            "lat": round(float(opened.lonlat[place, 1]), 6),
            "near": _count(ground, near),
            "only": _count(ground, near & (times == 1)),
            "load": _count(ground, served),
            "far_m": _number(float(metres[served, place].max())) if served.any() else None,
        }
        if site >= standing:
            gained = near & ~before
            told["gain"] = _count(ground, gained)
            told["divisions"] = _by_division(question, ground, gained)
            told["alternative"] = _alternative(question, ground, answer, site)
        found.append(told)
    weight = question.weights
    new = [told for told in found if told["kind"] == "new"]
    new.sort(key=lambda told: (-told["gain"][weight], -told["load"][weight]))
    stay = [told for told in found if told["kind"] == "existing"]
    return [{"number": n, **told} for n, told in enumerate([*new, *stay], 1)]


def _nearest_each(question: ScenarioQuestion, ground: Ground, opened: Places) -> Floats:
    apart = ground.xy[:, None, :] - opened.xy[None, :, :]
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]) * question.detour)


def _by_division(
    question: ScenarioQuestion, ground: Ground, cells: NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """The divisions with the most people who gain."""
    codes, index = np.unique(ground.codes[cells], return_inverse=True)
    people = np.bincount(index, ground.people[cells], len(codes))
    elders = np.bincount(index, ground.elders[cells], len(codes))
    order = np.argsort(-(elders if question.weights == "elders" else people), kind="stable")
    return [
        {"code": str(codes[n]), "people": float(people[n]), "elders": float(elders[n])}
        for n in order[:MOST_DIVISIONS]
    ]


def _alternative(
    question: ScenarioQuestion, ground: Ground, answer: Answer, site: int
) -> dict[str, Any] | None:
    """The best other place for this one site while all others stay, and how much worse the value
    would be: people counted not covered, metres on average, or metres of the worst served."""
    able = _able(question, ground, answer, site)
    if not able.any():
        return None
    costs, weights = answer.costs, ground.weights(question)
    others = answer.result.sites[answer.result.sites != site]
    rows = np.repeat(np.arange(costs.shape[0]), np.diff(costs.indptr))
    left = _least(costs, rows, others)
    if question.model in COVERING:
        reached = ~np.isfinite(left[rows])
        gains = np.bincount(costs.indices, weights[rows] * reached, costs.shape[1])
        best = int(np.argmax(np.where(able, gains, -1.0)))
        lost = float(gains[site] - gains[best])
    elif question.model == "p_median":
        far = np.where(np.isfinite(left), left, float(costs.data.max()))
        saved = weights[rows] * np.maximum(0.0, far[rows] - costs.data)
        gains = np.bincount(costs.indices, saved, costs.shape[1])
        best = int(np.argmax(np.where(able, gains, -1.0)))
        lost = float((gains[site] - gains[best]) / weights.sum())
    else:
        worst = np.zeros(costs.shape[1])
        live = weights[rows] > 0
        np.maximum.at(worst, costs.indices[live], np.minimum(left[rows], costs.data)[live])
        best = int(np.argmin(np.where(able, worst, np.inf)))
        lost = float(worst[best] - worst[site])
    places = _all(ground)
    apart = float(np.hypot(*(places.xy[best] - places.xy[site])))
    return {
        "key": places.keys[best],
        "name": places.names[best],
        "code": places.codes[best],
        "lon": round(float(places.lonlat[best, 0]), 6),
        "lat": round(float(places.lonlat[best, 1]), 6),
        "away_m": round(apart),
        "lost": lost,
    }


def _able(
    question: ScenarioQuestion, ground: Ground, answer: Answer, site: int
) -> NDArray[np.bool_]:
    """Places that could stand in for the site without breaking a rule."""
    sites = answer.result.sites
    able = np.ones(_total(ground), dtype=bool)
    able[sites] = False
    new = sites[(sites >= len(ground.existing)) & (sites != site)]
    xy = np.vstack([ground.existing.xy.reshape(-1, 2), ground.candidates.xy])
    if question.apart_m and len(new):
        able &= cKDTree(xy[new]).query(xy)[0] >= question.apart_m
    if question.budget is not None and answer.site_costs is not None:
        spent = float(answer.site_costs[new].sum())
        able &= answer.site_costs <= question.budget - spent
    return np.asarray(able, dtype=bool)


def _least(costs: csr_matrix, rows: NDArray[Any], sites: NDArray[np.int64]) -> Floats:
    """What each cell pays to the nearest of the sites; infinite where none is in reach."""
    kept = np.isin(costs.indices, sites)
    found = np.full(costs.shape[0], np.inf)
    np.minimum.at(found, rows[kept], costs.data[kept])
    return found
