"""The batch of a workshop: whose orders, which signs, what the files hold, who may."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from signage.models import RectificationOrder, Sign
from signage.operations.orders import order_fix
from signage.queries.workshop import orders_to_make, workshop_items
from signage.views.workshop_words import NothingToMake, order_number, sheet_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(make_sign: Any, make_user: Any) -> RectificationOrder:
    sign = make_sign(pinyin="WRONG LU", number="TEST-WORK", material="plastic")
    officer = make_user("place_name_officer", "440106")
    return order_fix(by=officer, at=timezone.now(), sign=sign, responsible_body="天河标牌厂")


def body(response: Any) -> str:
    return str(response.content.decode())


class TestBatch:
    def test_takes_orders_that_are_not_carried_out(self, order: RectificationOrder) -> None:
        today = timezone.localdate()
        every = RectificationOrder.objects.all()
        chosen = orders_to_make(orders=every, at=today, body="天河标牌厂")
        assert list(chosen) == [order]
        order.fixed_at = timezone.now()
        order.save()
        assert not chosen.all().exists()
        before = orders_to_make(orders=every, at=today - timedelta(days=1))
        assert order not in before

    def test_gives_the_wanted_face_and_an_allowed_material(
        self, order: RectificationOrder, street: Any
    ) -> None:
        (item,) = workshop_items(orders=[order], at=timezone.localdate())
        texts = [text.text for text in item.comparison.wanted_drawings[0].texts]
        assert texts == [street.text, street.pinyin_sign]
        pages = sheet_pages([item], at=timezone.localdate(), bureau="")
        shown = {shape.text for page in pages for shape in page if hasattr(shape, "text")}
        assert any(order_number(order) in text for text in shown)
        assert not any("塑料" in text for text in shown)

    def test_asks_a_handful_of_statements_for_any_number(
        self, demo: Any, django_assert_max_num_queries: Any
    ) -> None:
        orders = list(RectificationOrder.objects.select_related("sign")[:20])
        with django_assert_max_num_queries(3):
            assert len(workshop_items(orders=orders, at=timezone.localdate())) == len(orders)

    def test_leaves_out_and_names_what_nobody_can_say(self, order: RectificationOrder) -> None:
        Sign.objects.filter(pk=order.sign_id).update(place=None)
        order.refresh_from_db()
        items = workshop_items(orders=[order], at=timezone.localdate())
        with pytest.raises(NothingToMake):
            sheet_pages(items, at=timezone.localdate(), bureau="")


class TestPages:
    def test_lists_previews_and_offers_the_files(
        self, order: RectificationOrder, street: Any, client_as: Any
    ) -> None:
        officer = client_as("place_name_officer", "440106", language="en")
        page = body(officer.get(reverse("signage:workshop"), {"body": "天河标牌厂"}))
        assert order_number(order) in page and street.pinyin_sign in page
        assert "<svg" in page and " style=" not in page and "<style" not in page
        assert "sheet.pdf?body=" in page

    def test_files_hold_only_the_ticked_orders(
        self, order: RectificationOrder, client_as: Any
    ) -> None:
        officer = client_as("place_name_officer", "440106")
        chosen = {"order": str(order.pk)}
        pdf = officer.get(reverse("signage:workshop_pdf"), chosen)
        assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF-")
        assert "attachment" in pdf["Content-Disposition"]
        svg = body(officer.get(reverse("signage:workshop_svg"), chosen))
        root = ElementTree.fromstring(svg)
        assert root.attrib["width"] == "210mm" and "TEST-WORK" in svg
        assert order_number(order) in svg

    def test_shows_only_the_jurisdiction_and_needs_the_role(
        self, order: RectificationOrder, client_as: Any
    ) -> None:
        elsewhere = client_as("place_name_officer", "440104")
        assert order_number(order) not in body(elsewhere.get(reverse("signage:workshop")))
        answer = elsewhere.get(reverse("signage:workshop_pdf"), {"order": str(order.pk)})
        assert answer.status_code == 400
        assert client_as("viewer", "440106").get(reverse("signage:workshop")).status_code == 403

    def test_refuses_an_address_that_names_no_order(self, client_as: Any) -> None:
        officer = client_as("place_name_officer", "440106", language="en")
        answer = officer.get(reverse("signage:workshop"), {"order": "x"})
        assert answer.status_code == 400 and "An order of this address is none." in body(answer)

    def test_says_what_belongs_here_when_nothing_waits(self, client_as: Any) -> None:
        officer = client_as("place_name_officer", "440106", language="en")
        page = body(officer.get(reverse("signage:workshop"), {"body": "nobody"}))
        assert "No order waits for a workshop" in page

    def test_refuses_more_than_a_sheet_holds(
        self, demo: Any, client_as: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("signage.views.workshop.MOST", 1)
        officer = client_as("place_name_officer", "4401", language="en")
        page = body(officer.get(reverse("signage:workshop")))
        assert "a sheet holds at most 1" in page and "sheet.pdf" not in page
        assert officer.get(reverse("signage:workshop_pdf")).status_code == 400
