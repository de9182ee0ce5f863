"""Figures of a campaign against non-standard signs: rates, their classes, the days of a course."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

# Upper ends of the classes of the map, in percent; the last class has none.
CLASSES = (5.0, 10.0, 15.0, 20.0)


@dataclass(slots=True)
class Standing:
    """How the signs of an area stood at the end of a day."""

    signs: int = 0
    wrong: int = 0
    doubtful: int = 0
    waived: int = 0
    unknown: int = 0
    cost: Decimal = Decimal(0)
    cost_unknown: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Standing") -> None:
        self.signs += other.signs
        self.wrong += other.wrong
        self.doubtful += other.doubtful
        self.waived += other.waived
        self.unknown += other.unknown
        self.cost += other.cost
        self.cost_unknown += other.cost_unknown
        for rule_id, count in other.by_rule.items():
            self.by_rule[rule_id] = self.by_rule.get(rule_id, 0) + count

    @property
    def judged(self) -> int:
        """Signs of which somebody can say whether they are right."""
        return self.signs - self.unknown

    @property
    def percent(self) -> float | None:
        """Non-standard signs in a hundred; None where no sign could be judged."""
        return None if self.judged <= 0 else 100 * self.wrong / self.judged


def total(standings: Iterable[Standing]) -> Standing:
    summed = Standing()
    for each in standings:
        summed.add(each)
    return summed


def shade(percent: float | None) -> int:
    """Class of the map: 0 unknown, 1 for the lowest rates to 5 for the highest."""
    if percent is None:
        return 0
    return 1 + sum(percent > edge for edge in CLASSES)


def shade_ranges() -> list[tuple[int, str]]:
    """Each class with its range in words of numbers."""
    edges = [0.0, *CLASSES]
    ranges = [
        (turn, f"{low:g}–{high:g} %")
        for turn, (low, high) in enumerate(zip(edges, CLASSES, strict=False), start=1)
    ]
    return [*ranges, (len(CLASSES) + 1, f"> {CLASSES[-1]:g} %")]


def course_days(first: date, last: date, most: int) -> list[date]:
    """Days spread evenly from the first to the last, both among them, at most ``most``."""
    span = (last - first).days
    if span <= 0:
        return [last]
    points = min(most, span + 1)
    return sorted({first + timedelta(days=round(span * n / (points - 1))) for n in range(points)})
