"""What an officer should see today: what is late first, then what is grave, then what is near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.crs import GEOD
from signage.domain.route import Point, way_round

# How much a reason is worth in metres that one would walk further for it.
WORTH_M = {"overdue": 4000.0, "block": 1500.0, "due_soon": 1500.0, "report": 2500.0}
PER_DAY_LATE_M, MOST_FOR_DAYS_M = 100.0, 3000.0
DUE_SOON_DAYS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sign or a reported spot to look at. ``grave``: a verified rule fails."""

    key: str
    lon: float
    lat: float
    due_on: date | None = None
    grave: bool = False
    reported: bool = False

    @property
    def at(self) -> Point:
        return self.lon, self.lat


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the round with why it is on it; ``leg_m`` from the stop before."""

    candidate: Candidate
    reasons: tuple[str, ...]
    leg_m: float


def reasons_of(candidate: Candidate, day: date) -> tuple[str, ...]:
    reasons = []
    if candidate.due_on is not None and candidate.due_on < day:
        reasons.append("overdue")
    elif candidate.due_on is not None and (candidate.due_on - day).days <= DUE_SOON_DAYS:
        reasons.append("due_soon")
    if candidate.reported:
        reasons.append("report")
    if candidate.grave:
        reasons.append("block")
    return tuple(reasons)


def worth(candidate: Candidate, day: date) -> float:
    """How many metres further one would go for this one than for one without any reason."""
    reasons = reasons_of(candidate, day)
    late = (day - candidate.due_on).days if "overdue" in reasons and candidate.due_on else 0
    return sum(WORTH_M[reason] for reason in reasons) + min(late * PER_DAY_LATE_M, MOST_FOR_DAYS_M)


def plan_round(
    *, start: Point, candidates: Sequence[Candidate], day: date, stops: int
) -> tuple[list[Stop], float]:
    """The stops of a day in the order of the way, and its length in metres."""
    away = {each.key: _metres(start, each.at) for each in candidates}
    ranked = sorted(candidates, key=lambda each: (away[each.key] - worth(each, day), each.key))
    chosen = ranked[:stops]
    order, total = way_round(start, [each.at for each in chosen])
    made, here = [], start
    for turn in order:
        candidate = chosen[turn]
        made.append(Stop(candidate, reasons_of(candidate, day), _metres(here, candidate.at)))
        here = candidate.at
    return made, total


def _metres(one: Point, other: Point) -> float:
    return float(GEOD.inv(*one, *other)[2])
