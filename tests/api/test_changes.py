"""The feed of changes: in order, complete, and without what is secret."""

import json
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from api.queries.changes import LARGEST, changes_since
from boundaries.models import Adjustment, LineCorrection, Marker, MarkerVisit
from common import audit
from common.models import AuditEntry
from facilities.models import Facility
from gazetteer.models import Place, Secrecy
from signage.models import RectificationOrder


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
    monkeypatch.setattr("common.audit.settled", lambda: LARGEST)


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

    def test_nothing_shows_that_something_was_left_out(self, program: Client, past: None) -> None:
        """The number to go on from is that of what was told, whatever is hidden between."""
        place, other = Place.objects.shown()[:2]
        start = read(program, "?limit=10000")["last"]
        entry(place)
        entry(place)
        entry(other)
        entry(place)
        Place.objects.filter(pk=place.pk).update(secrecy=Secrecy.SECRET)
        page = read(program, f"?since={start}&limit=1")
        assert [each["id"].rsplit("/", 1)[1] for each in page["changes"]] == [str(other.pk)]
        assert page["last"] == page["changes"][0]["number"]
        assert all(each["rel"] != "next" for each in page["links"])
        assert read(program, f"?since={page['last']}")["last"] == page["last"]

    def test_name_markers_lines_and_facilities_by_their_lasting_address(
        self, program: Client, past: None
    ) -> None:
        start = read(program, "?limit=10000")["last"]
        marker, facility = Marker.objects.first(), Facility.objects.first()
        visit, order = MarkerVisit.objects.first(), RectificationOrder.objects.first()
        assert marker and facility and visit and order
        # A later state of a facility has another key of its own.
        Facility.objects.filter(pk=facility.pk).update(identity=(identity := uuid4()))
        for subject in (marker, facility, visit, order):
            audit.record(by=None, operation="touched", subject=subject)
        told = [each["id"] for each in read(program, f"?since={start}")["changes"]]
        assert [each.partition("/id/")[2] for each in told] == [
            f"marker/{marker.number}",
            f"facility/{identity}",
            f"marker/{visit.marker.number}",
            f"sign/{order.sign.number}",
        ]
        assert program.get(told[0].removeprefix("http://testserver")).status_code == 303

    def test_of_many_things_at_once_say_what_is_to_be_read_anew(
        self, program: Client, past: None
    ) -> None:
        start = read(program, "?limit=10000")["last"]
        adjustment = Adjustment(pk=uuid4())
        correction = LineCorrection(pk=1)
        for operation in ("adjustment_submitted", "adjustment_approved", "adjustment_in_force"):
            audit.record(by=None, operation=operation, subject=adjustment, jurisdiction="4401")
        audit.record(
            by=None,
            operation="write_correction",
            subject=correction,
            jurisdiction="440106",
            line="440106-440112",
        )
        told = read(program, f"?since={start}")["changes"]
        assert [(each["kind"], each["jurisdiction"], each["operation"]) for each in told] == [
            ("divisions", "4401", "adjustment_in_force"),
            ("divisions", "4401", "write_correction"),
        ]
        assert all("id" not in each for each in told)

    def test_wait_for_the_own_transaction_too(self, program: Client) -> None:
        start = read(program, "?limit=10000")["last"]
        audit.record(by=None, operation="edit_place", subject=Place.objects.shown()[0])
        assert read(program, f"?since={start}")["changes"] == []

    def test_wait_for_smaller_numbers_whoever_began_first(self, demo: Any) -> None:
        """This transaction began first, another draws the smaller number and ends later."""
        first, second = Place.objects.shown()[:2]
        start = changes_since(number=0, limit=10_000).last
        drawn, end = Event(), Event()

        def other() -> None:
            with transaction.atomic():
                audit.record(by=None, operation="edit_place", subject=second)
                audit.record(by=None, operation="edit_name", subject=second)
                drawn.set()
                end.wait(30)
                transaction.set_rollback(True)
            connection.close()

        thread = Thread(target=other)
        thread.start()
        try:
            assert drawn.wait(30)
            entry(first)
            assert changes_since(number=start, limit=10).changes == []
        finally:
            end.set()
            thread.join()
        told = changes_since(number=start, limit=10).changes
        assert [each.key for each in told] == [str(first.pk)]

    def test_a_transaction_is_waited_for_once_however_much_it_writes(self, demo: Any) -> None:
        locks = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        with connection.cursor() as cursor:
            for _ in range(3):
                audit.record(by=None, operation="edit_place", subject=Place.objects.shown()[0])
            cursor.execute(locks)
            assert cursor.fetchone() == (1,)

    @pytest.mark.parametrize("query", ["since=x", "since=-1", "since=" + "9" * 30, "limit=0"])
    def test_bad_input_is_told(self, program: Client, query: str) -> None:
        response = program.get(f"/changes?{query}")
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
