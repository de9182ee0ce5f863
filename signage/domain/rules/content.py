"""R39 and R42: postcode and number on the face."""

import re
from dataclasses import dataclass

from signage.domain.faces import NUMBER, POSTCODE
from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import nothing
from signage.domain.sign import Sign

CHINESE_NUMERAL = re.compile("[〇零一二三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾]")
DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class PostcodeParameters:
    shown: bool

    @classmethod
    def read(cls, values: Parameters) -> "PostcodeParameters":
        if values["postcode"] not in ("on", "off"):
            raise ValueError("postcode is on or off")
        return cls(values["postcode"] == "on")


@rule("R39", PostcodeParameters.read)
def postcode(sign: Sign, parameters: PostcodeParameters) -> Judgement:
    """Fails when a postcode stands where the edition wants none, or is missing where it does."""
    line = sign.line(POSTCODE)
    if not sign.faces:
        return UNKNOWN, "", ""
    text = "" if line is None else line.text
    fits = bool(text) == parameters.shown
    return PASS if fits else FAIL, text, "000000" if parameters.shown else ""


@rule("R42", nothing)
def number_in_words(sign: Sign, parameters: None) -> Judgement:
    """Fails when the number is not in Arabic digits."""
    line = sign.line(NUMBER)
    if line is None or not line.text:
        return UNKNOWN, "", "0–9"
    digits = DIGIT.search(line.text) and not CHINESE_NUMERAL.search(line.text)
    return PASS if digits else FAIL, line.text, "0–9"
