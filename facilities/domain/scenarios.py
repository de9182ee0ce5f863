"""A siting scenario: one question on one ground, its fingerprint and its answer.

The ground is where people live, what stands already and where something may be built; the answer
comes from :mod:`facilities.domain.siting` on straight lines times a detour factor.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.cost import DETOUR, straight
from facilities.domain.siting import (
    Conditions,
    SitingResult,
    Watch,
    lscp,
    mclp,
    p_center,
    p_median,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
COVERING = ("lscp", "mclp", "capacitated")
MODELS = ("mclp", "lscp", "p_median", "p_center", "capacitated")
WEIGHTS = ("elders", "people")
CANDIDATES = ("grid", "facilities", "file")
# Pairs of cell and place that the models of distance keep at once: 24 bytes each.
MOST_PAIRS = 20_000_000


class TooManyPairs(BadInput):
    template = (
        "%(cells)s cells with people and %(places)s places are more pairs than this model takes "
        "at once: choose a wider grid or a smaller area."
    )


class NoPlace(BadInput):
    template = "No place is left where anything may be built: %(excluded)s of %(given)s fell out."


@dataclass(frozen=True, slots=True)
class ScenarioQuestion:
    """What is asked. ``new_sites`` are opened beside what stands if ``keep_existing``; otherwise
    what stands may close, and they are all that are open. Costs are in 10,000 yuan (万元);
    ``capacity`` is how many of the people counted one site takes; ``apart_m`` keeps new sites
    from each other and from those that stand; ``forbidden`` are codes of divisions."""

    model: str
    distance_m: float
    new_sites: int | None = None
    budget: float | None = None
    site_cost: float | None = None
    weights: str = "elders"
    keep_existing: bool = True
    candidates: str = "grid"
    grid_m: float = 1000.0
    candidate_category: str = ""
    apart_m: float = 0.0
    capacity: float | None = None
    detour: float = DETOUR
    time_limit_s: float = 60.0
    forbidden: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """As JSON keeps it; :func:`read_question` reads it back."""
        return {**asdict(self), "forbidden": list(self.forbidden)}


def read_question(values: dict[str, Any]) -> ScenarioQuestion:
    return ScenarioQuestion(**{**values, "forbidden": tuple(values.get("forbidden", ()))})


def check_question(question: ScenarioQuestion) -> None:
    """Raise :class:`BadInput` for what no model can answer."""
    if question.model not in MODELS or question.weights not in WEIGHTS:
        raise BadInput("There is no such model of siting.")
    if question.candidates not in CANDIDATES:
        raise BadInput("There is no such source of places.")
    if not (math.isfinite(question.distance_m) and question.distance_m > 0):
        raise BadInput("The distance must be a number of metres above 0.")
    if question.model != "lscp" and question.new_sites is None and question.budget is None:
        raise BadInput("Give the number of new sites or a budget.")
    if question.new_sites is not None and question.new_sites < 1:
        raise BadInput("The number of new sites must be 1 or more.")
    if question.model == "capacitated" and not question.capacity:
        raise BadInput("Say how many people one site takes.")
    if question.budget is not None and question.site_cost is None:
        raise BadInput("There is a budget: say what one site costs.")
    if question.candidates == "grid" and not question.grid_m >= 100:
        raise BadInput("The grid must be 100 m wide or more.")


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Sites that stand or may be built: degrees, metres, and what each is called."""

    lonlat: Floats
    xy: Floats
    keys: Sequence[str]
    names: Sequence[str]
    codes: Sequence[str]
    costs: Floats | None = None

    def __len__(self) -> int:
        return len(self.xy)

    def only(self, kept: NDArray[np.bool_]) -> "Places":
        places = np.flatnonzero(kept).tolist()
        return Places(
            self.lonlat[kept],
            self.xy[kept],
            [self.keys[n] for n in places],
            [self.names[n] for n in places],
            [self.codes[n] for n in places],
            None if self.costs is None else self.costs[kept],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Cells with people (``codes`` of their streets or districts), and the places."""

    lonlat: Floats
    xy: Floats
    people: Floats
    elders: Floats
    codes: NDArray[np.str_]
    existing: Places
    candidates: Places
    given: int = 0
    excluded: dict[str, int] = field(default_factory=dict)

    def weights(self, question: ScenarioQuestion) -> Floats:
        return self.elders if question.weights == "elders" else self.people


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """``costs`` is cells × (existing, then candidates); ``result`` counts sites that way."""

    costs: csr_matrix
    result: SitingResult
    site_costs: Floats | None


def fingerprint(question: ScenarioQuestion, seed: int, ground: Ground) -> str:
    """The same for the same question, seed and ground, whatever machine reads them: SHA-256 over
    the numbers, positions to the millimetre."""
    found = hashlib.sha256()
    told = {**question.values(), "seed": seed}
    found.update(json.dumps(told, sort_keys=True, default=float).encode())
    for places in (ground.existing, ground.candidates):
        found.update("\n".join(places.keys).encode())
        for numbers in (places.xy, places.costs):
            if numbers is not None:
                found.update(_bytes(numbers))
    for numbers in (ground.xy, ground.people, ground.elders):
        found.update(_bytes(numbers))
    return found.hexdigest()


def _bytes(numbers: Floats) -> bytes:
    # Adding 0 turns −0.0 into 0.0.
    return (np.round(numbers, 3) + 0.0).astype("<f8").tobytes()


def on_grid(xy: Floats, weights: Floats, metres: float) -> Integers:
    """In each square of a grid that holds people, the cell with the most; in order of squares."""
    if not len(xy):
        return np.empty(0, dtype=np.int64)
    squares = np.floor(xy / metres).astype(np.int64)
    order = np.lexsort((np.arange(len(xy)), -weights, squares[:, 1], squares[:, 0]))
    order = order[weights[order] > 0]
    _, first = np.unique(squares[order], axis=0, return_index=True)
    return np.asarray(order[first], dtype=np.int64)


def solve(
    question: ScenarioQuestion, ground: Ground, *, seed: int, watch: Watch | None = None
) -> Answer:
    """Answer the question; ``watch`` is told of progress and may stop the search. Raises
    :class:`BadInput` for a ground on which it cannot be asked."""
    check_question(question)
    weights = ground.weights(question)
    live = np.flatnonzero(weights > 0)
    if not len(live):
        raise BadInput("Nobody to be counted lives there on that day.")
    if not len(ground.candidates):
        raise NoPlace(excluded=sum(ground.excluded.values()), given=ground.given)
    xy = np.vstack([ground.existing.xy.reshape(-1, 2), ground.candidates.xy])
    costs = _costs(question, ground.xy, xy)
    standing = len(ground.existing)
    prices = _prices(question, ground)
    conditions: Conditions = {
        "open_sites": np.arange(standing if question.keep_existing else 0),
        "time_limit_s": question.time_limit_s,
        "seed": seed,
        "watch": watch,
    }
    if question.apart_m:
        conditions["site_xy"], conditions["spacing_m"] = xy, question.apart_m
    if question.budget is not None:
        conditions["site_costs"], conditions["budget"] = prices, question.budget
    p = question.new_sites
    if p is not None and question.keep_existing:
        p += standing
    result = _asked(question, costs[live], weights[live], p, conditions)
    return Answer(costs, _widened(result, live, len(weights)), prices)


def _asked(
    question: ScenarioQuestion,
    costs: csr_matrix,
    weights: Floats,
    p: int | None,
    conditions: Conditions,
) -> SitingResult:
    if question.model == "lscp":
        return lscp(costs, question.distance_m, **conditions)
    if question.model == "p_median":
        return p_median(costs, weights, p, **conditions)
    if question.model == "p_center":
        return p_center(costs, p, weights=weights, **conditions)
    limits = None
    if question.model == "capacitated":
        limits = np.full(costs.shape[1], float(question.capacity or 0))
    return mclp(costs, weights, p, question.distance_m, capacities=limits, **conditions)


def _widened(result: SitingResult, live: Integers, cells: int) -> SitingResult:
    """The result by all cells, also those where nobody is counted."""
    assignment = np.full(cells, -1, dtype=np.int64)
    assignment[live] = result.assignment
    return SitingResult(
        sites=result.sites,
        assignment=assignment,
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        proven=result.proven,
        seconds=result.seconds,
        history=result.history,
        unreachable=live[result.unreachable],
        refusal=result.refusal,
        nearest_p=result.nearest_p,
    )


def _costs(question: ScenarioQuestion, cells: Floats, places: Floats) -> csr_matrix:
    cutoff = question.distance_m
    if question.model not in COVERING:
        if len(cells) * len(places) > MOST_PAIRS:
            raise TooManyPairs(cells=f"{len(cells):,}", places=f"{len(places):,}")
        both = np.vstack([cells, places])
        cutoff = float(np.hypot(*np.ptp(both, axis=0))) * question.detour + 1.0
    return straight(cells, places, cutoff=cutoff, detour=question.detour)


def _prices(question: ScenarioQuestion, ground: Ground) -> Floats | None:
    """What each site costs; what stands is not paid for again."""
    if question.site_cost is None and ground.candidates.costs is None:
        return None
    new = ground.candidates.costs
    if new is None:
        new = np.full(len(ground.candidates), float(question.site_cost or 0))
    return np.concatenate([np.zeros(len(ground.existing)), new])


def undominated(rows: Sequence[tuple[float, ...]]) -> list[bool]:
    """Which rows no other beats: none is as small in every number and smaller in one."""
    return [
        not any(
            other != row and all(a <= b for a, b in zip(other, row, strict=True)) for other in rows
        )
        for row in rows
    ]
