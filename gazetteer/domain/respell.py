"""A stored name spelt anew by the tables of today, unless its spelling is somebody's decision."""

from dataclasses import dataclass

from gazetteer.domain.names import Category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import NameToRomanise, Romanisation, romanise_many
from gazetteer.domain.search_keys import initials_key, pinyin_key

# An approved reading wins for ever; spellings of minority languages are stored, never recomputed.
DECIDED = frozenset((ReadingSource.APPROVED.value, ReadingSource.SPELLING.value))
MANDARIN = "zh"
LONGEST_INITIALS = 60


@dataclass(frozen=True, slots=True)
class StoredName:
    """What is kept of a name: its spelling, what that rests on, and the language of the name."""

    text: str
    category: Category
    division: str
    plain: str
    toned: str
    source: str
    language: str = MANDARIN


@dataclass(frozen=True, slots=True)
class Respelt:
    """The columns that follow from the characters of a name."""

    specific: str
    generic: str
    pinyin_plain: str
    pinyin_toned: str
    pinyin_sign: str
    reading_source: str
    search_pinyin: str
    search_initials: str


def may_respell(*, source: str, language: str = MANDARIN) -> bool:
    """Whether a stored spelling came from the tables and may follow them."""
    return source not in DECIDED and language in ("", MANDARIN)


def respell(names: list[StoredName]) -> list[Respelt | None]:
    """The spelling of each name by today's tables; ``None`` where the stored one stays.

    It stays where somebody decided it, and where the tables say the same.
    """
    by_rule = romanise_many(
        NameToRomanise(each.text, each.category, each.division) for each in names
    )
    return [_changed(name, spelt) for name, spelt in zip(names, by_rule, strict=True)]


def _changed(name: StoredName, spelt: Romanisation) -> Respelt | None:
    if not may_respell(source=name.source, language=name.language):
        return None
    if (name.plain, name.toned, name.source) == (spelt.plain, spelt.toned, spelt.source.value):
        return None
    return Respelt(
        specific=spelt.specific,
        generic=spelt.generic,
        pinyin_plain=spelt.plain,
        pinyin_toned=spelt.toned,
        pinyin_sign=spelt.sign,
        reading_source=spelt.source.value,
        search_pinyin=pinyin_key(spelt.syllables),
        search_initials=initials_key(spelt.syllables)[:LONGEST_INITIALS],
    )
