"""R13: the ground colour tells how the street runs: blue east–west, green north–south."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage.domain.rules.registry import Judgement, Outcome, rule
from signage.domain.sign import SignFacts


@dataclass(frozen=True, slots=True)
class ColourParameters:
    """``split_deg``: up to how far from east–west a street still counts as east–west.

    ``margin_deg``: nearer than this to the split, both colours can be defended (the bearing of
    a street is not known better), so the rule says unknown.
    """

    east_west: str
    north_south: str
    split_deg: float
    margin_deg: float

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "ColourParameters":
        return cls(
            str(values["ew"]),
            str(values["ns"]),
            float(values["split_deg"]),
            float(values["margin_deg"]),
        )


def required_colour(bearing: float | None, parameters: ColourParameters) -> str:
    """The ground colour for a street of this azimuth (degrees from north), "" for unknown."""
    if bearing is None or not math.isfinite(bearing):
        return ""
    from_east_west = abs(bearing % 180 - 90)
    if abs(from_east_west - parameters.split_deg) < parameters.margin_deg:
        return ""
    # The nearer axis; on the split itself north–south, for "less than 45°" is east–west.
    return parameters.east_west if from_east_west < parameters.split_deg else parameters.north_south


@rule("R13", ColourParameters.read)
def ground_colour(sign: SignFacts, parameters: ColourParameters) -> Judgement:
    """Fails when the ground has another colour than the direction of the street asks for."""
    required = required_colour(sign.street_bearing, parameters)
    if not required or not sign.ground_colour:
        return Outcome.UNKNOWN, sign.ground_colour, ""
    same = sign.ground_colour == required
    return Outcome.PASS if same else Outcome.FAIL, sign.ground_colour, required
