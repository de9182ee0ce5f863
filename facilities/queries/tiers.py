"""Living circles, as the rule of the residential planning standard has them: their radii, and who
lives in the circles of the facilities asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from common.models import Rule
from facilities.domain.coverage import Demand, Floats, Tally, covered_within

TIER_RULE = "C01"


@dataclass(frozen=True, slots=True)
class Tier:
    """A preset distance with the rule that it comes from."""

    distance_m: int
    minutes: int
    authority: str
    verified: bool


@dataclass(frozen=True, slots=True, eq=False)
class TierReached:
    """Who is within one circle: by division and of all; ``limit`` in metres or minutes."""

    tier: Tier
    limit: float
    tallies: dict[str, Tally]
    total: Tally


def distance_presets(*, at: date) -> list[Tier]:
    """Radii of the living circles in force on the day (rule C01; provisional ones say so)."""
    rule = Rule.objects.in_force(on=at).get(TIER_RULE)
    if rule is None:
        return []
    return [
        Tier(tier["radius_m"], tier["minutes"], rule.authority, rule.enforced)
        for tier in rule.parameters["tiers"]
    ]


def reached_by_tier(
    demand: Demand, costs: Floats, tiers: Sequence[Tier], *, in_minutes: bool
) -> tuple[TierReached, ...]:
    """The same ways held against every circle, the narrowest first. The standard names each by its
    minutes on foot and by its radius: where ways are minutes the minutes count."""
    found = []
    for tier in sorted(tiers, key=lambda each: each.minutes):
        limit = float(tier.minutes if in_minutes else tier.distance_m)
        answer = covered_within(demand, costs, limit=limit)
        tallies = {tally.group: tally for tally in answer.tallies}
        found.append(TierReached(tier, limit, tallies, answer.total))
    return tuple(found)
