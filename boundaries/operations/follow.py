"""What follows an adjustment in the same transaction: things, jurisdictions of people, lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.scope import jurisdiction_of
from accounts.models import Grant
from boundaries.domain.adjusting import Outcome
from boundaries.domain.codes import is_county_cell
from boundaries.domain.draft_shapes import with_vertices
from boundaries.models import (
    Adjustment,
    AdjustmentEffect,
    BoundaryLine,
    DivisionVersion,
    LineAgreement,
)
from boundaries.operations.lines import derive_lines
from boundaries.queries.adjusting import Passage
from boundaries.queries.disputes import shape_of
from boundaries.queries.ending_lines import remade_lines
from boundaries.queries.lacking_vertices import lacking_vertices
from boundaries.queries.touched import move_rows, touched_tables
from common.crs import CGCS2000

GRANTS, GRANTS_ENDED, GRANTS_MOVED = "grants", "grants_ended", "grants_moved"
LINES, LINES_ENDED = "lines", "lines_ended"
SHAPES = "shapes"
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
    _match_edges(adjustment, outcome)
    _renew_lines(adjustment, outcome)


def keep(adjustment: Adjustment, key: str, rows: Any) -> None:
    if rows:
        AdjustmentEffect.objects.create(adjustment=adjustment, key=key, rows=rows)


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _move_grants(adjustment: Adjustment, passages: Sequence[Passage]) -> None:
    """Who had a role in a unit that went whole into another has it there from the day on.

    Also a role that begins only later; what a person holds there already is not given twice. Of a
    unit that went to several the roles stay where they are: a person decides.
    """
    day = adjustment.happens_on
    ended: list[Any] = []
    moved: list[Any] = []
    made: list[Any] = []
    heirs = {
        jurisdiction_of(one.old.code): jurisdiction_of(one.new.code)
        for one in passages
        if one.decided and one.land is None
    }
    rows = Grant.objects.filter(jurisdiction__in=list(heirs), period__overlap=DateRange(day, None))
    for grant in rows.select_for_update():
        old, new = grant.jurisdiction, heirs[grant.jurisdiction]
        lower, upper = grant.period.lower, grant.period.upper
        begun = lower is None or lower < day
        free = _not_held(grant, new, DateRange(day if begun else lower, upper))
        if begun:
            ended.append([grant.pk, iso(upper)])
            grant.period = DateRange(lower, day)
            grant.save(update_fields=["period"])
        elif free:
            grant.jurisdiction, grant.period = new, free.pop(0)
            grant.save(update_fields=["jurisdiction", "period"])
            moved.append([grant.pk, old, iso(lower), iso(upper), iso(grant.period.upper)])
        for period in free:
            row = Grant.objects.create(
                user=grant.user, role=grant.role, jurisdiction=new, period=period
            )
            made.append([row.pk, iso(period.upper)])
    keep(adjustment, GRANTS_ENDED, ended)
    keep(adjustment, GRANTS_MOVED, moved)
    keep(adjustment, GRANTS, made)


def _not_held(grant: Grant, jurisdiction: str, period: DateRange) -> list[DateRange]:
    """The days of a period on which the person does not hold this role there yet."""
    sql = """
        SELECT unnest(datemultirange(%s::daterange) - coalesce(range_agg(period), '{}'))
        FROM accounts_grant WHERE user_id = %s AND role = %s AND jurisdiction = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [period, grant.user_id, grant.role, jurisdiction])
        return [row[0] for row in cursor.fetchall()]


def _match_edges(adjustment: Adjustment, outcome: Outcome) -> None:
    """Neighbours get the vertices that a new edge sets on theirs: no land moves, edges match."""
    written = []
    for each in lacking_vertices(outcome=outcome):
        shape = with_vertices(shape_of(each.version), shapely.multipoints(each.places))
        write_shape(each.version, shape)
        written.append([each.version.pk, each.places])
    keep(adjustment, SHAPES, written)


def write_shape(version: DivisionVersion, shape: Any) -> None:
    version.geometry = GEOSGeometry(memoryview(shape.wkb), srid=CGCS2000)
    version.save(update_fields=["geometry"])


def _renew_lines(adjustment: Adjustment, outcome: Outcome) -> None:
    """Lines whose course or sides change end; new ones are derived and wait for demarcation.

    A line that was surveyed ends with its sides, and its agreement with it: it is to be surveyed
    anew (Art 16). Lines of the same counties that keep their course go on.
    """
    day = adjustment.happens_on
    ending, going_on = (
        [line for line in lines if line.period.upper is None or line.period.upper > day]
        for lines in remade_lines(outcome=outcome, on=day)
    )
    if not ending and not going_on:
        return
    remade = outcome.remade_cells()
    counties = [
        unit
        for key, unit in outcome.after.items()
        if key in remade and is_county_cell(unit.level, unit.kind)
    ]
    # Another adjustment of the same day, of their neighbours, has made lines of its own.
    beginning = BoundaryLine.objects.filter(period__startswith=day)
    there = set(beginning.values_list("pk", flat=True))
    ended = []
    for line in ending:
        ended.append([str(line.pk), iso(line.period.upper)])
        line.period = DateRange(line.period.lower, day)
        line.save(update_fields=["period"])
    left = {line.code for line in going_on}
    for unit in counties:
        # One that gave all its land away has no edge.
        if unit.shape is not None and not unit.shape.is_empty:
            derive_lines(within=unit.code, by=None, at=day, left=left)
    made = beginning.exclude(pk__in=there)
    new = {str(line.pk) for unit in counties for line in made.touching(unit.code)}
    keep(adjustment, LINES_ENDED, ended)
    _end_agreements(adjustment, [line.code for line in ending])
    keep(adjustment, LINES, sorted(new))


def _end_agreements(adjustment: Adjustment, codes: Sequence[str]) -> None:
    day, ended = adjustment.happens_on, []
    rows = LineAgreement.objects.on(day - timedelta(days=1)).filter(line_code__in=codes)
    for row in rows.select_for_update():
        upper = row.period.upper
        if upper is None or upper > day:
            ended.append([str(row.pk), iso(upper)])
            row.period = DateRange(row.period.lower, day)
            row.save(update_fields=["period"])
    keep(adjustment, AGREEMENTS_ENDED, ended)
