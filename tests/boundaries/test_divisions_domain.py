"""What a division code says by itself (domain reference §3.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.codes import Kind, kind_of, level_of, parent_code, prefix_of

CODES = st.one_of(
    st.from_regex(r"[1-8][0-9]{5}", fullmatch=True),
    st.from_regex(r"[1-8][0-9]{8}", fullmatch=True),
    st.from_regex(r"[1-8][0-9]{11}", fullmatch=True),
)


class TestLevelOf:
    @pytest.mark.parametrize(
        ("code", "level"),
        [("440000", 1), ("440100", 2), ("440106", 3), ("440106001", 4), ("440106001001", 5)],
    )
    def test_follows_the_digits(self, code: str, level: int) -> None:
        assert level_of(code) == level

    @pytest.mark.parametrize("code", ["", "4401", "4401061", "44010a", "４４０１０６", " 440106"])
    def test_refuses_what_is_no_code(self, code: str) -> None:
        with pytest.raises(ValueError, match="not a division code"):
            level_of(code)


class TestParentCode:
    @given(CODES)
    def test_lies_one_level_up_and_holds_the_code(self, code: str) -> None:
        parent = parent_code(code)
        if parent is None:
            assert level_of(code) == 1
        else:
            assert level_of(parent) < level_of(code)
            assert code.startswith(prefix_of(parent))

    @given(CODES)
    def test_ends_at_a_province(self, code: str) -> None:
        steps = 0
        here: str | None = code
        while here is not None:
            last, here, steps = here, parent_code(here), steps + 1
        assert level_of(last) == 1
        assert steps <= 5


class TestKindOf:
    @pytest.mark.parametrize(
        ("code", "name", "kind"),
        [
            ("110000", "北京市", Kind.MUNICIPALITY),
            ("450000", "广西壮族自治区", Kind.AUTONOMOUS_REGION),
            ("810000", "香港特别行政区", Kind.SPECIAL_REGION),
            ("152200", "兴安盟", Kind.LEAGUE),
            ("433100", "湘西土家族苗族自治州", Kind.AUTONOMOUS_PREFECTURE),
            ("440106", "天河区", Kind.DISTRICT),
            ("440981", "高州市", Kind.COUNTY_CITY),
            ("441825", "连山壮族瑶族自治县", Kind.AUTONOMOUS_COUNTY),
            ("150722", "莫力达瓦达斡尔族自治旗", Kind.AUTONOMOUS_BANNER),
            ("429021", "神农架林区", Kind.FOREST_DISTRICT),
            ("230751", "金林区", Kind.DISTRICT),
            ("520203", "六枝特区", Kind.SPECIAL_DISTRICT),
            ("632825", "大柴旦行政委员会", Kind.STATISTICAL),
            ("629700", "中农发山丹马场", Kind.OUTSIDE_CODES),
            ("440106001", "五山街道", Kind.STREET),
            ("440113104", "化龙镇", Kind.TOWN),
            ("441825200", "三水瑶族乡", Kind.TOWNSHIP),
            ("441882400", "某林场", Kind.TOWNSHIP_UNIT),
            ("440106001001", "茶山社区居委会", Kind.NEIGHBOURHOOD),
            ("440113104200", "某村委会", Kind.VILLAGE),
        ],
    )
    def test_follows_level_and_ending(self, code: str, name: str, kind: Kind) -> None:
        assert kind_of(code, name) == kind
