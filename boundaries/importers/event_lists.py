"""Event lists of other countries or provinces: a table with one row for each stay of a unit."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from boundaries.domain.mutations import BadMembership, Membership, changes_of
from common.errors import BadInput
from common.importing.opening import open_table
from common.periods import parse_day

# Column → headings that are understood, the first one being ours.
HEADINGS = {
    "unit": ("unit", "代码", "GDENR"),
    "name": ("name", "名称", "GDENAME"),
    "admitted_by": ("admitted_by", "设立事件", "GINI"),
    "admitted_on": ("admitted_on", "设立日期", "GDAT"),
    "abolished_by": ("abolished_by", "撤销事件", "GFIN"),
    "abolished_on": ("abolished_on", "撤销日期", "GFDAT"),
}
NEEDED = ("unit", "admitted_by", "admitted_on")


# What a workbook adds to a day.
_MIDNIGHT = re.compile(r"[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$")


class BadEventRow(BadInput):
    template = "Row %(row)d: %(why)s."


def read_event_list(path: Path, *, last_days: bool = False) -> list[Membership]:
    """The stays of a file (CSV, XLSX …). Raises BadInput with the row's number at the first fault.

    ``abolished_by`` and ``abolished_on`` are empty for units that still stand. ``last_days``:
    ``abolished_on`` is the last day of a unit, as in the Swiss list, not the first without it.
    """
    try:
        table = open_table(path)
    except OSError as error:
        raise BadInput("“%(file)s” cannot be read.", file=path.name) from error
    places = {
        key: next((table.headings.index(one) for one in names if one in table.headings), None)
        for key, names in HEADINGS.items()
    }
    missing = [key for key in NEEDED if places[key] is None]
    if missing:
        raise BadInput("The file has no column “%(column)s”.", column=missing[0])
    stays = []
    for row in table.rows():
        values = {key: _cell(row.cells, place) for key, place in places.items()}
        if not any(values.values()):
            continue
        if row.extra:
            raise BadEventRow(row=row.number, why="it has more cells than the heading")
        for key in NEEDED:
            if not values[key]:
                raise BadEventRow(row=row.number, why=f"{key} is empty")
        ended = _day(row.number, values["abolished_on"]) if values["abolished_on"] else None
        if ended and last_days:
            if ended == date.max:
                why = "abolished_on has no day after it: leave it empty where the unit still stands"
                raise BadEventRow(row=row.number, why=why)
            ended += timedelta(days=1)
        stays.append(
            Membership(
                unit=values["unit"],
                name=values["name"],
                admitted_by=values["admitted_by"],
                admitted_on=_day(row.number, values["admitted_on"]),
                abolished_by=values["abolished_by"],
                abolished_on=ended,
                row=row.number,
            )
        )
    try:
        changes_of(stays)
    except BadMembership as error:
        raise BadEventRow(row=error.row, why=str(error)) from error
    return stays


def _cell(cells: Any, place: int | None) -> str:
    if place is None or place >= len(cells) or cells[place] is None:
        return ""
    value = cells[place]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _day(row: int, text: str) -> date:
    """ISO, as a workbook gives it, or the day.month.year of the Swiss list."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        text = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        return parse_day(_MIDNIGHT.sub("", text))
    except BadInput as error:
        raise BadEventRow(row=row, why=str(error).rstrip(".")) from error
