"""Names attested in Latin letters, divided among their characters: evidence for readings."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gazetteer.domain.reading_table import ReadingTable
from gazetteer.domain.readings import dictionary_readings, read_characters, strip_tones

BETWEEN = re.compile(r"[ ''’\-]")


@dataclass(frozen=True, slots=True)
class Attested:
    """``text`` is spelt by ``syllables``, one a character; with tones where ``toned``.

    ``region`` is a division code or prefix; ``source`` names the register.
    """

    text: str
    syllables: tuple[str, ...]
    region: str
    source: str
    toned: bool = False


def divide(latin: str, text: str, *, table: ReadingTable) -> tuple[str, ...] | None:
    """The letters of ``latin`` divided among the characters by readings that are known.

    A syllable with ü may be written with u, as registers often do, where nothing else fits.
    ``None`` where the letters do not fit: another name, or no Mandarin spelling (Ürümqi).
    """
    letters = BETWEEN.sub("", strip_tones(unicodedata.normalize("NFC", latin)).lower())
    return _divide(letters, text, table)


def _divide(letters: str, text: str, table: ReadingTable) -> tuple[str, ...] | None:
    if not text:
        return None if letters else ()
    known = _known(text[0], table)
    written = [(each, each) for each in known]
    written += [(each, each.replace("ü", "u")) for each in known if "ü" in each]
    for syllable, spelt in written:
        if letters.startswith(spelt):
            rest = _divide(letters[len(spelt) :], text[1:], table)
            if rest is not None:
                return (syllable, *rest)
    return None


def _known(character: str, table: ReadingTable) -> list[str]:
    """Toneless readings of a character, longer ones first, from the dictionary and the table."""
    found = {strip_tones(each) for each in dictionary_readings(character)}
    found |= {strip_tones(row.syllables[0]) for row in table.single.get(character, ())}
    for rows in (table.fixed_words, table.words):
        found |= {strip_tones(row.syllables[0]) for row in rows.get(character, ())}
    return sorted(found - {""}, key=lambda each: (-len(each), each))


def agrees(read: str, attested: Attested, at: int) -> bool:
    """Whether a reading is the attested one, as far as the register writes it."""
    if attested.toned:
        return read == attested.syllables[at]
    return strip_tones(read) == attested.syllables[at]


def agreement(names: Iterable[Attested], *, table: ReadingTable) -> tuple[int, int]:
    """How many of the names the table reads as attested in every character, and how many all."""
    right = total = 0
    for name in names:
        read = read_characters([name.text], specific=name.text, scope=name.region, table=table)
        right += all(agrees(one.syllable, name, at) for at, one in enumerate(read))
        total += 1
    return right, total
