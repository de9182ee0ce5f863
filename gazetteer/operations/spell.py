"""The spelling columns of one name are filled: by rule, or by a reading that somebody approved."""

from gazetteer.domain.approved import read_spelling
from gazetteer.domain.categories import naming_category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import PlaceName


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
