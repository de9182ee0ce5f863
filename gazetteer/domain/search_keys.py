"""What is typed in the search box and what is stored for it, brought to the same form.

Letters only, lower case, ü written v: 旅顺口 → ``lvshunkou`` and ``lsk``.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from common.numerals import write_numeral
from gazetteer.domain.readings import is_hanzi, tone_of

MAX_SPELLINGS = 8
SYLLABLE_WITH_TONE = re.compile(r"([a-züv]+)([1-5])")
ORDINAL = re.compile(r"(?<![a-züv0-9])[1-9]\d{0,2}(?![0-9])(?=.*[a-z])")
SPOKEN = dict(
    zip(
        "零一二三四五六七八九十百",
        ["ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi", "bai"],
        strict=True,
    )
)
QUOTES = re.compile(r"['’‘`´·\-\s]+")
U_AFTER_NL = re.compile(r"(?<=[nl])u(?![aio]|e[in])")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """``text``: what was typed, normalised; ``hanzi`` whether it has Chinese characters.

    ``spellings``: the letters to compare with stored keys (several where u may stand for ü);
    ``tones``: the tones given, one per syllable that has one, () when none was;
    ``apostrophes``: the letters with the apostrophes that divide syllables (``xi'an``), or "".
    """

    text: str
    hanzi: bool
    spellings: tuple[str, ...]
    tones: tuple[int, ...]
    apostrophes: str = ""

    @property
    def empty(self) -> bool:
        return not self.text


def pinyin_key(syllables: Sequence[str]) -> str:
    """The stored letters of a name: ``("lü", "shun")`` → ``lvshun``."""
    return "".join(syllables).replace("ü", "v").replace("ê", "e")


def initials_key(syllables: Sequence[str]) -> str:
    """The stored initials of a name: ``("tian", "he", "lu")`` → ``thl``."""
    return "".join(syllable[:1] for syllable in syllables).replace("ê", "e")


def read_query(text: str) -> SearchQuery:
    """Normalise what was typed: full width, spaces, tone marks and digits, apostrophes, ü."""
    text = unicodedata.normalize("NFKC", text).strip()[:100]
    compact = re.sub(r"\s+", "", text)
    if any(is_hanzi(character) for character in compact):
        return SearchQuery(text=compact, hanzi=True, spellings=(), tones=())
    divided = re.sub(r"['’‘`´]", "'", _letters(re.sub(r"\s+", "", text.lower())))
    lower = ORDINAL.sub(_spoken, QUOTES.sub(" ", text.lower()).strip())
    marks = tuple(tone_of(word) for word in _vowels_with_marks(lower))
    digits = tuple(int(tone) for _, tone in SYLLABLE_WITH_TONE.findall(lower))
    letters = re.sub(r"[^a-z0-9]", "", _letters(re.sub(SYLLABLE_WITH_TONE, r"\1", lower)))
    return SearchQuery(
        text=compact,
        hanzi=False,
        spellings=_with_umlauts(letters),
        tones=digits or marks,
        apostrophes=divided if re.search(r"[a-z]'[a-z]", divided) else "",
    )


def matches_tones(tones: Sequence[int], toned: str) -> bool:
    """Whether the tones that were typed stand, in order, at the start of the toned spelling."""
    marks = [tone_of(letter) for letter in _vowels_with_marks(toned.lower())]
    return list(tones) == marks[: len(tones)]


def literal_pattern(text: str) -> str:
    """Text for SQL's LIKE with its own signs taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _spoken(match: re.Match[str]) -> str:
    """An ordinal as signs print it (Zhongshan 5 Lu) by its syllables, as names are stored."""
    return "".join(SPOKEN[character] for character in write_numeral(int(match[0])))


def _vowels_with_marks(text: str) -> list[str]:
    return [letter for letter in unicodedata.normalize("NFC", text) if tone_of(letter) != 5]


def _letters(text: str) -> str:
    """Plain letters, ü as v."""
    plain = unicodedata.normalize("NFC", text).translate(str.maketrans("üǖǘǚǜ", "vvvvv"))
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def _with_umlauts(letters: str) -> tuple[str, ...]:
    """``letters`` as typed, then with u after n and l read as ü, and lyu and nyu as lü and nü."""
    found = [letters] if letters else []
    for match in U_AFTER_NL.finditer(letters):
        found += [f"{s[: match.start()]}v{s[match.end() :]}" for s in list(found)]
        if len(found) >= MAX_SPELLINGS:
            break
    # The letters as typed stay: renyuan (人院) has an n before yu and no ü.
    compact = re.sub(r"(?<=[nl])yu", "v", letters)
    return tuple(dict.fromkeys([*found, compact])) if letters else ()
