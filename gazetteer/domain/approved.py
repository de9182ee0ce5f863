"""A spelling that an authority fixed for one name: read, checked for form, never recomputed."""

import re
import unicodedata
from dataclasses import dataclass

from pypinyin.constants import PINYIN_DICT

from common.errors import BadInput
from gazetteer.domain.numerals import write_numeral
from gazetteer.domain.readings import is_hanzi, strip_tones

LETTERS = re.compile(r"^(?:Di-)?[A-Za-zÜüÊê']+$|^(?:Di-)?[1-9][0-9]{0,3}$")
ENGLISH_GENERICS = frozenset(
    "road rd street st avenue ave boulevard blvd lane bridge north south east west".split()  # noqa: SIM905
)
# Passport and input-method forms of ü, which are not for place names.
UMLAUT_SUBSTITUTES = re.compile(r"[ln]yu|[ln]v|v", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ApprovedSpelling:
    """``syllables``: one per character where the letters can be divided among them, else ()."""

    plain: str
    toned: str
    sign: str
    syllables: tuple[str, ...]


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
        if UMLAUT_SUBSTITUTES.search(bare):
            raise BadInput("Write ü, not v or yu, in “%(word)s”.", word=word)
    if not words:
        raise BadInput("Give the reading in Hanyu Pinyin.")
    toned = " ".join(word[:1].upper() + word[1:] for word in words)
    plain = strip_tones(toned)
    return ApprovedSpelling(plain, toned, plain.upper(), _syllables(plain, name))


def _syllables(plain: str, name: str) -> tuple[str, ...]:
    """The letters divided among the characters by readings that a dictionary knows."""
    spoken = re.sub(r"[1-9][0-9]{0,2}(?![0-9])", _as_spoken, plain)
    letters = re.sub(r"[^a-züê]", "", spoken.lower())
    return _divide(letters, [character for character in name if is_hanzi(character)]) or ()


def _divide(letters: str, characters: list[str]) -> tuple[str, ...] | None:
    if not characters:
        return () if not letters else None
    known = PINYIN_DICT.get(ord(characters[0]), "")
    for syllable in sorted({strip_tones(each) for each in known.split(",") if each}, key=len):
        if letters.startswith(syllable):
            rest = _divide(letters[len(syllable) :], characters[1:])
            if rest is not None:
                return (syllable, *rest)
    return None


def _as_spoken(match: re.Match[str]) -> str:
    numerals = write_numeral(int(match[0]))
    return "".join(strip_tones(PINYIN_DICT[ord(each)].split(",")[0]) for each in numerals)
