"""Joint inspections of tests: out of the way, or brought to a step by the people of both sides."""

from datetime import UTC, date, datetime
from typing import Any

import pgtrigger

from boundaries.models import (
    Inspection,
    Marker,
    MarkerPhoto,
    MarkerVisit,
    OpenPoint,
    Patrol,
    WardenContract,
)
from boundaries.operations.inspections import SectionFacts, add_section, write_report, write_side
from boundaries.operations.signing import sign, submit_side
from boundaries.operations.visits import VisitFacts, record_visit
from boundaries.queries.inspections import get_inspection, hash_of, particulars_hash

DAY = date(2026, 5, 20)
NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
CODE = "440104-440106"


def forget_visits(**which: Any) -> None:
    """Delete visits with their photos."""
    visits = MarkerVisit.objects.filter(**which)
    MarkerPhoto.objects.filter(visit__in=visits).delete()
    visits.delete()


def forget_markers() -> None:
    """Delete every marker, and who walks along them."""
    forget_visits()
    Patrol.objects.all().delete()
    for model in (MarkerPhoto, Marker, WardenContract):
        model._default_manager.all().delete()


def forget_inspections() -> None:
    """Delete every inspection at work with its visits and problems."""
    forget_visits(side__isnull=False)
    OpenPoint.objects.all().delete()
    with pgtrigger.ignore("boundaries.Inspection:filed_is_archived"):
        Inspection.objects.all().delete()


def again(inspection: Inspection) -> Inspection:
    held = get_inspection(pk=inspection.pk)
    assert held is not None
    return held


def write_particulars(by: Any, inspection: Inspection, **more: Any) -> Inspection:
    """The particulars by somebody who saw them as they stand."""
    values = {"inspected_on": DAY, "basis": "协议书", "suggestions": ""} | more
    seen = particulars_hash(again(inspection))
    return write_report(by=by, at=DAY, inspection=inspection, seen=seen, **values)


def record(inspection: Inspection, people: dict[str, Any]) -> Inspection:
    """Everything that the report needs, from both sides."""
    for who in "ab":
        write_side(by=people[who], inspection=inspection, organisers="民政局", people="张、李")
        add_section(
            by=people[who],
            at=DAY,
            inspection=inspection,
            facts=SectionFacts("001", "末", DAY, "ok"),
        )
    write_particulars(people["a"], inspection)
    visited = MarkerVisit.objects.filter(side__inspection=inspection).values("marker")
    for marker in Marker.objects.on(DAY).of_line(inspection.line_code).exclude(pk__in=visited):
        record_visit(
            by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "intact"),
            inspection=inspection,
        )  # fmt: skip
    return again(inspection)


def submitted(inspection: Inspection, people: dict[str, Any]) -> Inspection:
    record(inspection, people)
    for who in "ab":
        submit_side(by=people[who], at=NOW, inspection=inspection)
    return again(inspection)


def signed(inspection: Inspection, people: dict[str, Any]) -> Inspection:
    held = submitted(inspection, people)
    for who in ("sign-a", "sign-b"):
        sign(by=people[who], at=NOW, inspection=held, seen=hash_of(held))
    return again(held)
