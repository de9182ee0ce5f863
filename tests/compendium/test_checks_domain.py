"""Checks of an entry: each passes, fails and is unknown where the reference says so."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compendium.domain.checks import Known, State, Written, check_entry
from compendium.domain.flow import ORDER, Stage, after, jurisdiction_needed
from compendium.domain.items import ITEMS, items_of

OK, WRONG, UNKNOWN = State.OK, State.WRONG, State.UNKNOWN
KNOWN = Known(
    level=3,
    filled=frozenset(item.key for item in ITEMS),
    area_km2=100.0,
    people=50_000,
    children=21,
    neighbours=(("越秀区", "Yuexiu Qu"), ("黄埔区", "Huangpu Qu")),
    bounds=(113.1, 23.0, 113.4, 23.3),
    event_years=(1985, 2005),
    retired=("萝岗区",),
    secret=("某洞库",),
    seat_standard=True,
)
FIGURE = Written(value=100.5, base_year=2020, source="年鉴")


def verdict(check: str, *, known: dict[str, Any] | None = None, **entry: Written) -> State:
    findings = check_entry(entry, dataclasses.replace(KNOWN, **(known or {})))
    return next(finding.state for finding in findings if finding.check == check)


@pytest.mark.parametrize(
    ("check", "entry", "known", "state"),
    [
        ("E01", {"area": FIGURE}, {}, OK),
        ("E01", {"area": Written(value=102, base_year=2020)}, {}, WRONG),
        ("E01", {}, {"area_km2": None}, UNKNOWN),
        ("E02", {"residents": FIGURE}, {}, OK),
        ("E02", {"residents": Written(value=5, base_year=2020)}, {}, WRONG),
        ("E02", {}, {"people": None}, UNKNOWN),
        ("E03", {"sub_unit_count": Written(value=21, base_year=2024)}, {}, OK),
        ("E03", {"sub_unit_count": Written(value=20, base_year=2024)}, {}, WRONG),
        ("E03", {}, {"children": None}, UNKNOWN),
        ("E04", {}, {}, OK),
        ("E04", {}, {"seat_standard": False}, WRONG),
        ("E04", {}, {"seat_standard": None}, UNKNOWN),
        ("E05", {"gdp": FIGURE}, {}, OK),
        ("E05", {"gdp": Written(value=3)}, {}, WRONG),
        ("E06", {"history": Written("1985年设区。2005年划入沙东街道一部分。")}, {}, OK),
        ("E06", {"history": Written("2005年划入。1985年设区。")}, {}, WRONG),
        ("E06", {"history": Written("1985年设区。")}, {}, WRONG),
        ("E07", {"nature": Written("东邻黄埔区（原萝岗区）。")}, {}, OK),
        ("E07", {"nature": Written("东邻原萝岗区。")}, {}, OK),
        ("E07", {"nature": Written("东邻萝岗区。")}, {}, WRONG),
        (
            "E08",
            {"nature": Written("地势北高南低，北部为丘陵，南部为珠江三角洲冲积平原。")},
            {},
            OK,
        ),
        ("E08", {"nature": Written("平原。")}, {}, WRONG),
        ("E09", {}, {}, OK),
        ("E09", {}, {"filled": frozenset({"name"})}, WRONG),
        ("E10", {"neighbours": Written("西邻越秀区，东邻黄埔区。")}, {}, OK),
        ("E10", {"neighbours": Written("西邻越秀区。")}, {}, WRONG),
        ("E10", {"neighbours": Written("west: Yuexiu Qu; east: Huangpu Qu")}, {}, OK),
        ("E10", {}, {"neighbours": None}, UNKNOWN),
        ("E11", {"extent": Written("东经113.1–113.4，北纬23.0–23.3")}, {}, OK),
        ("E11", {"extent": Written("东经113.1–113.5，北纬23.0–23.3")}, {}, WRONG),
        ("E11", {"extent": Written("城区")}, {}, UNKNOWN),
        ("E12", {"map_number": Written("粤S(2024)001号")}, {"for_print": True}, OK),
        ("E12", {}, {"for_print": True}, WRONG),
        ("E12", {}, {}, UNKNOWN),
        ("E13", {"density": Written(value=500, base_year=2020)}, {}, OK),
        ("E13", {"density": Written(value=600, base_year=2020)}, {}, WRONG),
        ("E13", {}, {}, UNKNOWN),
        ("E14", {"nature": Written("有山。")}, {}, OK),
        ("E14", {"nature": Written("山中有某洞库。")}, {}, WRONG),
        ("E14", {"society": Written("内部涉密资料。")}, {}, WRONG),
        ("E14", {"society": Written("资料。", source="某洞库档案")}, {}, WRONG),
        ("E14", {"society": Written("资料。")}, {"captions": ("某洞库全景 本局",)}, WRONG),
    ],
)
def test_each_check(
    check: str, entry: dict[str, Written], known: dict[str, Any], state: State
) -> None:
    assert verdict(check, known=known, **entry) is state


def test_the_name_of_a_secret_place_is_not_told_again() -> None:
    (finding,) = [
        one for one in check_entry({"nature": Written("某洞库")}, KNOWN) if one.check == "E14"
    ]
    assert "某洞库" not in finding.about


@given(
    st.dictionaries(
        st.sampled_from([item.key for item in ITEMS]),
        st.builds(
            Written,
            text=st.text(max_size=60),
            value=st.none() | st.floats(0, 1e9),
            base_year=st.none() | st.integers(1900, 2030),
        ),
    )
)
def test_any_entry_is_judged_by_all_fourteen(entry: dict[str, Written]) -> None:
    assert [one.check for one in check_entry(entry, KNOWN)] == [f"E{n:02}" for n in range(1, 15)]


def test_a_township_has_no_county_items() -> None:
    assert {item.key for item in items_of(3)} - {item.key for item in items_of(4)} == {
        "gdp",
        "plate_prefix",
    }


def test_the_way_ends_with_print_and_widens() -> None:
    walked, stage = [Stage.COLLECT], after(Stage.COLLECT)
    while stage is not None:
        walked.append(stage)
        stage = after(stage)
    assert tuple(walked) == ORDER
    assert jurisdiction_needed(Stage.COUNTY, "440106005") == "440106005"
    assert jurisdiction_needed(Stage.CITY, "440106005") == "4401"
    assert jurisdiction_needed(Stage.PROVINCE, "440106005") == "44"
