"""Why here: who gains by each site, what hangs on it, and what the next best place would cost."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.scenario_instead import Told, instead, others_open
from facilities.domain.scenario_search import Answer
from facilities.domain.scenarios import Flags, Floats, Ground, Integers, ScenarioQuestion
from facilities.domain.siting import Progress, Watch

# Cells not covered that a result keeps, those with the most people counted first.
MOST_UNCOVERED = 2000
MOST_STEPS = 200
MOST_DIVISIONS = 5


def describe(
    question: ScenarioQuestion, ground: Ground, answer: Answer, *, watch: Watch | None = None
) -> dict[str, Any]:
    """The answer as JSON: how good, who is served before and after, and each site with its
    reasons. Ways are in metres or minutes, as asked. Where sites have so many places only, who is
    served has a place. ``watch`` may end the comparison with other places."""
    result = answer.result
    standing = len(ground.existing)
    beds = ground.existing.beds
    by_beds = question.limited and question.existing_room == "beds" and beds is not None
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
        # What the objective adds up: the people counted times what each counts for.
        "weight": float((ground.counted(question) * ground.factors(question)).sum()),
        "existing": standing,
        "unknown_beds": int(np.isnan(beds).sum()) if by_beds and beds is not None else 0,
        "candidates": {
            "given": ground.given,
            "used": len(ground.candidates),
            "excluded": ground.excluded,
        },
        "unreachable": _count(ground, result.unreachable),
        "sites": [],
    }
    if result.refusal is not None:
        told["refusal"] = {
            "text": result.refusal.message_id,
            "values": result.refusal.values,
        }
    if result.nearest_p is not None:
        told["nearest_new"] = result.nearest_p - len(ground.staying(question))
    told.update(_Reasons(question, ground, answer, watch).told())
    return told


class _Reasons:
    def __init__(
        self, question: ScenarioQuestion, ground: Ground, answer: Answer, watch: Watch | None
    ) -> None:
        self.question, self.ground, self.answer, self.watch = question, ground, answer, watch
        self.sites = answer.result.sites
        self.places = ground.places()
        self.near = answer.costs.copy()
        self.near.data = (self.near.data <= question.limit).astype(np.float64)
        self.near.eliminate_zeros()
        self.standing = np.arange(len(ground.existing))
        self.assigned = answer.result.assignment

    def told(self) -> dict[str, Any]:
        before, sure = self._before()
        told: dict[str, Any] = {"before": {**self._service(before, self.standing), "sure": sure}}
        if not self.answer.result.feasible:
            return told
        within = self._within(self.sites)
        after = self.assigned >= 0 if self.question.limited else within
        told["after"] = self._service(after, self.sites)
        told["split"] = {
            "kept": _count(self.ground, before & after),
            "gained": _count(self.ground, after & ~before),
            "lost": _count(self.ground, before & ~after),
            "no_room": _count(self.ground, within & ~after),
            "far": _count(self.ground, ~within & ~after),
        }
        told["uncovered"] = self._uncovered(~after & (self.ground.people > 0))
        told["sites"] = self._each(before)
        if self.answer.site_costs is not None:
            told["cost"] = float(self.answer.site_costs[self.sites].sum())
        if not self.question.keep_existing:
            closed = np.setdiff1d(self.standing, self.sites)
            told["closed"] = [self.ground.existing.names[n] for n in closed.tolist()]
        return told

    def _before(self) -> tuple[Flags, bool]:
        """Who is served by what stands, and whether no better allotment of places is possible."""
        if not self.question.limited:
            return self._within(self.standing), True
        if not len(self.standing):
            return np.zeros(len(self.ground.people), dtype=bool), True
        found = others_open(self.answer, self.standing, self.watch)
        return found.assignment >= 0, found.proven

    def _within(self, sites: Integers) -> Flags:
        chosen = np.zeros(self.near.shape[1])
        chosen[sites] = 1.0
        return np.asarray(self.near @ chosen > 0)

    def _service(self, served: Flags, sites: Integers) -> dict[str, Any]:
        """Who is served, and what the way to the nearest site takes."""
        ways = self.ground.journeys(self.question).to(sites).kth(1)
        counted = self.ground.counted(self.question)
        live = counted > 0
        mean = float((ways[live] * counted[live]).sum() / counted.sum()) if live.any() else math.nan
        return {
            **_count(self.ground, served),
            "mean": _number(mean),
            "worst": _number(float(ways[live].max(initial=0.0))),
        }

    def _uncovered(self, missed: Flags) -> dict[str, Any]:
        ground = self.ground
        told: dict[str, Any] = _count(ground, missed)
        order = np.flatnonzero(missed)
        counted = ground.counted(self.question)
        order = order[np.argsort(-counted[order], kind="stable")][:MOST_UNCOVERED]
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

    def _each(self, before: Flags) -> list[dict[str, Any]]:
        """New sites by what they bring, the most first, then those that stand and stay open."""
        ground, standing = self.ground, len(self.standing)
        chosen = np.zeros(self.near.shape[1])
        chosen[self.sites] = 1.0
        times = self.near @ chosen
        columns = self.near.tocsc()
        paid = _paid(self.answer.costs, self.assigned)
        reasons = instead(self.question, ground, self.answer, self.watch)
        found = []
        for site in self.sites.tolist():
            reached = np.zeros(len(ground.people), dtype=bool)
            reached[columns.indices[columns.indptr[site] : columns.indptr[site + 1]]] = True
            served = self.assigned == site
            told: dict[str, Any] = {
                "kind": "existing" if site < standing else "new",
                **place(self.places, site),
                "near": _count(ground, reached),
                "only": _count(ground, reached & (times == 1)),
                "load": _count(ground, served),
                "far": _number(float(paid[served].max())) if served.any() else None,
            }
            if self.answer.limits is not None:
                told["room"] = float(self.answer.limits[site])
                told["only"] = None
            if site >= standing:
                gained = (served if self.question.limited else reached) & ~before
                told["gain"] = _count(ground, gained)
                told["divisions"] = _by_division(self.question, ground, gained)
                told.update(self._compared(reasons[site]))
            found.append(told)
        weight = self.question.weights
        new = [told for told in found if told["kind"] != "existing"]
        new.sort(key=lambda told: (-told["gain"][weight], -told["load"][weight]))
        stay = [told for told in found if told["kind"] == "existing"]
        return [{"number": n, **told} for n, told in enumerate([*new, *stay], 1)]

    def _fewer(self, left: Flags) -> dict[str, float]:
        """How many fewer have a place: who it is may change everywhere."""
        now, then = _count(self.ground, self.assigned >= 0), _count(self.ground, left)
        return {key: max(0.0, now[key] - then[key]) for key in ("people", "elders")}

    def _compared(self, reason: Told) -> dict[str, Any]:
        told: dict[str, Any] = {"alternative": None}
        if reason.place is not None:
            told["alternative"] = {
                **place(self.places, reason.place),
                "away_m": round(reason.away_m),
                "lost": reason.lost,
                "sure": reason.sure,
            }
        elif not reason.sure:
            told["alternative"] = {"unknown": True}
        if self.question.limited and reason.served is not None:
            told["only"] = {**self._fewer(reason.served), "sure": reason.served_sure}
        return told


def place(places: Any, site: int) -> dict[str, Any]:
    told = {
        "key": places.keys[site],
        "name": places.names[site],
        "code": places.codes[site],
        "lon": round(float(places.lonlat[site, 0]), 6),
        "lat": round(float(places.lonlat[site, 1]), 6),
    }
    return {**told, "kind": "extension"} if places.extensions()[site] >= 0 else told


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


def _count(ground: Ground, cells: Any) -> dict[str, Any]:
    people = ground.people[cells]
    return {
        "cells": len(people),
        "people": float(people.sum()),
        "elders": float(ground.elders[cells].sum()),
    }


def _paid(costs: csr_matrix, assigned: Integers) -> Floats:
    """The way of each cell to the site that serves it; 0 where none does."""
    rows = np.repeat(np.arange(costs.shape[0]), np.diff(costs.indptr))
    taken = costs.indices == assigned[rows]
    paid = np.zeros(costs.shape[0])
    paid[rows[taken]] = costs.data[taken]
    return paid


def _by_division(question: ScenarioQuestion, ground: Ground, cells: Flags) -> list[dict[str, Any]]:
    """The divisions with the most people who gain."""
    codes, index = np.unique(ground.codes[cells], return_inverse=True)
    people = np.bincount(index, ground.people[cells], len(codes))
    elders = np.bincount(index, ground.elders[cells], len(codes))
    order = np.argsort(-(elders if question.weights == "elders" else people), kind="stable")
    return [
        {"code": str(codes[n]), "people": float(people[n]), "elders": float(elders[n])}
        for n in order[:MOST_DIVISIONS]
    ]
