"""A siting scenario: one question on one ground, and its fingerprint.

The ground is where people live, what stands already and where something may be built. Ways are
straight lines times a detour factor in metres, or minutes over the networks of streets.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.errors import BadInput
from facilities.domain.cost import DETOUR
from facilities.domain.exclusions import KINDS
from facilities.domain.journeys import MODES_BY_NETWORK, Journeys

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
COVERING = ("lscp", "mclp", "capacitated")
LIMITED = ("capacitated", "capacitated_median")
BY_MEAN = ("p_median", "capacitated_median")
# Only pairs within the limit matter.
WITHIN_LIMIT = (*COVERING, "capacitated_median")
MODELS = ("mclp", "lscp", "p_median", "p_center", *LIMITED)
WEIGHTS = ("elders", "people")
CANDIDATES = ("grid", "facilities", "file")
ROOMS = ("same", "beds")
MODES = ("detour", *MODES_BY_NETWORK)
PER = 1000.0
MOST_FACTOR = 100.0
MOST_KEPT_M = 20_000.0


class NoPlace(BadInput):
    template = "No place is left where anything may be built: %(excluded)s of %(given)s fell out."


@dataclass(frozen=True, slots=True)
class ScenarioQuestion:
    """What is asked. ``new_sites`` are opened beside what stands if ``keep_existing``; otherwise
    what stands in the area may close, and they are all that are open there. Costs are in 10,000
    yuan (万元). ``mode``: "detour", within ``distance_m``, or a mode of travel, within
    ``minutes``.

    ``capacity`` is how many places a new site has, ``need`` how many of 1,000 people counted take
    one; sites that stand have as many (``existing_room`` "same") or their recorded beds ("beds").
    One that stands may be extended by ``extra`` places for ``extra_cost``. ``fairness``: (code of
    a division, factor on what its people count for). ``apart_m`` keeps new sites from each other
    and from those that stand; ``forbidden`` are codes of divisions, ``without`` keys of places,
    ``keep`` the scenario's own distances in metres from kinds of protected areas, beside rules.
    """

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
    mode: str = "detour"
    minutes: float = 15.0
    need: float = PER
    existing_room: str = "same"
    extra: float | None = None
    extra_cost: float | None = None
    fairness: tuple[tuple[str, float], ...] = ()
    without: tuple[str, ...] = ()
    keep: tuple[tuple[str, float], ...] = ()

    @property
    def in_minutes(self) -> bool:
        return self.mode in MODES_BY_NETWORK

    @property
    def limit(self) -> float:
        """In minutes or metres."""
        return self.minutes if self.in_minutes else self.distance_m

    @property
    def limited(self) -> bool:
        """Whether sites have so many places only."""
        return self.model in LIMITED

    @property
    def by_mean(self) -> bool:
        """Whether the way on average is made best. Where places are limited, who has none within
        the limit counts as if it took the limit."""
        return self.model in BY_MEAN

    def values(self) -> dict[str, Any]:
        """As JSON keeps it; :func:`read_question` reads it back."""
        return {
            **asdict(self),
            "forbidden": list(self.forbidden),
            "without": list(self.without),
            "fairness": [list(pair) for pair in self.fairness],
            "keep": [list(pair) for pair in self.keep],
        }


def read_question(values: dict[str, Any]) -> ScenarioQuestion:
    lists = {key: tuple(values.get(key, ())) for key in ("forbidden", "without")}
    pairs = {
        name: tuple((key, value) for key, value in values.get(name, ()))
        for name in ("fairness", "keep")
    }
    return ScenarioQuestion(**{**values, **lists, **pairs})


def check_question(question: ScenarioQuestion) -> None:
    """Raise :class:`BadInput` for what no model can answer."""
    if question.model not in MODELS or question.weights not in WEIGHTS:
        raise BadInput("There is no such model of siting.")
    if question.candidates not in CANDIDATES:
        raise BadInput("There is no such source of places.")
    if question.mode not in MODES:
        raise BadInput("There is no such way of travelling.")
    if not _positive(question.distance_m):
        raise BadInput("The distance must be a number of metres above 0.")
    if not _positive(question.minutes):
        raise BadInput("The time must be a number of minutes above 0.")
    if question.model != "lscp" and question.new_sites is None and question.budget is None:
        raise BadInput("Give the number of new sites or a budget.")
    if question.new_sites is not None and question.new_sites < 1:
        raise BadInput("The number of new sites must be 1 or more.")
    costs_in_file = question.candidates == "file"
    if question.budget is not None and question.site_cost is None and not costs_in_file:
        raise BadInput("There is a budget: say what one site costs.")
    if question.candidates == "facilities" and not question.candidate_category:
        raise BadInput("Choose the category whose buildings are to be used.")
    if question.candidates == "grid" and not question.grid_m >= 100:
        raise BadInput("The grid must be 100 m wide or more.")
    for code, factor in question.fairness:
        if not (_positive(factor) and factor <= MOST_FACTOR):
            raise BadInput(
                "The weight of %(code)s must be a number above 0, up to %(most)d.",
                code=code,
                most=int(MOST_FACTOR),
            )
    for kind, metres in question.keep:
        if kind not in KINDS or not (math.isfinite(metres) and 0 <= metres <= MOST_KEPT_M):
            raise BadInput(
                "The distance from %(kind)s must be 0 to %(most)d m.",
                kind=kind,
                most=int(MOST_KEPT_M),
            )
    _check_room(question)


def _check_room(question: ScenarioQuestion) -> None:
    if question.existing_room not in ROOMS:
        raise BadInput("There is no such count of places.")
    if question.limited and not _positive(question.capacity):
        raise BadInput("Say how many places one site has.")
    if question.capacity is not None and not question.limited:
        raise BadInput(
            "This model does not limit the places of a site: leave them empty, or choose one that "
            "does."
        )
    if not (_positive(question.need) and question.need <= PER):
        raise BadInput("Of 1,000 people more than 0 and at most 1,000 can need a place.")
    if question.extra is None:
        return
    if not question.limited:
        raise BadInput("Only sites with limited places can be extended: choose that model.")
    if not question.keep_existing:
        raise BadInput("What is extended must stay open: tick that what stands stays open.")
    if not _positive(question.extra):
        raise BadInput("An extension must have 1 place or more.")
    if question.budget is not None and question.extra_cost is None:
        raise BadInput("There is a budget: say what an extension costs.")


def _positive(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Sites that stand or may be built: degrees, metres, and what each is called. ``costs`` in
    10,000 yuan; ``beds`` NaN where unknown; ``extends``: the number of the existing site that a
    place would extend, -1 for a new one."""

    lonlat: Floats
    xy: Floats
    keys: Sequence[str]
    names: Sequence[str]
    codes: Sequence[str]
    costs: Floats | None = None
    beds: Floats | None = None
    extends: Integers | None = None

    def __len__(self) -> int:
        return len(self.xy)

    def only(self, kept: Flags) -> "Places":
        places = np.flatnonzero(kept).tolist()
        return Places(
            self.lonlat[kept],
            self.xy[kept],
            [self.keys[n] for n in places],
            [self.names[n] for n in places],
            [self.codes[n] for n in places],
            None if self.costs is None else self.costs[kept],
            None if self.beds is None else self.beds[kept],
            None if self.extends is None else self.extends[kept],
        )

    def extensions(self) -> Integers:
        return np.full(len(self), -1, dtype=np.int64) if self.extends is None else self.extends


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Cells with people (``codes`` of their streets or districts), and the places. ``foreign``
    existing sites lie beyond the area: they are never closed or extended. ``ways`` lead from the
    cells to the existing sites, then the candidates."""

    lonlat: Floats
    xy: Floats
    people: Floats
    elders: Floats
    codes: NDArray[np.str_]
    existing: Places
    candidates: Places
    given: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    foreign: Flags | None = None
    ways: Journeys | None = None

    def counted(self, question: ScenarioQuestion) -> Floats:
        """Those who are counted, as they are."""
        return self.elders if question.weights == "elders" else self.people

    def factors(self, question: ScenarioQuestion) -> Floats:
        """What a person of each cell counts for: of several divisions the narrowest decides."""
        found = np.ones(len(self.people))
        for code, factor in sorted(question.fairness, key=lambda pair: len(pair[0])):
            found[np.char.startswith(self.codes, code)] = factor
        return found

    def places(self) -> Places:
        """Existing sites, then candidates."""
        first, second = self.existing, self.candidates
        return Places(
            np.vstack([first.lonlat.reshape(-1, 2), second.lonlat.reshape(-1, 2)]),
            np.vstack([first.xy.reshape(-1, 2), second.xy.reshape(-1, 2)]),
            [*first.keys, *second.keys],
            [*first.names, *second.names],
            [*first.codes, *second.codes],
            extends=np.concatenate([np.full(len(first), -1, np.int64), second.extensions()]),
        )

    def journeys(self, question: ScenarioQuestion) -> Journeys:
        if self.ways is not None:
            return self.ways
        return Journeys(self.xy, self.places().xy, detour=question.detour)

    def staying(self, question: ScenarioQuestion) -> Integers:
        """Existing sites that stay open whatever the answer."""
        if question.keep_existing:
            return np.arange(len(self.existing))
        none = np.zeros(len(self.existing), dtype=bool)
        return np.flatnonzero(none if self.foreign is None else self.foreign)


def fingerprint(question: ScenarioQuestion, seed: int, ground: Ground) -> str:
    """The same for the same question, seed and ground, whatever machine reads them: SHA-256 over
    the numbers, positions to the millimetre."""
    found = hashlib.sha256()
    told = {**question.values(), "seed": seed}
    found.update(json.dumps(told, sort_keys=True, default=float).encode())
    for places in (ground.existing, ground.candidates):
        found.update("\n".join(places.keys).encode())
        for numbers in (places.xy, places.costs, places.beds):
            if numbers is not None:
                found.update(_bytes(numbers))
    for numbers in (ground.xy, ground.people, ground.elders):
        found.update(_bytes(numbers))
    # What divisions decide: for how much people count, and which sites may close.
    if question.fairness:
        found.update(_bytes(ground.factors(question)))
    if not question.keep_existing:
        found.update(ground.staying(question).astype("<i8").tobytes())
    for part in ground.ways.parts if ground.ways else ():
        graph = part.attached.network.graph
        for whole in (part.origins, part.facilities, graph.indptr, graph.indices):
            found.update(whole.astype("<i8").tobytes())
        found.update(_bytes(graph.data))
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


def undominated(rows: Sequence[tuple[float | None, ...]]) -> list[bool | None]:
    """Which rows no other beats: none is as small in every number and smaller in one. A row with
    a number that is not known beats nobody, and whether it is beaten is not known (None)."""
    known = [row for row in rows if None not in row]
    return [
        None
        if None in row
        else not any(
            other != row and all(a <= b for a, b in zip(other, row, strict=True))  # type: ignore[operator]
            for other in known
        )
        for row in rows
    ]
