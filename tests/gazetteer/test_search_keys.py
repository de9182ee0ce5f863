"""What is typed and what is stored come to the same form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import (
    initials_key,
    literal_pattern,
    matches_tones,
    pinyin_key,
    read_query,
)


class TestKeys:
    def test_letters_and_initials_of_a_road(self) -> None:
        syllables = romanise("天河路", category="street").syllables
        assert (pinyin_key(syllables), initials_key(syllables)) == ("tianhelu", "thl")

    def test_an_ordinal_is_stored_as_it_is_spoken(self) -> None:
        assert pinyin_key(romanise("中山五路", category="street").syllables) == "zhongshanwulu"

    def test_umlaut_is_stored_as_v(self) -> None:
        assert pinyin_key(romanise("吕梁", category="village").syllables) == "lvliang"


class TestReadQuery:
    @pytest.mark.parametrize(
        "typed",
        ["tianhelu", "Tianhe Lu", "tiān hé lù", "tian1he2lu4", "ｔｉａｎｈｅｌｕ", "TIANHE-LU"],
    )
    def test_every_way_of_typing_pinyin_gives_the_same_letters(self, typed: str) -> None:
        assert "tianhelu" in read_query(typed).spellings

    @pytest.mark.parametrize("typed", ["lvliang", "lüliang", "Lǚliáng", "lyuliang", "luliang"])
    def test_umlaut_is_found_however_it_is_typed(self, typed: str) -> None:
        assert "lvliang" in read_query(typed).spellings

    def test_the_ordinal_of_a_sign_is_read_as_spoken(self) -> None:
        assert "zhongshanwulu" in read_query("ZHONGSHAN 5 LU").spellings

    def test_characters_lose_their_spaces(self) -> None:
        assert read_query(" 天河 路 ").text == "天河路"

    def test_tones_are_kept_to_compare_with(self) -> None:
        assert read_query("tian1he2").tones == (1, 2)
        assert matches_tones((1, 2), "Tiānhé Lù")
        assert not matches_tones((1, 4), "Tiānhé Lù")

    @given(st.text(max_size=60))
    def test_no_text_breaks_it_and_letters_stay_letters(self, text: str) -> None:
        query = read_query(text)
        assert all(s.isascii() and s.isalnum() for s in query.spellings)

    @given(st.text(max_size=30))
    def test_a_pattern_has_no_wildcards_of_its_own(self, text: str) -> None:
        bare = literal_pattern(text).replace("\\\\", "").replace("\\%", "").replace("\\_", "")
        assert "%" not in bare and "_" not in bare
