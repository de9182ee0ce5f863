"""Hanyu Pinyin of place names by the rules of 1984 (中地字第17号) and its use on signs.

Pure and deterministic; readings, generics and official spellings are data with their source.
Domain reference §2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from common.numerals import numeral_value
from gazetteer.domain.names import Category, Part, Role, read_table, split_name
from gazetteer.domain.readings import (
    Reading,
    ReadingSource,
    is_hanzi,
    known_scopes,
    read_characters,
    strip_tones,
)

ARABIC, PINYIN = "arabic", "pinyin"
U_DIAERESIS, YU, V = "U_DIAERESIS", "YU", "V"
# How ü is written where the bureau's signs cannot carry it; the toned spelling keeps ü.
UMLAUTS = {U_DIAERESIS: ("ü", "Ü"), YU: ("yu", "Yu"), V: ("v", "V")}
WEAKEST_FIRST = (
    ReadingSource.UNKNOWN,
    ReadingSource.PROVISIONAL,
    ReadingSource.SPELLING,
    ReadingSource.OVERRIDE,
)
# 儿 after these is a syllable of its own (女儿), elsewhere it only colours the one before.
SYLLABIC_ER = frozenset("女婴少幼孤健男小")
# Spellings of minority-language names hold for these divisions, not for towns called alike.
SPELT_GENERICS = frozenset("省市县旗区盟州")


@dataclass(frozen=True, slots=True)
class Segment:
    """One written word: characters, spelling, whether specific or generic, and why."""

    text: str
    plain: str
    toned: str
    role: Role
    source: ReadingSource
    note: str = ""


@dataclass(frozen=True, slots=True)
class Romanisation:
    """A name in Hanyu Pinyin.

    ``plain`` Title Case without tones, ``toned`` with tone marks, ``sign`` in capitals without
    tones; all three are "" when a character has no known reading (``source`` is ``unknown``).
    ``syllables`` are one per character, lower case without tones, for searching.
    """

    plain: str
    toned: str
    sign: str
    segments: tuple[Segment, ...]
    source: ReadingSource
    syllables: tuple[str, ...]
    specific: str
    generic: str


class NameToRomanise(NamedTuple):
    name: str
    category: str
    division: str | None = None


def romanise(
    name: str,
    *,
    category: Category | str,
    division: str | None = None,
    street_ordinal_style: str = ARABIC,
    umlaut_style: str = U_DIAERESIS,
) -> Romanisation:
    """Spell ``name``; ``division`` (a code) chooses readings that hold only in some region.

    ``street_ordinal_style``: ``arabic`` by rule 7 (Zhongshan 5 Lu) or ``pinyin`` (Wulu).
    ``umlaut_style``: ``U_DIAERESIS`` (Lüliang), or where a bureau chose so ``YU`` or ``V``.
    """
    spelt = _romanise(name, Category(category), _scope(division), street_ordinal_style)
    return spelt if umlaut_style == U_DIAERESIS else _without_umlaut(spelt, umlaut_style)


def romanise_many(rows: Iterable[NameToRomanise]) -> list[Romanisation]:
    """The spelling of each row; the 665,000 divisions of the country take about half a minute."""
    return [
        _romanise(row.name, Category(row.category), _scope(row.division), ARABIC) for row in rows
    ]


def _without_umlaut(spelt: Romanisation, style: str) -> Romanisation:
    small, capital = UMLAUTS[style]

    def written(text: str) -> str:
        return text.replace("ü", small).replace("Ü", capital)

    segments = tuple(replace(each, plain=written(each.plain)) for each in spelt.segments)
    plain = written(spelt.plain)
    return replace(spelt, plain=plain, sign=plain.upper(), segments=segments)


def _scope(division: str | None) -> str | None:
    """The longest prefix of the code that any table knows, so that equal names share a result."""
    if division is None:
        return None
    for size in range(min(6, len(division)), 0, -1):
        if division[:size] in known_scopes():
            return division[:size]
    return ""


@lru_cache(maxsize=1 << 16)
def _romanise(name: str, category: Category, scope: str | None, style: str) -> Romanisation:
    split = split_name(name, category=category)
    words = [part.text for part in split.parts]
    readings = read_characters(words, specific=split.specific, scope=scope)
    segments: list[Segment] = []
    start = 0
    for part in split.parts:
        here = readings[start : start + len(part.text)]
        start += len(part.text)
        segments.extend(_segments(part, here, category, scope, split.generic, style))
    if style == PINYIN:
        segments = _join_ordinals(segments)
    sources = {segment.source for segment in segments}
    source = next((s for s in WEAKEST_FIRST if s in sources), ReadingSource.DICTIONARY)
    unknown = source is ReadingSource.UNKNOWN
    plain = "" if unknown else " ".join(segment.plain for segment in segments)
    toned = "" if unknown else " ".join(segment.toned for segment in segments)
    syllables = tuple(strip_tones(reading.syllable).lower() for reading in readings)
    return Romanisation(
        plain=plain,
        toned=toned,
        sign=plain.upper(),
        segments=tuple(segments),
        source=source,
        syllables=tuple(syllable for syllable in syllables if syllable.isalnum()),
        specific=split.specific,
        generic=split.generic,
    )


def _segments(
    part: Part,
    readings: list[Reading],
    category: Category,
    scope: str | None,
    generic: str,
    style: str,
) -> list[Segment]:
    spelling = _spelling(part, category, scope, generic)
    if spelling:
        return [
            Segment(part.text, spelling, spelling, part.role, ReadingSource.SPELLING, "GB 2260")
        ]
    if part.role is Role.ORDINAL and style == ARABIC:
        number = _arabic(part.text)
        return [Segment(part.text, number, number, part.role, ReadingSource.DICTIONARY, "rule 7")]
    found = []
    for run in _runs(readings):
        text = "".join(reading.character for reading in run)
        toned = _write(run, category)
        sources = {reading.source for reading in run}
        source = next((s for s in WEAKEST_FIRST if s in sources), ReadingSource.DICTIONARY)
        if part.role is Role.GENERIC and source is ReadingSource.PROVISIONAL:
            source = ReadingSource.DICTIONARY  # generic terms have one reading, from the tables
        note = next((reading.rule for reading in run if reading.source is source), "")
        found.append(Segment(text, strip_tones(toned), toned, part.role, source, note))
    return found


def _runs(readings: list[Reading]) -> list[list[Reading]]:
    """Stretches of characters, of Latin letters and of digits; punctuation only separates."""
    runs: list[list[Reading]] = []
    last = ""
    for reading in readings:
        kind = _kind(reading.character)
        if kind:
            # A letter and its figures are one code (G105); after characters they stand apart.
            if kind != last and (last, kind) != ("letter", "digit"):
                runs.append([])
            runs[-1].append(reading)
        last = kind
    return runs


@lru_cache(maxsize=1 << 16)
def _kind(character: str) -> str:
    if is_hanzi(character):
        return "hanzi"
    if not character.isalnum():
        return ""
    return "digit" if character.isdigit() else "letter"


def _write(run: list[Reading], category: Category) -> str:
    """One word: syllables joined, an apostrophe before a later a, o, e (rule 11), 儿 as r."""
    if not is_hanzi(run[0].character):
        return "".join(reading.character for reading in run)
    word = ""
    for at, reading in enumerate(run):
        syllable = reading.syllable
        colours = (
            reading.character == "儿"
            and at == len(run) - 1
            and at > 0
            and run[at - 1].character not in SYLLABIC_ER
            and category in (Category.STREET, Category.VILLAGE)
        )
        if colours:
            word += "r"
        elif at and strip_tones(syllable)[:1] in ("a", "o", "e", "ê"):
            word += f"'{syllable}"
        else:
            word += syllable
    return word[:1].upper() + word[1:]


def _arabic(ordinal: str) -> str:
    """五 → 5, 十二 → 12, 第九 → Di-9 (rule 7)."""
    number = ordinal.removeprefix("第")
    value = number if number.isdigit() else str(numeral_value(number))
    return f"Di-{value}" if ordinal.startswith("第") else value


def _join_ordinals(segments: list[Segment]) -> list[Segment]:
    """A one-syllable numeral in pinyin joins a one-syllable generic: Wu + Lu → Wulu (rule 2)."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last and last.role is Role.ORDINAL and len(last.text) == 1 and len(segment.text) == 1:
            joined[-1] = Segment(
                last.text + segment.text,
                last.plain + segment.plain.lower(),
                last.toned + segment.toned.lower(),
                Role.GENERIC,
                segment.source,
                last.note,
            )
        else:
            joined.append(segment)
    return joined


def _spelling(part: Part, category: Category, scope: str | None, generic: str) -> str:
    if category is not Category.DIVISION or not generic or generic[-1] not in SPELT_GENERICS:
        return ""
    spelling, where = _spellings().get(part.text, ("", ""))
    return spelling if spelling and (scope is None or scope.startswith(where)) else ""


@cache
def _spellings() -> dict[str, tuple[str, str]]:
    return {
        text: (spelling, scope.strip("-"))
        for text, spelling, scope, _ in read_table("spellings.tsv")
    }
