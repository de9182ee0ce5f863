"""R04–R12: the spelling beneath the characters is Hanyu Pinyin as the place requires."""

from dataclasses import dataclass

from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import nothing, words
from signage.domain.sign import Sign
from signage.domain.spelling import Fault, Style, faults, has_tones, on_list


@dataclass(frozen=True, slots=True)
class EnglishParameters:
    stoplist: frozenset[str]

    @classmethod
    def read(cls, values: Parameters) -> "EnglishParameters":
        return cls(words("stoplist", values))


def _style(values: Parameters) -> Style:
    """The words on the list of R10, which R05 leaves to it, decide how a spelling is read."""
    return Style(frozenset(values["R10"].get("stoplist", ())))


@rule("R04", nothing)
def no_pinyin(sign: Sign, parameters: None) -> Judgement:
    """Fails when a sign of a class that needs a spelling shows none."""
    return PASS if sign.pinyin else FAIL, sign.pinyin, "A–Z"


def _judge(sign: Sign, style: Style, fault: Fault) -> Judgement:
    place = sign.place
    if place is None or not place.pinyin_sign or not sign.pinyin:
        return UNKNOWN, sign.pinyin, ""
    required = place.pinyin_sign
    if sign.pinyin == required:
        return PASS, sign.pinyin, required
    found = faults(sign.pinyin, required, style)
    if fault in found:
        return FAIL, sign.pinyin, required
    # Where other letters stand, spaces and signs between them cannot be compared.
    if Fault.LETTERS in found and fault is not Fault.LETTERS:
        return UNKNOWN, sign.pinyin, required
    return PASS, sign.pinyin, required


@rule("R05", _style, borrows=("R10",))
def wrong_pinyin(sign: Sign, parameters: Style) -> Judgement:
    """Fails when other letters stand than those required; R06–R12 own all other differences."""
    return _judge(sign, parameters, Fault.LETTERS)


@rule("R06", nothing)
def not_capitals(sign: Sign, parameters: None) -> Judgement:
    """Fails for any small letter."""
    text = sign.pinyin
    if not text:
        return UNKNOWN, "", ""
    upper = text.upper()
    return PASS if text == upper else FAIL, text, upper


@rule("R07", nothing)
def tone_marks(sign: Sign, parameters: None) -> Judgement:
    """Fails for any tone mark: signs show none."""
    text = sign.pinyin
    if not text:
        return UNKNOWN, "", ""
    required = sign.place.pinyin_sign if sign.place is not None else ""
    if text.isascii():
        return PASS, text, required
    return FAIL if has_tones(text) else PASS, text, required


@rule("R08", _style, borrows=("R10",))
def wrong_spaces(sign: Sign, parameters: Style) -> Judgement:
    """Fails when the words are divided otherwise: specific and generic term stand apart."""
    return _judge(sign, parameters, Fault.SPACES)


@rule("R09", _style, borrows=("R10",))
def wrong_apostrophe(sign: Sign, parameters: Style) -> Judgement:
    """Fails when an apostrophe is missing or too many: XI'AN, not XIAN (rule 11 of 1984)."""
    return _judge(sign, parameters, Fault.APOSTROPHE)


@rule("R10", EnglishParameters.read)
def english_generic(sign: Sign, parameters: EnglishParameters) -> Judgement:
    """Fails when a word of the face is an English generic term or direction (MOT 2022)."""
    if not sign.pinyin:
        return UNKNOWN, "", ""
    required = sign.place.pinyin_sign if sign.place is not None else ""
    if sign.pinyin == required:
        return PASS, sign.pinyin, required
    found = on_list(sign.pinyin, required, parameters.stoplist)
    return (FAIL, " ".join(found), required) if found else (PASS, sign.pinyin, required)


@rule("R11", _style, borrows=("R10",))
def wrong_umlaut(sign: Sign, parameters: Style) -> Judgement:
    """Fails when ü is written V, YU or U instead."""
    return _judge(sign, parameters, Fault.UMLAUT)


@rule("R12", _style, borrows=("R10",))
def wrong_ordinal(sign: Sign, parameters: Style) -> Judgement:
    """Fails when an ordinal is written otherwise: WU or 5TH for 5."""
    return _judge(sign, parameters, Fault.ORDINAL)
