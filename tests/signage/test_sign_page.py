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
