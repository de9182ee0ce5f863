"""Every rule for one sign: cases that pass, that fail and that nobody can know."""

from datetime import date
from typing import Any

import pytest

from signage.domain.faces import MINORITY, NUMBER, POSTCODE, Line, Panel
from signage.domain.rules import Scope, registered_rules
from signage.domain.sign import FormerName, PlaceFacts, Sign
from tests.signage.faces import CHECKER as NOW
from tests.signage.faces import TIANHE_LU, sign, verdict

BUILDING = {"sign_class": "BUILDING", "width": 900, "height": 500}
RENAMED = PlaceFacts(
    "天河路", "TIANHE LU", ("440106",), "standard", (FormerName("石牌路", date(2021, 3, 1)),)
)
ENDED = PlaceFacts("", "", ("440106",), "abolished")


def number(text: str = "12", colour: str = "red", height: float | None = 360) -> dict[str, Any]:
    panel = Panel((Line(NUMBER, text, colour, "", height),), "white" if colour else "")
    return {**BUILDING, "panels": (panel,)}


NO_TEXT = {"hanzi": "", "pinyin": ""}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]] = {
    # rule: passes, fails, unknown (None where the rule always knows)
    "R01": ({}, {"hanzi": "天和路"}, {"place": None}),
    "R02": ({}, {"place": ENDED}, {"place": None}),
    "R03": ({"hanzi": "广州路"}, {"hanzi": "廣州路"}, {"hanzi": ""}),
    "R04": ({}, {"pinyin": ""}, {"faces": ()}),
    "R05": ({}, {"pinyin": "TIANE LU"}, {"pinyin": ""}),
    "R06": ({}, {"pinyin": "Tianhe Lu"}, {"pinyin": ""}),
    "R07": ({}, {"pinyin": "TIĀNHÉ LÙ"}, {"pinyin": ""}),
    "R08": ({}, {"pinyin": "TIAN HE LU"}, {"pinyin": "TIANE LU"}),
    "R09": ({}, {"pinyin": "TIAN'HE LU"}, {"pinyin": ""}),
    "R10": ({}, {"pinyin": "TIANHE ROAD"}, {"pinyin": ""}),
    "R11": (
        {"place": PlaceFacts("绿源路", "LÜYUAN LU"), "pinyin": "LÜYUAN LU"},
        {"place": PlaceFacts("绿源路", "LÜYUAN LU"), "pinyin": "LVYUAN LU"},
        {"place": None},
    ),
    "R12": (
        {"place": PlaceFacts("中山五路", "ZHONGSHAN 5 LU"), "pinyin": "ZHONGSHAN 5 LU"},
        {"place": PlaceFacts("中山五路", "ZHONGSHAN 5 LU"), "pinyin": "ZHONGSHAN WU LU"},
        {"place": None},
    ),
    "R13": ({}, {"ground_colour": "green"}, {"street_bearing": None}),
    "R14": ({}, {"hanzi_colour": "yellow"}, {"hanzi_colour": "", "pinyin_colour": ""}),
    "R15": ({}, {"width": 1400}, {"width": None}),
    "R16": ({**BUILDING, "frame": 25}, {**BUILDING, "frame": 26}, {**BUILDING, "frame": None}),
    "R17": ({"hanzi_share": 0.65, "pinyin_share": 0.35}, {"hanzi_share": 0.8}, {"pinyin": ""}),
    "R18": (number(), number(height=349), BUILDING),
    "R19": ({}, {"pinyin_height": 120}, {"pinyin_height": None}),
    "R20": ({}, {"hanzi_font": "宋体"}, {"hanzi_font": ""}),
    "R26": ({"underside_m": 2.2}, {"underside_m": 2.19}, {"underside_m": None}),
    "R27": ({"kerb_m": 1.0}, {"kerb_m": 1.1}, {"support": ""}),
    "R28": ({"road_m": 30.0}, {"road_m": 30.5}, {"road_m": None}),
    "R29": ({}, {"division_code": "440104012"}, {"division_code": ""}),
    "R32": ({}, {"material": "wood"}, {"material": ""}),
    "R33": ({}, {"film_class": 3}, {"film_class": None}),
    "R34": (
        {"installed_on": date(2015, 7, 1)},
        {"installed_on": date(2015, 6, 30)},
        {"installed_on": None},
    ),
    "R35": ({"condition": 60}, {"condition": 59}, {"condition": None}),
    "R37": (
        {"place": RENAMED},
        {"place": RENAMED, "hanzi": "石牌路"},
        {"place": None},
    ),
    "R39": ({}, {"extra": (Line(POSTCODE, "510000"),)}, {"faces": ()}),
    "R40": (
        {"extra": (Line(MINORITY, "Denhoz", share=0.3),)},
        {"extra": (Line(MINORITY, "Denhoz", share=0.1),)},
        {"extra": (Line(MINORITY, "Denhoz"),)},
    ),
    "R41": ({}, {"responsible_body": ""}, {"set_with_authority": None}),
    "R42": (number("12号"), number("十二号"), {}),
    "R43": (
        {},
        {"place": PlaceFacts("曼哈顿路", "MANHADUN LU", ("440106",), "standard", (), "洋")},
        {"place": None},
    ),
}


class TestEveryRuleOfOneSign:
    def test_has_its_cases(self) -> None:
        single = {key for key, rule in registered_rules().items() if rule.scope is Scope.SIGN}
        assert set(CASES) == single

    @pytest.mark.parametrize("rule_id", CASES)
    def test_passes(self, rule_id: str) -> None:
        assert verdict(rule_id, **CASES[rule_id][0]).outcome == "pass"

    @pytest.mark.parametrize("rule_id", CASES)
    def test_fails_with_what_was_measured_and_by_which_article(self, rule_id: str) -> None:
        found = verdict(rule_id, **CASES[rule_id][1])
        assert found.outcome == "fail"
        assert found.edition.authority
        assert found.measured or found.expected or rule_id == "R43"

    @pytest.mark.parametrize(
        "rule_id", [key for key, cases in CASES.items() if cases[2] is not None]
    )
    def test_does_not_know(self, rule_id: str) -> None:
        assert verdict(rule_id, **CASES[rule_id][2]).outcome == "unknown"  # type: ignore[arg-type]


class TestParticulars:
    def test_number_panel_is_red_on_white(self) -> None:
        assert verdict("R14", **number()).outcome == "pass"
        found = verdict("R14", **number(colour="blue"))
        assert (found.measured, found.expected) == ("blue white", "red white")

    def test_a_name_given_up_before_the_sign_was_set_up_was_never_right(self) -> None:
        changes = {"place": RENAMED, "hanzi": "石牌路"}
        assert verdict("R37", **changes, installed_on=date(2021, 3, 1)).outcome == "pass"
        assert verdict("R37", **changes, installed_on=date(2021, 2, 28)).outcome == "fail"
        assert verdict("R01", **changes).outcome == "fail"

    def test_a_standard_name_with_a_rare_character_is_no_fault_of_the_sign(self) -> None:
        place = PlaceFacts("東风路", "DONGFENG LU")
        assert verdict("R03", place=place, hanzi="東风路").outcome == "pass"

    def test_signs_on_walls_are_not_asked_for_posts(self) -> None:
        assert verdict("R26", support="wall", underside_m=None).outcome == "pass"
        assert verdict("R27", support="wall", kerb_m=9).outcome == "pass"

    def test_a_service_life_of_its_own_goes_before_the_usual_one(self) -> None:
        old = {"installed_on": date(2010, 1, 1)}
        assert verdict("R34", **old, service_life_years=20).outcome == "pass"
        assert verdict("R34", **old).measured == "15"

    def test_a_damaged_sign_fails_without_a_score(self) -> None:
        assert verdict("R35", state="damaged", condition=None).outcome == "fail"

    def test_another_place_on_the_face_is_compared_with_its_own_name(self) -> None:
        other = PlaceFacts("龙口路", "LONGKOU LU")
        line = Line("hanzi", "龙囗路", place="x")
        found = verdict("R01", extra=(line,), elsewhere={"x": other})
        assert (found.outcome, found.measured, found.expected) == ("fail", "龙囗路", "龙口路")

    def test_the_1999_edition_asks_large_plates_for_a_postcode(self) -> None:
        from signage.domain.rules import Checker
        from tests.signage.faces import editions

        then = Checker(editions(date(2005, 1, 1)))
        plate = sign(sign_class="DOOR_L")
        found = {each.rule_id: each for each in then.verdicts(plate)}
        assert found["R39"].outcome == "fail"
        assert "R01" not in found

    def test_a_sign_without_faces_breaks_nothing(self) -> None:
        bare = Sign("STREET", (), TIANHE_LU)
        wrong = [each.rule_id for each in NOW.verdicts(bare) if each.outcome == "fail"]
        assert wrong == ["R41"]
