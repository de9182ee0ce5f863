"""The clock of joint inspections (联合检查): Decree 353, Art 12, each line every five years."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from common.periods import add_years


class InspectionState(StrEnum):
    """The shell's states, as a line shows them."""

    OK = "ok"
    DUE = "due"
    OVERDUE = "wrong"
    UNKNOWN = "unknown"


class InspectionClock(NamedTuple):
    """``due_on`` is the last day on which the next inspection is still in time."""

    state: InspectionState
    due_on: date | None


def inspection_state(
    last: date | None, at: date, cycle_years: int, due_soon_days: int
) -> InspectionClock:
    """Where a line stands on the day ``at`` if it was last inspected on ``last``.

    Inspected on 2018-09-30 with a cycle of five years it is due on 2023-09-30 and overdue from
    2023-10-01. A line without a known inspection is unknown, not overdue: the record may exist
    on paper. Raises ValueError for an inspection after the day.
    """
    if last is None:
        return InspectionClock(InspectionState.UNKNOWN, None)
    if last > at:
        raise ValueError(f"An inspection on {last} is not known on {at}.")
    due_on = add_years(last, cycle_years)
    if at > due_on:
        return InspectionClock(InspectionState.OVERDUE, due_on)
    if at >= due_on - timedelta(days=due_soon_days):
        return InspectionClock(InspectionState.DUE, due_on)
    return InspectionClock(InspectionState.OK, due_on)


def next_lead(last_lead: str | None, code_a: str, code_b: str) -> str | None:
    """The side that leads the next round: lead and partner change places (domain §5.2).

    None where no round is known, or where its lead is no longer one of the sides.
    """
    return {code_a: code_b, code_b: code_a}.get(last_lead or "")
