"""The deadlines of a naming case (Arts 13, 14): filing and announcement, comment, day of effect.

Calendar days (日). A government or place-name authority announces within its days of the approval,
another department within its days of the filing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from common.rules import RuleEdition

FILING, ANNOUNCEMENT, COMMENT, QUORUM, REPORTS = (
    "C-FILING",
    "C-ANNOUNCE",
    "C-COMMENT",
    "C-QUORUM",
    "C-REPORTS",
)


class ApproverKind(StrEnum):
    GOVERNMENT = "government"
    NAME_AUTHORITY = "name_authority"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline on a day. ``days_left`` below zero once it went by, None when it was met.

    ``state``: due, overdue, ok (done in time) or wrong (done too late).
    """

    kind: str
    due_on: date
    days_left: int | None
    state: str
    article: str = ""

    @property
    def running(self) -> bool:
        return self.days_left is not None


@dataclass(frozen=True, slots=True)
class CaseDates:
    """The days of a case that clocks are told from; None where it has not come so far."""

    approved_on: date | None = None
    filed_on: date | None = None
    announced_on: date | None = None
    approver_kind: str = ApproverKind.GOVERNMENT
    comment_until: date | None = None
    comment_done: bool = False
    effective_on: date | None = None
    standard_on: date | None = None


def clocks(dates: CaseDates, rules: Mapping[str, RuleEdition], at: date) -> list[Clock]:
    """Every deadline the case has on a day, the most pressing first."""
    approved, filed = _by(dates.approved_on, at), _by(dates.filed_on, at)
    announced = _by(dates.announced_on, at)
    found = []
    if dates.comment_until is not None and not dates.comment_done and approved is None:
        found.append(_clock("comment", dates.comment_until, None, at, rules.get(COMMENT)))
    if approved is not None:
        due = approved + _days(rules, FILING)
        found.append(_clock("filing", due, filed, at, rules.get(FILING)))
    base = filed if dates.approver_kind == ApproverKind.DEPARTMENT else approved
    if base is not None:
        due = base + _days(rules, ANNOUNCEMENT)
        found.append(_clock("announcement", due, announced, at, rules.get(ANNOUNCEMENT)))
    if announced is not None and dates.effective_on is not None:
        done = _by(dates.standard_on, at)
        found.append(_clock("effect", dates.effective_on, done, at, None))
    return sorted(found, key=lambda clock: (not clock.running, clock.due_on))


def _by(day: date | None, at: date) -> date | None:
    """What has not happened yet on the day looked at is not known on it."""
    return day if day is not None and day <= at else None


def _days(rules: Mapping[str, RuleEdition], rule_id: str) -> timedelta:
    return timedelta(days=int(rules[rule_id].parameters["days"]))


def _clock(
    kind: str, due_on: date, done_on: date | None, at: date, rule: RuleEdition | None
) -> Clock:
    article = rule.article if rule else ""
    if done_on is not None:
        state = "ok" if done_on <= due_on or kind == "effect" else "wrong"
        return Clock(kind, due_on, None, state, article)
    left = (due_on - at).days
    # The end of public comment is waited for, not missed.
    late = left < 0 and kind != "comment"
    return Clock(kind, due_on, left, "overdue" if late else "due", article)
