"""R29: the sign stands in a division in which its place lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage.domain.rules.registry import Judgement, Outcome, rule
from signage.domain.sign import SignFacts


@dataclass(frozen=True, slots=True)
class DivisionParameters:
    """``digits``: how much of the code is compared: 6 is the county, 9 the township."""

    digits: int

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "DivisionParameters":
        return cls(int(values["digits"]))


@rule("R29", DivisionParameters.read)
def wrong_division(sign: SignFacts, parameters: DivisionParameters) -> Judgement:
    """Fails when none of the place's divisions holds the one in which the sign stands."""
    stands_in = sign.division_code[: parameters.digits]
    if sign.place is None or not sign.place.division_codes or not stands_in:
        return Outcome.UNKNOWN, stands_in, ""
    codes = sign.place.division_codes
    for code in codes:
        short = code[: parameters.digits]
        if stands_in.startswith(short) or short.startswith(stands_in):
            return Outcome.PASS, stands_in, short
    return Outcome.FAIL, stands_in, " ".join(code[: parameters.digits] for code in codes)
