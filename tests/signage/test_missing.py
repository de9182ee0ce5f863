"""Spots without the sign they need, orders for new ones; signs that a rename makes wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from common.errors import NotPermitted
from gazetteer.models import PlaceName
from signage.models import Absence, RectificationOrder, Sign
from signage.operations.check import check_signs, recheck_signs_of_places
from signage.operations.order_many import ListChanged, Terms
from signage.operations.order_missing import NothingMissing, order_new_signs, spots_to_order
from signage.operations.orders import NewFace, record_fix
from signage.queries.absences import MissingFilter, missing_counts, missing_signs
from signage.queries.renamed import renamed_places

pytestmark = pytest.mark.django_db
IN_TIANHE = MissingFilter(within="440106")


@pytest.fixture
def officer(make_user: Any) -> Any:
    return make_user("place_name_officer", "440106")


@pytest.fixture
def bare(street: Any) -> Any:
    """A street of Tianhe whose signs are all gone, checked again."""
    Sign.objects.filter(place=street.place).update(state="removed")
    recheck_signs_of_places(places=[street.place], at=timezone.localdate())
    return street


class TestMissingSigns:
    def test_a_street_without_any_sign_is_told_apart(self, bare: Any) -> None:
        day = timezone.localdate()
        rows = missing_signs(at=day, chosen=MissingFilter("bare", "440106"), size=500)
        mine = [row for row in rows if row.place_id == bare.place_id]
        assert {"start", "end"} <= {row.spot for row in mine}
        assert all(row.name == bare.text and row.lon is not None for row in mine)
        counts = missing_counts(at=day, chosen=IN_TIANHE)
        assert counts.bare_streets >= 1 and counts.spots["bare"] >= len(mine)
        before = missing_signs(at=day - timedelta(days=1), chosen=IN_TIANHE, size=500)
        assert not [row for row in before if row.place_id == bare.place_id and row.kind == "bare"]

    def test_counts_say_the_same_as_the_rows(self, demo: Any) -> None:
        day = timezone.localdate()
        counts = missing_counts(at=day, chosen=MissingFilter())
        rows = missing_signs(at=day, chosen=MissingFilter(), size=100_000)
        assert len(rows) == sum(counts.spots.values()) > 0
        assert len(rows) == Absence.objects.open().exclude(place__secrecy="secret").count()


class TestOrderNewSigns:
    def order(self, officer: Any, **changes: Any) -> Any:
        chosen = MissingFilter("bare", "440106")
        seen = len(spots_to_order(by=officer, at=timezone.localdate(), chosen=chosen))
        values: dict[str, Any] = {
            "by": officer,
            "at": timezone.now(),
            "chosen": chosen,
            "seen": seen,
            "body": "天河区民政局",
            "terms": Terms(),
        }
        return order_new_signs(**{**values, **changes})

    def test_plans_a_sign_with_the_right_face_at_each_spot(self, bare: Any, officer: Any) -> None:
        sheet = self.order(officer)
        planned = Sign.objects.filter(place=bare.place, state="planned")
        absent = Absence.objects.open().filter(place=bare.place)
        assert planned.count() == absent.count() > 0
        assert {sign.hanzi for sign in planned} == {bare.text}
        assert {sign.pinyin for sign in planned} == {bare.pinyin_sign}
        assert all(sign.number.startswith("XS-440106-") for sign in planned)
        assert set(sheet.orders.values_list("kind", flat=True)) == {"new"}
        assert not absent.filter(planned__isnull=True).exists()
        with pytest.raises(NothingMissing):
            self.order(officer)

    def test_the_new_sign_stands_once_its_photo_is_there(
        self, bare: Any, officer: Any, make_user: Any, make_photo: Any
    ) -> None:
        self.order(officer)
        spot = Absence.objects.open().get(place=bare.place, spot="start")
        order = RectificationOrder.objects.get(sign=spot.planned)
        record_fix(
            by=make_user("sign_inspector", "440106"),
            at=timezone.now(),
            order=order,
            face=NewFace(bare.text, bare.pinyin_sign, order.sign.ground_colour),
            photo=make_photo(),
            photo_before=make_photo(size=(99, 99)),
        )
        sign = Sign.objects.get(pk=order.sign_id)
        assert (sign.state, sign.installed_on) == ("standing", timezone.localdate())
        spot.refresh_from_db()
        assert spot.resolved_on == timezone.localdate()

    def test_refuses_what_changed_and_who_may_not(
        self, bare: Any, officer: Any, make_user: Any
    ) -> None:
        with pytest.raises(ListChanged):
            self.order(officer, seen=1_000)
        with pytest.raises(NotPermitted):
            spots_to_order(
                by=make_user("viewer", "440106"), at=timezone.localdate(), chosen=IN_TIANHE
            )

    def test_on_the_pages(
        self, bare: Any, client_as: Any, django_assert_max_num_queries: Any
    ) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        listed = reverse("signage:missing")
        with django_assert_max_num_queries(30):
            page = client.get(listed, {"kind": "bare", "within": "440106"})
        assert bare.text in page.content.decode()
        address = reverse("signage:order_missing") + "?kind=bare&within=440106"
        shown = client.get(address)
        values = {"seen": shown.context["count"], "responsible_body": "天河区民政局"}
        sent = client.post(address, values)
        assert sent.status_code == 302
        assert "new sign" in client.get(sent["Location"]).content.decode()


class TestRenamed:
    @pytest.fixture
    def renamed(self, make_sign: Any, street: PlaceName) -> PlaceName:
        """The street has a new name since today; one sign of ours shows the old one."""
        make_sign(number="RENAMED-1")
        day = timezone.localdate()
        since = street.period.lower
        PlaceName.objects.filter(pk=street.pk).update(period=DateRange(since, day), status="former")
        new = PlaceName.objects.get(pk=street.pk)
        new.pk = None
        new.text, new.pinyin_sign = "更新大道", "GENGXIN DADAO"
        new.period, new.status = DateRange(day, None), "standard"
        new.save()
        recheck_signs_of_places(places=[street.place], at=day)
        return new

    def test_tells_signs_and_cost(self, renamed: Any) -> None:
        day = timezone.localdate()
        row = next(
            row
            for row in renamed_places(at=day, within="440106", days=30)
            if row.place_id == renamed.place_id
        )
        assert row.new == "更新大道" and row.changed_on == day
        assert row.wrong >= 1 and row.waiting >= 1 and row.cost >= 900
        before = renamed_places(at=day - timedelta(days=1), within="440106", days=30)
        assert renamed.place_id not in {row.place_id for row in before}

    def test_one_click_orders_them_all(self, renamed: Any, client_as: Any) -> None:
        client = client_as("place_name_officer", "440106", language="en")
        page = client.get(reverse("signage:renamed")).content.decode()
        assert "更新大道" in page and "Order" in page
        address = reverse("signage:renamed_order", args=[renamed.place_id])
        assert client_as("viewer", "440106").post(address).status_code == 403
        assert client.post(address).status_code == 302
        order = RectificationOrder.objects.get(sign__number="RENAMED-1")
        assert "更新大道" in order.instruction and order.sheet is not None
        again = client.post(address)
        assert again.status_code == 409 and "waits for an order" in again.content.decode()


class TestAfterACheck:
    def test_what_was_planned_stays_planned(self, bare: Any, officer: Any) -> None:
        TestOrderNewSigns().order(officer)
        check_signs(by=None, at=timezone.localdate(), within="440106")
        assert Absence.objects.open().filter(place=bare.place, planned__isnull=False).exists()
