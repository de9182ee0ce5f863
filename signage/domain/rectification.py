"""Putting a sign right (整治): the states of an order and who may move it, as data.

FOUND → ASSIGNED → FIXED → VERIFIED → CLOSED (domain reference §4.6); the finding itself is FOUND,
the order begins with the assignment. Nobody verifies or closes their own fix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.domain.roles import Capability

ORDERED, FIXED, VERIFIED, CLOSED = "ordered", "fixed", "verified", "closed"
STATES = (ORDERED, FIXED, VERIFIED, CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed move: from which state to which, by whom, and whose own work it may not be."""

    name: str
    before: str
    after: str
    capability: Capability
    not_by_the_fixer: bool = False


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("record_fix", ORDERED, FIXED, Capability.RECORD_FIX),
        Step("verify_fix", FIXED, VERIFIED, Capability.VERIFY_FIX, not_by_the_fixer=True),
        Step("send_back_fix", FIXED, ORDERED, Capability.VERIFY_FIX, not_by_the_fixer=True),
        Step("close_order", VERIFIED, CLOSED, Capability.CLOSE_FIX, not_by_the_fixer=True),
    )
}


def next_steps(state: str) -> list[Step]:
    """The moves that an order in this state may take, in the order of the work."""
    return [step for step in STEPS.values() if step.before == state]


def due_day(ordered_on: date, severities: list[str], days: Mapping[str, Any]) -> date:
    """When the fix is due: the shortest deadline among the severities of what is wrong.

    ``days`` maps a severity to days after the order; "default" serves an order without findings.
    """
    allowed = [int(days[severity]) for severity in severities if severity in days]
    return ordered_on + timedelta(days=min(allowed, default=int(days["default"])))
