"""Keys: programs read in a person's name, never more."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiKey
from accounts.operations.keys import end_key, make_key
from common.errors import BadInput, NotInScope

DAY = date(2024, 5, 1)
NOW = datetime(2024, 5, 1, tzinfo=UTC)
ADDRESS = "/ogc/collections"


@pytest.fixture
def person(make_user: Callable[..., Any], demo: Any) -> Any:
    return make_user("viewer", "440106")


class TestMakeKey:
    def test_keeps_only_the_digest(self, person: Any) -> None:
        record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        assert key.startswith(record.start)
        assert key not in str(ApiKey.objects.filter(pk=record.pk).values().get())

    @pytest.mark.parametrize(
        "wrong", [{"name": " "}, {"scopes": ["all"]}, {"scopes": ["write"]}, {"expires_on": DAY}]
    )
    def test_refuses_in_words(self, person: Any, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            make_key(**{"by": person, "name": "QGIS", "scopes": ["read"], "at": DAY} | wrong)

    def test_only_its_person_ends_it(self, person: Any, make_user: Callable[..., Any]) -> None:
        record, _key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        with pytest.raises(NotInScope):
            end_key(by=make_user(), key_id=record.pk, at=NOW)


class TestRequests:
    def test_are_answered_with_a_key_in_each_of_its_places(self, person: Any) -> None:
        import base64

        _record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        basic = base64.b64encode(f"anyone:{key}".encode()).decode()
        for way in (f"Bearer {key}", f"Basic {basic}"):
            assert Client(headers={"Authorization": way}).get(ADDRESS).status_code == 200
        assert Client().get(f"{ADDRESS}?key={key}").status_code == 200

    def test_never_set_a_cookie(self, person: Any) -> None:
        _record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        response = Client(headers={"Authorization": f"Bearer {key}"}).get(ADDRESS)
        assert not response.cookies
        assert key not in response.content.decode()

    def test_without_a_key_or_with_an_ended_one_are_told_so(self, person: Any) -> None:
        record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        end_key(by=person, key_id=record.pk, at=NOW)
        for headers in ({}, {"Authorization": f"Bearer {key}"}, {"Authorization": "Basic !"}):
            response = Client(headers=headers).get(ADDRESS)
            assert response.status_code == 401
            assert response["WWW-Authenticate"].startswith("Basic")
            assert response["Content-Type"] == "application/problem+json"

    def test_open_nothing_once_the_person_has_no_role(self, person: Any) -> None:
        _record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        person.grants.all().delete()
        assert Client(headers={"Authorization": f"Bearer {key}"}).get(ADDRESS).status_code == 403

    def test_beyond_the_limit_wait(self, person: Any) -> None:
        record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        ApiKey.objects.filter(pk=record.pk).update(per_minute=2)
        client = Client(headers={"Authorization": f"Bearer {key}"})
        answers = [client.get(ADDRESS).status_code for _ in range(3)]
        assert answers == [200, 200, 429]

    def test_a_key_opens_no_page_for_people(self, person: Any) -> None:
        _record, key = make_key(by=person, name="QGIS", scopes=["read"], at=DAY)
        assert Client(headers={"Authorization": f"Bearer {key}"}).get("/").status_code == 302

    def test_people_are_led_to_the_sign_in_page(self, demo: Any) -> None:
        response = Client(headers={"Accept": "text/html"}).get(ADDRESS)
        assert response.status_code == 302
