"""R05 and R10: the spelling beneath the characters is Hanyu Pinyin as the place requires."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signage.domain.rules.registry import Judgement, Outcome, rule
from signage.domain.sign import SignFacts

WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
# A direction alone after the generic term (…DADAO XI) belongs to the generic term.
DIRECTIONS = frozenset({"DONG", "XI", "NAN", "BEI", "ZHONG"})
# The one English abbreviation that is a pinyin syllable too (鹅, 峨, 鄂).
ALSO_PINYIN = frozenset({"E"})


@dataclass(frozen=True, slots=True)
class SpellingParameters:
    """``english``: the words on the list of R10, which R05 leaves to it."""

    any_case: bool
    english: frozenset[str]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "SpellingParameters":
        return cls(values["case"] != "upper", frozenset(values["R10"].get("stoplist", ())))


@dataclass(frozen=True, slots=True)
class EnglishParameters:
    stoplist: frozenset[str]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "EnglishParameters":
        return cls(frozenset(values["stoplist"]))


def tidy(spelling: str) -> str:
    """Composed letters, one kind of apostrophe, no outer spaces: what printing leaves open."""
    text = unicodedata.normalize("NFC", spelling.strip())
    return text.replace("\u2019", "'").replace("\u02bc", "'")


def words(spelling: str) -> list[str]:
    return WORD.findall(tidy(spelling).upper())


def english_words(shown: list[str], required: list[str], stoplist: frozenset[str]) -> list[str]:
    """The words of a face that are English: on the list and no word of the required spelling.

    The syllable E counts only beside another English word: TIANHE RD E, but not E HU LU.
    """
    found = [word for word in shown if word in stoplist and word not in required]
    return found if any(word not in ALSO_PINYIN for word in found) else []


def specific_words(required: list[str]) -> list[str]:
    """The words before the generic term: ZHONGSHAN 5 LU → ZHONGSHAN 5."""
    generic = 2 if len(required) > 2 and required[-1] in DIRECTIONS else 1
    return required[:-generic]


def only_english_at_fault(shown: list[str], required: list[str], english: list[str]) -> bool:
    """Whether the face would be right but for English words in place of the generic term.

    What remains without them must be the specific term, with at most the beginning of the
    generic one: HUANSHI DONG ROAD and EAST HUANSHI ROAD for HUANSHI DONGLU.
    """
    specific = specific_words(required)
    rest = [word for word in shown if word not in english]
    if not english or not specific or rest[: len(specific)] != specific:
        return False
    left_over = " ".join(rest[len(specific) :])
    return " ".join(required[len(specific) :]).startswith(left_over)


@rule("R05", SpellingParameters.read, borrows=("R10",))
def wrong_pinyin(sign: SignFacts, parameters: SpellingParameters) -> Judgement:
    """Fails when letters, spacing, case, apostrophes or ü differ from the required spelling.

    A face without a spelling is unknown here: whether one is required is another rule (R04).
    """
    place = sign.place
    if place is None or not place.pinyin_sign or not sign.pinyin:
        return Outcome.UNKNOWN, sign.pinyin, ""
    required = place.pinyin_sign
    if sign.pinyin == required:
        return Outcome.PASS, sign.pinyin, required
    shown, wanted = tidy(sign.pinyin), tidy(required)
    if parameters.any_case:
        shown, wanted = shown.upper(), wanted.upper()
    if shown == wanted:
        return Outcome.PASS, sign.pinyin, required
    shown_words, wanted_words = words(shown), words(wanted)
    english = english_words(shown_words, wanted_words, parameters.english)
    if only_english_at_fault(shown_words, wanted_words, english) and (
        parameters.any_case or shown == shown.upper()
    ):
        return Outcome.PASS, sign.pinyin, required
    return Outcome.FAIL, sign.pinyin, required


@rule("R10", EnglishParameters.read)
def english_generic(sign: SignFacts, parameters: EnglishParameters) -> Judgement:
    """Fails when a word of the face is an English generic term or direction (MOT 2022)."""
    if not sign.pinyin:
        return Outcome.UNKNOWN, "", ""
    required = sign.place.pinyin_sign if sign.place is not None else ""
    if sign.pinyin == required:
        return Outcome.PASS, sign.pinyin, required
    found = english_words(words(sign.pinyin), words(required), parameters.stoplist)
    if found:
        return Outcome.FAIL, " ".join(found), required
    return Outcome.PASS, sign.pinyin, required
