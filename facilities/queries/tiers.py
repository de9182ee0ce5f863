"""Radii of the living circles, as the rule of the residential planning standard has them."""

from dataclasses import dataclass
from datetime import date

from common.models import Rule

TIER_RULE = "C01"


@dataclass(frozen=True, slots=True)
class Tier:
    """A preset distance with the rule that it comes from."""

    distance_m: int
    minutes: int
    authority: str
    verified: bool


def distance_presets(*, at: date) -> list[Tier]:
    """Radii of the living circles in force on the day (rule C01; provisional ones say so)."""
    rule = Rule.objects.in_force(on=at).get(TIER_RULE)
    if rule is None:
        return []
    return [
        Tier(tier["radius_m"], tier["minutes"], rule.authority, rule.enforced)
        for tier in rule.parameters["tiers"]
    ]
