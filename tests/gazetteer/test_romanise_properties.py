"""What holds of the spelling of any name."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gazetteer.domain.names import Category, Role
from gazetteer.domain.readings import ReadingSource, is_hanzi, strip_tones
from gazetteer.domain.romanise import ARABIC, PINYIN, UMLAUTS, Romanisation, V, romanise

HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
COMMON = st.sampled_from(list("东西南北中大小新一二五十第路街巷里涌埔会西安儿女吕绿恩鄂山河县区市"))
NAMES = st.text(HANZI, min_size=1, max_size=12) | st.text(COMMON, min_size=1, max_size=8)
CATEGORIES = st.sampled_from(list(Category))
PLACES = st.sampled_from([None, "44", "440106", "440113103201", "320116", "610000", "999999"])
ALLOWED = re.compile(r"^[A-Za-zÜüÊê0-9' \-]*$")
UNSCOPED = "天河人民建设光明红旗卫东胜利"


def known(spelt: Romanisation) -> bool:
    return spelt.source is not ReadingSource.UNKNOWN


class TestAnyName:
    @given(NAMES, CATEGORIES, PLACES)
    def test_has_letters_of_pinyin_only(
        self, name: str, category: Category, division: str | None
    ) -> None:
        spelt = romanise(name, category=category, division=division)
        assert ALLOWED.match(spelt.plain), spelt.plain
        assert ALLOWED.match(spelt.sign), spelt.sign

    @given(NAMES, CATEGORIES, PLACES)
    def test_has_one_syllable_a_character(
        self, name: str, category: Category, division: str | None
    ) -> None:
        spelt = romanise(name, category=category, division=division)
        if known(spelt):
            assert len(spelt.syllables) == sum(map(is_hanzi, name))

    @given(NAMES, CATEGORIES)
    def test_segments_are_the_name_and_the_spelling(self, name: str, category: Category) -> None:
        spelt = romanise(name, category=category)
        assert "".join(segment.text for segment in spelt.segments) == name
        assert spelt.specific + spelt.generic == name
        if known(spelt):
            assert " ".join(segment.toned for segment in spelt.segments) == spelt.toned

    @given(NAMES, CATEGORIES, st.sampled_from([ARABIC, PINYIN]))
    def test_plain_is_toned_without_tones_and_sign_its_capitals(
        self, name: str, category: Category, style: str
    ) -> None:
        spelt = romanise(name, category=category, street_ordinal_style=style)
        assert spelt.plain == strip_tones(spelt.toned)
        assert spelt.sign == spelt.plain.upper()

    @given(NAMES, CATEGORIES)
    def test_apostrophes_stand_before_later_a_o_e_and_nowhere_else(
        self, name: str, category: Category
    ) -> None:
        spelt = romanise(name, category=category)
        start = 0
        for segment in spelt.segments:
            syllables = spelt.syllables[start : start + len(segment.text)]
            start += len(segment.text)
            written = segment.role is not Role.ORDINAL and segment.source is not (
                ReadingSource.SPELLING
            )
            if known(spelt) and written:
                assert segment.plain.lower() == joined(syllables, segment)

    @given(NAMES, CATEGORIES, PLACES)
    def test_is_the_same_every_time(
        self, name: str, category: Category, division: str | None
    ) -> None:
        once = romanise(name, category=category, division=division)
        assert romanise(name, category=category.value, division=division) == once

    @given(st.text(st.sampled_from(UNSCOPED), min_size=1, max_size=6), CATEGORIES, PLACES)
    def test_division_changes_nothing_where_no_reading_is_of_a_region(
        self, name: str, category: Category, division: str | None
    ) -> None:
        assert romanise(name, category=category, division=division) == romanise(
            name, category=category
        )

    @given(NAMES, CATEGORIES, st.sampled_from(list(UMLAUTS)))
    def test_umlaut_style_touches_nothing_but_the_umlaut(
        self, name: str, category: Category, style: str
    ) -> None:
        usual = romanise(name, category=category)
        spelt = romanise(name, category=category, umlaut_style=style)
        small, capital = UMLAUTS[style]
        assert spelt.plain == usual.plain.replace("ü", small).replace("Ü", capital)
        assert (spelt.toned, spelt.syllables) == (usual.toned, usual.syllables)
        assert style != V or "ü" not in spelt.plain


def joined(syllables: tuple[str, ...], segment: object) -> str:
    """The syllables of one word as rule 11 joins them; 儿 at its end may colour instead."""
    text, plain = segment.text, segment.plain  # type: ignore[attr-defined]
    coloured = text.endswith("儿") and len(text) > 1 and not plain.lower().endswith("er")
    if coloured:
        syllables = (*syllables[:-1], "r")
    word = syllables[0]
    for syllable in syllables[1:]:
        word += f"'{syllable}" if syllable[0] in "aoeê" else syllable
    return word
