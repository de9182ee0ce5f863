"""Drafts about cities that have no counties, pure: they tile the land among the counties."""

from dataclasses import replace
from typing import Any

import pytest
from shapely.geometry import box

from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import BadDraft, Unit
from boundaries.domain.draft_shapes import conservation
from tests.boundaries.test_adjustments_domain import carry_out

MIDDLE = [[113.05, 22.9], [113.05, 23.2]]
WEST, EAST = [[113.01, 23.1]], [[113.09, 23.1]]


def region() -> list[Unit]:
    """A province of a city without counties, with two towns, and of a city with a district."""
    west, east = box(113, 23, 113.1, 23.2), box(113.1, 23, 113.2, 23.2)
    return [
        Unit("440000", "440000", "方省", 1, kind="province"),
        Unit("449100", "449100", "西市", 2, "440000", "city_without_counties", shape=west),
        Unit("449100101", "449100101", "甲镇", 4, "449100", shape=box(113, 23, 113.05, 23.2)),
        Unit("449100102", "449100102", "乙镇", 4, "449100", shape=box(113.05, 23, 113.1, 23.2)),
        Unit("449200", "449200", "东市", 2, "440000", "city", shape=east),
        Unit("449202", "449202", "东区", 3, "449200", "district", shape=east),
    ]


def kinds(outcome: Outcome) -> dict[str, str]:
    return {unit.code: unit.kind for unit in outcome.after.values() if unit.level == 2}


def arrows(outcome: Outcome) -> dict[tuple[Any, Any], float | None]:
    return {(each.before, each.after): each.share for each in outcome.arrows}


def test_a_new_name_leaves_it_without_counties() -> None:
    assert kinds(carry_out(region(), {"act": "rename", "units": ["449100"], "name": "新市"})) == {
        "449100": "city_without_counties"
    }


def test_both_halves_are_without_counties() -> None:
    split = {"act": "split", "units": ["449100"], "code": "449300", "name": "半市",
             "line": MIDDLE, "points": WEST}  # fmt: skip
    assert set(kinds(carry_out(region(), split)).values()) == {"city_without_counties"}


def test_a_part_of_it_goes_to_a_county() -> None:
    outcome = carry_out(
        region(),
        {"act": "transfer", "units": ["449100"], "to": "449202", "line": MIDDLE, "points": EAST},
    )
    assert arrows(outcome)["449100", "449202"] == pytest.approx(0.5, abs=1e-3)
    assert outcome.after["449100102"].parent == "449202"
    assert kinds(outcome) == {"449100": "city_without_counties", "449200": "city"}


def test_a_county_becomes_one() -> None:
    outcome = carry_out(
        region(),
        {"act": "establish", "to": "440000", "code": "449400", "name": "南市"},
        {"act": "abolish", "units": ["449202"], "to": "449400"},
    )
    assert kinds(outcome)["449400"] == "city_without_counties"
    assert arrows(outcome)["449202", "new:449400"] == 1


def test_it_is_given_counties() -> None:
    outcome = carry_out(
        region(),
        {"act": "establish", "to": "449100", "code": "449102", "name": "左区"},
        {"act": "establish", "to": "449100", "code": "449103", "name": "右区"},
        {"act": "transfer", "units": ["449100"], "to": "449102", "line": MIDDLE, "points": WEST},
        {"act": "transfer", "units": ["449100"], "to": "449103", "line": MIDDLE, "points": EAST},
    )
    assert kinds(outcome) == {"449100": "city"}
    assert outcome.remade_cells() == {"449100", "new:449102", "new:449103"}
    left, right = outcome.after["new:449102"], outcome.after["new:449103"]
    before = {"449100": outcome.before["449100"].shape}
    assert conservation(before, {"left": left.shape, "right": right.shape}).kept
    assert outcome.after["449100101"].code == "449102101"
    assert arrows(outcome)["449100", "449100"] == 1
    assert arrows(outcome)[None, "new:449102"] is None


def test_what_a_cut_leaves_of_a_town_goes_to_a_town_and_not_to_a_county_beside_it() -> None:
    slanted = [[113.02, 22.9], [113.05, 23.3]]
    outcome = carry_out(
        region(),
        {"act": "establish", "to": "449100", "code": "449102", "name": "左区"},
        {"act": "establish", "to": "449100", "code": "449103", "name": "右区"},
        {"act": "transfer", "units": ["449100"], "to": "449102", "line": slanted, "points": WEST},
        {"act": "transfer", "units": ["449100"], "to": "449103", "line": slanted, "points": EAST},
    )
    left, right = outcome.after["new:449102"], outcome.after["new:449103"]
    before = {"449100": outcome.before["449100"].shape}
    assert conservation(before, {"left": left.shape, "right": right.shape}).kept
    assert [(old.code, new.code) for old, new, _m2 in outcome.passed] == [
        ("449102101", "449100102")
    ]


def test_a_county_in_it_that_holds_nothing_leaves_its_land_to_nobody() -> None:
    outcome = carry_out(
        region(), {"act": "establish", "to": "449100", "code": "449102", "name": "左区"}
    )
    assert kinds(outcome) == {"449100": "city"}
    before = {"449100": outcome.before["449100"].shape}
    assert not conservation(before, {"449102": outcome.after["new:449102"].shape}).kept


def districts_with_towns_by_code() -> list[dict[str, Any]]:
    return [
        {"act": "establish", "to": "449100", "code": "449102", "name": "左区"},
        {"act": "establish", "to": "449100", "code": "449103", "name": "右区"},
        {"act": "transfer", "units": ["449100"], "to": "449102", "line": MIDDLE, "points": WEST},
        {"act": "transfer", "units": ["449100"], "to": "449103", "line": MIDDLE, "points": EAST},
        {"act": "transfer", "units": ["449100101"], "to": "449102"},
        {"act": "transfer", "units": ["449100102"], "to": "449103"},
    ]


def test_towns_without_shapes_go_with_the_land_that_is_drawn() -> None:
    units = [replace(u, shape=None) if u.level == 4 else u for u in region()]
    outcome = carry_out(units, *districts_with_towns_by_code())
    left, right = outcome.after["new:449102"], outcome.after["new:449103"]
    before = {"449100": outcome.before["449100"].shape}
    assert conservation(before, {"left": left.shape, "right": right.shape}).kept
    assert outcome.unplaced == ()
    assert {outcome.after[key].code for key in ("449100101", "449100102")} == {
        "449102101", "449103102",
    }  # fmt: skip


@pytest.mark.parametrize(("to", "heir"), [("449202", None), ("449202101", "449202101")])
def test_a_town_without_a_shape_that_ends_where_its_land_was_drawn_to_takes_none(
    to: str, heir: str | None
) -> None:
    units = [replace(u, shape=None) if u.level == 4 else u for u in region()]
    units.append(Unit("449202101", "449202101", "丙镇", 4, "449202"))
    outcome = carry_out(
        units,
        {"act": "transfer", "units": ["449100"], "to": "449202", "line": MIDDLE, "points": EAST},
        {"act": "abolish", "units": ["449100102"], "to": to},
    )
    keys = ("449100", "449200", "449202")
    before = {key: outcome.before[key].shape for key in keys[:2]}
    assert conservation(before, {key: outcome.after[key].shape for key in keys[:2]}).kept
    assert outcome.after["449202"].shape is not None
    assert arrows(outcome)["449100102", heir] == 1
    assert [unit.code for unit in outcome.unplaced] == ["449100101"]


def test_no_town_is_set_beside_the_counties_of_a_city() -> None:
    for change in (
        {"act": "establish", "to": "449200", "code": "449202001", "name": "某街道"},
        {"act": "establish", "to": "440000", "code": "449202001", "name": "某街道"},
        {"act": "merge", "units": ["449100", "449200"], "code": "449200", "name": "东市"},
    ):
        with pytest.raises(BadDraft, match="name the county or district"):
            carry_out(region(), change)
    street = {"act": "establish", "to": "449100", "code": "449100001", "name": "某街道"}
    assert "new:449100001" in carry_out(region(), street).after


def test_counties_of_a_city_that_gets_another_code_get_theirs_by_hand() -> None:
    change = {"act": "recode", "units": ["449200"], "code": "449500"}
    with pytest.raises(BadDraft, match="give the new code of"):
        carry_out(region(), change)
    outcome = carry_out(region(), {**change, "codes": {"449202": "449503"}})
    assert (outcome.after["449200"].code, outcome.after["449202"].code) == ("449500", "449503")
