"""What follows an adjustment in the same transaction: things, jurisdictions of people, lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.scope import jurisdiction_of
from accounts.models import Grant
from boundaries.domain.adjusting import Outcome
from boundaries.models import Adjustment, AdjustmentEffect, BoundaryLine, Level, LineAgreement
from boundaries.operations.lines import derive_lines
from boundaries.queries.adjusting import Passage
from boundaries.queries.touched import move_rows, touched_tables

GRANTS, GRANTS_ENDED = "grants", "grants_ended"
LINES, LINES_ENDED = "lines", "lines_ended"
AGREEMENTS_ENDED = "agreements_ended"


@dataclass(frozen=True, slots=True)
class Follower:
    """What follows an adjustment by more than a code in a column, before any such code moves.

    ``write(adjustment=, outcome=, passages=)`` gives the rows (JSON) by which ``take_back(rows=)``
    undoes it exactly, or raises the refusal that says what was built on it since.
    """

    key: str
    write: Callable[..., list[Any]]
    take_back: Callable[..., None]


_followers: list[tuple[int, Follower]] = []


def add_follower(order: int, follower: Follower) -> None:
    _followers.append((order, follower))
    _followers.sort(key=lambda pair: pair[0])


def followers() -> list[Follower]:
    return [follower for _, follower in _followers]


def follow(*, adjustment: Adjustment, outcome: Outcome, passages: Sequence[Passage]) -> None:
    """Move what bears a code that passes; every row is kept to be taken back."""
    for each in followers() if passages else ():
        rows = each.write(adjustment=adjustment, outcome=outcome, passages=passages)
        keep(adjustment, each.key, rows)
    for table in touched_tables() if passages else ():
        keep(adjustment, table.key, move_rows(table=table, passages=passages))
    _move_grants(adjustment, passages)
    _renew_lines(adjustment, outcome)


def keep(adjustment: Adjustment, key: str, rows: Any) -> None:
    if rows:
        AdjustmentEffect.objects.create(adjustment=adjustment, key=key, rows=rows)


def _move_grants(adjustment: Adjustment, passages: Sequence[Passage]) -> None:
    """Who had a role in a unit that went whole into another has it there from the day on.

    Of a unit that went to several the roles stay where they are: a person decides.
    """
    day, ended, made = adjustment.happens_on, [], []
    heirs = {
        jurisdiction_of(one.old.code): jurisdiction_of(one.new.code)
        for one in passages
        if one.decided and one.land is None
    }
    rows = Grant.objects.filter(jurisdiction__in=list(heirs), period__overlap=DateRange(day, None))
    for grant in rows.select_for_update():
        lower, upper = grant.period.lower, grant.period.upper
        begins = day if lower is None or lower < day else lower
        new = heirs[grant.jurisdiction]
        held = Grant.objects.filter(user=grant.user, role=grant.role, jurisdiction=new)
        if lower is None or lower < day:
            ended.append([grant.pk, upper.isoformat() if upper else None])
            grant.period = DateRange(lower, day)
            grant.save(update_fields=["period"])
            if not held.filter(period__overlap=DateRange(begins, upper)).exists():
                moved = Grant.objects.create(
                    user=grant.user,
                    role=grant.role,
                    jurisdiction=new,
                    period=DateRange(begins, upper),
                )
                made.append(moved.pk)
    keep(adjustment, GRANTS_ENDED, ended)
    keep(adjustment, GRANTS, made)


def _renew_lines(adjustment: Adjustment, outcome: Outcome) -> None:
    """Lines of counties that were remade end; new ones are derived and wait for their demarcation.

    A line that was surveyed ends with its sides, and its agreement with it: it is to be surveyed
    anew (Art 16).
    """
    day = adjustment.happens_on
    changed = outcome.remade(Level.COUNTY)
    counties = [unit for key, unit in outcome.before.items() if key in changed]
    after = [unit for key, unit in outcome.after.items() if key in changed]
    codes = sorted({unit.code for unit in (*counties, *after)})
    if not codes:
        return
    standing = {}
    for code in codes:
        for line in BoundaryLine.objects.on(day - timedelta(days=1)).touching(code):
            standing[line.pk] = line
    # Another adjustment of the same day, of their neighbours, has made lines of its own.
    beginning = BoundaryLine.objects.filter(period__startswith=day)
    there = {
        *standing,
        *(pk for code in codes for pk in beginning.touching(code).values_list("pk", flat=True)),
    }
    periods = {str(pk): line.period.upper for pk, line in standing.items()}
    # Ended first: a line whose course stays the same is a new line of new sides all the same.
    for line in standing.values():
        touched = line.side_a_id in changed or line.side_b_id in changed
        if touched and (line.period.upper is None or line.period.upper > day):
            line.period = DateRange(line.period.lower, day)
            line.save(update_fields=["period"])
    if standing:
        for unit in after:
            if unit.shape is not None:
                derive_lines(within=unit.code, by=None, at=day)
    for line in standing.values():
        line.refresh_from_db()
    ended = [
        [str(line.pk), upper.isoformat() if (upper := periods[str(line.pk)]) else None]
        for line in standing.values()
        if line.period.upper == day and periods[str(line.pk)] != day
    ]
    made = beginning.exclude(pk__in=there)
    new = sorted({str(line.pk) for code in codes for line in made.touching(code)})
    keep(adjustment, LINES_ENDED, ended)
    gone = {pk for pk, _upper in ended}
    _end_agreements(adjustment, [line.code for pk, line in standing.items() if str(pk) in gone])
    keep(adjustment, LINES, new)


def _end_agreements(adjustment: Adjustment, codes: Sequence[str]) -> None:
    day, ended = adjustment.happens_on, []
    rows = LineAgreement.objects.on(day - timedelta(days=1)).filter(line_code__in=codes)
    for row in rows.select_for_update():
        upper = row.period.upper
        if upper is None or upper > day:
            ended.append([str(row.pk), upper.isoformat() if upper else None])
            row.period = DateRange(row.period.lower, day)
            row.save(update_fields=["period"])
    keep(adjustment, AGREEMENTS_ENDED, ended)
