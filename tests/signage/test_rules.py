"""Names, spellings, colours, divisions: who owns which fault; the book of editions."""

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.rules import RuleEdition
from signage.domain.rules import Checker, RuleBook
from signage.domain.sign import PlaceFacts
from tests.signage.faces import CHECKER, TIANHE_LU, editions, failed, sign, spelt, verdict

NOWHERE = PlaceFacts()


class TestWrongName:
    def test_passes_the_standard_name(self) -> None:
        assert verdict("R01").outcome == "pass"

    @pytest.mark.parametrize("shown", ["天 河 路", "天\u3000河路", " 天河路 "])
    def test_ignores_spaces_of_any_width(self, shown: str) -> None:
        assert verdict("R01", hanzi=shown).outcome == "pass"

    @pytest.mark.parametrize("shown", ["天和路", "天河", "天河马路"])
    def test_fails_any_other_characters(self, shown: str) -> None:
        found = verdict("R01", hanzi=shown)
        assert (found.outcome, found.measured, found.expected) == ("fail", shown, "天河路")
        assert found.article == "第十八条、第十九条"

    @pytest.mark.parametrize("place", [None, NOWHERE])
    def test_does_not_know_without_a_standard_name(self, place: PlaceFacts | None) -> None:
        assert verdict("R01", place=place).outcome == "unknown"

    def test_does_not_judge_the_spelling(self) -> None:
        assert failed(hanzi="天和路") == ["R01"]


class TestWrongPinyin:
    @pytest.mark.parametrize("shown", ["TIANE LU", "TIANHE", "TIANHEE LU", "TIANHE LU 1"])
    def test_fails_other_letters(self, shown: str) -> None:
        found = verdict("R05", pinyin=shown)
        assert (found.outcome, found.expected) == ("fail", "TIANHE LU")
        assert failed(pinyin=shown) == ["R05"]

    @pytest.mark.parametrize(
        ("shown", "rules"),
        [
            ("TIAN HE LU", ["R08"]),
            ("TIANHELU", ["R08"]),
            ("TIANHE  LU", ["R08"]),
            ("TIANHE-LU", ["R08"]),
            ("Tianhe Lu", ["R06"]),
            ("TIĀNHÉ LÙ", ["R07"]),
            ("Tiānhé Lù", ["R06", "R07"]),
            ("tianhelu", ["R06", "R08"]),
        ],
    )
    def test_leaves_case_tones_and_spaces_to_their_own_rules(
        self, shown: str, rules: list[str]
    ) -> None:
        assert failed(pinyin=shown) == rules

    @pytest.mark.parametrize("shown", ["LYULIANG LU", "LVLIANG LU", "LULIANG LU"])
    def test_leaves_other_ways_to_write_u_umlaut_to_r11(self, shown: str) -> None:
        assert spelt("LÜLIANG LU", shown) == ["R11"]

    @pytest.mark.parametrize("shown", ["ZHONGSHAN WU LU", "ZHONGSHAN 5TH LU"])
    def test_leaves_ordinals_to_r12(self, shown: str) -> None:
        assert spelt("ZHONGSHAN 5 LU", shown) == ["R12"]
        assert spelt("ZHONGSHAN 6 LU", shown) == ["R05"]

    def test_spaces_are_unknown_where_letters_differ(self) -> None:
        assert verdict("R08", pinyin="TIANE  LU").outcome == "unknown"

    def test_the_worked_case_of_the_apostrophe(self) -> None:
        """Domain reference §10, case 5: XIAN for 西安 fails R09."""
        assert spelt("XI'AN LU", "XIAN LU") == ["R09"]
        assert spelt("XI'AN", "XIAN") == ["R09"]

    @given(st.sampled_from(["TIANHE LU", "XI'AN LU", "LÜYUAN LU", "ZHONGSHAN 5 LU"]), st.text())
    def test_some_rule_fails_whenever_the_spelling_differs(self, required: str, shown: str) -> None:
        same = shown.strip().replace("\u2019", "'").replace("\u02bc", "'")
        if shown and unicodedata.normalize("NFC", same) != required:
            assert spelt(required, shown) != []

    def test_accepts_composed_and_combining_umlaut(self) -> None:
        assert spelt("LÜLIANG LU", "LU\u0308LIANG LU") == []

    def test_asks_for_the_apostrophe_and_takes_either_kind(self) -> None:
        assert spelt("CHANG'AN LU", "CHANGAN LU") == ["R09"]
        assert spelt("CHANG'AN LU", "CHANG’AN LU") == []

    @pytest.mark.parametrize("place", [None, NOWHERE])
    def test_does_not_know_without_a_required_spelling(self, place: PlaceFacts | None) -> None:
        assert verdict("R05", place=place).outcome == "unknown"

    def test_does_not_know_a_face_without_spelling(self) -> None:
        assert verdict("R05", pinyin="").outcome == "unknown"


class TestEnglishGeneric:
    def test_fails_the_worked_case(self) -> None:
        """Domain reference §10, case 5: ZHONGSHAN ROAD fails R10."""
        assert spelt("ZHONGSHAN LU", "ZHONGSHAN ROAD") == ["R10"]

    @pytest.mark.parametrize(
        ("required", "shown"),
        [
            ("TIANHE LU", "TIANHE RD."),
            ("HUANSHI DONGLU", "HUANSHI EAST ROAD"),
            ("HUANSHI DONGLU", "EAST HUANSHI ROAD"),
            ("HUANSHI DONGLU", "HUANSHI RD (E)"),
            ("HUANSHI DONGLU", "HUANSHI DONG ROAD"),
            ("HUANGPU DADAO ZHONG", "HUANGPU AVE."),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN 5 ROAD"),
            ("BAIYUN DADAO BEI", "NORTH BAIYUN AVENUE"),
        ],
    )
    def test_is_the_only_fault_where_english_stands_for_the_generic(
        self, required: str, shown: str
    ) -> None:
        assert spelt(required, shown) == ["R10"]

    @pytest.mark.parametrize(
        ("required", "shown"),
        [
            ("TIANHE LU", "TIANE ROAD"),
            ("TIANHE LU", "TIAN HE ROAD"),
            ("ZHONGSHAN 5 LU", "ZHONGSHAN ROAD"),
            ("TIANHE LU", "ROAD"),
        ],
    )
    def test_leaves_other_faults_to_the_spelling(self, required: str, shown: str) -> None:
        assert spelt(required, shown) == ["R05", "R10"]

    def test_stands_beside_capitals_and_ordinals(self) -> None:
        assert spelt("TIANHE LU", "Tianhe Road") == ["R06", "R10"]
        assert spelt("ZHONGSHAN 5 LU", "ZHONGSHAN 5TH ROAD") == ["R10", "R12"]

    def test_measures_the_english_words(self) -> None:
        assert verdict("R10", pinyin="TIANHE EAST RD.").measured == "EAST RD"

    @pytest.mark.parametrize(
        ("required", "shown"),
        [("E HU LU", "E HU LU"), ("EHU LU", "E HU LU"), ("ROADI LU", "ROADI")],
    )
    def test_does_not_take_pinyin_for_english(self, required: str, shown: str) -> None:
        place = PlaceFacts("天河路", required, ("440106",))
        assert verdict("R10", place=place, pinyin=shown).outcome == "pass"

    def test_judges_a_sign_without_a_place_too(self) -> None:
        assert verdict("R10", place=None, pinyin="TIANHE ROAD").outcome == "fail"
        assert verdict("R10", place=None, pinyin="TIANHE LU").outcome == "pass"

    def test_does_not_know_a_face_without_spelling(self) -> None:
        assert verdict("R10", pinyin="").outcome == "unknown"


class TestGroundColour:
    def test_fails_the_worked_case(self) -> None:
        """Domain reference §10, case 5: an east–west road with a green plate fails R13."""
        found = verdict("R13", street_bearing=90, ground_colour="green")
        assert (found.outcome, found.measured, found.expected) == ("fail", "green", "blue")

    @pytest.mark.parametrize("bearing", [47, 60, 90, 120, 133])
    def test_asks_blue_of_streets_nearer_east_west(self, bearing: float) -> None:
        assert verdict("R13", street_bearing=bearing, ground_colour="blue").outcome == "pass"
        assert verdict("R13", street_bearing=bearing, ground_colour="green").outcome == "fail"

    @pytest.mark.parametrize("bearing", [0, 20, 43, 137, 160, 180])
    def test_asks_green_of_streets_nearer_north_south(self, bearing: float) -> None:
        assert verdict("R13", street_bearing=bearing, ground_colour="green").outcome == "pass"
        assert verdict("R13", street_bearing=bearing, ground_colour="blue").outcome == "fail"

    @pytest.mark.parametrize("bearing", [None, math.nan, math.inf, 45, 44, 46, 135, 136])
    def test_does_not_know_unknown_and_diagonal_streets(self, bearing: float | None) -> None:
        assert verdict("R13", street_bearing=bearing, ground_colour="red").outcome == "unknown"

    def test_a_margin_of_nothing_puts_the_tie_north_south(self) -> None:
        (edition,) = (each for each in editions() if each.rule_id == "R13")
        exact = RuleEdition("R13", "", "", parameters={**edition.parameters, "margin_deg": 0})
        (found,) = Checker([exact]).verdicts(sign(street_bearing=45, ground_colour="blue"))
        assert (found.outcome, found.expected) == ("fail", "green")

    @pytest.mark.parametrize("kind", ["ESTATE", "BUILDING", "VILLAGE"])
    def test_asks_street_and_lane_signs_only(self, kind: str) -> None:
        assert "R13" not in [v.rule_id for v in CHECKER.verdicts(sign(sign_class=kind))]
        assert "R13" in [v.rule_id for v in CHECKER.verdicts(sign(sign_class="LANE"))]


class TestWrongDivision:
    def test_passes_inside_any_county_of_the_place(self) -> None:
        place = PlaceFacts("天河路", "TIANHE LU", ("440104", "440106"))
        assert verdict("R29", place=place).outcome == "pass"

    def test_fails_in_another_county(self) -> None:
        found = verdict("R29", division_code="440104012")
        assert (found.outcome, found.measured, found.expected) == ("fail", "440104", "440106")

    def test_a_place_of_the_city_holds_signs_of_its_counties(self) -> None:
        place = PlaceFacts("天河路", "TIANHE LU", ("4401",))
        assert verdict("R29", place=place).outcome == "pass"

    @pytest.mark.parametrize(
        "changes", [{"place": None}, {"place": NOWHERE}, {"division_code": ""}]
    )
    def test_does_not_know_without_both_sides(self, changes: dict[str, object]) -> None:
        assert verdict("R29", **changes).outcome == "unknown"


class TestRulesTogether:
    def test_a_former_name_in_both_scripts_fails_both(self) -> None:
        assert failed(hanzi="惠爱路", pinyin="HUI'AI LU") == ["R01", "R05"]

    @given(
        st.floats(0, 180) | st.none(),
        st.sampled_from(["STREET", "LANE", "ESTATE", "VILLAGE"]),
        st.sampled_from(["440106", "440106001", "440106001002"]),
    )
    def test_a_sound_sign_never_fails(self, bearing: float | None, kind: str, code: str) -> None:
        east_west = bearing is None or abs(bearing - 90) < 45
        colour = "blue" if east_west else "green"
        width, height = {"LANE": (900, 300), "ESTATE": (1000, 600)}.get(kind, (1500, 450))
        sound = {"street_bearing": bearing, "sign_class": kind, "division_code": code}
        sound |= {"width": width, "height": height}
        assert failed(ground_colour=colour, **sound) == []

    @given(
        st.text(max_size=30), st.text(max_size=30), st.text(max_size=12), st.floats() | st.none()
    )
    def test_no_text_breaks_a_rule(
        self, hanzi: str, pinyin: str, code: str, bearing: float | None
    ) -> None:
        strange = sign(hanzi=hanzi, pinyin=pinyin, division_code=code, street_bearing=bearing)
        every, (wrong, unknown) = CHECKER.verdicts(strange), CHECKER.judged(strange)
        assert [v for v in every if v.outcome == "fail"] == wrong
        assert [v.rule_id for v in every if v.outcome == "unknown"] == unknown


class TestRuleBook:
    def test_a_local_edition_overrides_where_it_rules(self) -> None:
        national = RuleEdition("R29", "national", "", parameters={"digits": 6}, row_id=1)
        local = RuleEdition("R29", "local", "", parameters={"digits": 9}, row_id=2)
        book = RuleBook([("4401", local), ("", national)])
        here = sign(place=PlaceFacts("", "", ("440106002",)))
        assert {v.edition.authority: v.outcome for v in book.verdicts(here)} == {"local": "fail"}
        elsewhere = sign(division_code="440304001", place=PlaceFacts("", "", ("440304002",)))
        judged = {v.edition.authority: v.outcome for v in book.verdicts(elsewhere)}
        assert judged == {"national": "pass"}

    def test_editions_of_unknown_rules_are_left_aside(self) -> None:
        book = RuleBook([("", RuleEdition("SIGN-DEADLINE", "", ""))])
        assert book.verdicts(sign()) == []

    def test_bad_parameters_say_which_rule(self) -> None:
        with pytest.raises(BadInput, match="Rule R13 cannot judge"):
            Checker([RuleEdition("R13", "", "", parameters={"ew": "blue"})])

    def test_place_facts_are_shared_not_copied(self) -> None:
        assert sign().place is TIANHE_LU
