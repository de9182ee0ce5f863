"""The feed of changes: in order, complete, and without what is secret."""

import json
from typing import Any

import pytest
from django.test import Client

from common.models import AuditEntry
from gazetteer.models import Place, Secrecy


def entry(place: Place, operation: str = "edit_place") -> AuditEntry:
    made = AuditEntry.objects.create(
        operation=operation,
        subject_type="gazetteer.place",
        subject_id=str(place.pk),
        jurisdiction=place.division_code,
    )
    return made


@pytest.fixture
def past(monkeypatch: Any) -> None:
    """Lets the feed see what this test's own transaction has written."""
    monkeypatch.setattr("api.queries.changes.SETTLED", "TRUE")


def read(program: Client, query: str = "") -> dict[str, Any]:
    response = program.get(f"/changes{query}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = json.loads(response.content)
    return found


class TestChanges:
    def test_come_in_order_and_go_on_from_the_last(self, program: Client, past: None) -> None:
        start = read(program, "?limit=10000")["last"]
        places = Place.objects.shown()[:3]
        for place in places:
            entry(place)
        first = read(program, f"?since={start}&limit=2")
        assert len(first["changes"]) == 2
        assert any(each["rel"] == "next" for each in first["links"])
        rest = read(program, f"?since={first['last']}")
        ids = [each["id"] for each in first["changes"] + rest["changes"]]
        assert ids == [f"http://testserver/id/place/{place.pk}" for place in places]

    def test_tell_nobody_who_or_why(self, program: Client, past: None) -> None:
        place = Place.objects.shown().first()
        assert place is not None
        entry(place)
        keys = set(read(program, "?limit=10000")["changes"][-1])
        assert keys == {"number", "at", "operation", "kind", "jurisdiction", "id"}

    def test_of_secret_places_and_quiet_acts_are_left_out(
        self, program: Client, past: None
    ) -> None:
        place, other = Place.objects.shown()[:2]
        start = read(program, "?limit=10000")["last"]
        entry(place)
        entry(other, "read_informant")
        Place.objects.filter(pk=place.pk).update(secrecy=Secrecy.SECRET)
        assert read(program, f"?since={start}")["changes"] == []

    def test_wait_until_older_transactions_have_ended(self, program: Client) -> None:
        start = read(program, "?limit=10000")["last"]
        place = Place.objects.shown().first()
        assert place is not None
        entry(place)  # by this very transaction, which has not ended
        assert read(program, f"?since={start}")["changes"] == []

    @pytest.mark.parametrize("query", ["since=x", "since=-1", "since=" + "9" * 30, "limit=0"])
    def test_bad_input_is_told(self, program: Client, query: str) -> None:
        response = program.get(f"/changes?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
