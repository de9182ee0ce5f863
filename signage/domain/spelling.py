"""How a spelling on a sign differs from the required one: each difference by its own name.

The required spelling is that of the place in the style of the bureau's local standard: ü as it is
or YU or V (R11), ordinals in figures or in pinyin (R12). Pure and cached: the signs of one street
show few spellings.
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
ENGLISH_ORDINAL = re.compile(r"\b(?:NO\.? ?(\d+)|(\d+)(?:ST|ND|RD|TH))\b")
NUMERAL = re.compile(r"\d+")
# An ordinal as a word of its own, after 第 where that is written: 5, DI-1.
ORDINAL = re.compile(r"(?<![\w-])(?:(DI)-)?(\d{1,3})(?![\w-])")
ONE_SYLLABLE = re.compile(r" ([BCDFGHJ-NP-TW-Z]*[AEIOUÜ]+(?:NG|N|R)?)(?![\w'-])")
# ü as some bureaus write it; NYU within a word may be a syllable in N and YU (金玉 JINYU).
SUBSTITUTED = re.compile(r"(?<=[LN])V|(?<=L)YU|(?<=\bN)YU")
# 二 after another syllable of the same word takes an apostrophe (rule 11): SHI'ER, DI'ER.
LATER_ER = re.compile(r"(?<=[A-Z])ER")
U_DIAERESIS, YU, V = "U_DIAERESIS", "YU", "V"
UMLAUTS = {U_DIAERESIS: "Ü", YU: "YU", V: "V"}
ARABIC, IN_PINYIN = "arabic", "pinyin"
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
    """How a bureau writes spellings on its signs.

    ``english``: words that are English generic terms or directions, never pinyin. ``umlaut``: how
    it writes ü. ``ordinal``: whether ordinals stand in figures (rules 7 and 16) or in pinyin.
    """

    english: frozenset[str] = frozenset()
    umlaut: str = U_DIAERESIS
    ordinal: str = ARABIC

    def __post_init__(self) -> None:
        if self.umlaut not in UMLAUTS:
            raise ValueError(f"umlaut_style is one of {', '.join(UMLAUTS)}")
        if self.ordinal not in (ARABIC, IN_PINYIN):
            raise ValueError(f"street_ordinal_style is {ARABIC} or {IN_PINYIN}")

    @property
    def usual(self) -> bool:
        return self.umlaut == U_DIAERESIS and self.ordinal == ARABIC


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
def in_style(spelling: str, style: Style) -> str:
    """The spelling of a place as this bureau's signs have to write it."""
    if style.usual:
        return spelling
    text = SUBSTITUTED.sub("Ü", tidy(spelling).upper())
    if style.ordinal == IN_PINYIN:
        text = _spelt_out(text, joined=True)
    return text.replace("Ü", UMLAUTS[style.umlaut])


@lru_cache(maxsize=1 << 15)
def faults(shown: str, required: str, style: Style) -> frozenset[Fault]:
    """Every way in which a spelling differs from the required one; empty where it does not.

    ``required``: the spelling of the place; the style says how its signs write it.
    """
    found: set[Fault] = set()
    text, wanted = tidy(shown), tidy(in_style(required, style)).upper()
    if has_tones(text):
        found.add(Fault.TONES)
        text = without_tones(text)
    if text != text.upper():
        found.add(Fault.CASE)
        text = text.upper()
    if text == wanted:
        return frozenset(found)
    plain = ENGLISH_ORDINAL.sub(lambda match: match[1] or match[2], text)
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
    if not style.usual:
        # Compared with ü, of which every substitute is known.
        wanted = SUBSTITUTED.sub("Ü", wanted)
    if NUMERAL.findall(text) != NUMERAL.findall(wanted):
        between = _between_ordinals(text, wanted, style)
        if between is not None:
            found.add(Fault.ORDINAL)
    elif Fault.ORDINAL in found and _letters(text) != _letters(wanted):
        # NO.1 for Di-1.
        between = _between(text, wanted.replace("DI-", ""), style)
    else:
        between = _between(text, wanted, style)
    if between is None:
        return frozenset({*found, Fault.LETTERS} - {Fault.ORDINAL})
    return frozenset(found | between)


def _between_ordinals(text: str, wanted: str, style: Style) -> set[Fault] | None:
    """What else differs where one writes an ordinal in figures and the other in letters.

    Either may join it to the generic term (WULU, WU LU) or to 第 (DIYI, DI-YI), or leave 第 out:
    how much of that is a fault of its own cannot be said, so the nearest of them is compared.
    """
    compared = [
        found
        for one in _ways_to_spell(text)
        for other in _ways_to_spell(wanted)
        if (found := _between(one, other, style)) is not None
    ]
    return min(compared, key=len) if compared else None


def _ways_to_spell(text: str) -> list[str]:
    if not NUMERAL.search(text):
        return [text]
    ways = [_spelt_out(text), _spelt_out(text, joined=True), _spelt_out(text.replace("DI-", ""))]
    return list(dict.fromkeys(ways))


def _letters(text: str) -> str:
    return re.sub(r"[\s'-]", "", text)


def _between(text: str, wanted: str, style: Style) -> set[Fault] | None:
    """What differs between the letters, None where letters themselves differ."""
    pattern, required = _pattern(wanted)
    match = pattern.fullmatch(text)
    if match is None:
        return None
    found: set[Fault] = set()
    for name, value in match.groupdict().items():
        if name.startswith("u") and value != UMLAUTS[style.umlaut]:
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


def _spelt_out(text: str, *, joined: bool = False) -> str:
    """Ordinals in letters; ``joined`` as rule 2 has it: 5 LU → WULU, 12 XIANG → SHIER XIANG."""
    if not joined:
        return NUMERAL.sub(lambda match: in_pinyin(int(match.group()[:3])), text)
    parts, end = [], 0
    for match in ORDINAL.finditer(text):
        number = int(match[2])
        read = LATER_ER.sub("'ER", (match[1] or "") + in_pinyin(number))
        parts += [text[end : match.start()], read]
        end = match.end()
        generic = ONE_SYLLABLE.match(text, end)
        if generic and number <= 10 and not match[1]:
            parts.append(generic[1])
            end = generic.end()
    return "".join(parts) + text[end:]


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
