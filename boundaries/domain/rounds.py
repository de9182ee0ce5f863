"""Rounds of joint inspection: which line in which year, who leads, what is filed by when.

Each line comes once in a round (Decree 353, Art 12); lead and partner change places from round to
round; years carry about the same kilometres (domain reference §5.2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.domain.inspections import next_lead
from common.errors import BadInput


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line to be planned: ``due_on`` is the last day in time, ``last_lead`` who led last."""

    code: str
    code_a: str
    code_b: str
    km: float
    due_on: date | None = None
    last_lead: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    code: str
    year: int
    lead: str


@dataclass(frozen=True, slots=True)
class YearLoad:
    """What a year carries."""

    year: int
    lines: int
    km: float


def plan_round(
    lines: Iterable[PlannedLine], years: Sequence[int], *, kept: Mapping[str, int] | None = None
) -> list[Task]:
    """Every line in one of the years: none late that can be in time, kilometres balanced.

    ``kept``: lines whose year stands already. Long lines are placed first, each in the lightest
    year not after its due day; who is due before the round begins comes in its first year. Raises
    :class:`BadInput` for no years, a length that is none, and a kept year outside the round.
    """
    if not years:
        raise BadInput("A round has at least one year.")
    every = list(lines)
    kept = dict(kept or {})
    for code, year in kept.items():
        if year not in years:
            raise BadInput(
                "Line %(code)s stands in %(year)d, outside the round.", code=code, year=year
            )
    for line in every:
        if not 0 <= line.km < 1e6:
            raise BadInput("Line %(code)s has no length that can be planned.", code=line.code)
    load: dict[int, float] = dict.fromkeys(years, 0.0)
    placed: dict[str, int] = {}
    for line in every:
        if line.code in kept:
            placed[line.code] = kept[line.code]
            load[kept[line.code]] += line.km
    waiting = [line for line in every if line.code not in placed]
    # Those with the fewest years to choose from first; of these the longest.
    waiting.sort(key=lambda line: (len(_in_time(line, years)), -line.km, line.code))
    for line in waiting:
        year = min(_in_time(line, years), key=lambda each: (load[each], each))
        placed[line.code] = year
        load[year] += line.km
    return _leads(every, placed)


def _in_time(line: PlannedLine, years: Sequence[int]) -> list[int]:
    if line.due_on is None:
        return list(years)
    due = line.due_on
    return [year for year in years if year <= due.year] or [min(years)]


def _leads(lines: Sequence[PlannedLine], placed: Mapping[str, int]) -> list[Task]:
    """Who did not lead last leads now; where nothing is known, who has fewer lines to lead."""
    led: Counter[str] = Counter()
    tasks = []
    known = {line.code: next_lead(line.last_lead, line.code_a, line.code_b) for line in lines}
    led.update(lead for lead in known.values() if lead)
    for line in sorted(lines, key=lambda each: (placed[each.code], each.code)):
        lead = known[line.code]
        if lead is None:
            lead = min((line.code_a, line.code_b), key=lambda side: (led[side], side))
            led[lead] += 1
        tasks.append(Task(line.code, placed[line.code], lead))
    return tasks


def loads(
    lines: Iterable[PlannedLine], tasks: Iterable[Task], years: Sequence[int]
) -> list[YearLoad]:
    """Lines and kilometres of every year of a round."""
    by_code = {line.code: line for line in lines}
    km: dict[int, list[float]] = defaultdict(list)
    for task in tasks:
        km[task.year].append(by_code[task.code].km)
    return [YearLoad(year, len(km[year]), sum(km[year])) for year in years]


def file_by(year: int, month_day: str) -> date:
    """The day of a year by which its plan is filed; ``month_day`` is written 03-31."""
    return date.fromisoformat(f"{year}-{month_day}")
