"""What lies inside a division: upper apps enrol their counts, so that boundaries know no sign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class InsideCount:
    """``state`` is one of the shell's states or "" for a plain number."""

    label: Any
    count: int
    url: str = ""
    state: str = ""


Counter = Callable[..., list[InsideCount]]
_counters: list[tuple[int, Counter]] = []


def add_counter(order: int, counter: Counter) -> None:
    """``counter(*, within: str, at: date) -> list[InsideCount]``; ``within`` is a code prefix."""
    _counters.append((order, counter))
    _counters.sort(key=lambda pair: pair[0])


def counts_inside(*, within: str, at: date) -> list[InsideCount]:
    return [count for _, counter in _counters for count in counter(within=within, at=at)]
