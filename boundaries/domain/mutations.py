"""Event lists in the form of the Swiss mutations: a unit, the event that admitted it, the one that

abolished it. From that alone follow the arrows of lineage: what one event abolished became what
the same event admitted. Any country's or province's list in this form feeds the same engine.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.domain.lineage import Change


@dataclass(frozen=True, slots=True)
class Membership:
    """A unit's stay: ``unit`` is a code that may come again later, ``row`` where it stands."""

    unit: str
    name: str
    admitted_by: str
    admitted_on: date
    abolished_by: str = ""
    abolished_on: date | None = None
    row: int = 0


class BadMembership(ValueError):
    """A stay that cannot be: ``row`` says where it stands, the message why."""

    def __init__(self, row: int, why: str) -> None:
        self.row = row
        super().__init__(why)


def unit_of(stay: Membership) -> str:
    """The identity of a stay: the same code admitted later is another unit."""
    return f"{stay.unit}@{stay.admitted_on.isoformat()}"


def changes_of(stays: Sequence[Membership]) -> list[Change]:
    """The arrows of all events. Raises :class:`BadMembership` for stays that contradict each other.

    One heir takes all of a unit; how much each of several takes such a list does not say.
    """
    _check(stays)
    ended: dict[str, list[Membership]] = defaultdict(list)
    begun: dict[str, list[Membership]] = defaultdict(list)
    for stay in stays:
        begun[stay.admitted_by].append(stay)
        if stay.abolished_by:
            ended[stay.abolished_by].append(stay)
    changes = []
    for event in sorted(set(ended) | set(begun)):
        befores, afters = ended.get(event, []), begun.get(event, [])
        share = 1.0 if len(afters) == 1 else None
        for before in befores:
            day = before.abolished_on or before.admitted_on
            if not afters:
                changes.append(Change(day, unit_of(before), None, 1.0))
            changes += [Change(day, unit_of(before), unit_of(after), share) for after in afters]
        if not befores:
            changes += [Change(stay.admitted_on, None, unit_of(stay)) for stay in afters]
    return sorted(changes, key=lambda change: change.day)


def _hint(one: date, other: date) -> str:
    """What to try where a list gives the last day of a unit, the Swiss one among them."""
    return " (--last-days, if units end with theirs)" if abs((one - other).days) == 1 else ""


def _check(stays: Sequence[Membership]) -> None:
    days: dict[str, date] = {}
    for stay in stays:
        if bool(stay.abolished_by) != (stay.abolished_on is not None):
            raise BadMembership(stay.row, "the event that abolishes needs a number and a day")
        if stay.abolished_on is not None and stay.abolished_on <= stay.admitted_on:
            raise BadMembership(stay.row, f"{stay.unit} is abolished before it is admitted")
        for event, day in (
            (stay.admitted_by, stay.admitted_on),
            (stay.abolished_by, stay.abolished_on),
        ):
            if day is not None and days.setdefault(event, day) != day:
                raise BadMembership(
                    stay.row, f"event {event} has two days{_hint(days[event], day)}"
                )
    by_unit: dict[str, list[Membership]] = defaultdict(list)
    for stay in stays:
        by_unit[stay.unit].append(stay)
    for same in by_unit.values():
        same.sort(key=lambda stay: stay.admitted_on)
        for former, later in itertools.pairwise(same):
            if former.abolished_on is None or former.abolished_on > later.admitted_on:
                raise BadMembership(later.row, f"{later.unit} overlaps its own row {former.row}")
