"""How orders end other than by closing: waived with a reason, or given again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Grant
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry
from signage.models import RectificationOrder, Sign
from signage.operations.check import recheck_sign
from signage.operations.orders import (
    NothingToFix,
    OwnOrder,
    close_order,
    order_fix,
    verify_fix,
    waive_order,
)
from signage.queries.signs import SignFilter, sign_page

pytestmark = pytest.mark.django_db

FOREIGN = "440104"


class TestWaiveOrder:
    def test_leaves_the_sign_as_it_is_until_something_new_fails(
        self, order: Any, wrong: Any, people: Any
    ) -> None:
        day = timezone.localdate()

        def state() -> str:
            page = sign_page(at=day, chosen=SignFilter("all", text=wrong.number), size=1)
            return page.rows[0].state

        with pytest.raises(BadInput):
            waive_order(by=people["approver"], at=timezone.now(), order=order, reason=" ")
        waived = waive_order(by=people["approver"], at=timezone.now(), order=order, reason="文物")
        assert (waived.state, waived.waived_because, state()) == ("waived", "文物", "waived")
        with pytest.raises(NothingToFix):
            order_fix(
                by=people["place_name_officer"],
                at=timezone.now(),
                sign=wrong,
                responsible_body="X",
            )
        wrong.show_texts(hanzi="错名路", pinyin="WRONG LU", ground="blue")
        wrong.save()
        recheck_sign(sign=wrong, at=day)
        assert state() == "wrong"

    def test_asks_for_the_role_and_another_person(
        self, order: Any, people: Any, make_user: Any
    ) -> None:
        values = {"at": timezone.now(), "order": order, "reason": "文物"}
        with pytest.raises(NotPermitted):
            waive_order(by=people["reviewer"], **values)
        officer = people["place_name_officer"]
        period = Grant.objects.get(user=officer).period
        Grant.objects.create(user=officer, role="approver", jurisdiction="440106", period=period)
        del officer._grants_today
        with pytest.raises(OwnOrder):
            waive_order(by=officer, **values)
        with pytest.raises(NotInScope):
            waive_order(by=make_user("approver", FOREIGN), **values)


class TestReopenedOrder:
    @pytest.fixture
    def closed(self, fix: Any, people: Any) -> RectificationOrder:
        order = verify_fix(by=people["reviewer"], at=timezone.now(), order=fix())
        return close_order(by=people["approver"], at=timezone.now(), order=order)

    def spoil(self, sign: Sign, **texts: str) -> None:
        values = {"hanzi": sign.hanzi, "pinyin": sign.pinyin, "ground": "blue", **texts}
        sign.refresh_from_db()
        sign.show_texts(**{**values, "hanzi": texts.get("hanzi", sign.hanzi)})
        sign.save()
        recheck_sign(sign=sign, at=timezone.localdate())

    def test_the_same_rule_failing_again_opens_a_new_order(self, closed: Any, wrong: Any) -> None:
        self.spoil(wrong, pinyin="WRONG AGAIN LU")
        again = RectificationOrder.objects.get(sign=wrong, state="ordered")
        assert again.reopens_id == closed.pk and "R05" in again.rules
        assert again.responsible_body == closed.responsible_body
        assert AuditEntry.objects.filter(operation="reopen_order").count() == 1
        closed.refresh_from_db()
        assert closed.state == "closed"
        recheck_sign(sign=wrong, at=timezone.localdate())
        assert RectificationOrder.objects.filter(sign=wrong).count() == 2

    def test_another_rule_or_long_ago_does_not(self, closed: Any, wrong: Any) -> None:
        long_ago = timezone.now() - timedelta(days=400)
        RectificationOrder.objects.filter(pk=closed.pk).update(closed_at=long_ago)
        self.spoil(wrong, pinyin="WRONG AGAIN LU")
        assert not RectificationOrder.objects.filter(sign=wrong, state="ordered").exists()
