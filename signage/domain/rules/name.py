"""R01: the characters on the sign are the current standard name (Regulation Arts 18, 19)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage.domain.rules.registry import Judgement, Outcome, rule
from signage.domain.sign import SignFacts


@dataclass(frozen=True, slots=True)
class NameParameters:
    ignore_space: bool

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "NameParameters":
        return cls(ignore_space=bool(values["ignore_space"]))


@rule("R01", NameParameters.read)
def wrong_name(sign: SignFacts, parameters: NameParameters) -> Judgement:
    """Fails when the characters differ from the standard name of the linked place.

    Spaces of any width are ignored on request: faces are set with spaced characters.
    """
    place = sign.place
    if place is None or not place.standard_name or not sign.hanzi:
        return Outcome.UNKNOWN, sign.hanzi, ""
    required = place.standard_name
    if sign.hanzi == required:
        return Outcome.PASS, sign.hanzi, required
    shown, wanted = unicodedata.normalize("NFC", sign.hanzi), required
    if parameters.ignore_space:
        shown, wanted = "".join(shown.split()), "".join(wanted.split())
    same = shown == unicodedata.normalize("NFC", wanted)
    return Outcome.PASS if same else Outcome.FAIL, sign.hanzi, required
