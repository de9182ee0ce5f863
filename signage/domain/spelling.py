"""How a spelling on a sign differs from the required one: each difference by its own name.

Pure and cached: the signs of one street show few spellings.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
# A direction alone after the generic term (…DADAO XI) belongs to the generic term.
DIRECTIONS = frozenset({"DONG", "XI", "NAN", "BEI", "ZHONG"})
# The one English abbreviation that is a pinyin syllable too (鹅, 峨, 鄂).
ALSO_PINYIN = frozenset({"E"})
TONES = frozenset("\u0304\u0301\u030c\u0300")
ENGLISH_ORDINAL = re.compile(r"\b(\d+)(?:ST|ND|RD|TH)\b")
NUMERAL = re.compile(r"\d+")
DIGITS = ("LING", "YI", "ER", "SAN", "SI", "WU", "LIU", "QI", "BA", "JIU")


class Fault(StrEnum):
    LETTERS = "letters"
    CASE = "case"
    TONES = "tones"
    SPACES = "spaces"
    APOSTROPHE = "apostrophe"
    ENGLISH = "english"
    UMLAUT = "umlaut"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True)
class Style:
    """``english``: words that are English generic terms or directions, never pinyin."""

    english: frozenset[str] = frozenset()


def tidy(spelling: str) -> str:
    """Composed letters, one kind of apostrophe, no outer spaces: what printing leaves open."""
    text = unicodedata.normalize("NFC", spelling.strip())
    return text.replace("\u2019", "'").replace("\u02bc", "'")


def words(spelling: str) -> list[str]:
    return WORD.findall(tidy(spelling).upper())


def has_tones(text: str) -> bool:
    return not TONES.isdisjoint(unicodedata.normalize("NFD", text))


def without_tones(text: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFD", text) if c not in TONES)
    return unicodedata.normalize("NFC", kept)


def english_words(shown: list[str], required: list[str], stoplist: frozenset[str]) -> list[str]:
    """The words of a face that are English: on the list and no word of the required spelling.

    The syllable E counts only beside another English word: TIANHE RD E, but not E HU LU.
    """
    found = [word for word in shown if word in stoplist and word not in required]
    return found if any(word not in ALSO_PINYIN for word in found) else []


@lru_cache(maxsize=1 << 15)
def on_list(shown: str, required: str, stoplist: frozenset[str]) -> tuple[str, ...]:
    return tuple(english_words(words(shown), words(required), stoplist))


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


@lru_cache(maxsize=1 << 15)
def faults(shown: str, required: str, style: Style) -> frozenset[Fault]:
    """Every way in which a spelling differs from the required one; empty where it does not."""
    found: set[Fault] = set()
    text, wanted = tidy(shown), tidy(required).upper()
    if has_tones(text):
        found.add(Fault.TONES)
        text = without_tones(text)
    if text != text.upper():
        found.add(Fault.CASE)
        text = text.upper()
    if text == wanted:
        return frozenset(found)
    plain = ENGLISH_ORDINAL.sub(r"\1", text)
    if plain != text:
        found.add(Fault.ORDINAL)
        text = plain
    shown_words, wanted_words = WORD.findall(text), WORD.findall(wanted)
    english = english_words(shown_words, wanted_words, style.english)
    if english:
        found.add(Fault.ENGLISH)
        if not only_english_at_fault(shown_words, wanted_words, english):
            found.add(Fault.LETTERS)
        return frozenset(found)
    if NUMERAL.findall(text) != NUMERAL.findall(wanted):
        text, wanted = _spelt_out(text), _spelt_out(wanted)
        if Fault.ORDINAL not in found and _letters(text) == _letters(wanted):
            found.add(Fault.ORDINAL)
    between = _between(text, wanted)
    if between is None:
        return frozenset({*found, Fault.LETTERS} - {Fault.ORDINAL})
    return frozenset(found | between)


def _letters(text: str) -> str:
    return re.sub(r"[\s'-]", "", text)


def _between(text: str, wanted: str) -> set[Fault] | None:
    """What differs between the letters, None where letters themselves differ."""
    pattern, required = _pattern(wanted)
    match = pattern.fullmatch(text)
    if match is None:
        return None
    found: set[Fault] = set()
    for name, value in match.groupdict().items():
        if name.startswith("u") and value != "Ü":
            found.add(Fault.UMLAUT)
        elif name.startswith("s"):
            expected = required[int(name[1:])]
            if ("'" in value) != ("'" in expected):
                found.add(Fault.APOSTROPHE)
            if value.replace("'", "") != expected.replace("'", ""):
                found.add(Fault.SPACES)
    return found


@lru_cache(maxsize=1 << 14)
def _pattern(wanted: str) -> tuple[re.Pattern[str], list[str]]:
    """A pattern of the letters of a spelling with anything between them, and what belongs there."""
    parts: list[str] = []
    separators: list[str] = [""]
    for character in wanted:
        if character in " '-":
            separators[-1] += character
            continue
        number = len(separators) - 1
        letter = f"(?P<u{number}>Ü|V|YU|U)" if character == "Ü" else re.escape(character)
        parts.append(f"(?P<s{number}>[\\s'-]*?){letter}")
        separators.append("")
    return re.compile("".join(parts)), separators


def _spelt_out(text: str) -> str:
    return NUMERAL.sub(lambda match: in_pinyin(int(match.group()[:3])), text)


def in_pinyin(number: int) -> str:
    """1 to 999 as it is read: 5 WU, 12 SHIER, 42 SISHIER."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    read = f"{DIGITS[hundreds]}BAI" if hundreds else ""
    if tens:
        read += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "SHI"
    elif hundreds and ones:
        read += "LING"
    return read + (DIGITS[ones] if ones or not number else "")
