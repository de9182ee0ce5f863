"""Divisions through time: the life of one, and who became whom between two days."""

import csv
from bisect import bisect_right
from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boundaries.domain.life import life_graph
from boundaries.models import DivisionEvent, DivisionVersion, Level
from boundaries.queries.life import life_rows
from boundaries.queries.lineage import (
    CrosswalkRow,
    change_days,
    crosswalk_rows,
    events_of,
    kin_of,
    records_begin,
    shapes_known,
)
from common.errors import BadInput, DimingError
from common.periods import parse_day

# The page shows so many rows; the download holds all.
MOST_ROWS = 500
DEFAULT_FROM = date(2000, 1, 1)


def relation_words() -> dict[str, str]:
    return {
        "same": _("one to one"),
        "merged": _("merged with others"),
        "split": _("split up"),
        "mixed": _("part of several"),
        "ended": _("ended, heir not known"),
        "new": _("new, nothing before is known"),
    }


def life_of(division: DivisionVersion, at: date) -> dict[str, Any]:
    """Predecessors, successors and events of a division, for its page, and the graph of them."""
    spells, passages, cut = life_rows(division_id=division.division_id)
    before, after = kin_of(division_id=division.division_id)
    events = events_of(division_id=division.division_id)
    return {
        "kin_before": _once(before),
        "kin_after": _once(after),
        "graph": life_graph(spells, passages, own=division.division_id, day=at),
        "graph_cut": cut,
        "life": [(event, _arrows(event, division)) for event in events],
    }


def _once(rows: list[DivisionVersion]) -> list[DivisionVersion]:
    return list({row.division_id: row for row in rows}.values())


def _arrows(event: DivisionEvent, division: DivisionVersion) -> list[Any]:
    """Of an event that touches many (a list that leaves rows out), only those of this one."""
    mine = [
        change
        for change in event.changes.all()
        if division.division_id
        in {side.division_id for side in (change.before, change.after) if side is not None}
    ]
    return sorted(mine, key=lambda change: change.pk)


def time_slider(*, query: QueryDict, at: date, today: date, within: str) -> dict[str, Any]:
    """The days on which something changed in an area, and where the shown day stands among them."""
    days = [day for day in change_days(within=within) if day <= today]
    if not days or days[-1] < today:
        days.append(today)
    position = max(0, bisect_right(days, at) - 1)
    before = days[position - 1] if position else None
    after = next((day for day in days if day > at), None)
    return {
        "days": [day.isoformat() for day in days],
        "day": at.isoformat(),
        "position": position,
        "last": len(days) - 1,
        "before": before.isoformat() if before else "",
        "after": after.isoformat() if after else "",
        "before_url": f"?{_on_day(query, before)}" if before else "",
        "after_url": f"?{_on_day(query, after)}" if after else "",
        "shapes_known": shapes_known(at=at, within=within),
    }


def _on_day(query: QueryDict, day: date) -> str:
    kept = {key: value for key, value in query.items() if key not in ("after", "before")}
    return urlencode({**kept, "at": day.isoformat()})


def crosswalk_page(request: Any) -> HttpResponse:
    asked = request.GET
    start, end, within = asked.get("from", ""), asked.get("to", ""), asked.get("within", "").strip()
    rows: list[CrosswalkRow] = []
    fault: DimingError | None = None
    begin = records_begin()
    days = (max(begin, DEFAULT_FROM) if begin else request.day, request.day)
    try:
        days = (parse_day(start) if start else days[0], parse_day(end) if end else days[1])
        if within and not (within.isascii() and within.isdigit() and len(within) <= 6):
            raise BadInput("“%(code)s” is not the beginning of a division code.", code=within[:20])
        if begin is not None and (start or end or within):
            prefix = within.removesuffix("00").removesuffix("00") if len(within) == 6 else within
            rows = crosswalk_rows(start=days[0], end=days[1], within=prefix, level=Level.COUNTY)
    except DimingError as error:
        fault = error
    if asked.get("format") == "csv" and fault is None:
        return _as_csv(rows, days)
    words = relation_words()
    counts = Counter(str(row.relation) for row in rows)
    values = {
        "start": start or days[0].isoformat(),
        "end": end or days[1].isoformat(),
        "within": within,
        "asked": bool(start or end or within),
        "fault": _(fault.message_id) % fault.values if fault else "",
        "begin": begin,
        "rows": [(row, words[row.relation]) for row in rows[:MOST_ROWS]],
        "found": len(rows),
        "more": len(rows) > MOST_ROWS,
        "counts": [(words[key], counts[key]) for key in words if counts[key]],
        "count_words": ngettext("%(count)d row", "%(count)d rows", len(rows))
        % {"count": len(rows)},
        "csv_url": f"?{_with(asked, format='csv')}",
    }
    return render(request, "boundaries/crosswalk.html", values, status=400 if fault else 200)


def _with(asked: Any, **more: str) -> str:
    query = asked.copy()
    for key, value in more.items():
        query[key] = value
    return str(query.urlencode())


def _as_csv(rows: list[CrosswalkRow], days: tuple[date, date]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"crosswalk-{days[0].isoformat()}-{days[1].isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # office programs recognise the encoding by it
    writer = csv.writer(response)
    writer.writerow(
        ("old_code", "old_name", "new_code", "new_name", "relation", "share", "share_total",
         "reversible", "from", "to")
    )  # fmt: skip
    for row in rows:
        old, new = row.old, row.new
        writer.writerow(
            (
                old.code if old else "", old.name if old else "",
                new.code if new else "", new.name if new else "",
                row.relation, "" if row.share is None else row.share,
                "" if row.share_total is None else row.share_total,
                int(row.reversible), days[0].isoformat(), days[1].isoformat(),
            )
        )  # fmt: skip
    return response
