"""Who became whom between two days: units as a set, arrows as data, shares where they are known.

A unit is an identity; without an arrow it goes on as itself. The rules follow from that and from
the arrows alone, whatever the source: code lists, a province's decrees or another country's
mutations.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

Unit = Hashable
# Old unit → new unit (None: ended, heir not known) → share of the old one (None: not known).
Flows = dict[Unit, dict[Unit | None, float | None]]

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """From ``day`` on, ``share`` of ``before`` is part of ``after``.

    All arrows of a unit on one day say where the whole of it goes: also what stays needs an arrow
    (``before == after``). ``share`` is 0 to 1 of the unit before, ``None`` if it is not known.
    """

    day: date
    before: Unit | None
    after: Unit | None
    share: float | None = None


class Relation(StrEnum):
    SAME = "same"  # one became one
    MERGED = "merged"  # several became one
    SPLIT = "split"  # one became several
    MIXED = "mixed"  # several shared out among several
    ENDED = "ended"  # no heir is known
    NEW = "new"  # nothing before is known


@dataclass(frozen=True, slots=True)
class Link:
    """One row of a crosswalk. ``reversible``: from the new unit alone the old one can be told."""

    old: Unit | None
    new: Unit | None
    relation: Relation
    share: float | None
    reversible: bool


def successors(
    units: Iterable[Unit], changes: Iterable[Change], *, start: date, end: date
) -> Flows:
    """What the units of the day ``start`` are on the day ``end``, with shares where known.

    The shares of a unit sum to 1 wherever all of them are known. ``ValueError`` when ``end`` is
    before ``start`` or the known shares of a unit sum to more than 1.
    """
    if end < start:
        raise ValueError("The second day is before the first.")
    # Unit now → the old units in it and their shares.
    held: dict[Unit | None, dict[Unit, float | None]] = {unit: {unit: 1.0} for unit in units}
    wanted = sorted((c for c in changes if start < c.day <= end), key=lambda change: change.day)
    for _, of_day in groupby(wanted, key=lambda change: change.day):
        arrows: dict[Unit, dict[Unit | None, float | None]] = defaultdict(dict)
        for change in of_day:
            if change.before is not None and change.before in held:
                arrows[change.before][change.after] = change.share
        moved = {unit: held.pop(unit) for unit in arrows}
        for unit, origins in moved.items():
            for after, share in completed(arrows[unit]).items():
                into = held.setdefault(after, {})
                for origin, part in origins.items():
                    add = None if part is None or share is None else part * share
                    into[origin] = _sum(into[origin], add) if origin in into else add
    found: Flows = {}
    for unit, origins in held.items():
        for origin, part in origins.items():
            found.setdefault(origin, {})[unit] = part
    # Unknown parts that came together again are known: they are what the others leave.
    return {origin: completed(news) for origin, news in found.items()}


def predecessors(
    units: Iterable[Unit],
    changes: Iterable[Change],
    *,
    start: date,
    end: date,
    alive: Iterable[Unit],
) -> Flows:
    """Of the units of the day ``end``: which of those ``alive`` on ``start`` went into each.

    New unit → old unit → share *of the old one*. A unit made out of nothing known has no entry.
    """
    targets = set(units)
    found: Flows = {}
    for old, news in successors(alive, changes, start=start, end=end).items():
        for new, share in news.items():
            if new is not None and new in targets:
                found.setdefault(new, {})[old] = share
    return found


def completed(shares: Mapping[Unit | None, float | None]) -> dict[Unit | None, float | None]:
    """A single unknown share is what the others leave; more than one stay unknown."""
    known = sum(share for share in shares.values() if share is not None)
    if known > 1 + _ROUNDING:
        raise ValueError("The shares of a unit sum to more than 1.")
    unknown = [unit for unit, share in shares.items() if share is None]
    rest = max(0.0, 1 - known)
    if len(unknown) == 1 and rest > _ROUNDING:
        return {**shares, unknown[0]: rest}
    if not unknown and rest > _ROUNDING and None not in shares:
        return {**shares, None: rest}  # what no arrow tells of
    return dict(shares)


def crosswalk(flows: Flows, *, alive: Iterable[Unit]) -> list[Link]:
    """Flows as rows, with the units ``alive`` at the end that came from nothing known."""
    olds: dict[Unit, int] = defaultdict(int)
    for news in flows.values():
        for new in news:
            if new is not None:
                olds[new] += 1
    links = [
        Link(
            old=old,
            new=new,
            relation=_relation(len(news), olds[new] if new is not None else 0),
            share=share,
            reversible=new is not None and olds[new] == 1,
        )
        for old, news in flows.items()
        for new, share in news.items()
    ]
    links += [Link(None, unit, Relation.NEW, None, True) for unit in alive if unit not in olds]
    return links


def total(shares: Mapping[Unit | None, float | None]) -> float | None:
    """Sum of the shares of one old unit; ``None`` when one of them is not known."""
    parts = list(shares.values())
    return None if None in parts else sum(part for part in parts if part is not None)


def circle_of(parents: Mapping[Unit, Unit | None]) -> list[Unit]:
    """Units that lie within each other in a circle, empty if there are none."""
    safe: set[Unit] = set()
    for begin in parents:
        path: list[Unit] = []
        unit: Unit | None = begin
        while unit is not None and unit not in safe:
            if unit in path:
                return path[path.index(unit) :]
            path.append(unit)
            unit = parents.get(unit)
        safe.update(path)
    return []


def _relation(news: int, olds: int) -> Relation:
    if olds == 0:
        return Relation.ENDED
    if olds == 1:
        return Relation.SAME if news == 1 else Relation.SPLIT
    return Relation.MERGED if news == 1 else Relation.MIXED


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
