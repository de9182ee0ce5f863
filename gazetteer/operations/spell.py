"""One name is checked for its characters and its spelling columns are filled.

The spelling is by rule, or by a reading that somebody approved.
"""

from django.db import connection

from common.errors import BadInput
from gazetteer.domain.approved import read_spelling
from gazetteer.domain.categories import naming_category
from gazetteer.domain.readings import ReadingSource, is_hanzi
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import PlaceName

# Numbers belong to codes (105国道, 1203高地), never to other names (Regulation, Art 9 (3)).
NUMBERED = ("STREET", "NATURAL")
LONGEST = 100
LOCK = 44_010_514


def check_characters(text: str, place_category: str) -> None:
    """Raise ``BadInput`` unless a standard name may be written so."""
    if not text:
        raise BadInput("Give the name.")
    if len(text) > LONGEST:
        raise BadInput("A name has at most %(most)d characters.", most=LONGEST)
    allowed_digits = place_category in NUMBERED
    for character in text:
        if not (is_hanzi(character) or (allowed_digits and character in "0123456789")):
            raise BadInput(
                "A standard name is written in Chinese characters: “%(character)s” is not one "
                "(Regulation on Place Names, Art 9 (3)).",
                character=character,
            )
    if not any(map(is_hanzi, text)):
        raise BadInput("A standard name is written in Chinese characters.")


def hold_name(text: str) -> None:
    """Until this transaction ends nobody else checks the same name: of two people who give it

    in one second the second one is told of the first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, text])


def spell(name: PlaceName, place_category: str, division_code: str, reading: str = "") -> None:
    """Set specific, generic, Pinyin and search keys of ``name`` from its text; does not save.

    ``place_category``: the legal category of the place. ``reading`` in pinyin with tones stands
    above the automatic one and marks the name as approved; unreadable ones raise ``BadInput``.
    """
    reading = reading.strip()
    spelling = romanise(
        name.text,
        category=naming_category(place_category, division_code),
        division=division_code,
    )
    name.specific, name.generic = spelling.specific, spelling.generic
    syllables = spelling.syllables
    if reading and reading != spelling.toned:
        approved = read_spelling(reading, name=name.text)
        name.pinyin_plain, name.pinyin_toned = approved.plain, approved.toned
        name.pinyin_sign = approved.sign
        name.reading_source = ReadingSource.APPROVED
        syllables = approved.syllables or syllables
    else:
        name.pinyin_plain, name.pinyin_toned = spelling.plain, spelling.toned
        name.pinyin_sign = spelling.sign
        # Somebody looked and agreed: nothing is left to check.
        name.reading_source = ReadingSource.APPROVED if reading else spelling.source
    name.search_pinyin = pinyin_key(syllables)
    name.search_initials = initials_key(syllables)[:60]
