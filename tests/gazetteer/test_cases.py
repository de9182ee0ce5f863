"""Naming cases: opened, changed, moved; who may, what is refused, what is written."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Grant
from common.crs import CGCS2000
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.domain.workflow import CannotMove
from gazetteer.models import CaseMove, CaseState, NamingCase, Place, Protection
from gazetteer.operations.cases import (
    CannotEditCase,
    CannotOpenCase,
    NotThisMove,
    edit_case,
    make_move,
)
from gazetteer.operations.override_finding import override_finding
from gazetteer.queries.case_facts import case_findings
from tests.gazetteer.naming_cases import BODY, DOCUMENT, Bureau, moment, today

pytestmark = pytest.mark.usefixtures("demo")


class TestOpen:
    def test_is_a_draft_with_a_number_of_its_county_and_year(self, bureau: Bureau) -> None:
        first, second = bureau.open(), bureau.open(text="穗吉二路")
        assert first.state == CaseState.DRAFT
        assert first.number == f"440106-{today().year}-{first.number[-4:]}"
        assert int(second.number[-4:]) == int(first.number[-4:]) + 1
        line = AuditEntry.objects.get(operation="case_open", subject_id=str(first.pk))
        assert (line.user, line.jurisdiction) == (bureau.officer, "440106")

    def test_finds_the_division_of_a_point(self, bureau: Bureau) -> None:
        road = Place.objects.get(names__text="天河路", division_code="440106")
        inside = road.geometry.point_on_surface
        case = bureau.open(division_code="", geometry=(inside.x, inside.y))
        assert case.division_code.startswith("440106")

    def test_a_renaming_takes_what_the_place_is(self, bureau: Bureau, road: Place) -> None:
        case = bureau.open(kind="renaming", place=road, text="天河新路")
        assert case.current_text == "天河路"
        assert (case.category, case.division_code) == (road.legal_category, road.division_code)
        assert case.title == "天河路 → 天河新路"

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"kind": "wedding"}, "no kind of case"),
            ({"text": ""}, "Give the name"),
            ({"text": "X路"}, "Chinese characters"),
            ({"category": "MOON"}, "category"),
            ({"class_code": "99999"}, "no class"),
            ({"class_code": "25300"}, "class of GB/T"),
            ({"division_code": "", "geometry": None}, "which division"),
            ({"division_code": "449999"}, "No division"),
            ({"applicant": " "}, "applicant"),
            ({"reading": "Suiji Road"}, "English"),
            ({"colour": "red"}, "no field"),
            ({"details": {"storeys": "many"}}, "not a number"),
            ({"details": {"hats": 3}}, "no field"),
            ({"geometry": (900, 23)}, "longitude"),
            ({"meaning": "长" * 100_000}, "too long"),
            ({"rule": "building"}, "approval rule"),
        ],
    )
    def test_refuses_what_cannot_be_asked_for(
        self, bureau: Bureau, given: Any, sentence: str
    ) -> None:
        with pytest.raises(BadInput, match=sentence):
            bureau.open(**given)

    def test_refuses_a_second_case_about_the_same_name(self, bureau: Bureau, road: Place) -> None:
        bureau.open(kind="renaming", place=road, text="天河新路")
        with pytest.raises(CannotOpenCase, match="not settled"):
            bureau.open(kind="abolition", place=road)

    def test_a_place_with_a_name_is_renamed_not_named(self, bureau: Bureau, road: Place) -> None:
        with pytest.raises(CannotOpenCase, match="renaming"):
            bureau.open(kind="naming", place=road, text="天河新路")

    def test_asks_for_scope_then_role(self, bureau: Bureau) -> None:
        with pytest.raises(NotInScope):
            bureau.open(by=bureau.who("place_name_officer", "440104"))
        with pytest.raises(NotPermitted):
            bureau.open(by=bureau.who("viewer"))

    def test_a_secret_place_does_not_exist(self, bureau: Bureau, road: Place) -> None:
        road.secrecy = "secret"
        road.save()
        with pytest.raises(NotInScope):
            bureau.open(kind="renaming", place=road, text="天河新路")


class TestEdit:
    def test_changes_a_draft_and_tells_what(self, bureau: Bureau) -> None:
        case = bureau.open()
        edit_case(by=bureau.officer, at=moment(), case=case, text="穗吉三路", meaning="吉祥")
        case.refresh_from_db()
        assert (case.text, case.meaning) == ("穗吉三路", "吉祥")
        line = AuditEntry.objects.get(operation="case_edit")
        assert sorted(line.details["changed"]) == ["meaning", "text"]

    def test_refuses_once_it_was_submitted(self, bureau: Bureau) -> None:
        case = bureau.submitted()
        with pytest.raises(CannotEditCase):
            edit_case(by=bureau.officer, at=moment(), case=case, text="穗吉三路")

    def test_whoever_changed_it_is_an_applicant_too(self, bureau: Bureau) -> None:
        steward = bureau.make_user("reviewer", "4401")
        Grant.objects.create(
            user=steward,
            role="place_name_officer",
            jurisdiction="4401",
            period=DateRange(today(-10), None),
        )
        case = bureau.open()
        edit_case(by=steward, at=moment(), case=case, meaning="吉祥")
        bureau.paper(case, "application")
        case = bureau.move(case, "submit")
        with pytest.raises(CannotMove, match="another person"):
            bureau.move(case, "accept", steward)


class TestTheWay:
    def test_five_people_bring_a_street_to_its_name(self, bureau: Bureau) -> None:
        case = bureau.assessed()
        case = bureau.move(case, "to_experts", bureau.reviewer)
        case = bureau.voted(case)
        case = bureau.move(case, "to_comment", bureau.reviewer)
        assert case.comment_until == today(7)
        bureau.day = 8
        bureau.paper(case, "comment_report", bureau.reviewer)
        case = bureau.move(case, "to_approval", bureau.reviewer)
        bureau.paper(case, "approval", bureau.approver)
        case = bureau.move(case, "approve", bureau.approver, body=BODY, document=DOCUMENT)
        bureau.paper(case, "filing_report")
        case = bureau.move(case, "file")
        publisher = bureau.make_user("place_name_officer", "4401")
        case = bureau.move(case, "announce", publisher)
        assert case.announcement["name"] == "穗吉新路"
        assert case.announcement["division"].endswith("天河区")
        assert case.announcement["approving_body"] == BODY
        case = bureau.move(case, "take_effect")
        assert case.state == CaseState.STANDARD
        name = case.name
        assert (name.text, name.pinyin_sign) == ("穗吉新路", "SUIJI XINLU")
        assert (name.document, name.approved_on) == (DOCUMENT, today(8))
        assert [step.after for step in case.steps.all()][-1] == "standard"

    def test_submitting_keeps_what_the_rules_said(self, bureau: Bureau) -> None:
        case = bureau.submitted(text="天河路")
        assert "N08" in {each["rule"] for each in case.findings} or case.findings
        assert case.checked_on == today()
        assert case.rule.key == "street"

    def test_a_finding_that_blocks_is_overridden_or_stops_the_case(self, bureau: Bureau) -> None:
        road = Place.objects.get(names__text="天河路", division_code="440106")
        case = bureau.assessed(text="天河路", geometry=road.geometry)
        blocking = [each for each in case_findings(case=case, at=today()) if each.blocks]
        assert blocking
        with pytest.raises(CannotMove, match="breaks"):
            bureau.move(case, "to_approval", bureau.reviewer)
        for each in blocking:
            override_finding(
                by=bureau.reviewer,
                subject=case,
                jurisdiction="440106",
                checked=each,
                at=today(),
                reason="历史地名恢复",
                applicants=[case.applied_by],
            )
        assert bureau.move(case, "to_approval", bureau.reviewer).state == CaseState.FOR_APPROVAL

    def test_nobody_approves_their_own_case(self, bureau: Bureau) -> None:
        case = bureau.for_approval()
        officer = bureau.officer
        Grant.objects.create(
            user=officer,
            role="approver",
            jurisdiction="4401",
            period=bureau.approver.grants_today()[0].period,
        )
        del officer._grants_today
        bureau.paper(case, "approval", bureau.approver)
        with pytest.raises(CannotMove, match="another person"):
            bureau.move(case, "approve", officer, body=BODY, document=DOCUMENT)

    def test_of_two_cases_about_one_new_name_one_is_approved(self, bureau: Bureau) -> None:
        second = bureau.for_approval()
        bureau.paper(second, "approval", bureau.approver)
        first = bureau.approved()
        with pytest.raises(CannotMove) as refused:
            bureau.move(second, "approve", bureau.approver, body=BODY, document=DOCUMENT)
        assert refused.value.values == {"number": first.number}
        elsewhere = bureau.for_approval(
            division_code="440104",
            geometry=LineString((113.26, 23.13), (113.27, 23.13), srid=CGCS2000),
        )
        bureau.paper(elsewhere, "approval", bureau.approver)
        given = {"body": BODY, "document": DOCUMENT}
        case = bureau.move(elsewhere, "approve", bureau.approver, **given)
        assert case.state == CaseState.APPROVED

    def test_a_district_cannot_approve_a_citys_street(self, bureau: Bureau) -> None:
        case = bureau.for_approval()
        district = bureau.who("approver", "440106")
        bureau.paper(case, "approval", district)
        with pytest.raises(CannotMove, match="does not reach"):
            bureau.move(case, "approve", district, body=BODY, document=DOCUMENT)

    def test_a_department_needs_its_name_authority_for_a_county_rule(self, bureau: Bureau) -> None:
        case = bureau.for_approval(category="OTHER", class_code="", text="穗吉牌坊")
        district = bureau.who("approver", "440106")
        bureau.paper(case, "approval", district)
        case = bureau.move(case, "approve", district, body="天河区民政局", document=DOCUMENT)
        assert case.state == CaseState.APPROVED

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"document": DOCUMENT}, "organ"),
            ({"body": BODY}, "document"),
            ({"body": BODY, "document": DOCUMENT, "approved_on": today(1)}, "future"),
            ({"body": BODY, "document": DOCUMENT, "approved_on": today(-1)}, "last step"),
            ({"body": BODY, "document": DOCUMENT, "approved_on": "2024-13-01"}, "not a day"),
            ({"body": BODY, "document": DOCUMENT, "seal": "red"}, "no field"),
        ],
    )
    def test_an_approval_names_organ_document_and_day(
        self, bureau: Bureau, values: Any, sentence: str
    ) -> None:
        case = bureau.for_approval()
        bureau.paper(case, "approval", bureau.approver)
        with pytest.raises(BadInput, match=sentence):
            bureau.move(case, "approve", bureau.approver, **values)

    def test_steps_are_not_skipped_and_need_their_role(self, bureau: Bureau) -> None:
        case = bureau.open()
        with pytest.raises(NotThisMove):
            bureau.move(case, "approve", bureau.approver, body=BODY, document=DOCUMENT)
        with pytest.raises(CannotMove, match="missing or incomplete"):
            bureau.move(case, "submit")
        with pytest.raises(NotPermitted):
            bureau.move(case, "submit", bureau.who("viewer"))
        with pytest.raises(NotInScope):
            bureau.move(case, "submit", bureau.who("place_name_officer", "440104"))

    def test_going_back_needs_a_reason_and_opens_the_application_again(
        self, bureau: Bureau
    ) -> None:
        case = bureau.submitted()
        with pytest.raises(BadInput, match="reason"):
            bureau.move(case, "return", bureau.reviewer)
        case = bureau.move(case, "return", bureau.reviewer, note="位置不清")
        assert case.state == CaseState.RETURNED
        edit_case(by=bureau.officer, at=moment(), case=case, position="自甲路起")
        assert bureau.move(case, "submit").state == CaseState.SUBMITTED

    @pytest.mark.parametrize("days", [0, 1])
    def test_a_report_on_an_earlier_application_does_not_count(
        self, bureau: Bureau, days: int
    ) -> None:
        case = bureau.assessed()
        case = bureau.move(case, "return", bureau.reviewer, note="换名")
        bureau.day = days
        case = bureau.move(case, "submit")
        case = bureau.move(case, "accept", bureau.reviewer)
        with pytest.raises(CannotMove, match="missing or incomplete"):
            bureau.move(case, "to_approval", bureau.reviewer)
        bureau.paper(case, "assessment_report", bureau.reviewer)
        assert bureau.move(case, "to_approval", bureau.reviewer).state == CaseState.FOR_APPROVAL

    def test_wide_impact_asks_for_experts_and_public(self, bureau: Bureau) -> None:
        case = bureau.assessed(wide_impact=True)
        with pytest.raises(CannotMove, match="missing or incomplete"):
            bureau.move(case, "to_approval", bureau.reviewer)

    def test_a_protected_name_needs_an_impact_statement(self, bureau: Bureau, road: Place) -> None:
        Protection.objects.create(place=road, list_name="名录", period=(today(-9), None))
        case = bureau.open(kind="renaming", place=road, text="天河新路")
        bureau.paper(case, "application")
        with pytest.raises(CannotMove, match="protected"):
            bureau.move(case, "submit")
        bureau.paper(case, "impact_statement")
        assert bureau.move(case, "submit").state == CaseState.SUBMITTED

    def test_a_jurisdictions_own_row_takes_a_step_away(self, bureau: Bureau) -> None:
        row = CaseMove.objects.get(pk="to-approval-assessment")
        row.pk, row.jurisdiction, row.allowed = "to-approval-tianhe", "440106", False
        row.save(force_insert=True)
        case = bureau.assessed()
        with pytest.raises(NotThisMove):
            bureau.move(case, "to_approval", bureau.reviewer)


def test_make_move_speaks_of_unknown_moves(bureau: Bureau) -> None:
    with pytest.raises(NotThisMove):
        make_move(by=bureau.officer, at=moment(), case=bureau.open(), move="fly")


def test_steps_are_kept_with_their_legal_day(bureau: Bureau) -> None:
    bureau.day = -5
    case = bureau.for_approval()
    bureau.day = 0
    bureau.paper(case, "approval", bureau.approver)
    case = bureau.move(
        case, "approve", bureau.approver, body=BODY, document=DOCUMENT, approved_on=today(-3)
    )
    step = case.steps.last()
    assert step.on == today(-3)
    assert NamingCase.objects.on(today(-3)).get(pk=case.pk).state_on == "approved"
    assert NamingCase.objects.on(today(-4)).get(pk=case.pk).state_on == "for_approval"
    assert step.at - moment() < timedelta(minutes=1)
