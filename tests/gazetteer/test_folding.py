"""Variants of characters meet in one form, in Python and in the database alike."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.domain.folding import fold, fold_pairs, stem
from gazetteer.domain.search_errors import likely_stems, one_error_keys, one_letter_off


class TestFold:
    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("臺山市", "台山市"),
            ("東涌鎮", "东涌镇"),
            ("大朗", "大塱"),
            ("Ａ區", "a区"),
            ("邨", "村"),
        ],
    )
    def test_variants_come_to_one_form(self, written: str, folded: str) -> None:
        assert fold(written) == folded

    @given(st.text(max_size=30))
    def test_folding_twice_is_folding_once(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    def test_the_database_folds_every_character_the_same_way(self, db: None) -> None:
        characters = list(fold_pairs()) + list("天河路ＡbÉ１①㎡臺")
        with connection.cursor() as cursor:
            cursor.execute("SELECT c, gazetteer_search_fold(c) FROM unnest(%s) AS c", [characters])
            rows = cursor.fetchall()
        assert [(each, fold(each)) for each, _ in rows] == rows

    @pytest.mark.parametrize(
        ("name", "short"),
        [
            ("东风村民委员会", "东风村"),
            ("王村村委会", "王村"),
            ("体育社区居委会", "体育社区"),
            ("体育居民委员会", "体育社区"),
            ("天河路", "天河路"),
        ],
    )
    def test_a_committee_goes_by_the_place_it_serves(self, name: str, short: str) -> None:
        assert stem(name) == short


class TestErrors:
    def test_one_character_unknown_finds_a_wrong_and_a_missing_one(self) -> None:
        wrong, missing, swapped = map(one_error_keys, ("天何路", "天路", "河天路"))
        assert "天_路" in wrong
        assert "天_路" in missing
        assert "=天河路" in swapped

    def test_an_error_in_the_committees_suffix_leaves_its_place(self) -> None:
        assert "东风村" in likely_stems("东风村尾会")
        assert "东风村" in likely_stems("东风委村会")

    @pytest.mark.parametrize("typed", ["tianghe", "tinhe", "tainhe", "tiamhe", "tiianhe"])
    def test_a_slip_of_one_letter_leads_back(self, typed: str) -> None:
        assert "tianhe" in one_letter_off(typed)

    @given(st.text(max_size=40))
    def test_no_text_breaks_it(self, text: str) -> None:
        folded = fold(text)
        assert len(one_error_keys(folded)) <= 8 * 31
        likely_stems(folded)
