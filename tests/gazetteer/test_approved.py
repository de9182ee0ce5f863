"""A spelling that somebody approved: read as it is given, and looked at where nothing knows it."""

import pytest

from common.errors import BadInput
from gazetteer.domain.approved import read_spelling, unknown_reading


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Tiānhé Lù", "天河路"),
        ("Jīng 5 Lù", "经五路"),
        ("1203 Gāodì", "1203高地"),
        ("Di-9 Lòng", "第九弄"),
        ("Pénr Hútòng", "盆儿胡同"),
        ("Xī'ān", "西安"),
        ("Dōngchōng Zhèn", "东涌镇"),
        ("Xǔshùguān Zhèn", "浒墅关镇"),
        # Not the passport's form of ü, but n before yu.
        ("Pānyú Qū", "番禺区"),
    ],
)
def test_a_reading_of_dictionary_or_table_is_known(spelling: str, name: str) -> None:
    assert read_spelling(spelling, name=name).known
    assert not unknown_reading(spelling, name=name)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Tiánhé Lù", "天河路"),
        ("Xīyáng Lù", "天河路"),
        ("Tianhe Lu", "天河路"),
        # No table knows the first character: whatever is typed is nobody's reading.
        ("Jí Lù", "𠮷路"),
    ],
    ids=["tone", "letters", "no tones", "no reading known"],
)
def test_an_invented_reading_is_taken_and_told(spelling: str, name: str) -> None:
    assert read_spelling(spelling, name=name).plain
    assert unknown_reading(spelling, name=name)


@pytest.mark.parametrize("spelling", ["Lyǔliáng Shì", "Lvliang Shi"])
def test_substitutes_of_the_umlaut_are_refused(spelling: str) -> None:
    with pytest.raises(BadInput, match="Write ü"):
        read_spelling(spelling, name="吕梁市")
