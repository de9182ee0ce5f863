"""Questions about rounds of joint inspection: what is planned, what is done, what is late."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from boundaries.domain.rounds import PlannedLine, Task, YearLoad, loads
from boundaries.models import InspectionRound, JointInspection
from boundaries.queries.lines import LineRow, lines


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A line of a round; ``done_on``: when it was inspected within the round's years.

    ``late``: planned after the year in which it is due, or due already and still not done.
    """

    row: LineRow
    task: Task
    lead: str
    done_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class PlanYear:
    load: YearLoad
    rows: Sequence[PlannedRow]
    done: int
    done_km: float

    @property
    def late(self) -> int:
        return sum(1 for one in self.rows if one.late)


@dataclass(frozen=True, slots=True)
class Plan:
    """``gone``: lines of the plan that are no longer in force; ``new``: lines it does not have."""

    years: Sequence[PlanYear]
    gone: Sequence[str]
    new: Sequence[LineRow]

    @property
    def lines(self) -> int:
        return sum(year.load.lines for year in self.years)

    @property
    def km(self) -> float:
        return sum(year.load.km for year in self.years)

    @property
    def done(self) -> int:
        return sum(year.done for year in self.years)

    @property
    def done_km(self) -> float:
        return sum(year.done_km for year in self.years)


def lines_to_plan(*, jurisdiction: str, at: date) -> list[PlannedLine]:
    """Lines that touch a jurisdiction, with what a plan has to know of each."""
    return [_planned(row) for row in _rows(jurisdiction, at)]


def plan_of(planned: InspectionRound, *, at: date) -> Plan:
    """The round by years as it stands on the day; three queries."""
    rows = {row.code: row for row in _rows(planned.jurisdiction, at)}
    tasks = [Task(each.line_code, each.year, each.lead_code) for each in planned.tasks.all()]
    kept = [task for task in tasks if task.code in rows]
    done = _done(planned, at)
    by_year = defaultdict(list)
    for task in kept:
        row = rows[task.code]
        late = (
            row.due_on is not None
            and task.code not in done
            and (task.year > row.due_on.year or row.due_on < at)
        )
        lead = dict(row.sides).get(task.lead, task.lead)
        by_year[task.year].append(PlannedRow(row, task, lead, done.get(task.code), late))
    every = loads([_planned(row) for row in rows.values()], kept, list(planned.years))
    held = {task.code for task in tasks}
    return Plan(
        years=[
            PlanYear(
                load,
                by_year[load.year],
                sum(1 for one in by_year[load.year] if one.done_on),
                sum(one.row.length_km for one in by_year[load.year] if one.done_on),
            )
            for load in every
        ],
        gone=sorted(task.code for task in tasks if task.code not in rows),
        new=[row for code, row in rows.items() if code not in held],
    )


def _rows(jurisdiction: str, at: date) -> list[LineRow]:
    return lines(at=at, within=jurisdiction, sort="code", limit=None).rows


def _planned(row: LineRow) -> PlannedLine:
    return PlannedLine(row.code, row.code_a, row.code_b, row.length_km, row.due_on, row.lead_code)


def _done(planned: InspectionRound, at: date) -> dict[str, date]:
    """Line → the last day on which it was inspected within the years of the round."""
    found = JointInspection.objects.filter(
        inspected_on__gte=date(planned.first_year, 1, 1),
        inspected_on__lte=min(at, date(planned.last_year, 12, 31)),
        line__code__in=planned.tasks.values("line_code"),
    )
    return dict(found.order_by("inspected_on").values_list("line__code", "inspected_on"))
