"""Naming cases as they stood on a day: what a list holds, how many stand at each step.

The state is told by the steps; what is due by the days of the case and the law of the day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
from gazetteer.domain.workflow import FINAL
from gazetteer.models import CaseState, NamingCase

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


def case_signal(case: Any, at: date) -> str:
    """The shell's state of a case from :func:`cases_on`: overdue, due, check, ok or unknown."""
    if case.overdue:
        return "overdue"
    if case.state_on in (CaseState.REJECTED, CaseState.WITHDRAWN):
        return "unknown"
    if case.state_on == CaseState.STANDARD:
        return "ok"
    return "due" if case.due != NEVER else "check"


def _days(rules: Any, rule_id: str) -> int:
    return int(rules[rule_id].parameters["days"]) if rule_id in rules else 0


def _when(condition: Q, then: Any) -> Case:
    return Case(When(condition, then=then), default=None, output_field=DAY)


def _later(field: str, days: int) -> Any:
    return Cast(F(field) + timedelta(days=days), DAY)
