"""Naming cases as they stood on a day: lists, counts, the board, points for the map.

The state is told by the steps; what is due by the days of the case and the law of the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least

from accounts.scoping import within as within_grants
from common.models import Rule
from gazetteer.domain.clocks import ANNOUNCEMENT, FILING, ApproverKind
from gazetteer.domain.workflow import FINAL, WAY
from gazetteer.models import CaseState, CaseStep, NamingCase, Place, PublicComment
from gazetteer.queries.keyset import Page, page

NEVER = date(9999, 12, 31)
RUNNING, OVERDUE = "running", "overdue"
# What a list may ask for beside the states themselves.
OVER = tuple(str(state) for state in FINAL)
DAY = DateField()


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """``state``: a state, ``running``, ``overdue`` or "" for all; ``text``: part of name, number

    or applicant; ``within``: a code prefix.
    """

    state: str = ""
    kind: str = ""
    category: str = ""
    within: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board: ``total`` may be more than are listed."""

    state: CaseState
    total: int
    overdue: int
    cases: Sequence[Any]


def cases_on(*, at: date, by: Any = None) -> QuerySet[NamingCase]:
    """Cases with ``state_on``, ``due`` (never null, for lists) and ``overdue`` on a day.

    ``by``: only what lies in the jurisdictions of this person.
    """
    rows = NamingCase.objects.shown().on(at)
    if by is not None:
        rows = within_grants(rows, by)
    rules = Rule.objects.in_force(on=at)
    filing = _days(rules, FILING)
    announcing = _days(rules, ANNOUNCEMENT)
    approved = Q(approved_on__lte=at)
    filed = Q(filed_on__lte=at)
    announced = Q(announced_on__lte=at)
    by_department = Q(rule__approver_kind=ApproverKind.DEPARTMENT)
    due = Least(
        _when(Q(state_on=CaseState.PUBLIC_COMMENT), F("comment_until")),
        _when(approved & ~filed, _later("approved_on", filing)),
        _when(approved & ~announced & ~by_department, _later("approved_on", announcing)),
        _when(filed & ~announced & by_department, _later("filed_on", announcing)),
        _when(Q(state_on=CaseState.ANNOUNCED), F("effective_on")),
    )
    running = ~Q(state_on__in=OVER)
    # The end of public comment is waited for, not missed.
    late = running & ~Q(state_on=CaseState.PUBLIC_COMMENT) & Q(due__lt=at)
    rows = rows.annotate(due=Coalesce(_when(running, due), Value(NEVER, output_field=DAY)))
    return rows.annotate(overdue=ExpressionWrapper(late, output_field=BooleanField()))


def chosen_cases(*, at: date, chosen: CaseFilter, by: Any = None) -> QuerySet[NamingCase]:
    """What the filters leave."""
    rows = cases_on(at=at, by=by).within(chosen.within)
    if chosen.state == RUNNING:
        rows = rows.exclude(state_on__in=OVER)
    elif chosen.state == OVERDUE:
        rows = rows.filter(overdue=True)
    elif chosen.state:
        rows = rows.filter(state_on=chosen.state)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.category:
        rows = rows.filter(category=chosen.category)
    if chosen.text:
        text = chosen.text.strip()
        rows = rows.filter(
            Q(text__icontains=text)
            | Q(current_text__icontains=text)
            | Q(number__icontains=text)
            | Q(applicant__icontains=text)
        )
    return rows


def cases(
    *,
    at: date,
    by: Any = None,
    state: str = "",
    kind: str = "",
    category: str = "",
    within: str = "",
    text: str = "",
    after: str = "",
    limit: int = 50,
) -> Page:
    """Cases by what is due first, a page at a time."""
    chosen = CaseFilter(state=state, kind=kind, category=category, within=within, text=text)
    rows = chosen_cases(at=at, chosen=chosen, by=by).defer("geometry", "findings")
    return page(
        rows.select_related("place", "rule", "applied_by"), by="due", after=after, limit=limit
    )


def case_counts(*, at: date, by: Any = None, within: str = "") -> dict[str, int]:
    """How many cases at each step on a day, with ``overdue``, ``running`` and ``all``."""
    rows = cases_on(at=at, by=by).within(within).values_list("state_on", "overdue")
    counts: dict[str, int] = {OVERDUE: 0, RUNNING: 0, "all": 0}
    for state, overdue in rows:
        counts[state] = counts.get(state, 0) + 1
        counts["all"] += 1
        counts[RUNNING] += state not in OVER
        counts[OVERDUE] += overdue
    return counts


def case_board(
    *, at: date, by: Any = None, within: str = "", most: int = 20, rest: bool = False
) -> list[Column]:
    """The way column by column, what is due first on top; ``rest``: side exits beside it."""
    states = [CaseState(state) for state in WAY]
    if rest:
        states += [CaseState.RETURNED, CaseState.REJECTED, CaseState.WITHDRAWN]
    rows = cases_on(at=at, by=by).within(within).defer("geometry", "findings")
    held: dict[str, list[Any]] = {str(state): [] for state in states}
    for row in rows.select_related("rule").order_by("due", "pk"):
        if row.state_on in held:
            held[row.state_on].append(row)
    return [
        Column(
            state=state,
            total=len(held[state]),
            overdue=sum(row.overdue for row in held[state]),
            cases=held[state][:most],
        )
        for state in states
    ]


def get_case(*, number: str, at: date, by: Any = None) -> NamingCase | None:
    """One case by its number with its state on a day; None where it is out of reach."""
    people = ("place", "rule", "applied_by", "approved_by", "name", "source")
    found: NamingCase | None = (
        cases_on(at=at, by=by).select_related(*people).filter(number=number).first()
    )
    return found


def steps_of(*, case: NamingCase, at: date) -> list[CaseStep]:
    """The history of a case up to a day, the oldest first."""
    return list(case.steps.select_related("by").filter(on__lte=at))


def comments_of(*, case: NamingCase, at: date) -> list[PublicComment]:
    return list(case.comments.select_related("recorded_by").filter(received_on__lte=at))


def cases_of_place(*, place: Place, at: date) -> list[NamingCase]:
    """Cases about the name of a place, the newest first."""
    rows = cases_on(at=at).filter(place=place).defer("geometry", "findings")
    return list(rows.order_by("-opened_on", "-number"))


def case_signal(case: Any, at: date) -> str:
    """The shell's state of a case from :func:`cases_on`: overdue, due, check, ok or unknown."""
    if case.overdue:
        return "overdue"
    if case.state_on in (CaseState.REJECTED, CaseState.WITHDRAWN):
        return "unknown"
    if case.state_on == CaseState.STANDARD:
        return "ok"
    return "due" if case.due != NEVER else "check"


def case_points(
    *, at: date, chosen: CaseFilter, by: Any = None, most: int = 2000
) -> list[dict[str, Any]]:
    """GeoJSON points of what the filters leave; cases that lie nowhere are left out."""
    rows = chosen_cases(at=at, chosen=chosen, by=by)
    where = Case(
        When(geometry__isnull=False, then=PointOnSurface("geometry")),
        When(place__geometry__isnull=False, then=PointOnSurface("place__geometry")),
    )
    rows = rows.annotate(point=where).filter(point__isnull=False).defer("geometry", "findings")
    return [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [round(row.point.x, 7), round(row.point.y, 7)],
            },
            "properties": {
                "key": row.number,
                "name": row.title,
                "kind": row.kind,
                "step": row.state_on,
                "step_title": str(CaseState(row.state_on).label),
                "state": case_signal(row, at),
                "due": None if row.due == NEVER else row.due.isoformat(),
                "synthetic": row.synthetic,
            },
        }
        for row in rows.order_by("due", "pk")[:most]
    ]


def _days(rules: Any, rule_id: str) -> int:
    return int(rules[rule_id].parameters["days"]) if rule_id in rules else 0


def _when(condition: Q, then: Any) -> Case:
    return Case(When(condition, then=then), default=None, output_field=DAY)


def _later(field: str, days: int) -> Any:
    return Cast(F(field) + timedelta(days=days), DAY)
