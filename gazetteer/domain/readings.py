"""Mandarin readings of the characters of a name: our tables first, then pypinyin's dictionary.

Rule 8 of 1984: a place name is spelt by its Mandarin reading, which for many places is not the
usual reading of the characters (domain reference §2.2). The tables are data with a source.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from gazetteer.domain.names import read_table

LONGEST_PHRASE = 6
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


@dataclass(frozen=True, slots=True)
class Override:
    """A row of ``readings.tsv``."""

    text: str
    syllables: tuple[str, ...]
    scope: str
    where: str
    source: str


def read_characters(words: Sequence[str], *, specific: str, scope: str | None) -> list[Reading]:
    """A reading for every character of ``words`` (a name in its written-apart words).

    ``scope`` is a division code or a prefix of one; ``None`` when the division is not known.
    """
    name = "".join(words)
    found: list[Reading | None] = [None] * len(name)
    _apply_words(name, found, specific=specific, scope=scope)
    start = 0
    for word in words:
        _apply_phrases(word, start, found)
        for at, character in enumerate(word):
            if found[start + at] is None:
                found[start + at] = _one(character, at, len(word), scope)
        start += len(word)
    return [reading for reading in found if reading is not None]


def strip_tones(text: str) -> str:
    """``text`` without tone marks; ü and ê stay (Lǜ → Lü)."""
    plain = unicodedata.normalize("NFD", text)
    kept = "".join(character for character in plain if character not in TONE_MARKS)
    return unicodedata.normalize("NFC", kept)


def tone_of(syllable: str) -> int:
    """1 to 4 by the tone mark, 5 for the neutral tone."""
    marks = [
        TONE_MARKS[character]
        for character in unicodedata.normalize("NFD", syllable)
        if character in TONE_MARKS
    ]
    return marks[0] if marks else 5


def is_hanzi(character: str) -> bool:
    return bool(HANZI.match(character))


@cache
def known_scopes() -> frozenset[str]:
    """Every division prefix that some reading or spelling depends on."""
    scopes = {row.scope for rows in _words().values() for row in rows}
    scopes |= {row.scope for rows in _single().values() for row in rows}
    scopes |= {row[2].strip("-") for row in read_table("spellings.tsv")}
    return frozenset(scopes - {""})


def _apply_words(
    name: str, found: list[Reading | None], *, specific: str, scope: str | None
) -> None:
    for start, first in enumerate(name):
        for row in _words().get(first, ()):
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
    while at < len(word) - 1:
        for size in range(min(LONGEST_PHRASE, len(word) - at), 1, -1):
            phrase = PHRASES_DICT.get(word[at : at + size])
            if phrase and all(found[offset + at + n] is None for n in range(size)):
                for n, readings in enumerate(phrase):
                    character = word[at + n]
                    syllable = CONSTANT.get(character) or readings[0]
                    found[offset + at + n] = Reading(character, syllable, ReadingSource.DICTIONARY)
                at += size - 1
                break
        at += 1


def _one(character: str, at: int, length: int, scope: str | None) -> Reading:
    if not is_hanzi(character):
        return Reading(character, character, ReadingSource.DICTIONARY)
    for row in _single().get(character, ()):
        position = (
            row.where == "any"
            or (row.where == "first" and at == 0 and length > 1)
            or (row.where == "notfirst" and (at > 0 or length == 1))
            or (row.where == "last" and at == length - 1)
            or (row.where == "alone" and length == 1)
        )
        if position and (not row.scope or (scope or "").startswith(row.scope)):
            local = bool(row.scope) or character not in _uncertain()
            source = ReadingSource.DICTIONARY if local else ReadingSource.PROVISIONAL
            return Reading(character, row.syllables[0], source, row.source)
    known = PINYIN_DICT.get(ord(character), "")
    if not known:
        return Reading(character, "", ReadingSource.UNKNOWN)
    doubtful = character in _uncertain()
    source = ReadingSource.PROVISIONAL if doubtful else ReadingSource.DICTIONARY
    return Reading(character, known.split(",")[0], source)


@cache
def _uncertain() -> frozenset[str]:
    return frozenset(row[0] for row in read_table("uncertain.tsv"))


@cache
def _rows() -> list[Override]:
    return [
        Override(text, tuple(reading.split()), scope.strip("-"), where, source)
        for text, reading, scope, where, source in read_table("readings.tsv")
    ]


@cache
def _words() -> dict[str, list[Override]]:
    """Rows of two and more characters by their first, longest and narrowest first."""
    found: dict[str, list[Override]] = {}
    for row in sorted(_rows(), key=lambda row: (-len(row.text), -len(row.scope))):
        if len(row.text) > 1:
            found.setdefault(row.text[0], []).append(row)
    return found


@cache
def _single() -> dict[str, list[Override]]:
    found: dict[str, list[Override]] = {}
    for row in sorted(_rows(), key=lambda row: (-len(row.scope), row.where == "any")):
        if len(row.text) == 1:
            found.setdefault(row.text, []).append(row)
    return found
