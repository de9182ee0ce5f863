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


def test_a_secret_name_is_not_tried_out(make_sign: Any, street: Any, client_as: Any) -> None:
    sign = make_sign(hanzi="别的路", place=None)
    Place.objects.filter(pk=street.place_id).update(secrecy="secret")
    client = client_as("sign_inspector", "440106")
    address = reverse("signage:sign_edit", args=[sign.number])
    values = {
        k: v for k, v in client.get(address).context["form"].initial.items() if v not in (None, "")
    }
    for name in (street.text, "没有这条路"):
        tried = client.post(address, {**values, "place_name": name, "reason": "核对"})
        assert "本市没有标准地名" in tried.content.decode()


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
