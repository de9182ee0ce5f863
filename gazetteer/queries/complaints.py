"""Complaints as they stood on a day, with the clock of the answer; never who complained."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from common.models import AuditEntry
from gazetteer.models import Complaint, ComplaintState
from gazetteer.queries.keyset import Page, page
from gazetteer.queries.law_numbers import ANSWER, number_of
from gazetteer.queries.notices import night_of

WAITING = (ComplaintState.NEW, ComplaintState.IN_HAND)


def complaints_on(*, at: date, codes: Sequence[str]) -> QuerySet[Complaint]:
    """Complaints in these jurisdictions, with ``state_then`` (told by the audit log) and spot."""
    moves = AuditEntry.objects.filter(
        subject_type="gazetteer.complaint",
        subject_id=Cast(OuterRef("pk"), CharField()),
        operation="answer_complaint",
        at__lt=night_of(at),
    ).order_by("-at", "-pk")
    state = moves.annotate(to=KeyTextTransform("state", "details")).values("to")[:1]
    reach = Q(pk__in=[])
    for code in codes:
        reach |= Q(division_code__startswith=code)
    rows: QuerySet[Complaint] = Complaint.objects.shown().filter(
        reach, received_at__lt=night_of(at)
    )
    # Complaints that came in with data have no audit line: then the row itself tells.
    told = Case(
        When(decided_at__lt=night_of(at), then=F("state")),
        default=Value(str(ComplaintState.NEW)),
        output_field=CharField(),
    )
    return rows.annotate(
        state_then=Coalesce(Subquery(state), told, output_field=CharField()),
        spot=Coalesce(F("location"), PointOnSurface("place__geometry")),
    )


def filtered_complaints(
    *, at: date, codes: Sequence[str], state: str = "", text: str = ""
) -> QuerySet[Complaint]:
    """``state`` may be ``open``: what still waits for an answer or for its notice."""
    rows = complaints_on(at=at, codes=codes)
    if state == "open":
        rows = rows.filter(state_then__in=WAITING)
    elif state:
        rows = rows.filter(state_then=state)
    return rows.filter(facts__icontains=text) if text else rows


def complaints(*, after: str = "", limit: int = 50, **filters: Any) -> Page:
    """One page, what waits longest first."""
    rows = filtered_complaints(**filters).select_related("place", "breach")
    return page(rows, by="received_at", after=after, limit=limit)


def complaint_spots(*, limit: int = 2000, **filters: Any) -> list[Complaint]:
    return list(filtered_complaints(**filters).filter(spot__isnull=False)[:limit])


def complaint_counts(*, at: date, codes: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {"open": 0}
    rows = complaints_on(at=at, codes=codes).order_by().values("state_then")
    for row in rows.annotate(number=Count("pk")):
        counts[row["state_then"]] = row["number"]
        counts["open"] += row["number"] if row["state_then"] in WAITING else 0
    return counts


def get_complaint(*, pk: Any, at: date, codes: Sequence[str]) -> Complaint | None:
    rows = complaints_on(at=at, codes=codes).select_related("place", "breach", "decided_by")
    return rows.filter(pk=pk).first()


def answer_due(*, received_at: Any, at: date) -> date:
    """The day by which a complaint or a suggestion is to be answered (rule L-ANSWER)."""
    received = timezone.localdate(received_at)
    days = number_of(ANSWER, "days", at=max(received, date(2022, 5, 1)))
    return received + timedelta(days=days)
