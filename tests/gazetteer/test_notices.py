"""Rectification notices: each step with its refusals, numbers, clocks, fines, penalties."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from gazetteer.domain.notice_flow import STEPS
from gazetteer.models import Breach, Notice, NoticeState, Place
from gazetteer.operations.concern import Target
from gazetteer.operations.enforcement import (
    NoFine,
    NotYetOverdue,
    OutsideTheRange,
    penalise,
    record_inquiry,
)
from gazetteer.operations.notices import (
    DeadlineBeforeIssue,
    NoticeText,
    NotThisStep,
    OwnStep,
    approve_notice,
    close_notice,
    draft_notice,
    edit_notice,
    issue_notice,
    record_correction,
    serve_notice,
    verify_correction,
    withdraw_notice,
)
from gazetteer.queries.notices import get_notice, notices, notices_of_place

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def people(make_user: Callable[..., Any]) -> dict[str, Any]:
    return {
        "officer": make_user("place_name_officer", "4401"),
        "other": make_user("place_name_officer", "4401"),
        "reviewer": make_user("reviewer", "4401"),
        "approver": make_user("approver", "4401"),
    }


def draft(people: Any, road: Place, *keys: str, **values: Any) -> Notice:
    rows = [Breach.objects.get(pk=key) for key in keys or ("art37-use",)]
    text = NoticeText("示例公司", rows, "事实", "改正", **values)
    target = Target(place=road)
    return draft_notice(by=people["officer"], at=timezone.now(), text=text, target=target)


def issued(people: Any, road: Place, *keys: str, ago: int = 0, days: int = 15) -> Notice:
    """Served ``ago`` days ago, to be put right within ``days`` of that."""
    notice = draft(people, road, *keys)
    at = timezone.now()
    day = timezone.localdate(at) - timedelta(days=ago)
    approve_notice(by=people["approver"], at=at, notice=notice)
    deadline = day + timedelta(days=days)
    by = {"by": people["officer"], "at": at}
    issue_notice(**by, notice=notice, issued_on=day, deadline=deadline)
    return serve_notice(**by, notice=notice, served_on=day, how="直接送达")


class TestTheWay:
    def test_from_draft_to_closed_with_an_audit_line_each(self, people: Any, road: Place) -> None:
        now = timezone.now()
        notice = issued(people, road)
        record_correction(by=people["officer"], at=now, notice=notice, note="已改正")
        verify_correction(by=people["reviewer"], at=now, notice=notice)
        notice = close_notice(by=people["approver"], at=now, notice=notice, outcome="结案")
        assert (notice.state, notice.outcome) == ("closed", "结案")
        lines = AuditEntry.objects.filter(subject_id=str(notice.pk)).order_by("pk")
        assert [line.operation.removeprefix("notice_") for line in lines] == [
            *("draft", "approve", "issue", "serve", "correct", "verify", "close")
        ]

    def test_numbers_run_within_jurisdiction_and_year(self, people: Any, road: Place) -> None:
        one, other = issued(people, road), issued(people, road)
        assert other.serial == (one.serial or 0) + 1
        assert one.number.startswith(f"地名整改〔{timezone.localdate().year}〕4401-")

    def test_the_deadline_comes_from_the_rule_where_none_is_named(
        self, people: Any, road: Place
    ) -> None:
        now = timezone.now()
        notice = draft(people, road)
        approve_notice(by=people["approver"], at=now, notice=notice)
        notice = issue_notice(by=people["officer"], at=now, notice=notice)
        assert notice.deadline == timezone.localdate(now) + timedelta(days=15)

    def test_a_correction_sent_back_waits_again(self, people: Any, road: Place) -> None:
        now = timezone.now()
        notice = issued(people, road)
        record_correction(by=people["officer"], at=now, notice=notice, note="已改正")
        by = {"by": people["reviewer"], "at": now, "notice": notice, "accepted": False}
        with pytest.raises(BadInput):
            verify_correction(**by)
        assert verify_correction(**by, note="仍有一处").state == "served"

    @pytest.mark.parametrize("step", ["issue", "serve", "correct", "verify", "close"])
    def test_no_step_is_skipped(self, people: Any, road: Place, step: str) -> None:
        notice = draft(people, road)
        now, day = timezone.now(), timezone.localdate()
        taken: dict[str, Callable[[], Any]] = {
            "issue": lambda: issue_notice(by=people["officer"], at=now, notice=notice),
            "serve": lambda: serve_notice(
                by=people["officer"], at=now, notice=notice, served_on=day, how="直接送达"
            ),
            "correct": lambda: record_correction(
                by=people["officer"], at=now, notice=notice, note="已改正"
            ),
            "verify": lambda: verify_correction(by=people["reviewer"], at=now, notice=notice),
            "close": lambda: close_notice(
                by=people["approver"], at=now, notice=notice, outcome="结案"
            ),
        }
        with pytest.raises(NotThisStep):
            taken[step]()

    def test_nobody_approves_their_own(
        self, people: Any, road: Place, make_user: Callable[..., Any]
    ) -> None:
        both = make_user("place_name_officer", "4401")
        both.grants.create(role="approver", jurisdiction="4401", period=both.grants.get().period)
        notice = draft({"officer": both}, road)
        with pytest.raises(OwnStep):
            approve_notice(by=both, at=timezone.now(), notice=notice)

    def test_only_a_draft_is_changed_and_never_loses_its_article(
        self, people: Any, road: Place
    ) -> None:
        notice = draft(people, road)
        text = NoticeText("示例公司", list(notice.breaches.all()), "新事实", "改正")
        by = {"by": people["officer"], "at": timezone.now(), "notice": notice}
        assert edit_notice(**by, text=text).facts == "新事实"
        with pytest.raises(BadInput, match="article"):
            edit_notice(**by, text=NoticeText("示例公司", [], "事实", "改正"))
        approve_notice(by=people["approver"], at=timezone.now(), notice=notice)
        with pytest.raises(NotThisStep):
            edit_notice(**by, text=text)

    def test_roles_and_jurisdiction_are_asked_first(
        self, people: Any, road: Place, make_user: Callable[..., Any]
    ) -> None:
        notice = draft(people, road)
        outside = make_user("approver", "440104")
        with pytest.raises(NotInScope):
            approve_notice(by=outside, at=timezone.now(), notice=notice)
        with pytest.raises(NotPermitted):
            approve_notice(by=people["other"], at=timezone.now(), notice=notice)

    def test_withdrawing_needs_a_reason(self, people: Any, road: Place) -> None:
        notice = draft(people, road)
        by = {"by": people["approver"], "at": timezone.now(), "notice": notice}
        with pytest.raises(BadInput):
            withdraw_notice(**by, reason=" ")
        assert withdraw_notice(**by, reason="重复").state == "withdrawn"

    @pytest.mark.parametrize(("issue", "deadline"), [(1, 5), (0, -1)])
    def test_refuses_days_that_cannot_be(
        self, people: Any, road: Place, issue: int, deadline: int
    ) -> None:
        now, day = timezone.now(), timezone.localdate()
        notice = draft(people, road)
        approve_notice(by=people["approver"], at=now, notice=notice)
        with pytest.raises((BadInput, DeadlineBeforeIssue)):
            issue_notice(
                by=people["officer"],
                at=now,
                notice=notice,
                issued_on=day + timedelta(days=issue),
                deadline=day + timedelta(days=deadline),
            )


class TestPenalties:
    def fine(
        self, people: Any, notice: Notice, amount: int | None, fined: str = "责任人"
    ) -> Notice:
        return penalise(
            by=people["approver"],
            at=timezone.now(),
            notice=notice,
            measure="罚款",
            fine_yuan=amount,
            fined=fined,
        )

    @pytest.mark.parametrize("amount", [1999, 10001])
    def test_outside_the_bounds_of_article_37(self, people: Any, road: Place, amount: int) -> None:
        notice = issued(people, road, ago=20, days=5)
        with pytest.raises(OutsideTheRange, match="2,000–10,000"):
            self.fine(people, notice, amount)

    def test_article_37_only_after_the_deadline(self, people: Any, road: Place) -> None:
        with pytest.raises(NotYetOverdue):
            self.fine(people, issued(people, road), 2000)
        late = self.fine(people, issued(people, road, ago=20, days=5), 2000)
        assert (late.state, late.fine_yuan) == ("penalised", 2000)

    def test_article_38_beside_the_order_itself(self, people: Any, road: Place) -> None:
        notice = issued(people, road, "art38-sign")
        assert self.fine(people, notice, 5000).fine_yuan == 5000

    def test_an_article_without_a_fine(self, people: Any, road: Place) -> None:
        notice = issued(people, road, "art36-naming", ago=20, days=5)
        with pytest.raises(NoFine):
            self.fine(people, notice, 1000)
        assert self.fine(people, notice, None).state == "penalised"

    def test_a_fine_is_laid_on_somebody(self, people: Any, road: Place) -> None:
        notice = issued(people, road, ago=20, days=5)
        with pytest.raises(BadInput, match="on whom"):
            self.fine(people, notice, 2000, fined=" ")

    def test_an_inspection_says_which_powers_it_used(self, people: Any, road: Place) -> None:
        notice, day = issued(people, road), timezone.localdate()
        values: dict[str, Any] = {
            "by": people["officer"],
            "at": timezone.now(),
            "notice": notice,
            "kind": "inspection",
            "held_on": day,
            "persons": "二人",
            "record": "属实",
        }
        with pytest.raises(BadInput, match="Art 30"):
            record_inquiry(**values)
        assert record_inquiry(**values, powers=["site"]).powers == ["site"]


class TestLists:
    def test_overdue_is_told_by_the_day(self, people: Any, road: Place) -> None:
        notice = issued(people, road, ago=20, days=5)
        today = timezone.localdate()

        def there(day: Any) -> bool:
            found = notices(at=day, within="440106", state="overdue", limit=500).rows
            return notice.pk in {row.pk for row in found}

        assert there(today)
        then = get_notice(pk=notice.pk, at=today)
        assert then is not None and then.clock.days == -15

    def test_before_it_was_drafted_there_is_none(self, people: Any, road: Place) -> None:
        notice = draft(people, road)
        yesterday = timezone.localdate() - timedelta(days=1)
        assert get_notice(pk=notice.pk, at=yesterday) is None

    def test_of_a_secret_place_there_is_none(self, people: Any, road: Place) -> None:
        notice = draft(people, road)
        road.secrecy = "secret"
        road.save()
        assert get_notice(pk=notice.pk, at=timezone.localdate()) is None
        assert notices_of_place(place=road, at=timezone.localdate()) == []


class TestTheDemonstrationSet:
    def test_has_a_notice_in_every_state_and_overdue_ones(self) -> None:
        made = Notice.objects.filter(synthetic=True)
        assert {notice.state for notice in made} == set(NoticeState.values)
        assert made.overdue(timezone.localdate()).count() >= 2

    def test_every_step_was_allowed_to_who_took_it(self) -> None:
        for notice in Notice.objects.filter(synthetic=True):
            state, taken = "", {}
            for step in notice.steps.all():
                if step.step != "draft":
                    allowed = STEPS[step.step]
                    assert step.before == state and state in allowed.before
                    assert not any(taken.get(name) == step.by_id for name in allowed.not_by)
                    assert step.by.may(allowed.capability)
                state, taken[step.step] = step.after, step.by_id
            assert state == notice.state
            assert not notice.deadline or notice.deadline >= notice.issued_on
