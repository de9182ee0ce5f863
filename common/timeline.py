"""Periods side by side on one scale: where bars begin, how wide they are, which years are marked.

Pure; lengths are in percent of the width.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = 365.2425
# At most so many years are written under the bars.
MOST_TICKS = 8
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500)
# The scale is never shorter, so that one name of yesterday is not a lone dot.
SHORTEST = timedelta(days=2 * 365)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days from ``first`` to ``last`` over the whole width."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Where a day stands, never outside the width."""
        share = 100 * (day - self.first).days / (self.last - self.first).days
        return round(min(100.0, max(0.0, share)), 2)

    def ticks(self) -> list[tuple[int, float]]:
        """Round years and where they stand."""
        years = (self.last - self.first).days / YEAR
        step = next((step for step in STEPS if years / step <= MOST_TICKS), STEPS[-1])
        begin = -(-(self.first.year + (self.first > date(self.first.year, 1, 1))) // step) * step
        return [
            (year, self.at(date(year, 1, 1))) for year in range(begin, self.last.year + 1, step)
        ]


@dataclass(frozen=True, slots=True)
class Bar:
    """``opens`` and ``closes``: the end is known; an open end runs on beyond the edge."""

    start: float
    width: float
    opens: bool
    closes: bool


Period = tuple[date | None, date | None]


def scale_of(periods: Iterable[Period], *, days: Sequence[date]) -> Scale:
    """A scale that holds every known end and all of ``days`` (today, the day looked at)."""
    known = [day for period in periods for day in period if day is not None]
    first, last = min([*known, *days]), max([*known, *days])
    if last - first < SHORTEST:
        last = max(last, date.min + SHORTEST)
        first = last - SHORTEST
    pad = (last - first) / 25
    first = max(first, date.min + pad + timedelta(days=1)) - pad
    last = min(last, date.max - pad - timedelta(days=1)) + pad
    return Scale(first, last)


def bar_of(period: Period, scale: Scale) -> Bar:
    """The bar of a half-open period; at least wide enough to be seen and clicked."""
    lower, upper = period
    start = scale.at(lower) if lower else 0.0
    end = scale.at(upper) if upper else 100.0
    width = max(end - start, 0.6)
    return Bar(min(start, 100 - width), round(width, 2), lower is not None, upper is not None)
