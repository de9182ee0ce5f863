"""Drafts of adjustments, pure: worked cases, refusals, land neither lost nor doubled."""

from datetime import date
from typing import Any

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from boundaries.domain.adjusting import Outcome, adjust
from boundaries.domain.adjustments import (
    Act,
    BadDraft,
    Unit,
    approver_of,
    clocks,
    months_later,
    read_changes,
)
from boundaries.domain.draft_shapes import area_m2, conservation
from common.errors import BadInput
from tests.boundaries.coverages import voronoi

DAY = date(2025, 7, 1)
GUANGZHOU_2013 = {
    "440103": "荔湾区", "440104": "越秀区", "440105": "海珠区", "440106": "天河区",
    "440111": "白云区", "440112": "黄埔区", "440113": "番禺区", "440114": "花都区",
    "440115": "南沙区", "440116": "萝岗区", "440183": "增城市", "440184": "从化市",
}  # fmt: skip
CHANGES_2014 = [
    {"act": "merge", "units": ["440112", "440116"], "code": "440112", "name": "黄埔区",
     "seat": "萝岗街道香雪三路1号"},
    {"act": "upgrade", "units": ["440184"], "code": "440117", "name": "从化区"},
    {"act": "upgrade", "units": ["440183"], "code": "440118", "name": "增城区"},
]  # fmt: skip


def city(counties: dict[str, str], towns: dict[str, str] | None = None) -> list[Unit]:
    """A city of counties and towns, on codes alone; the key is the code."""
    rows = [Unit("440100", "440100", "广州市", 2)]
    rows += [Unit(code, code, name, 3, "440100") for code, name in counties.items()]
    return rows + [Unit(c, c, name, 4, c[:6]) for c, name in (towns or {}).items()]


def squares() -> list[Unit]:
    """Two counties side by side, three towns on top of each other in each."""
    rows = [Unit("440100", "440100", "方市", 2, shape=box(113, 23, 113.2, 23.15))]
    for n, name in ((0, "甲区"), (1, "乙区")):
        code, x = f"44010{n + 1}", 113 + n / 10
        rows.append(Unit(code, code, name, 3, "440100", shape=box(x, 23, x + 0.1, 23.15)))
        for m in range(3):
            town = box(x, 23 + m * 0.05, x + 0.1, 23 + (m + 1) * 0.05)
            rows.append(Unit(f"{code}10{m}", f"{code}10{m}", f"{name}{m}镇", 4, code, shape=town))
    return rows


def carry_out(units: list[Unit], *rows: dict[str, Any], used: Any = None) -> Outcome:
    return adjust(units, read_changes(list(rows)), day=DAY, used=used)


def codes(outcome: Outcome) -> dict[str, str]:
    return {unit.code: unit.name for unit in outcome.after.values()}


def by_code(outcome: Outcome, code: str) -> Unit:
    return next(unit for unit in outcome.after.values() if unit.code == code)


def kept(units: list[Unit], outcome: Outcome, level: int) -> None:
    """All units of a level together hold the same land as before, each piece once."""
    olds = {u.code: u for u in units if u.level == level}
    news = {u.key: u for u in units if u.level == level} | {
        key: unit for key, unit in outcome.after.items() if unit.level == level
    }
    for unit in outcome.ended():
        news.pop(unit.key, None)
    found = conservation(
        {code: u.shape for code, u in olds.items() if u.shape is not None},
        {u.code: u.shape for u in news.values() if u.shape is not None},
    )
    assert found.kept, found
    assert found.before_m2 == pytest.approx(found.after_m2, abs=1)


class TestCodesAlone:
    def test_the_change_of_2014(self) -> None:
        outcome = carry_out(city(GUANGZHOU_2013), *CHANGES_2014)
        assert codes(outcome) == {"440112": "黄埔区", "440117": "从化区", "440118": "增城区"}
        assert [unit.name for unit in outcome.ended()] == ["萝岗区"]
        assert {(a.before, a.after, a.share) for a in outcome.arrows} == {
            ("440112", "440112", 1.0),
            ("440116", "440112", 1.0),
            ("440184", "440184", 1.0),
            ("440183", "440183", 1.0),
        }
        assert [one.act for one in outcome.happenings] == ["merge", "upgrade", "upgrade"]
        assert by_code(outcome, "440112").seat == "萝岗街道香雪三路1号"
        assert by_code(outcome, "440117").kind == "district"

    def test_codes_below_follow_and_keep_their_numbers(self) -> None:
        towns = {"440184001": "街口街道", "440184100": "温泉镇", "440116001": "夏港街道"}
        outcome = carry_out(city(GUANGZHOU_2013, towns), *CHANGES_2014)
        assert {"440117001", "440117100", "440112001"} <= set(codes(outcome))

    def test_a_number_that_was_used_there_is_left_free(self) -> None:
        towns = {"440116001": "夏港街道", "440112001": "黄埔街道", "440112007": "鱼珠街道"}
        outcome = carry_out(city(GUANGZHOU_2013, towns), *CHANGES_2014)
        assert by_code(outcome, "440112008").name == "夏港街道"

    def test_towns_to_another_county(self) -> None:
        """The three towns of 2012 (国函〔2012〕152号): no new code for a county."""
        towns = {"440113101": "东涌镇", "440113102": "大岗镇", "440113103": "榄核镇"}
        outcome = carry_out(
            city(GUANGZHOU_2013, towns),
            {"act": "transfer", "units": list(towns), "to": "440115"},
        )
        assert {"440115101", "440115102", "440115103", "440113", "440115"} == set(codes(outcome))
        arrows = {(a.before, a.after): a.share for a in outcome.arrows}
        assert arrows["440113", "440115"] is None
        assert arrows["440113101", "440113101"] == 1

    def test_a_new_unit_of_towns(self) -> None:
        towns = {"440111001": "萝岗街道", "440111002": "三元里街道"}
        outcome = carry_out(
            city(GUANGZHOU_2013, towns),
            {"act": "establish", "code": "440119", "name": "新萝岗区", "to": "440100"},
            {"act": "transfer", "units": ["440111001"], "to": "440119"},
        )
        assert by_code(outcome, "440119001").name == "萝岗街道"
        arrows = {(a.before, a.after) for a in outcome.arrows}
        assert {("440111", "new:440119"), ("440111", "440111")} <= arrows

    def test_abolished_with_an_heir(self) -> None:
        outcome = carry_out(
            city(GUANGZHOU_2013), {"act": "abolish", "units": ["440116"], "to": "440112"}
        )
        assert [u.code for u in outcome.ended()] == ["440116"]

    def test_name_seat_and_code(self) -> None:
        outcome = carry_out(
            city(GUANGZHOU_2013),
            {"act": "rename", "units": ["440114"], "name": "花县"},
            {"act": "seat", "units": ["440114"], "seat": "新华街道"},
            {"act": "recode", "units": ["440114"], "code": "440121"},
        )
        assert by_code(outcome, "440121") == Unit(
            "440114", "440121", "花县", 3, "440100", "county", "新华街道"
        )
        assert len(outcome.happenings) == 3


class TestShapes:
    def test_split_by_a_line_takes_the_towns_beyond(self) -> None:
        units = squares()
        outcome = carry_out(
            units,
            {"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
             "line": [[112.9, 23.1], [113.2, 23.1]], "points": [[113.05, 23.12]]},
        )  # fmt: skip
        assert {u.code for u in outcome.after.values() if u.level == 4} == {"440103102"}
        arrows = {(a.before, a.after): a.share for a in outcome.arrows}
        assert arrows["440101", "new:440103"] == pytest.approx(1 / 3, abs=0.01)
        assert arrows["440101", "440101"] == pytest.approx(2 / 3, abs=0.01)
        for level in (3, 4):
            kept(units, outcome, level)
        assert not outcome.passed

    def test_a_town_that_is_cut_goes_with_its_larger_part(self) -> None:
        units = squares()
        outcome = carry_out(
            units,
            {"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
             "line": [[112.9, 23.08], [113.2, 23.08]], "points": [[113.05, 23.12]]},
        )  # fmt: skip
        assert {u.name for u in outcome.after.values() if u.code.startswith("440103")} == {
            "丙区",
            "甲区2镇",
        }
        [(origin, heir, land)] = outcome.passed
        assert (origin.name, heir.name) == ("甲区1镇", "甲区2镇") and land > 1e6
        for level in (3, 4):
            kept(units, outcome, level)

    def test_an_edge_is_moved_and_both_neighbours_follow(self) -> None:
        units = squares()
        line = [[113.099, 23.0], [113.11, 23.03], [113.09, 23.06], [113.09, 23.2]]
        line[0] = [113.1001, 22.99]
        outcome = carry_out(units, {"act": "boundary", "units": ["440101", "440102"], "line": line})
        a, b = (by_code(outcome, code) for code in ("440101", "440102"))
        assert a.shape is not None and b.shape is not None
        assert shapely.covers(a.shape, shapely.Point(113.108, 23.03))
        assert shapely.covers(b.shape, shapely.Point(113.095, 23.12))
        for level in (3, 4):
            kept(units, outcome, level)

    def test_part_of_a_county_by_an_area(self) -> None:
        units = squares()
        corner = shapely.geometry.mapping(box(113.1, 22.9, 113.13, 23.02))
        outcome = carry_out(
            units, {"act": "transfer", "units": ["440102"], "to": "440101", "area": corner}
        )
        assert area_m2(by_code(outcome, "440101").shape) > area_m2(units[1].shape)  # type: ignore[arg-type]
        for level in (3, 4):
            kept(units, outcome, level)

    def test_a_shape_that_is_not_known_stays_unknown(self) -> None:
        units = [u if u.level < 4 else Unit(u.key, u.code, u.name, 4, u.parent) for u in squares()]
        outcome = carry_out(
            units,
            {"act": "transfer", "units": ["440101102"], "to": "440102"},
        )
        assert by_code(outcome, "440102").shape is None
        assert {a.share for a in outcome.arrows if a.before == "440101"} == {None}

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(4, 14), st.floats(0, 3.14))
    def test_whatever_line_cuts_land_is_kept(self, seed: int, count: int, angle: float) -> None:
        cells = voronoi(seed, count)
        units = [Unit("440100", "440100", "市", 2, shape=shapely.union_all([*cells.values()]))]
        units += [Unit(c, c, c, 3, "440100", shape=shape) for c, shape in cells.items()]
        code = sorted(cells)[seed % len(cells)]
        middle = shapely.Point(cells[code].representative_point())
        far = shapely.affinity.rotate(
            LineString([(middle.x - 1, middle.y), (middle.x + 1, middle.y)]),
            angle,
            use_radians=True,
        )
        side = shapely.affinity.rotate(
            LineString([(middle.x, middle.y), (middle.x, middle.y + 1e-4)]),
            angle, origin=middle, use_radians=True,
        ).coords[1]  # fmt: skip
        assume(shapely.covers(cells[code], shapely.Point(side)))
        outcome = carry_out(
            units,
            {"act": "split", "units": [code], "code": "440199", "name": "新区",
             "line": [list(xy) for xy in far.coords], "points": [list(side)]},
        )  # fmt: skip
        kept(units, outcome, 3)
        assert sum(a.share or 0 for a in outcome.arrows if a.before == code) == pytest.approx(1)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 2**32 - 1), st.integers(4, 14), st.data())
    def test_whichever_join_land_is_kept(self, seed: int, count: int, data: st.DataObject) -> None:
        cells = voronoi(seed, count)
        units = [Unit("440100", "440100", "市", 2)]
        units += [Unit(c, c, c, 3, "440100", shape=shape) for c, shape in cells.items()]
        chosen = data.draw(st.lists(st.sampled_from(sorted(cells)), min_size=2, unique=True))
        outcome = carry_out(
            units, {"act": "merge", "units": chosen, "code": chosen[0], "name": "合区"}
        )
        kept(units, outcome, 3)
        assert len(outcome.ended()) == len(chosen) - 1
        assert all(arrow.share == 1 for arrow in outcome.arrows)


class TestAnotherCity:
    UNITS = (*city(GUANGZHOU_2013), Unit("440600", "440600", "佛山市", 2))

    def test_a_county_that_goes_there_gets_the_code_that_is_given(self) -> None:
        change = {"act": "affiliation", "units": ["440115"], "to": "440600", "code": "440615"}
        outcome = carry_out([*self.UNITS], change)
        assert by_code(outcome, "440615").parent == "440600"

    def test_it_needs_one(self) -> None:
        change = {"act": "affiliation", "units": ["440115"], "to": "440600"}
        with pytest.raises(BadDraft, match="begin with 4406: give the new code of 440115 南沙区"):
            carry_out([*self.UNITS], change)


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"act": "melt"}, "no kind of change"),
            ({"act": "rename", "units": ["440101"]}, "“name” is missing"),
            ({"act": "rename", "units": ["440199"], "name": "无区"}, "no division 440199"),
            ({"act": "rename", "units": ["440101"], "name": "甲区"}, "is that already"),
            ({"act": "rename", "units": ["440101"], "nome": "x", "name": "y"}, "no field"),
            ({"act": "rename", "units": ["440101"], "name": "天河"}, "lacks the generic term"),
            ({"act": "split", "units": ["440101"], "code": "440199", "name": "新区",
              "codes": {"440102100": ""}}, "440102100 乙区0镇 does not lie in 440101 甲区"),
            ({"act": "split", "units": ["440101"], "code": "440199", "name": "新区",
              "line": [[112.9, 23.1], [113.3, 23.1], [113.05, 22.9], [113.05, 23.3]],
              "points": [[113.01, 23.12]]}, "crosses itself"),
            ({"act": "recode", "units": ["440101"], "code": "4401"}, "not a division code"),
            ({"act": "recode", "units": ["440101"], "code": "440116"}, "never given twice"),
            ({"act": "recode", "units": ["440101"], "code": "440102"}, "never given twice"),
            ({"act": "recode", "units": ["440101"], "code": "440101001"}, "another level"),
            ({"act": "merge", "units": ["440101"], "code": "440101", "name": "甲区"}, "two units"),
            ({"act": "merge", "units": ["440101", "440102100"], "code": "440101", "name": "甲区"},
             "different levels"),
            ({"act": "abolish", "units": ["440101"]}, "still holds"),
            ({"act": "abolish", "units": ["440101"], "to": "440101100"}, "what lies in it"),
            ({"act": "affiliation", "units": ["440100"], "to": "440101"}, "within each other"),
            ({"act": "transfer", "units": ["440101100"], "to": "440101"}, "already"),
            ({"act": "transfer", "units": ["440101100"], "to": "440102100"}, "not below"),
            ({"act": "establish", "code": "440105", "name": "戊区", "to": "440101"}, "not below"),
            ({"act": "establish", "code": "440605", "name": "戊区", "to": "440100"},
             "440605 does not begin with 4401, as the codes in 440100"),
            ({"act": "recode", "units": ["440101"], "code": "449999"}, "not begin with 4401"),
            ({"act": "transfer", "units": ["440101100", "440101101"], "to": "440102",
              "code": "440102199"}, "for one unit that goes whole"),
            ({"act": "transfer", "units": ["440101100"], "to": "440102",
              "codes": {"440101100": "440101199"}}, "not begin with 440102"),
            ({"act": "boundary", "units": ["440101", "440102"], "line": [[113.3, 23], [113.4, 23]]},
             "does not cross"),
            ({"act": "boundary", "units": ["440101100", "440102102"],
              "line": [[113.3, 23], [113.4, 23]]}, "no common edge"),
            ({"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
              "line": [[113.01, 23.03], [113.05, 23.05]], "points": [[113.05, 23.12]]},
             "does not cross"),
            ({"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
              "line": [[112.9, 23.1], [113.2, 23.1]], "points": [[114, 23.12]]},
             "no side of the line"),
            ({"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
              "line": [[112.9, 23.1], [113.2, 23.1]]}, "which side"),
            ({"act": "split", "units": ["440101"], "code": "440103", "name": "丙区"},
             "what goes"),
            ({"act": "split", "units": ["440101"], "code": "440103", "name": "丙区",
              "line": [[500000, 2550000], [510000, 2550000]], "points": [[113, 23]]},
             "not in China"),
            ({"act": "transfer", "units": ["440102"], "to": "440101",
              "area": {"type": "Polygon", "coordinates":
                       [[[113, 23], [113.2, 23.1], [113.2, 23], [113, 23.1], [113, 23]]]}},
             "crosses itself"),
            ({"act": "transfer", "units": ["440102"], "to": "440101", "area": {"type": "Circle"}},
             "not a Polygon"),
            ({"act": "boundary", "units": ["440101", "440102"], "line": [[113.3, 23], [113.4, 23]],
              "area": {"type": "Polygon", "coordinates":
                       [[[113, 23], [113.2, 23], [113.2, 23.1], [113, 23]]]}},
             "a line or an area, not both"),
        ],
    )  # fmt: skip
    def test_one_sentence_with_the_number(self, change: dict[str, Any], sentence: str) -> None:
        with pytest.raises(BadDraft, match=f"Change 1:? .*{sentence}"):
            carry_out(squares(), change, used={"440116": "somebody"})

    def test_a_unit_that_has_ended_above(self) -> None:
        with pytest.raises(BadDraft, match="Change 2: 440102 has ended"):
            carry_out(
                squares(),
                {"act": "merge", "units": ["440101", "440102"], "code": "440101", "name": "甲区"},
                {"act": "rename", "units": ["440102"], "name": "己区"},
            )

    @pytest.mark.parametrize("draft", [[], {}, None, "x"])
    def test_no_changes(self, draft: Any) -> None:
        with pytest.raises(BadInput, match="list of changes"):
            read_changes(draft)


class TestLaw:
    def test_who_approves(self) -> None:
        assert approver_of([(Act.MERGE, 3, False)]).article == "7(2)"
        assert approver_of([(Act.BOUNDARY, 3, False)]).body == "province"
        assert approver_of([(Act.BOUNDARY, 3, False)], major=True).article == "7(3)"
        assert approver_of([(Act.RENAME, 4, False)]).article == "9"
        assert approver_of([(Act.RENAME, 4, True)]).article == "10"
        assert approver_of([(Act.STREET_ORGAN, 4, False)]).article == "9"
        assert approver_of([(Act.STREET_ORGAN, 3, True)]).article == "7(2)"
        assert approver_of([(Act.RENAME, 1, False), (Act.RENAME, 4, False)]).body == "npc"

    def test_clocks(self) -> None:
        assert clocks(approved_on=date(2024, 1, 31)).codes_by == date(2024, 2, 29)
        assert clocks(approved_on=date(2024, 1, 31)).done_by == date(2025, 1, 31)
        assert clocks(approved_on=date(2024, 1, 31), extended=True).done_by == date(2025, 7, 31)
        assert clocks(approved_on=date(2014, 2, 12)).done_by is None
        assert months_later(date(2023, 12, 31), 2) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("borne", "given"), [((1, 2), 3), ((1, 99), 2), ((1, 100), 2), (range(1, 100), None)]
)
def test_a_street_never_gets_the_number_of_a_town(borne: Any, given: int | None) -> None:
    used = {f"449102{number:03d}": number for number in borne}
    units = [
        Unit("449100", "449100", "方市", 2, kind="city"),
        Unit("449101", "449101", "甲区", 3, "449100", kind="district"),
        Unit("449102", "449102", "乙区", 3, "449100", kind="district"),
        Unit("449101001", "449101001", "某街道", 4, "449101", kind="street"),
    ]
    change = {"act": "transfer", "units": ["449101001"], "to": "449102"}
    if given is None:
        with pytest.raises(BadDraft, match="no number is left in 449102"):
            carry_out(units, change, used=used)
    else:
        assert f"449102{given:03d}" in codes(carry_out(units, change, used=used))
