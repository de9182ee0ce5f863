"""Notices as they stood on a day, what is due, and what hangs on a place or a thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Case, Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from gazetteer.domain.notice_flow import OVER, WAITING, Clock, FineRange, clock
from gazetteer.models import Breach, Notice, NoticeStep, Place
from gazetteer.queries.keyset import Page, page

NEVER = date(9999, 12, 31)


def night_of(day: date) -> datetime:
    """The first moment that no longer belongs to a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def notices_on(*, at: date, within: str = "") -> QuerySet[Notice]:
    """Notices with ``state_then``, told by their steps, and ``due`` (never null, for lists)."""
    last = NoticeStep.objects.filter(notice=OuterRef("pk"), at__lt=night_of(at))
    last = last.order_by("-at", "-pk").values("after")[:1]
    rows = Notice.objects.shown().within(within).filter(drafted_at__lt=night_of(at))
    due = Case(
        When(state_then__in=WAITING, then=Coalesce(F("deadline"), Value(NEVER))),
        default=Value(NEVER),
        output_field=DateField(),
    )
    return rows.annotate(state_then=Subquery(last)).annotate(due=due)


def filtered_notices(
    *, at: date, within: str, state: str = "", breach: str = "", text: str = ""
) -> QuerySet[Notice]:
    """Notices of a list, each with its ``spot`` on the map; ``state`` may be ``running`` or
    ``overdue``."""
    rows = notices_on(at=at, within=within).annotate(
        spot=Coalesce(F("location"), PointOnSurface("place__geometry"))
    )
    if state == "overdue":
        rows = rows.filter(state_then__in=WAITING, deadline__lt=at)
    elif state == "running":
        rows = rows.exclude(state_then__in=OVER)
    elif state:
        rows = rows.filter(state_then=state)
    if breach:
        rows = rows.filter(breaches=breach)
    if text:
        rows = rows.filter(Q(organisation__icontains=text) | Q(facts__icontains=text))
    return rows


def notices(*, after: str = "", limit: int = 50, **filters: Any) -> Page:
    """One page of :func:`filtered_notices`, by what is due first."""
    rows = filtered_notices(**filters).select_related("place").prefetch_related("breaches")
    return page(rows, by="due", after=after, limit=limit)


def notice_spots(*, limit: int = 2000, **filters: Any) -> list[Notice]:
    """The same notices for the map: those that have a point, what is due first."""
    rows = filtered_notices(**filters).filter(spot__isnull=False).order_by("due", "pk")
    return list(rows[:limit])


def notice_counts(*, at: date, within: str) -> dict[str, int]:
    """How many in each state on a day, with ``overdue`` and ``running``."""
    late = Count("pk", filter=Q(state_then__in=WAITING, deadline__lt=at))
    rows = notices_on(at=at, within=within).order_by().values("state_then")
    counts: dict[str, int] = {"overdue": 0, "running": 0}
    for row in rows.annotate(number=Count("pk"), late=late):
        counts[row["state_then"]] = row["number"]
        counts["running"] += row["number"] if row["state_then"] not in OVER else 0
        counts["overdue"] += row["late"]
    return counts


@dataclass(frozen=True, slots=True)
class NoticeThen:
    """A notice as it stood on a day."""

    notice: Notice
    state: str
    clock: Clock


def get_notice(*, pk: Any, at: date) -> NoticeThen | None:
    people = ("place", "complaint", "drafted_by")
    notice = notices_on(at=at).select_related(*people).filter(pk=pk).first()
    return as_then(notice, at) if notice else None


def as_then(notice: Any, at: date) -> NoticeThen:
    state = notice.state_then or notice.state
    return NoticeThen(notice, state, clock(state, notice.deadline, at))


def steps_of(*, notice: Notice, at: date) -> list[NoticeStep]:
    return list(notice.steps.select_related("by").filter(at__lt=night_of(at)))


def notices_of_place(*, place: Place, at: date) -> list[NoticeThen]:
    rows = notices_on(at=at).filter(place=place).order_by("due", "-drafted_at")
    return [as_then(row, at) for row in rows]


def notices_of_thing(*, kind: str, key: str, at: date) -> list[NoticeThen]:
    rows = notices_on(at=at).filter(thing_kind=kind, thing_key=key).order_by("due", "-drafted_at")
    return [as_then(row, at) for row in rows]


def breaches(*, at: date) -> list[Breach]:
    """The catalogue of breaches in force on a day, in the order of the articles."""
    return list(Breach.objects.on(at).order_by("key"))


def fine_ranges(rows: Sequence[Breach]) -> list[FineRange]:
    return [
        FineRange(row.article, row.fine_min, row.fine_max, row.fine_after_deadline)
        for row in rows
        if row.fine_min is not None and row.fine_max is not None
    ]
