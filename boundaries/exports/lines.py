"""Boundary lines of a filtered list with their course and their clock."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from boundaries.models import BoundaryLine
from boundaries.queries.lines import LineRow, lines
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of

STREAM = 200


def lines_export(
    *, filters: Mapping[str, str], at: date, datum: Datum, states: Mapping[str, str]
) -> Export:
    """``states``: what the states of a line are called."""
    return listed(
        name="boundary_lines",
        title=_("Boundary lines"),
        columns=[
            Column("code", _("Line code")),
            Column("side_a", _("First side")),
            Column("side_b", _("Second side")),
            Column("level", _("Level"), kind="number"),
            Column("length_km", _("Length (km)"), kind="number"),
            Column("last_on", _("Last joint inspection")),
            Column("due_on", _("Next due on")),
            Column("state", _("State")),
            Column("derived", _("derived from the shapes"), kind="flag"),
            *flags(),
        ],
        rows=lambda: _rows(filters, at, states),
        datum=datum,
        day=at,
    )


def _rows(
    filters: Mapping[str, str], at: date, states: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    page = lines(at=at, **filters, limit=None)
    for start in range(0, len(page.rows), STREAM):
        yield from _with_courses(page.rows[start : start + STREAM], at, states)


def _with_courses(
    rows: Sequence[LineRow], at: date, states: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    held = BoundaryLine.objects.on(at).filter(code__in=[row.code for row in rows])
    found = {line.code: line for line in held.select_related("source")}
    for row in rows:
        line = found[row.code]
        yield {
            "code": row.code,
            "side_a": row.sides[0][1],
            "side_b": row.sides[1][1],
            "level": row.level,
            "length_km": round(row.length_km, 3),
            "last_on": row.last_on.isoformat() if row.last_on else "",
            "due_on": row.due_on.isoformat() if row.due_on else "",
            "state": states.get(row.state, row.state),
            "derived": row.derived,
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(line.source or ""),
            "geometry": shape_of(line.geometry),
        }
