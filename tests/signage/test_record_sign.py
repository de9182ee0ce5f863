"""One sign is put on record by hand and checked at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput
from gazetteer.models import PlaceName
from signage.models import Sign
from signage.operations.edit import NumberTaken, SignRecord, StandsElsewhere, record_sign


@pytest.fixture
def values(street: PlaceName) -> dict[str, Any]:
    middle = street.place.geometry.interpolate_normalized(0.5)
    return {
        "sign_class": "STREET",
        "hanzi": street.text,
        "pinyin": "WRONG LU",
        "ground_colour": "blue",
        "street_bearing": 90.0,
        "place_name": street.text,
        "longitude": middle.x,
        "latitude": middle.y,
        "responsible_body": "天河区民政局",
    }


def record(by: Any, values: dict[str, Any], number: str = "NEW-1") -> Sign:
    return record_sign(by=by, at=timezone.localdate(), number=number, record=SignRecord(**values))


class TestRecordSign:
    def test_is_linked_and_checked(self, values: Any, street: PlaceName, people: Any) -> None:
        sign = record(people["sign_inspector"], values)
        assert (sign.place_id, sign.division_code[:6]) == (street.place_id, "440106")
        assert sign.findings.open().filter(rule_id_text="R05").exists()

    def test_refuses_a_number_that_is_taken_or_none(self, values: Any, people: Any) -> None:
        record(people["sign_inspector"], values)
        with pytest.raises(NumberTaken):
            record(people["sign_inspector"], values)
        with pytest.raises(BadInput, match="hyphens"):
            record(people["sign_inspector"], values, number="a/b")

    def test_refuses_a_place_outside_the_jurisdiction(self, values: Any, make_user: Any) -> None:
        with pytest.raises(StandsElsewhere):
            record(make_user("sign_inspector", "440104"), values)
        assert not Sign.objects.filter(number="NEW-1").exists()

    def test_by_the_page(self, values: Any, people: Any, client: Client) -> None:
        client.force_login(people["sign_inspector"])
        page = reverse("signage:sign_new")
        assert client.get(page).status_code == 200
        sent = {**values, "number": "NEW-2", "state": "standing", "managed_by": "civil"}
        answer = client.post(page, sent)
        assert answer.status_code == 302, answer.context["form"].errors
        assert answer["Location"] == reverse("signage:sign", args=["NEW-2"])

    def test_moved_out_of_the_area_is_told_and_what_was_typed_stays(
        self, values: Any, people: Any, make_user: Any, client: Client
    ) -> None:
        sign = record(people["sign_inspector"], values)
        client.force_login(make_user("sign_inspector", "440106"))
        elsewhere = {"longitude": 113.25, "latitude": 23.12}
        sent = {**values, **elsewhere, "state": "standing", "managed_by": "civil", "reason": "x"}
        answer = client.post(reverse("signage:sign_edit", args=[sign.number]), sent)
        assert answer.status_code == 200, answer.content
        assert str(answer.context["sentence"]) and answer.context["form"]["reason"].value() == "x"
        sign.refresh_from_db()
        assert sign.location.coords == (values["longitude"], values["latitude"])
