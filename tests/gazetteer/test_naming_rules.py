"""The rules for naming, judged by the rows of the reference data in force on a day."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.rules import RuleEdition
from gazetteer.domain.characters import standard_characters
from gazetteer.domain.naming_rules import (
    CLASSES,
    Checker,
    FamousFeature,
    Finding,
    OtherName,
    Proposal,
    Result,
    Scope,
    Severity,
    Surroundings,
    registered_rules,
)

ROWS = json.loads(
    (Path(settings.BASE_DIR) / "fixtures/reference/rules_naming.json").read_text(encoding="utf-8")
)
NOW = date(2024, 6, 1)
HERE = "440106"


def editions(at: date = NOW, code: str = HERE) -> dict[str, RuleEdition]:
    """As ``Rule.objects.in_force`` does, without a database."""
    found: dict[str, tuple[int, RuleEdition]] = {}
    for row in (each["fields"] for each in ROWS):
        period = json.loads(row["period"])
        upper = period["upper"]
        in_force = period["lower"] <= at.isoformat() and (not upper or at.isoformat() < upper)
        size = len(row["jurisdiction"])
        if not in_force or not code.startswith(row["jurisdiction"]):
            continue
        if row["rule_id"] in found and found[row["rule_id"]][0] > size:
            continue
        keys = ("rule_id", "authority", "article", "status", "severity", "parameters")
        found[row["rule_id"]] = (size, RuleEdition(**{key: row[key] for key in keys}))
    return {rule_id: edition for rule_id, (_size, edition) in found.items()}


def proposal(specific: str, generic: str, category: str = "STREET", **facts: Any) -> Proposal:
    return Proposal(
        text=specific + generic,
        specific=specific,
        generic=generic,
        category=category,
        division_code=facts.pop("division_code", HERE),
        **facts,
    )


def other(specific: str, generic: str, toned: str = "", **facts: Any) -> OtherName:
    place_id = facts.pop("place_id", "other")
    return OtherName(place_id, specific + generic, specific, generic, toned, HERE, **facts)


def around(*others: OtherName, kind: str = "builtup", **known: Any) -> Surroundings:
    known = {"local": frozenset({"天河"}), **known}
    return Surroundings(scope=Scope(kind), others=others, **known)


def judge(
    given_name: Proposal, surroundings: Surroundings | None = None, at: date = NOW
) -> dict[str, Finding]:
    checker = Checker(editions(at, given_name.division_code))
    found = checker.findings(given_name, surroundings or around())
    return {finding.rule_id: finding for finding in found}


class TestReferenceRows:
    def test_every_rule_has_a_row_and_every_row_a_rule(self) -> None:
        with_rows = {row["fields"]["rule_id"] for row in ROWS}
        assert with_rows == set(registered_rules()) | set(CLASSES)

    def test_every_row_names_its_authority(self) -> None:
        assert all(row["fields"]["authority"] for row in ROWS)

    def test_a_row_that_cannot_be_read_is_told(self) -> None:
        checker = Checker({"N04": RuleEdition("N04", "law", "9")})
        with pytest.raises(BadInput, match="N04"):
            checker.findings(proposal("天河", "路"), around())


class TestN01:
    def test_keeps(self) -> None:
        assert "N01" not in judge(proposal("天河", "路"))

    @pytest.mark.parametrize(("specific", "generic"), [("天河", ""), ("", "大街")])
    def test_asks_for_both_terms(self, specific: str, generic: str) -> None:
        assert judge(proposal(specific, generic))["N01"].blocks

    def test_leaves_natural_villages_alone(self) -> None:
        assert "N01" not in judge(proposal("石牌", "", "COMMITTEE_SEAT"))


class TestN02:
    def test_keeps(self) -> None:
        assert "N02" not in judge(proposal("五一", "广场", "RES_BUILDING"))

    @pytest.mark.parametrize(
        ("specific", "class_id"),
        [("皇帝", "GUAI-FEUDAL"), ("土豪", "GUAI-VULGAR"), ("八八", "GUAI-MEANING")],
    )
    def test_warns_and_names_the_class(self, specific: str, class_id: str) -> None:
        found = judge(proposal(specific, "花园", "RES_BUILDING"))["N02"]
        assert (found.severity, found.class_id) == (Severity.WARN, class_id)


class TestN03:
    """Domain reference §10, case 4, and the logic of the table."""

    def building(self, generic: str, at: date = NOW, **facts: Any) -> Finding | None:
        return judge(proposal("天河", generic, "RES_BUILDING", **facts), at=at).get("N03")

    def test_a_tower_of_18_storeys_and_25000_m2_fails_in_a_large_city(self) -> None:
        found = self.building("大厦", storeys=18, floor_m2=25_000)
        assert found is not None and found.result is Result.FAIL
        assert found.class_id == "DA-GENERIC"
        assert [(each.measured, each.expected) for each in found.evidence] == [
            ("18", "≥ 20"),
            ("25000", "≥ 30000"),
        ]

    def test_a_tower_of_20_storeys_passes(self) -> None:
        assert self.building("大厦", storeys=20, floor_m2=25_000) is None

    def test_the_same_tower_passes_in_a_small_city(self) -> None:
        assert self.building("大厦", storeys=18, floor_m2=25_000, city_size="small") is None

    def test_a_garden_of_18000_m2_site_and_90000_m2_floor_fails(self) -> None:
        found = self.building("花园", site_m2=18_000, floor_m2=90_000)
        assert found is not None and found.result is Result.FAIL

    def test_a_large_garden_without_green_fails_and_with_it_passes(self) -> None:
        assert self.building("花园", site_m2=20_000, green_ratio=0.34) is not None
        assert self.building("花园", site_m2=20_000, green_ratio=0.35) is None

    def test_a_square_needs_its_open_space_too(self) -> None:
        assert self.building("广场", site_m2=10_000, open_m2=2_000) is None
        assert self.building("广场", site_m2=10_000, open_m2=1_999) is not None

    def test_missing_facts_are_asked_for(self) -> None:
        found = self.building("大厦", storeys=18)
        assert found is not None and found.result is Result.UNKNOWN
        assert found.values["facts"] == ("floor area (m²)",)

    def test_the_size_of_the_city_is_asked_for_where_it_decides(self) -> None:
        facts = {"storeys": 18, "floor_m2": 25_000, "division_code": "441801"}
        found = self.building("大厦", **facts)
        assert found is not None and found.result is Result.UNKNOWN

    def test_blocks_while_its_force_was_sure_and_only_warns_after(self) -> None:
        before = self.building("大厦", at=date(2015, 1, 1), storeys=1, floor_m2=1)
        after = self.building("大厦", storeys=1, floor_m2=1)
        assert before is not None and before.blocks
        assert after is not None and after.severity is Severity.WARN

    def test_another_city_has_its_own_table(self) -> None:
        table = [{"terms": ["大厦"], "all": {"storeys": [12, None]}}]
        own = RuleEdition("N03", "市标准", "1", parameters={"generics": table}, severity="block")
        checker = Checker({"N03": own})
        twelve = proposal("天河", "大厦", "RES_BUILDING", storeys=12)
        eleven = proposal("天河", "大厦", "RES_BUILDING", storeys=11)
        assert checker.findings(twelve, around()) == []
        assert checker.findings(eleven, around())[0].blocks


class TestN04:
    @pytest.mark.parametrize("name", ["ABC", "天·河", "天-河"])
    def test_foreign_signs_block(self, name: str) -> None:
        found = judge(proposal(name, "路"))["N04"]
        assert found.blocks and found.class_id == "GUAI-CHAR"

    def test_digits_belong_to_codes_of_roads_only(self) -> None:
        assert "N04" not in judge(proposal("105", "国道"))
        assert judge(proposal("105", "大厦", "RES_BUILDING"))["N04"].blocks

    def test_other_forms_come_with_the_standard_one(self) -> None:
        found = judge(proposal("東湧", "路"))["N04"]
        assert found.blocks and found.values["suggestion"] == "东涌路"

    def test_rare_characters_warn_and_in_use_only_inform(self) -> None:
        assert judge(proposal("沥滘", "路"))["N04"].severity is Severity.WARN
        assert judge(proposal("沥滘", "路", existing=True))["N04"].severity is Severity.INFO

    @given(st.text(st.sampled_from(standard_characters()), min_size=1, max_size=4))
    def test_never_blocks_characters_of_the_list(self, specific: str) -> None:
        finding = judge(proposal(specific, "路")).get("N04")
        assert finding is None or not finding.blocks

    @given(st.text(min_size=1, max_size=4))
    def test_never_blocks_a_name_in_use(self, specific: str) -> None:
        finding = judge(proposal(specific, "路", existing=True)).get("N04")
        assert finding is None or not finding.blocks


class TestWords:
    def test_a_leader_blocks_even_in_an_old_name(self) -> None:
        row = RuleEdition("N05", "x", "9", severity="block", parameters={"leaders": ["某人"]})
        found = Checker({"N05": row}).findings(proposal("某人", "路", existing=True), around())
        assert found[0].blocks

    def test_a_person_warns_unless_there_is_no_link(self) -> None:
        assert judge(proposal("孙悟空", "路"))["N05"].severity is Severity.WARN
        assert "N05" not in judge(proposal("孙悟空", "路", exempt=frozenset({"N05"})))
        assert "N05" not in judge(proposal("孙悟空", "路", existing=True))

    @pytest.mark.parametrize(
        ("specific", "rule_id", "class_id"),
        [
            ("曼哈顿", "N06", "YANG-PLACE"),
            ("拿破仑", "N06", "YANG-PERSON"),
            ("万达", "N07", ""),
            ("环球", "DA-WORD", ""),
            ("奥特莱斯", "YANG-WORD", ""),
        ],
    )
    def test_found_words_warn(self, specific: str, rule_id: str, class_id: str) -> None:
        found = judge(proposal(specific, "花园", "RES_BUILDING"))[rule_id]
        assert (found.severity, found.class_id) == (Severity.WARN, class_id)

    def test_an_ordinary_name_has_none_of_them(self) -> None:
        assert judge(proposal("天河", "路", toned="Tiānhé")) == {}

    def test_what_a_bureau_adds_is_confirmed_and_what_it_exempts_is_left(self) -> None:
        more = {"more": {"enterprise": ["某司"]}, "exempt": ["万达"]}
        checker = Checker({"N07": RuleEdition("N07", "x", "9", severity="block", parameters=more)})
        assert checker.findings(proposal("某司", "路"), around())[0].blocks
        assert checker.findings(proposal("万达", "路"), around()) == []

    def test_no_class_before_the_notice_of_2018(self) -> None:
        edition = editions()["N06"]
        found = Checker({"N06": edition}).findings(proposal("巴黎", "路"), around())
        assert found[0].class_id == ""


class TestUniqueness:
    def street(self, *others: OtherName, **known: Any) -> dict[str, Finding]:
        return judge(proposal("天河", "路", toned="Tiānhé"), around(*others, **known))

    def test_a_duplicate_blocks(self) -> None:
        found = self.street(other("天河", "路", "Tiānhé"))["N09C"]
        assert found.blocks and found.class_id == "CHONG-SAME"
        assert found.evidence[0].place_id == "other"

    def test_a_homophone_warns(self) -> None:
        found = self.street(other("添河", "路", "Tiānhé"))["N09C"]
        assert (found.severity, found.class_id) == (Severity.WARN, "CHONG-HOMO")

    def test_other_tones_inform(self) -> None:
        assert self.street(other("田禾", "路", "Tiánhé"))["N09C"].severity is Severity.INFO

    def test_shape_alike_warns(self) -> None:
        assert self.street(other("夭河", "路", "Yāohé"))["N09C"].severity is Severity.WARN

    def test_a_derived_name_is_only_told_of(self) -> None:
        found = self.street(other("天河", "北路", "Tiānhé"))["N09C"]
        assert (found.severity, found.class_id) == (Severity.INFO, "")

    def test_nobody_duplicates_oneself(self) -> None:
        me = proposal("天河", "路", toned="Tiānhé", place_id="me")
        assert judge(me, around(other("天河", "路", place_id="me"))) == {}

    def test_nothing_there_is_no_fault(self) -> None:
        assert self.street() == {}

    def test_unknown_where_nothing_was_looked_up(self) -> None:
        found = judge(proposal("天河", "路"), Surroundings())["N09C"]
        assert found.result is Result.UNKNOWN

    @pytest.mark.parametrize(
        ("given_name", "rule_id"),
        [
            (proposal("鼓楼", "区", "DIVISION"), "N08"),
            (proposal("白云", "山", "NATURAL", is_famous=True), "N08"),
            (proposal("太平", "镇", "DIVISION"), "N09A"),
            (proposal("太平", "村委会", "COMMITTEE_SEAT"), "N09B"),
            (proposal("太平", "路", "STREET"), "N09C"),
            (proposal("太平", "花园", "RES_BUILDING"), "N09D"),
        ],
    )
    def test_each_kind_has_its_rule(self, given_name: Proposal, rule_id: str) -> None:
        same = other(given_name.specific, given_name.generic)
        found = judge(given_name, around(same))
        # Which hills are famous is an unconfirmed list: it warns.
        assert found[rule_id].blocks is not given_name.is_famous
        assert {key for key in found if key.startswith(("N08", "N09"))} == {rule_id}

    def test_subdistricts_and_ordinary_hills_are_not_asked(self) -> None:
        for each in (proposal("太平", "街道", "DIVISION"), proposal("太平", "山", "NATURAL")):
            found = judge(each, around(other(each.specific, each.generic)))
            assert not any(key.startswith(("N08", "N09")) for key in found)

    def test_the_scope_of_townships_grew_in_2022(self) -> None:
        assert editions(date(2010, 1, 1))["N09A"].parameters["scope"] == "county"
        assert editions(date(2023, 1, 1))["N09A"].parameters["scope"] == "province"


class TestN10N11N12:
    FAMOUS = (FamousFeature("黄山", "黄", "natural", ("3410",)),)

    def division(self, code: str, **facts: Any) -> Finding | None:
        named = proposal("黄山", "县", "DIVISION", division_code=code, **facts)
        return judge(named, around(kind="country", famous=self.FAMOUS)).get("N10")

    def test_a_famous_feature_is_no_name_for_a_division(self) -> None:
        found = self.division("440100")
        assert found is not None and found.result is Result.FAIL and not found.blocks

    def test_at_its_own_mountain_it_is_a_matter_of_judgement(self) -> None:
        found = self.division("341000")
        assert found is not None and found.result is Result.WARN

    def test_old_names_and_other_names_are_left(self) -> None:
        assert self.division("341000", existing=True) is None
        named = proposal("番禺", "区", "DIVISION")
        assert "N10" not in judge(named, around(kind="country", famous=self.FAMOUS))

    def test_a_facility_is_called_by_its_place(self) -> None:
        assert "N11" not in judge(proposal("天河", "客运站", "FACILITY"))
        assert judge(proposal("远方", "客运站", "FACILITY"))["N11"].severity is Severity.WARN
        lost = judge(proposal("远方", "客运站", "FACILITY"), Surroundings())["N11"]
        assert lost.result is Result.UNKNOWN

    def test_an_abolished_name_is_not_used_again(self) -> None:
        gone = (other("永汉", "路"),)
        assert judge(proposal("永汉", "路"), around(abolished=gone))["N12"].result is Result.WARN
        assert "N12" not in judge(proposal("天河", "路"), around(abolished=gone))


class TestChecker:
    def test_gravest_first_and_only_what_is_asked_for(self) -> None:
        name = proposal("A曼哈顿", "路", toned="")
        found = Checker(editions()).findings(name, around())
        assert found[0].blocks
        only = Checker(editions(), only=["YANG-PLACE"]).findings(name, around())
        assert [finding.rule_id for finding in only] == ["N06"]

    def test_a_provisional_row_never_blocks(self) -> None:
        rows = {
            key: RuleEdition(key, "x", "9", "provisional", "block", edition.parameters)
            for key, edition in editions().items()
        }
        found = Checker(rows).findings(proposal("A天河", ""), around(other("A天河", "")))
        assert found and not any(finding.blocks for finding in found)
