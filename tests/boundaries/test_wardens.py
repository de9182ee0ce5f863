"""Wardens: a finding is reported, a breach of the hours is shown, numbers are a side's own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from boundaries.models import BoundaryLine, Patrol, WardenContract
from boundaries.operations.wardens import entrust, record_patrol, report_finding
from common.errors import BadInput
from tests.boundaries.inspected import CODE, DAY

FOUND = datetime(2026, 5, 20, 0, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def contract(by: Any, line: BoundaryLine, side: str = "440104", km: float = 2.0) -> WardenContract:
    return entrust(
        by=by, line=line, side_code=side, number="界护1号", warden="某某", begins="001",
        ends="003", km=km, first_serial=1, last_serial=3, from_day=date(2026, 1, 1), until=None,
    )  # fmt: skip


def patrol(by: Any, held: WardenContract, **more: Any) -> Patrol:
    values = {
        "walked_on": DAY, "special": False, "strip_kept": True, "cleared": True,
        "finding": "界桩丢失", "found_at": FOUND, "reported_at": None,
    }  # fmt: skip
    at = FOUND + timedelta(hours=1)
    return record_patrol(by=by, at=at, today=DAY, contract=held, **{**values, **more})


@pytest.fixture
def line(demo: Any) -> BoundaryLine:
    found: BoundaryLine = BoundaryLine.objects.on(DAY).get(code=CODE)
    return found


class TestContracts:
    def test_a_number_is_given_once_a_side(
        self, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        contract(people["a"], line)
        assert contract(people["b"], line, "440106").pk
        with pytest.raises(BadInput, match="Your side has a contract"):
            contract(people["a"], line)

    def test_it_is_not_longer_than_the_line(
        self, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        with pytest.raises(BadInput, match="The whole line is not longer than"):
            contract(people["a"], line, km=9_999)
        assert contract(people["a"], line, km=line.length_m / 1000).pk

    def test_a_change_of_a_patrol_keeps_the_former_row(
        self, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        made = patrol(people["a"], contract(people["a"], line))
        made.finding = "界桩倾斜"
        made.save()
        assert [event.finding for event in made.events.all()] == ["界桩丢失"]


class TestFindings:
    def test_are_reported_once_and_after_they_were_found(
        self, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        made = patrol(people["a"], contract(people["a"], line))
        now = FOUND + timedelta(hours=20)
        for wrong in (FOUND - timedelta(minutes=1), now + timedelta(minutes=1)):
            with pytest.raises(BadInput, match="comes after what it reports"):
                report_finding(by=people["a"], at=now, patrol=made, reported_at=wrong)
        report_finding(by=people["a"], at=now, patrol=made, reported_at=FOUND + timedelta(hours=2))
        with pytest.raises(BadInput, match="reported already, at 2026-05-20 10:00"):
            report_finding(by=people["a"], at=now, patrol=made, reported_at=now)

    def test_belong_to_the_day_of_the_patrol(
        self, line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        held = contract(people["a"], line)
        with pytest.raises(BadInput, match="on its day, 2026-05-19"):
            patrol(people["a"], held, walked_on=DAY - timedelta(days=1))

    def test_the_page_tells_what_is_late(
        self, line: BoundaryLine, people: dict[str, Any], client_as: Any
    ) -> None:
        held = contract(people["a"], line)
        made = patrol(people["a"], held)
        client = client_as("boundary_inspector", "440104", language="en")
        url = f"/wardens/{held.pk}/"
        page = client.get(url).content.decode()
        assert "not reported, late by" in page and f"{url}patrols/{made.pk}/reported/" in page
        assert "reported/" not in client_as("viewer", "4401").get(url).content.decode()
        told = timezone.localtime(FOUND + timedelta(hours=12, minutes=1))
        answer = client.post(
            f"{url}patrols/{made.pk}/reported/",
            {"reported_at": f"{told:%Y-%m-%dT%H:%M}"},
            follow=True,
        )
        page = answer.content.decode()
        assert "0 h 01 min over the 12 hours" in page and "late by 0 h 01 min" in page
