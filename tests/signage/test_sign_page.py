"""The page of one sign: what it keeps to itself, what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.photos import read_photo
from gazetteer.models import Place
from signage.operations.evidence import keep_photo

pytestmark = pytest.mark.django_db


def test_tells_nothing_of_a_secret_place(make_sign: Any, street: Any, client_as: Any) -> None:
    sign = make_sign(hanzi="错误路")
    pages = [
        reverse("signage:sign", args=[sign.number]),
        f"{reverse('signage:signs')}?state=all&q={sign.number}",
    ]
    assert all(street.text in client_as().get(page).content.decode() for page in pages)
    Place.objects.filter(pk=sign.place_id).update(secrecy="secret")
    for page in pages:
        told = client_as().get(page).content.decode()
        assert "错误路" in told
        assert street.text not in told and str(sign.place_id) not in told


def test_whoever_corrects_a_sign_learns_no_secret_name_and_unlinks_nothing(
    make_sign: Any, street: Any, client_as: Any
) -> None:
    sign = make_sign(hanzi="错误路")
    Place.objects.filter(pk=sign.place_id).update(secrecy="secret")
    client = client_as("sign_inspector", "440106")
    address = reverse("signage:sign_edit", args=[sign.number])
    page = client.get(address)
    assert street.text not in page.content.decode()
    values = {k: v for k, v in page.context["form"].initial.items() if v not in (None, "")}
    response = client.post(address, {**values, "reason": "核对"})
    assert response.status_code == 302, response.content.decode()[:2000]
    sign.refresh_from_db()
    assert sign.place_id == street.place_id
    # Nor is a name tried out: a secret place is as one that is not there.
    other = make_sign("TEST-2", hanzi="别的路", place=None)
    address = reverse("signage:sign_edit", args=[other.number])
    values = {
        k: v for k, v in client.get(address).context["form"].initial.items() if v not in (None, "")
    }
    tried = [
        client.post(address, {**values, "place_name": name, "reason": "核对"}).content.decode()
        for name in (street.text, "没有这条路")
    ]
    assert all("本市没有标准地名" in page for page in tried)


def test_more_photos_ask_no_more_of_the_database(
    make_sign: Any, make_photo: Any, client_as: Any
) -> None:
    sign, client = make_sign(), client_as()
    counted = []
    for number in range(4):
        keep_photo(read_photo(make_photo(size=(64 + number, 48))), by=None, sign=sign)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("signage:sign", args=[sign.number])).content.decode()
        assert page.count(reverse("signage:photo", args=[sign.photos.latest("uploaded_at").pk]))
        counted.append(len(queries))
    assert counted[1] == counted[3]
