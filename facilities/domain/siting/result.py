"""What a search for sites gives back, and how it is followed and stopped on the way."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from common.errors import DimingError
from facilities.domain.siting.table import Integers

# Relative difference up to which a bound counts as reached: rounding of the solver.
REACHED = 1e-9
# Relative step of a bound that is worth a line of the history.
VISIBLE = 1e-5


class Progress(NamedTuple):
    """At ``seconds`` the best answer had the value ``incumbent`` and none can pass ``bound``;
    infinite while unknown."""

    seconds: float
    incumbent: float
    bound: float


# Called now and then during a search; True stops it, with the best answer so far.
Watch = Callable[[Progress], bool]


class CannotSite(DimingError):
    """No choice of sites keeps every rule; the message says which one and what would do."""

    template = "No choice of sites keeps every rule."


class NotFound(CannotSite):
    """Time ran out before an answer was found; there may be one."""

    template = "No answer was found in %(seconds)s seconds: allow more time."


@dataclass(frozen=True, slots=True, eq=False)
class SitingResult:
    """An answer with how good it is known to be.

    ``sites`` are open, in order, existing ones among them. ``assignment[i]`` is the site that
    serves demand *i*, -1 for none. ``objective`` is its value and no answer can pass ``bound``
    (below it where less is better, above it where more is); ``gap`` is their difference, relative
    to the objective, and ``proven`` says that it is closed. ``unreachable`` lists the demands with
    a weight that no allowed site reaches: they are left out of the question. If nothing keeps
    every rule, ``refusal`` says why, ``nearest_p`` is the least number known to do (None if
    none is known), ``sites`` is empty and ``objective`` is not a number;
    then ``proven`` says that this is certain and not only that time ran out.
    """

    sites: Integers
    assignment: Integers
    objective: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    history: tuple[Progress, ...]
    unreachable: Integers
    refusal: CannotSite | None = None
    nearest_p: int | None = None

    @property
    def feasible(self) -> bool:
        return self.refusal is None and not math.isnan(self.objective)


@dataclass(slots=True, eq=False)
class Run:
    """The clock, the best answer and the bound of one search. Inside, less is always better;
    ``shown`` turns a cost into the value that people see."""

    seconds: float
    watch: Watch | None = None
    shown: Callable[[float], float] = float
    # Costs are multiples of this; 0: any.
    step: float = 0.0
    cost: float = math.inf
    bound: float = -math.inf
    sites: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    history: list[Progress] = field(default_factory=list)
    cancelled: bool = False
    begun: float = field(default_factory=time.monotonic)
    told: float = -math.inf
    recorded: float = -math.inf

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        return max(0.0, self.seconds - self.elapsed)

    @property
    def proven(self) -> bool:
        return self.cost < math.inf and self.bound >= self.cost - self._rounding()

    def cutoff(self) -> float:
        """An answer that costs more than this is of no use."""
        return self.cost - (self.step * (1 - 1e-6) if self.step else self._rounding())

    def _rounding(self) -> float:
        """Of the cost, or of the value that people see if that is less."""
        return REACHED * min(abs(self.cost), abs(self.shown(self.cost)))

    def found(self, cost: float, sites: Integers) -> bool:
        """An answer; whether it is the best so far."""
        if not cost < self.cost:
            return False
        self.cost, self.sites = cost, np.sort(sites)
        self._record()
        return True

    def bounded(self, bound: float) -> None:
        """No answer costs less than this."""
        if self.step and math.isfinite(bound):
            bound = math.ceil(bound / self.step - 1e-6) * self.step
        bound = min(bound, self.cost)
        if not bound > self.bound:
            return
        self.bound = bound
        # Small steps are many: those that a chart would not show are left out.
        if bound == self.cost or bound - self.recorded > VISIBLE * abs(bound):
            self.recorded = bound
            self._record()

    def stop(self) -> bool:
        """Whether time is over or the watcher has had enough."""
        if not self.cancelled and self.watch is not None and self.elapsed - self.told > 0.1:
            self._tell()
        return self.cancelled or self.elapsed >= self.seconds

    def gap(self) -> float:
        objective, bound = self.shown(self.cost), self.shown(self.bound)
        if self.proven or objective == bound:
            return 0.0
        if not (math.isfinite(objective) and math.isfinite(bound)):
            return math.inf
        return abs(objective - bound) / abs(objective) if objective else math.inf

    def progress(self) -> Progress:
        return Progress(self.elapsed, self.shown(self.cost), self.shown(self.bound))

    def _record(self) -> None:
        self.history.append(self.progress())
        if self.watch is not None:
            self._tell()

    def _tell(self) -> None:
        assert self.watch is not None
        self.told = self.elapsed
        self.cancelled = bool(self.watch(self.progress())) or self.cancelled
