"""Characters, standard forms and how alike two specific terms are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.domain.characters import (
    Why,
    charset_level,
    fold,
    standard_characters,
    substitutions,
    variants_of,
)
from gazetteer.domain.similarity import (
    Likeness,
    Sound,
    likeness,
    look_alikes,
    shape_alike,
    shape_variations,
)

LISTED = st.sampled_from(standard_characters())
SOUNDS = st.builds(
    Sound,
    text=st.text(LISTED, min_size=1, max_size=3),
    toned=st.sampled_from(["", "Tiān hé", "Tián hé", "Xī'ān", "Xiān"]),
)


class TestCharacters:
    def test_the_list_has_its_8105_characters_in_three_levels(self) -> None:
        levels = [charset_level(character) for character in standard_characters()]
        assert [levels.count(level) for level in (1, 2, 3)] == [3500, 3000, 1605]

    @pytest.mark.parametrize(
        ("character", "level"), [("涌", 1), ("埔", 2), ("滘", 3), ("氹", None), ("峯", None)]
    )
    def test_levels(self, character: str, level: int | None) -> None:
        assert charset_level(character) == level

    def test_folds_traditional_and_variant_forms(self) -> None:
        assert fold("臺灣裡嶺峯邨") == "台湾里岭峰村"

    def test_keeps_listed_characters_that_are_also_traditional_forms(self) -> None:
        assert fold("乾陵") == "乾陵"

    def test_local_spellings_meet_in_a_search_and_differ_for_the_law(self) -> None:
        assert fold("沙冲") == fold("沙涌")
        assert fold("沙冲", local=False) != fold("沙涌", local=False)

    def test_says_why(self) -> None:
        found = substitutions("東湧")
        assert [(each.standard, each.why) for each in found] == [
            ("东", Why.TRADITIONAL),
            ("涌", Why.VARIANT),
        ]

    def test_knows_the_other_forms(self) -> None:
        assert {"裏", "裡"} <= set(variants_of("里"))
        assert "里" in variants_of("裡")

    @given(st.text(max_size=12))
    def test_folding_again_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    @given(LISTED)
    def test_listed_characters_are_their_own_standard_form(self, character: str) -> None:
        assert fold(character, local=False) == character


class TestLookAlikes:
    @pytest.mark.parametrize(
        "pair", ["未末", "己已", "已巳", "土士", "治冶", "辰晨", "州洲", "清请"]
    )
    def test_finds(self, pair: str) -> None:
        assert pair[1] in look_alikes(pair[0])

    def test_does_not_find_what_merely_shares_a_radical(self) -> None:
        assert not {"海", "江", "湖"} & set(look_alikes("河"))

    @given(LISTED)
    def test_symmetric_and_never_itself(self, character: str) -> None:
        others = look_alikes(character)
        assert character not in others
        assert all(character in look_alikes(other) for other in others)

    @given(st.text(LISTED, min_size=1, max_size=3))
    def test_every_variation_is_shape_alike(self, text: str) -> None:
        assert all(shape_alike(text, varied) for varied in shape_variations(text))


class TestLikeness:
    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (("新峰", "Xīnfēng"), ("新峯", "Xīnfēng"), Likeness.SAME),
            (("长安", "Cháng'ān"), ("常安", "Cháng'ān"), Likeness.HOMOPHONE),
            (("天河", "Tiānhé"), ("田禾", "Tiánhé"), Likeness.NEAR),
            (("治平", "Zhìpíng"), ("冶平", "Yěpíng"), Likeness.SHAPE),
            (("天河", "Tiānhé"), ("黄埔", "Huángpǔ"), None),
            (("天河", ""), ("黄埔", ""), None),
        ],
    )
    def test_kinds(
        self, one: tuple[str, str], other: tuple[str, str], expected: Likeness | None
    ) -> None:
        assert likeness(Sound(*one), Sound(*other)) is expected

    def test_a_dialect_reading_makes_a_homophone(self) -> None:
        one, other = Sound("沥", "Lì", dialect="lik6"), Sound("力", "Lì", dialect="lik6")
        assert likeness(one, other) is Likeness.HOMOPHONE

    @given(SOUNDS, SOUNDS)
    def test_symmetric(self, one: Sound, other: Sound) -> None:
        assert likeness(one, other) is likeness(other, one)

    @given(SOUNDS)
    def test_everything_is_the_same_as_itself(self, sound: Sound) -> None:
        assert likeness(sound, sound) is Likeness.SAME
