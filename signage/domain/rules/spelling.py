"""R04–R12: the spelling beneath the characters is Hanyu Pinyin as the place requires.

The local standard decides how ü (R11) and ordinals (R12) are written: the spelling that a sign
must show is that of its place in this style, for every rule.
"""

from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, rule
from signage.domain.rules.values import nothing, words
from signage.domain.sign import PlaceFacts, Sign
from signage.domain.spelling import (
    ARABIC,
    U_DIAERESIS,
    Fault,
    Style,
    faults,
    has_tones,
    in_style,
    on_list,
)

STYLE = ("R10", "R11", "R12")


def _borrows(rule_id: str) -> tuple[str, ...]:
    return tuple(each for each in STYLE if each != rule_id)


def _style(values: Parameters) -> Style:
    """The list of R10, how R11 writes ü, how R12 writes ordinals; one's own stand at the top."""
    english, umlaut, ordinal = (values.get(rule_id, values) for rule_id in STYLE)
    return Style(
        words("stoplist", english) if "stoplist" in english else frozenset(),
        str(umlaut.get("umlaut_style", U_DIAERESIS)),
        str(ordinal.get("street_ordinal_style", ARABIC)),
    )


def _english(values: Parameters) -> Style:
    words("stoplist", values)  # its own list is never missing
    return _style(values)


def required_spelling(place: PlaceFacts, umlaut: Parameters, ordinal: Parameters) -> str:
    """The spelling that signs of a place must show, by the parameters of R11 and R12."""
    return in_style(place.pinyin_sign, _style({"R10": {}, "R11": umlaut, "R12": ordinal}))


def _required(place: PlaceFacts | None, style: Style) -> str:
    if place is None:
        return ""
    return place.pinyin_sign if style.usual else in_style(place.pinyin_sign, style)


@rule("R04", nothing)
def no_pinyin(sign: Sign, parameters: None) -> Judgement:
    """Fails when a sign of a class that needs a spelling shows none.

    Of a sign whose faces nobody recorded it is not known what they show.
    """
    if not sign.faces:
        return UNKNOWN, "", "A–Z"
    return PASS if sign.pinyin else FAIL, sign.pinyin, "A–Z"


def _judge(sign: Sign, style: Style, fault: Fault) -> Judgement:
    place = sign.place
    if place is None or not place.pinyin_sign or not sign.pinyin:
        return UNKNOWN, sign.pinyin, ""
    required = _required(place, style)
    if sign.pinyin == required:
        return PASS, sign.pinyin, required
    found = faults(sign.pinyin, place.pinyin_sign, style)
    if fault in found:
        return FAIL, sign.pinyin, required
    # Where other letters stand, spaces and signs between them cannot be compared.
    if Fault.LETTERS in found and fault is not Fault.LETTERS:
        return UNKNOWN, sign.pinyin, required
    return PASS, sign.pinyin, required


@rule("R05", _style, borrows=_borrows("R05"))
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


@rule("R08", _style, borrows=_borrows("R08"))
def wrong_spaces(sign: Sign, parameters: Style) -> Judgement:
    """Fails when the words are divided otherwise: specific and generic term stand apart."""
    return _judge(sign, parameters, Fault.SPACES)


@rule("R09", _style, borrows=_borrows("R09"))
def wrong_apostrophe(sign: Sign, parameters: Style) -> Judgement:
    """Fails when an apostrophe is missing or too many: XI'AN, not XIAN (rule 11 of 1984)."""
    return _judge(sign, parameters, Fault.APOSTROPHE)


@rule("R10", _english, borrows=_borrows("R10"))
def english_generic(sign: Sign, parameters: Style) -> Judgement:
    """Fails when a word of the face is an English generic term or direction (MOT 2022)."""
    if not sign.pinyin:
        return UNKNOWN, "", ""
    required = _required(sign.place, parameters)
    if sign.pinyin == required:
        return PASS, sign.pinyin, required
    found = on_list(sign.pinyin, required, parameters.english)
    return (FAIL, " ".join(found), required) if found else (PASS, sign.pinyin, required)


@rule("R11", _style, borrows=_borrows("R11"))
def wrong_umlaut(sign: Sign, parameters: Style) -> Judgement:
    """Fails when ü is written otherwise than the standard says: V, YU or U instead of Ü."""
    return _judge(sign, parameters, Fault.UMLAUT)


@rule("R12", _style, borrows=_borrows("R12"))
def wrong_ordinal(sign: Sign, parameters: Style) -> Judgement:
    """Fails when an ordinal is written otherwise than the standard says: WU or 5TH for 5."""
    return _judge(sign, parameters, Fault.ORDINAL)
