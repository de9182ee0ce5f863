"""R13 and R14: the ground tells how the street runs, the text stands out from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage.domain.faces import COLOURS, HANZI, NUMBER, PINYIN
from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.sign import Sign


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
        grounds = str(values["ew"]), str(values["ns"])
        if not set(grounds) <= set(COLOURS):
            raise ValueError("ew and ns are colours of a ground")
        return cls(
            *grounds,
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
def ground_colour(sign: Sign, parameters: ColourParameters) -> Judgement:
    """Fails when the ground has another colour than the direction of the street asks for."""
    required = required_colour(sign.street_bearing, parameters)
    shown = sign.ground_colour
    if not required or not shown:
        return UNKNOWN, shown, ""
    return PASS if shown == required else FAIL, shown, required


@dataclass(frozen=True, slots=True)
class TextParameters:
    """``numbers``: sign class → (colour of the number, ground beneath it)."""

    text: str
    numbers: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, values: Parameters) -> "TextParameters":
        numbers = {
            kind: (str(ink), str(ground)) for kind, (ink, ground) in values["numbers"].items()
        }
        return cls(str(values["text"]), numbers)


@rule("R14", TextParameters.read)
def text_colour(sign: Sign, parameters: TextParameters) -> Judgement:
    """Fails when name or spelling, or the number with its ground, has another colour."""
    seen = False
    for kind in (HANZI, PINYIN):
        line = sign.line(kind)
        if line is not None and line.colour:
            seen = True
            if line.colour != parameters.text:
                return FAIL, line.colour, parameters.text
    line = sign.line(NUMBER)
    wanted = parameters.numbers.get(sign.sign_class)
    if line is not None and line.colour and wanted is not None:
        seen = True
        found = (line.colour, sign.ground_of(NUMBER) or wanted[1])
        if found != wanted:
            return FAIL, " ".join(found), " ".join(wanted)
    return PASS if seen else UNKNOWN, parameters.text if seen else "", parameters.text
