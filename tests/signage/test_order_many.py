"""Orders for every sign of a filtered list: one sheet a body, nobody else's signs, no surprises."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from api.queries.changes import LARGEST, changes_since
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry, Rule
from gazetteer.models import Place
from signage.models import CampaignDay, OrderSheet, RectificationOrder, Sign
from signage.operations.order_many import (
    ListChanged,
    NothingToOrder,
    Terms,
    order_signs,
    plan_for,
)
from signage.queries.signs import SignFilter

pytestmark = pytest.mark.django_db
CHOSEN = SignFilter(text="MANY-")


@pytest.fixture
def wrong_signs(make_sign: Any) -> list[Sign]:
    return [
        make_sign(number=f"MANY-{turn}", pinyin="WRONG LU", responsible_body=body)
        for turn, body in enumerate(("甲局", "甲局", "乙局", ""))
    ]


@pytest.fixture
def officer(make_user: Any) -> Any:
    return make_user("place_name_officer", "440106")


def order(officer: Any, **changes: Any) -> list[OrderSheet]:
    values: dict[str, Any] = {
        "by": officer,
        "at": timezone.now(),
        "chosen": CHOSEN,
        "seen": 4,
        "bodies": {"甲局": Terms(Decimal(5000), "按标准更换"), "乙局": Terms()},
    }
    return order_signs(**{**values, **changes})


def test_changes_say_where_signs_were_ordered(
    officer: Any, wrong_signs: list[Sign], monkeypatch: Any
) -> None:
    monkeypatch.setattr("common.audit.settled", lambda: LARGEST)
    start = AuditEntry.objects.latest("pk").pk
    order(officer)

    def told() -> list[tuple[str, str, str]]:
        page = changes_since(number=start, limit=10)
        return [(each.operation, each.kind, each.jurisdiction[:6]) for each in page.changes]

    assert told() == [("order_signs", "signs", "440106")] * 2
    # Of a sheet of which every sign is hidden now nothing tells.
    other = Place.objects.shown().filter(legal_category="STREET").exclude(signs__in=wrong_signs)[0]
    Sign.objects.filter(number="MANY-2").update(place=other)
    Place.objects.filter(pk=other.pk).update(secrecy="secret")
    assert len(told()) == 1


class TestPlan:
    def test_leaves_out_what_another_authority_keeps(
        self, officer: Any, wrong_signs: list[Sign]
    ) -> None:
        Sign.objects.filter(number="MANY-1").update(managed_by="police")
        plan = plan_for(by=officer, at=timezone.localdate(), chosen=CHOSEN)
        assert (plan.count, plan.others) == (3, 1)

    def test_narrows_by_whatever_the_list_is_filtered_by(
        self, officer: Any, wrong_signs: list[Sign]
    ) -> None:
        sign = wrong_signs[0]
        for chosen, planned in (
            (SignFilter(rule="R05", text="MANY-"), 4),
            (SignFilter(rule="R99", text="MANY-"), 0),
            (SignFilter("wrong", within="440106001", text="MANY-"), 4),
            (SignFilter("overdue", text="MANY-"), 0),
            (SignFilter(place=str(sign.place_id), text="MANY-"), 4),
        ):
            plan = plan_for(by=officer, at=timezone.localdate(), chosen=chosen)
            assert plan.count == planned, chosen


class TestOrderSigns:
    def test_gives_each_body_one_sheet(self, wrong_signs: Any, officer: Any) -> None:
        first, second = order(officer)
        assert (first.responsible_body, first.budget) == ("乙局", None) or second.budget
        by_body = {sheet.responsible_body: sheet for sheet in (first, second)}
        assert by_body["甲局"].orders.count() == 2 and by_body["甲局"].budget == 5000
        assert {first.number, second.number} == set(
            OrderSheet.objects.filter(ordered_by=officer).values_list("number", flat=True)
        )
        made = RectificationOrder.objects.get(sign__number="MANY-0")
        days = Rule.objects.get(rule_id="SIGN-DEADLINE").parameters["block"]
        assert made.due_on == timezone.localdate() + timezone.timedelta(days=days)
        assert made.cost == Rule.objects.get(rule_id="SIGN-COST").parameters["STREET"]
        assert "R05" in made.rules and made.instruction == "按标准更换"
        entry = AuditEntry.objects.filter(operation="order_signs", details__body="甲局").get()
        assert entry.details["signs"] == ["MANY-0", "MANY-1"]
        assert entry.jurisdiction == "440106001"

    def test_signs_without_body_go_to_the_one_named(self, wrong_signs: Any, officer: Any) -> None:
        with pytest.raises(BadInput, match="Name the body"):
            order(officer, bodies={"": Terms()})
        (sheet,) = order(officer, bodies={"": Terms()}, named="丙局")
        assert sheet.responsible_body == "丙局"

    def test_the_campaign_counts_what_is_ordered_as_wrong_still(
        self, wrong_signs: Any, officer: Any
    ) -> None:
        order(officer)
        row = CampaignDay.objects.get(division_code="440106001", day=timezone.localdate())
        assert row.wrong >= 4 and row.cost >= 4 * 900

    def test_refuses_a_list_that_has_changed(self, wrong_signs: Any, officer: Any) -> None:
        with pytest.raises(ListChanged, match="4 signs now wait for an order, not 3"):
            order(officer, seen=3)
        order(officer)
        with pytest.raises(ListChanged):
            order(officer)
        assert plan_for(by=officer, at=timezone.localdate(), chosen=CHOSEN).ordered == 3

    def test_refuses_nothing_nobody_and_days_past(self, wrong_signs: Any, officer: Any) -> None:
        with pytest.raises(NothingToOrder):
            order(officer, chosen=SignFilter(text="NO SUCH"))
        with pytest.raises(BadInput, match="at least one body"):
            order(officer, bodies={})
        past = timezone.localdate() - timezone.timedelta(days=1)
        with pytest.raises(BadInput, match="past"):
            order(officer, bodies={"甲局": Terms(due_on=past)})
        with pytest.raises(BadInput, match="budget"):
            order(officer, bodies={"甲局": Terms(budget=Decimal(-1))})
        assert not OrderSheet.objects.filter(ordered_by=officer).exists()

    def test_leaves_out_other_jurisdictions_and_refuses_other_roles(
        self, wrong_signs: Any, make_user: Any
    ) -> None:
        elsewhere = make_user("place_name_officer", "440104")
        plan = plan_for(by=elsewhere, at=timezone.localdate(), chosen=CHOSEN)
        assert (plan.count, plan.elsewhere) == (0, 4)
        with pytest.raises(NotInScope):
            plan_for(by=elsewhere, at=timezone.localdate(), chosen=SignFilter(within="440106"))
        with pytest.raises(NotPermitted):
            plan_for(by=make_user("viewer"), at=timezone.localdate(), chosen=CHOSEN)

    def test_a_waived_finding_is_not_ordered_again(self, wrong_signs: Any, officer: Any) -> None:
        sheet = order(officer)[0]
        done = sheet.orders.first()
        assert done is not None
        done.sign.findings.open().update(waiver=done)
        RectificationOrder.objects.filter(pk=done.pk).update(
            state="waived", waived_because="x", waived_at=timezone.now()
        )
        plan = plan_for(
            by=officer, at=timezone.localdate(), chosen=SignFilter("all", text=done.sign.number)
        )
        assert plan.count == 0


class TestPages:
    def test_from_the_list_to_the_sheets(self, wrong_signs: Any, client_as: Any) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        listed = client.get(reverse("signage:signs"), {"q": "MANY-"})
        address = reverse("signage:order_many") + "?q=MANY-"
        assert address in listed.content.decode()
        page = client.get(address).content.decode()
        assert "no body recorded" in page and "3,600" not in page and "1,800" in page
        values = {"seen": 4, "take_0": "on", "budget_0": "999.50", "instruction": "更换"}
        sent = client.post(address, values)
        sheet = OrderSheet.objects.get(ordered_by=client.user)
        assert sent["Location"] == reverse("signage:order_sheet", args=[sheet.pk])
        shown = client.get(sent["Location"]).content.decode()
        assert sheet.number in shown and "999.50" in shown and "更换" in shown

    def test_a_stale_list_is_refused_and_what_was_typed_kept(
        self, wrong_signs: Any, client_as: Any
    ) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        address = reverse("signage:order_many") + "?q=MANY-"
        sent = client.post(address, {"seen": 9, "take_0": "on", "instruction": "保留这句"})
        page = sent.content.decode()
        assert sent.status_code == 409 and "The list has changed meanwhile" in page
        assert "保留这句" in page and 'name="seen" value="4"' in page

    def test_orders_are_listed_filtered_and_told_as_of_a_day(
        self, wrong_signs: Any, officer: Any, client_as: Any, django_assert_max_num_queries: Any
    ) -> None:
        order(officer)
        client = client_as("viewer", language="en")
        address = reverse("signage:orders")
        with django_assert_max_num_queries(30):
            page = client.get(address, {"body": "甲局"}).content.decode()
        assert "MANY-0" in page and "MANY-2" not in page
        yesterday = (timezone.localdate() - timezone.timedelta(days=1)).isoformat()
        before = client.get(address, {"body": "甲局", "at": yesterday}).content.decode()
        assert "MANY-0" not in before and "No order fits these filters" in before
        for state in ("overdue", "ordered", "fixed", "verified", "closed", "waived", "all"):
            assert client.get(address, {"state": state}).status_code == 200
        assert client.get(address, {"after": "rubbish"}).status_code == 200
        assert client.get(address, {"state": "odd"}).status_code == 400

    def test_an_order_shows_its_evidence(self, demo: Any, client_as: Any) -> None:
        closed = RectificationOrder.objects.filter(state="closed").first()
        assert closed is not None
        page = client_as(language="en").get(reverse("signage:order", args=[closed.pk]))
        text = page.content.decode()
        assert "data-overlay" in text and "A photo from before the fix is there" in text

    def test_an_order_is_not_there_before_it_was_given(self, demo: Any, client_as: Any) -> None:
        order = RectificationOrder.objects.first()
        assert order is not None
        address = reverse("signage:order", args=[order.pk])
        assert client_as().get(address, {"at": "2024-01-01"}).status_code == 404
