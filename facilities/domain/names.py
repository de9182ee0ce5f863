"""What the search box compares with: the letters and the initials of a facility's name."""

from dataclasses import dataclass

from gazetteer.domain.names import Category
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key

LONGEST_PINYIN, LONGEST_INITIALS = 300, 60


@dataclass(frozen=True, slots=True)
class NameKeys:
    pinyin: str
    initials: str


def name_keys(name: str, division: str) -> NameKeys:
    """广州市老人院 → ``guangzhoushilaorenyuan``, ``gzslry``; ``division``: whose readings hold."""
    syllables = romanise(name, category=Category.FACILITY, division=division).syllables
    return NameKeys(
        pinyin_key(syllables)[:LONGEST_PINYIN], initials_key(syllables)[:LONGEST_INITIALS]
    )
