"""What an adjustment of divisions touches: upper apps enrol their tables, so that boundaries

know no sign. A table is enrolled by its columns; counting, moving and taking back are the same
for all of them.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db import connection
from django.db.models import Model, Q
from numpy.typing import NDArray

from boundaries.domain.adjusting import Outcome
from boundaries.models import DivisionVersion, Level
from boundaries.queries.adjusting import Passage
from common.crs import CGCS2000


@dataclass(frozen=True, slots=True)
class Touched:
    """A table whose rows bear a division code.

    ``fate``: what becomes of its rows. ``point``: the column by which a row falls to one of
    several heirs; without it such rows wait for a person. ``where``: which rows follow (SQL on
    the alias ``thing``); others keep the code they had. ``derived`` rows are made by a check, which
    makes them anew. ``nearest``: where no heir holds the point, the nearest has the row.
    """

    key: str
    label: Any
    fate: Any
    model: type[Model]
    code: str = "division_code"
    point: str = ""
    where: str = ""
    derived: bool = False
    nearest: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One more line of a simulation. ``state``: one of the shell's states, or ""."""

    label: Any
    before: str
    after: str
    fate: Any = ""
    state: str = ""
    synthetic: bool = False


# ``(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]``
Measurer = Callable[..., list[Measure]]
_tables: list[tuple[int, Touched]] = []
_measures: list[tuple[int, Measurer]] = []


def add_touched(order: int, table: Touched) -> None:
    _tables.append((order, table))
    _tables.sort(key=lambda pair: pair[0])


def add_measure(order: int, measurer: Measurer) -> None:
    _measures.append((order, measurer))
    _measures.sort(key=lambda pair: pair[0])


def touched_tables() -> list[Touched]:
    return [table for _, table in _tables]


def measures(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    return [
        one
        for _, measure in _measures
        for one in measure(outcome=outcome, passages=passages, on=on)
    ]


# The passage of the deepest unit decides; of several on one level the one that holds the point.
# Codes that no unit on record bears follow the nearest unit above: where all of it goes, and where
# a part goes, by the point.
MOVED = """
    WITH passage AS (
        SELECT * FROM unnest(%(olds)s::text[], %(news)s::text[], %(lands)s::bytea[],
                             %(decided)s::bool[], %(heirs)s::bool[])
            AS passage(old, new, land, decided, heir)
    ), paired AS (
        SELECT {columns}, passage.* FROM {table} thing JOIN passage ON thing.{code} = passage.old
        WHERE {where}
        UNION ALL
        SELECT {columns}, passage.* FROM {table} thing
        JOIN passage ON left(thing.{code}, 9) = passage.old AND thing.{code} <> passage.old
        WHERE (passage.land IS NULL AND passage.decided OR thing.{code} <> ALL(%(recorded)s))
              AND {where}
        UNION ALL
        SELECT {columns}, passage.* FROM {table} thing
        JOIN passage ON left(thing.{code}, 6) = passage.old AND thing.{code} <> passage.old
        WHERE (passage.land IS NULL AND passage.decided
               OR left(thing.{code}, 9) <> ALL(%(recorded)s)) AND {where}
    )
    SELECT DISTINCT ON (id) id, code AS old,
           CASE WHEN decided AND (land IS NULL OR point IS NOT NULL)
                THEN new || substr(code, length(old) + 1) END AS new
    FROM paired
    WHERE land IS NULL OR point IS NULL OR ST_Intersects(point, ST_GeomFromWKB(land, %(srid)s))
          {beyond}
    ORDER BY id, length(old) DESC, decided DESC {nearest}
"""
NEAREST = ", ST_Distance(point, ST_GeomFromWKB(land, %(srid)s))"


def moved_sql(*, table: Touched) -> str:
    """Rows (id, old, new) of one table; ``new`` is null where a person has to decide."""
    point = "NULL::geometry"
    if table.point:
        point = f"CASE WHEN land IS NOT NULL THEN ST_PointOnSurface(thing.{table.point}) END"
    return MOVED.format(
        code=table.code,
        table=table.model._meta.db_table,
        columns=f"thing.id, thing.{table.code} AS code, {point} AS point",
        where=table.where or "true",
        beyond="OR heir" if table.nearest else "",
        nearest=NEAREST if table.nearest else "",
    )


def values_of(passages: Sequence[Passage]) -> dict[str, Any]:
    return {
        "olds": [one.old.code for one in passages],
        "news": [one.new.code for one in passages],
        "lands": [None if one.land is None else shapely.to_wkb(one.land) for one in passages],
        "decided": [one.decided for one in passages],
        "heirs": [one.heir for one in passages],
        "recorded": recorded_below(passages),
        "srid": CGCS2000,
    }


def recorded_below(passages: Sequence[Passage]) -> list[str]:
    """Codes of towns, or villages, on record on any day in units of which only a part goes."""
    below = Q(pk__in=[])
    for one in passages:
        if one.land is not None or not one.decided:
            towns = len(one.old.code) == len("440106")
            level = Level.TOWNSHIP if towns else Level.VILLAGE
            below |= Q(code__startswith=one.old.code, level=level)
    return list(DivisionVersion.objects.filter(below).values_list("code", flat=True).distinct())


def codes_after(
    codes: NDArray[np.str_], lonlat: NDArray[np.float64], *, passages: Sequence[Passage]
) -> NDArray[np.str_]:
    """What :data:`MOVED` writes, for codes with their points (degrees) that are not yet written."""
    after, done = codes.astype("<U12"), np.zeros(len(codes), dtype=bool)
    recorded = recorded_below(passages)
    for one in passages:
        old = one.old.code
        mine = ~done & np.char.startswith(codes, old)
        if not one.decided or not mine.any():
            continue
        if one.land is not None:
            mine &= ~np.isin(codes.astype(f"<U{len(old) + 3}"), recorded)
            mine &= shapely.intersects_xy(one.land, lonlat[:, 0], lonlat[:, 1])
        after[mine] = [one.new.code + code[len(old) :] for code in codes[mine].tolist()]
        done |= mine
    return after


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a table that get another code, and those that wait for a person."""

    table: Touched
    moved: int
    undecided: int


def count_touched(*, passages: Sequence[Passage]) -> list[Count]:
    """Per enrolled table, how many rows an adjustment moves; tables without any are left out."""
    found = []
    for table in touched_tables() if passages else ():
        sql = f"SELECT count(new), count(*) - count(new) FROM ({moved_sql(table=table)}) moved"
        with connection.cursor() as cursor:
            cursor.execute(sql, values_of(passages))
            moved, undecided = cursor.fetchone()
        if moved or undecided:
            found.append(Count(table, moved, undecided))
    return found


def move_rows(*, table: Touched, passages: Sequence[Passage]) -> list[list[str]]:
    """Give the rows of one table their new codes: [id, old, new] of each, to take it back."""
    sql = f"""
        WITH moved AS ({moved_sql(table=table)})
        UPDATE {table.model._meta.db_table} target SET {table.code} = moved.new
        FROM moved WHERE moved.id = target.id AND moved.new IS NOT NULL
        RETURNING target.id::text, moved.old, moved.new
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values_of(passages))
        return sorted(list(row) for row in cursor.fetchall())


def take_back_rows(*, table: Touched, rows: Sequence[Sequence[str]]) -> int:
    """Give rows their former codes; how many still bore the code that was written."""
    sql = f"""
        UPDATE {table.model._meta.db_table} target SET {table.code} = kept.row ->> 1
        FROM (SELECT jsonb_array_elements(%s::jsonb) AS row) kept
        WHERE target.id::text = kept.row ->> 0 AND target.{table.code} = kept.row ->> 2
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps([list(row) for row in rows])])
        return int(cursor.rowcount)
