"""Mandarin readings of the characters of a name: our tables first, then pypinyin's dictionary.

Rule 8 of 1984: a place name is spelt by its Mandarin reading, which for many places is not the
usual reading of the characters (domain reference §2.2). The tables are data with a source.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gazetteer.domain.names import read_table
from gazetteer.domain.reading_table import Override, ReadingTable, Rows, reading_table

LONGEST_PHRASE = 6
NEUTRAL = 5
TONE_MARKS = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
# Dictionaries write these two as they sound in a phrase; names keep the plain tone.
CONSTANT = {"一": "yī", "不": "bù"}
HANZI = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef\U00030000-\U0003347f]"
)


class ReadingSource(StrEnum):
    """What a reading rests on, the weakest character deciding for the name."""

    DICTIONARY = "dictionary"
    OVERRIDE = "override"
    PROVISIONAL = "provisional"
    SPELLING = "spelling"
    APPROVED = "approved"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """One character's syllable with tone mark; "" where no table knows it."""

    character: str
    syllable: str
    source: ReadingSource
    rule: str = ""


def read_characters(
    words: Sequence[str], *, specific: str, scope: str | None, table: ReadingTable | None = None
) -> list[Reading]:
    """A reading for every character of ``words`` (a name in its written-apart words).

    ``scope`` is a division code or a prefix of one; ``None`` when the division is not known.
    """
    table = table or reading_table()
    name = "".join(words)
    found: list[Reading | None] = [None] * len(name)
    for rows in (table.fixed_words, table.words):
        _apply_words(rows, name, found, specific=specific, scope=scope)
    start = 0
    for word in words:
        _apply_phrases(word, start, found)
        for at, character in enumerate(word):
            if found[start + at] is None:
                found[start + at] = _one(table, character, at, len(word), scope)
        start += len(word)
    return [reading for reading in found if reading is not None]


@cache
def general_dictionary() -> tuple[dict[int, str], dict[str, list[list[str]]]]:
    """Readings of characters by code point and of phrases; loaded when the first one is asked for,
    which takes as long as most commands need for all their work."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

    return PINYIN_DICT, PHRASES_DICT


def dictionary_readings(character: str) -> list[str]:
    """What the general dictionary knows of a character, the usual reading first.

    Names have no neutral tone: a toneless reading comes after its toned sister (子 zǐ, 们 mén).
    """
    readings, _ = general_dictionary()
    known = [each for each in readings.get(ord(character), "").split(",") if each]
    letters = [strip_tones(each) for each in known]
    return sorted(
        known, key=lambda each: (letters.index(strip_tones(each)), tone_of(each) == NEUTRAL)
    )


@lru_cache(maxsize=1 << 16)
def strip_tones(text: str) -> str:
    """``text`` without tone marks; ü and ê stay (Lǜ → Lü)."""
    plain = unicodedata.normalize("NFD", text)
    kept = "".join(character for character in plain if character not in TONE_MARKS)
    return unicodedata.normalize("NFC", kept)


def tone_of(syllable: str) -> int:
    """1 to 4 by the tone mark, ``NEUTRAL`` where there is none."""
    marks = [
        TONE_MARKS[character]
        for character in unicodedata.normalize("NFD", syllable)
        if character in TONE_MARKS
    ]
    return marks[0] if marks else NEUTRAL


@lru_cache(maxsize=1 << 16)
def is_hanzi(character: str) -> bool:
    return bool(HANZI.match(character))


@cache
def known_scopes() -> frozenset[str]:
    """Every division prefix that some reading or spelling depends on."""
    scopes = {row.scope for row in reading_table().rows()}
    scopes |= {row[2].strip("-") for row in read_table("spellings.tsv")}
    return frozenset(scopes - {""})


def _apply_words(
    rows: Rows, name: str, found: list[Reading | None], *, specific: str, scope: str | None
) -> None:
    for start, first in enumerate(name):
        for row in rows.get(first, ()):
            end = start + len(row.text)
            if name[start:end] != row.text or found[start] is not None:
                continue
            if any(reading is not None for reading in found[start:end]):
                continue
            if _holds(row, whole=row.text in (name, specific), scope=scope):
                for at, syllable in enumerate(row.syllables):
                    found[start + at] = Reading(
                        name[start + at], syllable, ReadingSource.OVERRIDE, row.source
                    )
                break


def _holds(row: Override, *, whole: bool, scope: str | None) -> bool:
    if not row.scope:
        return True
    return whole if scope is None else scope.startswith(row.scope)


def _apply_phrases(word: str, offset: int, found: list[Reading | None]) -> None:
    at = 0
    starts = _phrase_starts()
    _, phrases = general_dictionary()
    while at < len(word) - 1:
        if word[at : at + 2] not in starts:
            at += 1
            continue
        for size in range(min(LONGEST_PHRASE, len(word) - at), 1, -1):
            phrase = phrases.get(word[at : at + size])
            if phrase and all(found[offset + at + n] is None for n in range(size)):
                for n, readings in enumerate(phrase):
                    character = word[at + n]
                    syllable = CONSTANT.get(character) or _in_full(character, readings[0])
                    found[offset + at + n] = Reading(character, syllable, ReadingSource.DICTIONARY)
                at += size - 1
                break
        at += 1


@cache
def _phrase_starts() -> frozenset[str]:
    """The first two characters of every phrase: most pairs in names begin none."""
    return frozenset(phrase[:2] for phrase in general_dictionary()[1])


@lru_cache(maxsize=1 << 16)
def _in_full(character: str, syllable: str) -> str:
    """``syllable`` with the tone that a phrase of daily speech drops: 牡丹 has dān in names."""
    if tone_of(syllable) != NEUTRAL:
        return syllable
    known = dictionary_readings(character)
    return next((each for each in known if strip_tones(each) == syllable), syllable)


def _one(table: ReadingTable, character: str, at: int, length: int, scope: str | None) -> Reading:
    if not is_hanzi(character):
        return Reading(character, character, ReadingSource.DICTIONARY)
    doubtful = character in table.uncertain
    for row in table.single.get(character, ()):
        if row.stands_at(at, length) and row.reaches(scope):
            sure = bool(row.scope) or not doubtful
            source = ReadingSource.DICTIONARY if sure else ReadingSource.PROVISIONAL
            return Reading(character, row.syllables[0], source, row.source)
    known = _usual(character)
    if not known:
        return Reading(character, "", ReadingSource.UNKNOWN)
    source = ReadingSource.PROVISIONAL if doubtful else ReadingSource.DICTIONARY
    return Reading(character, known, source)


@cache
def _usual(character: str) -> str:
    return next(iter(dictionary_readings(character)), "")
