"""Whether two reports may be of the same thing: near, soon after each other, of the same kind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.crs import GEOD

SUGGESTED = 0.5
SECONDS_A_DAY = 86_400
# Kinds that people use for the same sight.
ALIKE = frozenset({frozenset({"gone", "missing"}), frozenset({"damaged", "hidden"})})


@dataclass(frozen=True, slots=True)
class Reported:
    """What is compared of a report; ``sign`` is its number or ""."""

    sign: str
    lon: float
    lat: float
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` from 0 to 1; ``metres`` and ``days`` between the two say why."""

    score: float
    metres: float
    days: float
    same_sign: bool
    same_kind: bool

    @property
    def suggested(self) -> bool:
        return self.score >= SUGGESTED


def likeness(one: Reported, other: Reported, parameters: Any) -> Likeness:
    """How alike two reports are; 0 where they are of different signs, too far or too long apart.

    ``parameters``: ``max_distance_m``, ``within_days``.
    """
    metres = float(GEOD.inv(one.lon, one.lat, other.lon, other.lat)[2])
    days = abs((one.received_at - other.received_at).total_seconds()) / SECONDS_A_DAY
    far, long = float(parameters["max_distance_m"]), float(parameters["within_days"])
    same_sign = bool(one.sign) and one.sign == other.sign
    same_kind = one.kind == other.kind
    apart = bool(one.sign and other.sign) and not same_sign
    if apart or days > long or (metres > far and not same_sign):
        return Likeness(0.0, metres, days, same_sign, same_kind)
    near = 1.0 if same_sign else 1 - metres / far
    soon = 1 - days / long
    kind = 1.0 if same_kind else 0.5 if frozenset({one.kind, other.kind}) in ALIKE else 0.0
    return Likeness(0.5 * near + 0.15 * soon + 0.35 * kind, metres, days, same_sign, same_kind)
