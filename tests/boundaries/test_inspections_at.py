"""Pages of joint inspections on a day gone by tell what stood on it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from api.queries.changes import LARGEST, changes_since
from boundaries.models import (
    Inspection,
    InspectionRound,
    InspectionSide,
    MarkerVisit,
    Patrol,
    WardenContract,
)
from boundaries.operations.signing import file_inspection
from common.models import AuditEntry
from tests.boundaries.inspected import DAY, record, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def text_of(client_as: Any, address: str, day: date, jurisdiction: str = "4401") -> str:
    client = client_as("boundary_inspector", jurisdiction, language="en")
    text: str = client.get(f"{address}?at={day.isoformat()}").content.decode()
    return text


def test_the_desk_does_not_know_what_came_later(
    begun: Inspection, people: dict[str, Any], client_as: Any
) -> None:
    held = signed(begun, people)
    later = DAY + timedelta(days=9)
    file_inspection(by=people["a"], at=later, inspection=held, filed_with="市民政局", document="")
    InspectionSide.objects.filter(inspection=held).update(
        submitted_at=datetime(2026, 5, 22, 4, 0, tzinfo=UTC),
        signed_at=datetime(2026, 5, 24, 4, 0, tzinfo=UTC),
    )
    at = f"/inspections/{held.pk}/"
    told = [text_of(client_as, at, DAY + timedelta(days=n)) for n in (0, 2, 4, 9)]
    assert ["● submitted" in text for text in told] == [False, True, True, True]
    assert ["● signed" in text for text in told] == [False, False, True, True]
    assert ["市民政局" in text for text in told] == [False, False, False, True]


def test_a_plan_is_not_filed_before_its_day(client_as: Any) -> None:
    planned = InspectionRound.objects.exclude(filed_on=None).first()
    assert planned is not None and planned.filed_on is not None
    before = planned.filed_on - timedelta(days=1)
    for day, filed in ((before, False), (planned.filed_on, True)):
        text = text_of(client_as, f"/rounds/{planned.pk}/", day)
        assert (planned.filed_on.isoformat() in text) is filed
        assert ("To be filed by" in text) is not filed
        assert "data-plan-said" not in text


def test_a_report_of_a_later_day_is_not_told_yet(client_as: Any) -> None:
    contract = WardenContract.objects.create(
        line_code="440104-440106", code_a="440104", code_b="440106", side_code="440104",
        number="试-1", warden="某", begins="001", ends="003", km=1, period=DateRange(DAY, None),
    )  # fmt: skip
    Patrol.objects.create(
        contract=contract, walked_on=DAY, finding="界桩倾斜",
        found_at=datetime(2026, 5, 20, 6, 0, tzinfo=UTC),
        reported_at=datetime(2026, 5, 22, 6, 0, tzinfo=UTC),
    )  # fmt: skip
    at = f"/wardens/{contract.pk}/"
    told = [text_of(client_as, at, DAY + timedelta(days=n), "440104") for n in (0, 1, 2)]
    assert ["not reported" in text for text in told] == [True, True, False]
    assert ["late by" in text for text in told] == [False, True, True]
    assert "late by 36 h 00 min" in told[2]
    assert not any("Record a patrol" in text or "Record the report" in text for text in told)


def test_changes_tell_of_it_what_others_see(
    begun: Inspection, people: dict[str, Any], monkeypatch: Any
) -> None:
    """Visits once they are submitted; the line and what was moved once it is filed."""
    monkeypatch.setattr("common.audit.settled", lambda: LARGEST)

    def told(number: int) -> list[tuple[str, str, str]]:
        page = changes_since(number=number, limit=1_000)
        return [(each.operation, each.kind, each.jurisdiction) for each in page.changes]

    start = AuditEntry.objects.latest("pk").pk
    held = record(begun, people)
    assert MarkerVisit.objects.filter(side__inspection=held).exists()
    assert told(start) == []
    held = signed(held, people)
    shown = [each for each in told(start) if each[0] != "visit_marker"]
    assert shown == [("submit_inspection_side", "markers", "4401")] * 2
    start = AuditEntry.objects.latest("pk").pk
    file_inspection(by=people["a"], at=DAY, inspection=held, filed_with="市民政局", document="")
    own = held.code_a
    assert told(start) == [
        ("record_inspection", "line", own),
        ("file_inspection", "markers", "4401"),
    ]
