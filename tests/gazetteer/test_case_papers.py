"""Papers and public comments of naming cases; which steps are possible and why not; clocks."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile

from common.errors import BadInput, NotPermitted
from common.models import AuditEntry, Rule
from gazetteer.domain.workflow import CannotMove
from gazetteer.models import CaseState, NamingCase
from gazetteer.operations.case_papers import NotThisPaperNow, write_paper
from gazetteer.operations.comments import NoCommentNow, handle_comment, record_comment
from gazetteer.queries.case_announcement import announcement_particulars
from gazetteer.queries.case_moves import case_clocks, case_moves
from tests.gazetteer.naming_cases import Bureau, moment, today

pytestmark = pytest.mark.usefixtures("demo")


def reasons(bureau: Bureau, case: NamingCase, move: str, by: Any) -> list[str]:
    (found,) = [each for each in case_moves(case=case, by=by, at=today()) if each.key == move]
    assert found.allowed is not bool(found.reasons)
    return [reason.message_id for reason in found.reasons]


class TestComments:
    def opened(self, bureau: Bureau) -> NamingCase:
        return bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)

    def test_each_is_handled_before_the_case_goes_on(self, bureau: Bureau) -> None:
        case = self.opened(bureau)
        comment = record_comment(
            by=bureau.officer,
            at=moment(),
            case=case,
            channel="web",
            stance="against",
            text="与旧路名太像",
            contact="000-0000-2",
        )
        bureau.day = 8
        bureau.paper(case, "comment_report", bureau.reviewer)
        with pytest.raises(CannotMove, match="to be handled: 1"):
            bureau.move(case, "to_approval", bureau.reviewer)
        handle_comment(by=bureau.reviewer, at=moment(8), comment=comment, handled="已解释")
        assert bureau.move(case, "to_approval", bureau.reviewer).state == CaseState.FOR_APPROVAL
        assert "000-0000-2" not in str(
            AuditEntry.objects.filter(operation="record_comment").values_list("details", flat=True)
        )

    def test_the_period_runs_to_its_last_day(self, bureau: Bureau) -> None:
        case = self.opened(bureau)
        bureau.paper(case, "comment_report", bureau.reviewer)
        bureau.day = 7
        with pytest.raises(CannotMove, match="runs until"):
            bureau.move(case, "to_approval", bureau.reviewer)

    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({"text": "  "}, BadInput),
            ({"channel": "pigeon"}, BadInput),
            ({"received_on": today(1)}, BadInput),
            ({"received_on": today(-1)}, NoCommentNow),
            ({"text": "长" * 100_000}, BadInput),
        ],
    )
    def test_refuses_what_is_no_comment(self, bureau: Bureau, values: Any, error: Any) -> None:
        case = self.opened(bureau)
        given = {"channel": "web", "stance": "for", "text": "好"} | values
        with pytest.raises(error):
            record_comment(by=bureau.officer, at=moment(), case=case, **given)

    def test_none_is_taken_outside_the_step(self, bureau: Bureau) -> None:
        with pytest.raises(NoCommentNow):
            record_comment(
                by=bureau.officer,
                at=moment(),
                case=bureau.assessed(),
                channel="web",
                stance="for",
                text="好",
            )

    @pytest.mark.parametrize("status", ["provisional", "verified"])
    def test_a_shorter_period_is_refused_only_by_a_verified_rule(
        self, bureau: Bureau, status: str
    ) -> None:
        Rule.objects.filter(rule_id="C-COMMENT").update(status=status)
        case = bureau.assessed()
        if status == "verified":
            with pytest.raises(BadInput, match="at least 7"):
                bureau.move(case, "to_comment", bureau.reviewer, comment_until=today(3))
        else:
            case = bureau.move(case, "to_comment", bureau.reviewer, comment_until=today(3))
            assert case.comment_until == today(3)


class TestPapers:
    def test_is_written_anew_and_keeps_its_file(self, bureau: Bureau) -> None:
        case = bureau.open()
        upload = SimpleUploadedFile("..\\申请书.pdf", b"%PDF-1.4 synthetic")
        contents = {"plan_and_reasons": "新建"}
        first = write_paper(
            by=bureau.officer,
            at=moment(),
            case=case,
            kind="application",
            contents=contents,
            file=upload,
        )
        assert first.file_name == "申请书.pdf"
        again = write_paper(
            by=bureau.officer,
            at=moment(),
            case=case,
            kind="application",
            contents={"location": "天河"},
        )
        assert (again.pk, again.sha256) == (first.pk, first.sha256)
        assert again.contents["plan_and_reasons"] == ""

    @pytest.mark.parametrize(
        ("kind", "contents", "upload"),
        [
            ("poem", {}, None),
            ("application", {"rhyme": "x"}, None),
            ("application", {}, None),
            ("application", {"size": "长" * 100_000}, None),
            ("application", {"size": "a\x00"}, None),
            ("application", {}, SimpleUploadedFile("a.pdf", b"no pdf")),
            ("application", {}, SimpleUploadedFile("a.exe", b"MZ")),
        ],
    )
    def test_refuses_what_is_no_paper(
        self, bureau: Bureau, kind: str, contents: Any, upload: Any
    ) -> None:
        case = bureau.open()
        with pytest.raises(BadInput):
            write_paper(
                by=bureau.officer,
                at=moment(),
                case=case,
                kind=kind,
                contents=contents,
                file=upload,
            )

    def test_each_at_its_step_by_its_role(self, bureau: Bureau) -> None:
        case = bureau.open()
        with pytest.raises(NotThisPaperNow):
            bureau.paper(case, "assessment_report", bureau.reviewer)
        with pytest.raises(NotPermitted):
            bureau.paper(case, "approval")


class TestMovesAndClocks:
    def test_every_step_tells_all_its_reasons(self, bureau: Bureau) -> None:
        case = bureau.for_approval()
        found = reasons(bureau, case, "approve", bureau.officer)
        assert len(found) == 4  # role, paper, own case, level
        assert reasons(bureau, case, "withdraw", bureau.officer) == []

    def test_a_settled_case_has_no_steps(self, bureau: Bureau) -> None:
        case = bureau.move(bureau.open(), "withdraw", note="不再需要")
        assert case_moves(case=case, by=bureau.officer, at=today()) == []

    def test_filing_and_announcement_run_from_the_approval(self, bureau: Bureau) -> None:
        case = bureau.approved()
        found = {each.kind: each for each in case_clocks(case=case, at=today())}
        assert {each.days_left for each in found.values()} == {15}
        late = {each.kind: each for each in case_clocks(case=case, at=today(16))}
        assert late["filing"].state == "overdue"

    def test_a_departments_name_is_announced_after_filing(self, bureau: Bureau) -> None:
        case = bureau.approved(
            category="RES_BUILDING",
            class_code="",
            text="穗吉花园",
            details={"site_m2": 30000, "floor_m2": 120000, "green_ratio": 0.4},
            geometry=Point(113.33, 23.13, srid=4490),
        )
        assert [each.kind for each in case_clocks(case=case, at=today())] == ["filing"]

    def test_the_particulars_say_what_they_lack(self, bureau: Bureau) -> None:
        case = bureau.filed(position="")
        found = announcement_particulars(case=case, at=today())
        assert [each.key for each in found.lacking] == ["position"]
        with pytest.raises(CannotMove, match="lacks"):
            bureau.move(case, "announce")
        case = bureau.move(case, "announce", position="自甲路至乙路")
        assert case.announcement["position"] == "自甲路至乙路"

    def test_a_case_costs_few_queries(
        self, bureau: Bureau, django_assert_max_num_queries: Any
    ) -> None:
        case = bureau.assessed()
        with django_assert_max_num_queries(30):
            case_moves(case=case, by=bureau.reviewer, at=today())
