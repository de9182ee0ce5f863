"""A spelling that an authority fixed for one name: read, checked for form, never recomputed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from common.errors import BadInput
from common.numerals import write_numeral
from gazetteer.domain.reading_table import reading_table
from gazetteer.domain.readings import dictionary_readings, is_hanzi, strip_tones

LETTERS = re.compile(r"^(?:Di-)?[A-Za-zÜüÊê']+$|^(?:Di-)?[1-9][0-9]{0,3}$")
ENGLISH_GENERICS = frozenset(
    "road rd street st avenue ave boulevard blvd lane bridge north south east west".split()  # noqa: SIM905
)
# Passport and input-method forms of ü, which are not for place names; Panyu has none of them.
UMLAUT_SUBSTITUTES = re.compile(r"[ln]yu|v", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ApprovedSpelling:
    """``syllables``: one per character where the letters can be divided among them, else ().

    ``known``: every syllable, its tone included, is a reading that a dictionary or a table of
    readings gives for its character; what is not known may be right, and should be looked at.
    """

    plain: str
    toned: str
    sign: str
    syllables: tuple[str, ...]
    known: bool


def read_spelling(text: str, *, name: str) -> ApprovedSpelling:
    """Read ``text`` (Hanyu Pinyin with tones) as the spelling of ``name``.

    Raises :class:`BadInput` for other letters, English generics and substitutes of ü.
    """
    words = unicodedata.normalize("NFC", text.replace("’", "'")).split()
    for word in words:
        bare = strip_tones(word)
        if bare.lower() in ENGLISH_GENERICS:
            raise BadInput("“%(word)s” is English: place names are spelt in pinyin.", word=word)
        if not LETTERS.match(bare):
            raise BadInput("“%(word)s” is not Hanyu Pinyin.", word=word[:40])
    if not words:
        raise BadInput("Give the reading in Hanyu Pinyin.")
    toned = " ".join(word[:1].upper() + word[1:] for word in words)
    plain = strip_tones(toned)
    syllables = _syllables(plain, name, toned=False)
    for word in words:
        if not syllables and UMLAUT_SUBSTITUTES.search(strip_tones(word)):
            raise BadInput("Write ü, not v or yu, in “%(word)s”.", word=word)
    known = bool(_syllables(toned, name, toned=True))
    return ApprovedSpelling(plain, toned, plain.upper(), syllables, known)


def unknown_reading(text: str, *, name: str) -> bool:
    """Whether ``text`` spells ``name`` as no dictionary and no table does, tones included.

    False for what is no spelling at all, which is refused elsewhere.
    """
    try:
        return not read_spelling(text, name=name).known
    except BadInput:
        return False


def _syllables(spelling: str, name: str, *, toned: bool) -> tuple[str, ...]:
    """The letters divided among the characters by readings that are known of them."""
    # Figures that the name itself is written with stand for no character.
    own = set(re.findall(r"[0-9]+", name))
    spoken = re.sub(r"[0-9]+", lambda match: "" if match[0] in own else _as_spoken(match), spelling)
    letters = "".join(each for each in spoken.replace("Di-", "dì").lower() if each.isalpha())
    characters = [character for character in name if is_hanzi(character)]
    return _divide(letters if toned else strip_tones(letters), characters, toned=toned) or ()


def _divide(letters: str, characters: list[str], *, toned: bool) -> tuple[str, ...] | None:
    if not characters:
        return () if not letters else None
    known = _readings(characters[0])
    if not toned:
        known = frozenset(map(strip_tones, known))
    for syllable in sorted(known, key=len):
        if letters.startswith(syllable):
            rest = _divide(letters[len(syllable) :], characters[1:], toned=toned)
            if rest is not None:
                return (syllable, *rest)
    return None


@cache
def _readings(character: str) -> frozenset[str]:
    """Readings of a character by the dictionary and by every table; 儿 may only colour (r)."""
    known = set(dictionary_readings(character)) | _tabled().get(character, set())
    return frozenset(known | {"r"} if character == "儿" else known)


@cache
def _tabled() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in reading_table().rows():
        for character, syllable in zip(row.text, row.syllables, strict=True):
            found.setdefault(character, set()).add(syllable)
    return found


def _as_spoken(match: re.Match[str]) -> str:
    """Figures as they are spoken, with tones: 5 → wǔ."""
    return "".join(dictionary_readings(each)[0] for each in write_numeral(int(match[0])))
