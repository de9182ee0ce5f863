"""Putting a sign right (整治): the states of an order and who may move it, as data.

FOUND → ASSIGNED → FIXED → VERIFIED → CLOSED, or WAIVED with a reason (domain reference §4.6); the
finding itself is FOUND, the order begins with the assignment. Nobody verifies or closes their own
fix, nobody waives an order that they gave themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.domain.roles import Capability

ORDERED, FIXED, VERIFIED, CLOSED = "ordered", "fixed", "verified", "closed"
WAIVED = "waived"
STATES = (ORDERED, FIXED, VERIFIED, CLOSED, WAIVED)
OVER = (CLOSED, WAIVED)


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed move: from which state to which, by whom, and whose own work it may not be."""

    name: str
    before: str
    after: str
    capability: Capability
    not_by_the_fixer: bool = False
    not_by_the_orderer: bool = False


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("record_fix", ORDERED, FIXED, Capability.RECORD_FIX),
        Step("verify_fix", FIXED, VERIFIED, Capability.VERIFY_FIX, not_by_the_fixer=True),
        Step("send_back_fix", FIXED, ORDERED, Capability.VERIFY_FIX, not_by_the_fixer=True),
        # A fix that was verified may still not last until the closing.
        Step("send_back_order", VERIFIED, ORDERED, Capability.CLOSE_FIX, not_by_the_fixer=True),
        Step("close_order", VERIFIED, CLOSED, Capability.CLOSE_FIX, not_by_the_fixer=True),
        Step("waive_order", ORDERED, WAIVED, Capability.CLOSE_FIX, not_by_the_orderer=True),
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


def estimated_cost(
    sign_class: str, recorded: Decimal | None, costs: Mapping[str, Any]
) -> Decimal | None:
    """What a new sign would cost: as recorded of the old one, else by its class; else unknown."""
    if recorded is not None:
        return recorded
    value = costs.get(sign_class)
    return None if value is None else Decimal(str(value))
