"""Reports from people: taken down, merged, answered, ordered; who reported stays hidden."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.errors import BadInput, NotInScope, NotPermitted, Refusal
from common.models import AuditEntry
from signage.domain.likeness import Reported, likeness
from signage.models import Reporter, Sign, SignReport
from signage.operations import reports as operations
from signage.operations.follow import reports_follow
from signage.operations.reports import (
    CannotMerge,
    DealtWithAlready,
    NamesTheReporter,
    NobodyKnown,
    dismiss_report,
    merge_report,
    order_from_report,
    read_reporter,
    take_report,
)
from signage.queries.reports import alike, signs_beside

LIMITS = {"max_distance_m": 60, "within_days": 30}
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class TestLikeness:
    def reported(self, **changes: Any) -> Reported:
        values = {"sign": "", "lon": 113.3, "lat": 23.1, "kind": "gone", "received_at": NOW}
        return Reported(**{**values, **changes})

    def test_same_spot_same_day_same_kind_is_the_same(self) -> None:
        assert likeness(self.reported(), self.reported(), LIMITS).score == 1

    def test_far_away_or_long_ago_or_another_sign_is_not(self) -> None:
        own = self.reported()
        assert likeness(own, self.reported(lat=23.101), LIMITS).score == 0
        assert likeness(own, self.reported(received_at=NOW - timedelta(days=31)), LIMITS).score == 0
        one, other = self.reported(sign="A"), self.reported(sign="B")
        assert not likeness(one, other, LIMITS).suggested

    def test_the_same_sign_is_the_same_wherever_people_stood(self) -> None:
        one = self.reported(sign="A")
        assert likeness(one, self.reported(sign="A", lat=23.11), LIMITS).suggested

    def test_kinds_that_people_mix_up_count_half(self) -> None:
        own = self.reported()
        mixed = likeness(own, self.reported(kind="missing"), LIMITS).score
        assert likeness(own, self.reported(kind="name"), LIMITS).score < mixed < 1

    def test_is_the_same_from_either_side(self) -> None:
        one, other = self.reported(), self.reported(lat=23.1002, kind="hidden")
        assert likeness(one, other, LIMITS).score == likeness(other, one, LIMITS).score


@pytest.fixture
def officer(make_user: Any) -> Any:
    return make_user("place_name_officer", "440106")


def take(by: Any, **changes: Any) -> SignReport:
    values: dict[str, Any] = {
        "by": by,
        "at": timezone.now(),
        "kind": "damaged",
        "facts": "路牌歪斜，字迹脱落",
        "channel": "12345",
    }
    return take_report(**{**values, **changes})


@pytest.mark.django_db
def test_the_list_goes_out_without_words_and_persons(
    make_sign: Any, officer: Any, client_as: Any
) -> None:
    take(officer, sign=make_sign(), name="张三", contact="13800000000")
    asked = {"format": "csv", "datum": "CGCS2000"}
    address = reverse("list_export", args=["sign-reports"])
    assert client_as("viewer", "4401").post(address, asked).status_code == 403
    client = client_as("place_name_officer", "440106")
    text = client.post(address, asked).content.decode("utf-8-sig")
    assert (
        text.count("\n")
        == 1 + SignReport.objects.within("440106").count()
        < 1 + SignReport.objects.count()
    )
    assert "TEST-1" in text and "破损、脏污或倾斜" in text
    assert not [told for told in ("张三", "13800000000", "字迹脱落") if told in text]


@pytest.mark.django_db
class TestTakeReport:
    def test_keeps_who_reported_apart_from_everything(self, make_sign: Any, officer: Any) -> None:
        report = take(
            officer, sign=make_sign(), name="张三", contact="13800000000", outer_number="GZ-1"
        )
        assert Reporter.objects.get(report=report).name == "张三"
        entry = AuditEntry.objects.filter(operation="take_report").first()
        assert entry is not None and "张三" not in str(entry.details) + entry.reason
        assert "张三" not in str(report.__dict__)
        with pytest.raises(Refusal, match="recorded already"):
            take(officer, sign=make_sign(number="T-2"), outer_number="GZ-1")

    @pytest.mark.parametrize(
        ("facts", "hidden"),
        [
            ("我是张 三", {"name": "张三"}),
            ("回电13800138000", {"contact": "138-0013-8000"}),
            ("回电１３８ ００１３ ８０００", {"contact": "13800138000"}),
            ("signed A. Lee", {"name": "a. lee"}),
        ],
    )
    def test_refuses_facts_that_name_the_reporter(
        self, make_sign: Any, officer: Any, facts: str, hidden: dict[str, str]
    ) -> None:
        sign = make_sign()
        with pytest.raises(NamesTheReporter):
            take(officer, sign=sign, facts=facts, **hidden)
        assert not sign.reports.exists()

    def test_a_spot_lies_in_its_division_and_somewhere(self, make_sign: Any, officer: Any) -> None:
        where = make_sign().location
        report = take(officer, point=(where.x, where.y), kind="missing")
        assert report.division_code.startswith("440106")
        with pytest.raises(BadInput, match="No division"):
            take(officer, point=(0.0, 0.0))
        with pytest.raises(BadInput, match="Name the sign"):
            take(officer)

    def test_asks_staff_for_role_and_jurisdiction(self, make_sign: Any, make_user: Any) -> None:
        sign = make_sign()
        with pytest.raises(NotPermitted):
            take(make_user("viewer", "440106"), sign=sign)
        with pytest.raises(NotInScope):
            take(make_user("sign_inspector", "440104"), sign=sign)

    def test_the_open_page_takes_a_few_an_hour(self, make_sign: Any) -> None:
        sign = make_sign()
        with pytest.raises(Refusal, match="Too much was sent"):
            for _ in range(60):
                take(None, sign=sign, address="198.51.100.7")
        assert set(sign.reports.values_list("channel", flat=True)) == {"web"}


@pytest.mark.django_db
class TestDecisions:
    def test_a_report_becomes_a_finding_and_an_order(
        self, make_sign: Any, officer: Any, make_photo: Any
    ) -> None:
        sign = make_sign()
        assert not sign.findings.open().exists()
        report = take(officer, sign=sign, photo=make_photo())
        order = order_from_report(
            by=officer, at=timezone.now(), report=report, responsible_body="天河区民政局"
        )
        report.refresh_from_db()
        assert (report.state, report.order_id) == ("in_hand", order.pk)
        assert [f.rule_id_text for f in sign.findings.open()] == ["R35"]
        assert Sign.objects.get(pk=sign.pk).state == "damaged"
        assert order.photos.get().phase == "before"
        with pytest.raises(DealtWithAlready):
            dismiss_report(by=officer, at=timezone.now(), report=report, answer="x")

    def test_a_spot_needs_a_sign_to_order(self, make_sign: Any, officer: Any) -> None:
        sign = make_sign(number="SPOT-1")
        report = take(officer, point=(sign.location.x, sign.location.y), kind="other")
        values = {"by": officer, "at": timezone.now(), "report": report}
        with pytest.raises(BadInput, match="which sign is meant"):
            order_from_report(responsible_body="X", **values)
        near = signs_beside(
            longitude=sign.location.x, latitude=sign.location.y, at=timezone.localdate()
        )
        assert near[0].number == "SPOT-1"
        order = order_from_report(responsible_body="X", sign=near[0], **values)
        assert order.sign_id == sign.pk

    def test_duplicates_are_suggested_and_merged(self, make_sign: Any, officer: Any) -> None:
        sign = make_sign()
        first = take(officer, sign=sign)
        second = take(officer, point=(sign.location.x, sign.location.y))
        third = take(officer, point=(sign.location.x + 0.002, sign.location.y))
        here = ["440106"]
        assert [each.report.pk for each in alike(report=second, codes=here)] == [first.pk]
        assert alike(report=second, codes=["440104"]) == []
        assert alike(report=third, codes=here) == []
        merged = merge_report(by=officer, at=timezone.now(), report=second, into=first)
        assert (merged.state, merged.merged_into_id) == ("merged", first.pk)
        assert alike(report=first, codes=here) == []
        with pytest.raises(DealtWithAlready):
            merge_report(by=officer, at=timezone.now(), report=third, into=second)
        with pytest.raises(CannotMerge):
            merge_report(by=officer, at=timezone.now(), report=first, into=first)

    def test_different_signs_cannot_be_merged(self, make_sign: Any, officer: Any) -> None:
        one = take(officer, sign=make_sign())
        other = take(officer, sign=make_sign(number="T-2"))
        with pytest.raises(CannotMerge):
            merge_report(by=officer, at=timezone.now(), report=one, into=other)

    def test_an_answer_is_needed_and_the_role(
        self, make_sign: Any, officer: Any, make_user: Any
    ) -> None:
        report = take(officer, sign=make_sign())
        with pytest.raises(BadInput):
            dismiss_report(by=officer, at=timezone.now(), report=report, answer=" ")
        inspector = make_user("sign_inspector", "440106")
        with pytest.raises(NotPermitted):
            dismiss_report(by=inspector, at=timezone.now(), report=report, answer="x")

    def test_who_reported_is_read_for_a_purpose_only(
        self, make_sign: Any, officer: Any, make_user: Any
    ) -> None:
        report = take(officer, sign=make_sign(), name="张三", contact="13800000000")
        reviewer = make_user("reviewer", "440106")
        with pytest.raises(NotPermitted):
            read_reporter(by=officer, subject=report, purpose="回访市民")
        with pytest.raises(BadInput):
            read_reporter(by=reviewer, subject=report, purpose=" ")
        assert read_reporter(by=reviewer, subject=report, purpose="回访市民").name == "张三"
        assert AuditEntry.objects.filter(operation="read_reporter", reason="回访市民").exists()
        other = take(officer, sign=make_sign(number="T-2"))
        with pytest.raises(NobodyKnown):
            read_reporter(by=reviewer, subject=other, purpose="回访市民")


@pytest.mark.django_db
class TestPages:
    def test_anybody_reports_and_sees_what_came_of_it(self, make_sign: Any) -> None:
        sign = make_sign()
        client = Client()
        client.cookies["django_language"] = "en"
        address = reverse("signage:report_new")
        unknown = client.post(address, {"kind": "gone", "facts": "没了", "sign_number": "NO"})
        assert "No sign has this number" in unknown.content.decode()
        nowhere = client.post(address, {"kind": "gone", "facts": "没了"})
        assert "give longitude and latitude" in nowhere.content.decode()
        values = {"kind": "gone", "facts": "没了", "sign_number": sign.number, "name": "李四"}
        sent = client.post(address, values)
        report = sign.reports.get()
        assert sent["Location"] == reverse("signage:report_receipt", args=[report.pk])
        page = client.get(sent["Location"]).content.decode()
        assert "not answered yet" in page and "李四" not in page and "没了" not in page

    def test_the_receipt_tells_of_the_order_and_of_its_end(
        self, make_sign: Any, officer: Any
    ) -> None:
        report = take(officer, sign=make_sign())
        order = order_from_report(
            by=officer, at=timezone.now(), report=report, responsible_body="天河区民政局"
        )
        client = Client()
        client.cookies["django_language"] = "en"
        address = reverse("signage:report_receipt", args=[report.pk])
        due = f"put right by {order.due_on}"
        assert due in client.get(address).content.decode()
        reports_follow(order=order, by=officer, at=timezone.now())
        told = client.get(address).content.decode()
        assert f"closed on {timezone.localdate()}" in told and due not in told

    def test_the_name_is_on_no_page_but_the_one_that_asks(
        self, make_sign: Any, officer: Any, client_as: Any
    ) -> None:
        report = take(officer, sign=make_sign(), name="王五五", contact="13911112222")
        reviewer = client_as("reviewer", "440106", language="en")
        for name, args in (("reports", []), ("report", [report.pk])):
            page = reviewer.get(reverse(f"signage:{name}", args=args)).content.decode()
            assert "王五五" not in page and "13911112222" not in page
        address = reverse("signage:report_reporter", args=[report.pk])
        assert "王五五" not in reviewer.get(address).content.decode()
        shown = reviewer.post(address, {"purpose": "回访市民"})
        assert "王五五" in shown.content.decode() and "no-store" in shown["Cache-Control"]

    def test_from_the_list_to_an_order(self, make_sign: Any, officer: Any, client_as: Any) -> None:
        report = take(officer, sign=make_sign())
        twin = take(officer, sign=report.sign)
        client = client_as("place_name_officer", "440106", language="en")
        page = client.get(reverse("signage:report", args=[twin.pk])).content.decode()
        assert "Merge into this one" in page
        merge = reverse("signage:report_merge", args=[twin.pk])
        assert client.post(merge, {"into": str(report.pk)}).status_code == 302
        assert client.post(merge, {"into": "rubbish"}).status_code == 404
        order = reverse("signage:report_order", args=[report.pk])
        assert report.sign.number in client.get(order).content.decode()
        values = {"sign": report.sign.number, "responsible_body": "天河区民政局"}
        assert client.post(order, values).status_code == 302
        listed = client.get(reverse("signage:reports"), {"state": "in_hand"}).content.decode()
        assert str(report.pk) in listed

    def test_are_read_by_those_with_the_role_only(
        self, make_sign: Any, officer: Any, client_as: Any
    ) -> None:
        report = take(officer, sign=make_sign())
        address = reverse("signage:report", args=[report.pk])
        assert client_as("viewer", "440106").get(address).status_code == 403
        assert client_as("reviewer", "440104").get(address).status_code == 404

    def test_what_is_like_one_across_the_border_is_not_told(
        self, make_sign: Any, officer: Any, client_as: Any
    ) -> None:
        sign = make_sign()
        report, beyond = take(officer, sign=sign), take(officer, sign=sign, facts="越界的内容")
        SignReport.objects.filter(pk=beyond.pk).update(division_code="440104001")
        address = reverse("signage:report", args=[report.pk])
        told = client_as("place_name_officer", "440106").get(address).content.decode()
        assert "越界的内容" not in told
        told = client_as("place_name_officer", "4401").get(address).content.decode()
        assert "越界的内容" in told

    def test_an_inspector_who_takes_one_down_sees_the_receipt(
        self, make_sign: Any, client_as: Any
    ) -> None:
        values = {"kind": "damaged", "channel": "12345", "facts": "路牌被撞"}
        sign = make_sign()
        values["sign_number"] = sign.number
        inspector = client_as("sign_inspector", "440106")
        sent = inspector.post(reverse("signage:report_new"), values, follow=True)
        receipt = reverse("signage:report_receipt", args=[sign.reports.get().pk])
        assert (sent.status_code, sent.redirect_chain) == (200, [(receipt, 302)])

    def test_the_photo_is_read_like_its_report(
        self, make_sign: Any, officer: Any, client_as: Any, make_photo: Any
    ) -> None:
        photo = take(officer, sign=make_sign(), photo=make_photo()).photos.get()
        address = reverse("signage:photo", args=[photo.pk])
        assert client_as("place_name_officer", "440106").get(address).status_code == 200
        assert client_as("viewer", "440106").get(address).status_code == 403
        assert client_as("reviewer", "440104").get(address).status_code in (403, 404)


class TestTwoPeopleInOneSecond:
    def test_merge_the_same_two_each_into_the_other(
        self, own_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with django_db_blocker.unblock():
            officer = User.objects.get(username="officer")
            sign = Sign.objects.filter(division_code__startswith="440106")[0]
            one, other = take(officer, sign=sign), take(officer, sign=sign)
            both_hold_one, entering = Barrier(2), operations._open

            def held(*args: Any, **values: Any) -> SignReport:
                found = entering(*args, **values)
                # Broken where the other one waits for what this one holds.
                with suppress(BrokenBarrierError):
                    both_hold_one.wait(1)
                return found

            def merge(pair: tuple[SignReport, SignReport]) -> str:
                try:
                    merge_report(by=officer, at=timezone.now(), report=pair[0], into=pair[1])
                except DealtWithAlready:
                    return "refused"
                finally:
                    connections.close_all()
                return "merged"

            monkeypatch.setattr(operations, "_open", held)
            with ThreadPoolExecutor(2) as beside:
                told = sorted(beside.map(merge, [(one, other), (other, one)]))
            assert told == ["merged", "refused"]
