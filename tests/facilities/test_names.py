"""Search keys of facilities, classes of shares."""

import itertools

import pytest

from facilities.domain.classes import class_ranges, share_class
from facilities.domain.names import name_keys, source_key


class TestSourceKey:
    def test_tells_names_apart_that_have_no_letters(self):
        first, second = source_key("network", "福田路网"), source_key("network", "荔湾路网")
        assert first != second
        assert first == source_key("network", "福田路网")
        assert first.startswith("network-")

    def test_is_readable_where_letters_say_it_all(self):
        assert source_key("network", "Futian drive") == "network-futian-drive"

    @pytest.mark.parametrize("title", ["福" * 200, "long " * 60, "!", ""])
    def test_is_short(self, title):
        assert 0 < len(source_key("demand", title)) <= 50


class TestNameKeys:
    @pytest.mark.parametrize(
        ("name", "pinyin", "initials"),
        [
            ("广州市老人院", "guangzhoushilaorenyuan", "gzslry"),
            ("番禺区社会福利院", "panyuqushehuifuliyuan", "pyqshfly"),
        ],
    )
    def test_are_letters_only(self, name, pinyin, initials):
        keys = name_keys(name, "440113")
        assert (keys.pinyin, keys.initials) == (pinyin, initials)

    def test_fit_their_columns(self):
        keys = name_keys("广州市" * 40, "440106")
        assert len(keys.pinyin) <= 300
        assert len(keys.initials) <= 60


class TestShareClass:
    @pytest.mark.parametrize(
        ("share", "shade"),
        [(None, 0), (0.0, 1), (0.0999, 1), (0.10, 2), (0.25, 3), (0.5, 4), (0.75, 5), (1.0, 5)],
    )
    def test_lower_bounds_belong_to_the_class(self, share, shade):
        assert share_class(share) == shade

    def test_ranges_follow_one_another_from_0_to_100(self):
        ranges = class_ranges()
        assert (ranges[0][1], ranges[-1][2]) == (0, 100)
        assert all(upper[2] == lower[1] for upper, lower in itertools.pairwise(ranges))
