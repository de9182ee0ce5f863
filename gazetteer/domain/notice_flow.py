"""The way of a rectification notice (整改通知书): states, steps, clock, range of fines.

draft → approved → issued → served → corrected → verified → closed; penalised where the deadline
went by; withdrawn before it was answered. Overdue is told by the day and not stored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.domain.roles import Capability

WAITING = ("issued", "served")
OVER = ("closed", "withdrawn")
_C = Capability


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed move. ``not_by``: the person of that earlier step may not take this one.

    ``after`` None keeps the state.
    """

    name: str
    before: tuple[str, ...]
    after: str | None
    capability: Capability
    not_by: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("edit", ("draft",), None, _C.WRITE_NOTICE),
        Step("approve", ("draft",), "approved", _C.APPROVE_NOTICE, not_by=("draft", "edit")),
        Step("issue", ("approved",), "issued", _C.WRITE_NOTICE),
        Step("serve", ("issued",), "served", _C.WRITE_NOTICE),
        Step(
            "inquire",
            ("draft", "approved", *WAITING, "corrected", "penalised"),
            None,
            _C.WRITE_NOTICE,
        ),
        Step("correct", ("served", "penalised"), "corrected", _C.WRITE_NOTICE),
        Step("verify", ("corrected",), "verified", _C.VERIFY_NOTICE, not_by=("correct",)),
        Step("send_back", ("corrected",), "served", _C.VERIFY_NOTICE, not_by=("correct",)),
        Step("penalise", ("served",), "penalised", _C.APPROVE_NOTICE, not_by=("draft",)),
        Step(
            "close",
            ("verified", "penalised"),
            "closed",
            _C.APPROVE_NOTICE,
            not_by=("correct", "verify"),
        ),
        Step("withdraw", ("draft", "approved", *WAITING), "withdrawn", _C.APPROVE_NOTICE),
    )
}


@dataclass(frozen=True, slots=True)
class Clock:
    """``days``: left until the deadline, below zero once it went by; None where none runs."""

    state: str
    days: int | None


def clock(state: str, deadline: date | None, at: date) -> Clock:
    """The shell's state of a notice on a day (due, overdue, ok, check, unknown) and days left."""
    if state in OVER:
        return Clock("ok" if state == "closed" else "unknown", None)
    if state in WAITING and deadline is not None:
        days = (deadline - at).days
        return Clock("overdue" if days < 0 else "due", days)
    if state in ("draft", "approved"):
        return Clock("check", None)
    return Clock("wrong" if state == "penalised" else "due", None)


def next_steps(state: str) -> list[Step]:
    return [step for step in STEPS.values() if state in step.before]


@dataclass(frozen=True, slots=True)
class FineRange:
    """What one article allows, in yuan."""

    article: str
    least: int
    most: int
    after_deadline: bool


def range_for(amount: int, ranges: Iterable[FineRange], *, overdue: bool) -> FineRange | None:
    """The article that allows this amount on this day, if one does."""
    for each in ranges:
        if each.least <= amount <= each.most and (overdue or not each.after_deadline):
            return each
    return None
