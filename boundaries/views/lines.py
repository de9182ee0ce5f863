"""The list of boundary lines with its map."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from boundaries.exports.line_words import level_words, state_words, works_words
from boundaries.exports.lines import lines_export
from boundaries.queries.lines import (
    SORTS,
    STATES,
    WORKS,
    LineCounts,
    LinePage,
    line_areas,
    line_counts,
    lines,
)
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.registries import ChosenRows, home_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters

PAGE = 50
LAYOUT = ListLayout(
    columns=[
        ListColumn("length", gettext_lazy("Length (km)"), usual=True),
        ListColumn("last", gettext_lazy("Last"), usual=True),
        ListColumn("due", gettext_lazy("Next by"), usual=True),
        ListColumn(
            "sides", gettext_lazy("Division code"), lambda row: f"{row.code_a}, {row.code_b}"
        ),
    ],
    orders=[
        ("due", gettext_lazy("by urgency")),
        ("code", gettext_lazy("by code")),
        ("length", gettext_lazy("longest first")),
    ],
)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    filters = _filters(query)
    chosen = {key: value for key, value in filters.items() if key != "sort"}
    return ChosenRows(
        count=line_counts(at=at, **chosen).total,
        export=lambda datum: lines_export(
            filters=filters, at=at, datum=datum, states=state_words()
        ),
    )


def _filters(asked: QueryDict) -> dict[str, str]:
    """The filters and the order out of the address; raises BadInput for what is none."""
    area = read_code(asked.get("within", settings.HOME_JURISDICTION))
    state, sort = asked.get("state", ""), asked.get("sort", "due")
    work = asked.get("work", "")
    level, between = asked.get("level", ""), asked.get("between", "")
    known = (
        state in ("", *STATES)
        and sort in SORTS
        and work in ("", *WORKS)
        and level in ("", *level_words())
        and re.fullmatch(r"(\d{2,6}-\d{2,6})?", between) is not None
    )
    if not known:
        raise BadInput("The list has no such filter or order.")
    return {
        "within": area,
        "state": state,
        "work": work,
        "level": level,
        "between": between,
        "text": asked.get("q", "").strip()[:80],
        "sort": sort,
    }


@keeps_filters
@has_layout(LAYOUT)
def lines_list(request: Any) -> HttpResponse:
    asked = request.GET
    filters = _filters(asked)
    area, state, work, text, sort = (
        filters[key] for key in ("within", "state", "work", "text", "sort")
    )
    level, between = filters["level"], filters["between"]
    page = lines(
        at=request.day,
        **filters,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        limit=PAGE,
    )
    counts = line_counts(at=request.day, within=area, text=text, between=between)
    words = state_words()
    marks = {key: (mark, word) for key, mark, word in works_words()}
    values = {
        "rows": [(row, words[row.state], marks.get(row.work)) for row in page.rows],
        "pager": _pager(asked, page, _found(filters, request.day, counts)),
        "counts": counts,
        "length_km": counts.length_m / 1000,
        "chips": [
            {
                "state": key,
                "text": words[key],
                "count": counts.by_state[key],
                "url": _address(asked, state="" if key == state else key),
                "on": key == state,
            }
            for key in STATES
        ]
        + [
            {
                "state": mark,
                "text": word,
                "count": counts.by_work[key],
                "url": _address(asked, work="" if key == work else key),
                "on": key == work,
            }
            for key, mark, word in works_words()
            if counts.by_work[key] or key == work
        ],
        "levels": [
            {
                "text": word,
                "count": counts.by_level[int(key)],
                "url": _address(asked, level="" if key == level else key),
                "on": key == level,
            }
            for key, word in level_words().items()
        ],
        "level": level,
        "between": between,
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
        "state": state,
        "work": work,
        "sort": sort,
        "text": text,
        "bounds": list(home_bounds(area, at=request.day)),
        "everything_url": _address(asked, state="", work="", level="", between="", q=""),
    }
    return render(request, "boundaries/line_list.html", values)


def _found(filters: Mapping[str, str], at: date, counts: LineCounts) -> int:
    if not (filters["work"] or filters["level"]):
        return counts.by_state[filters["state"]] if filters["state"] else counts.total
    return line_counts(at=at, **{k: v for k, v in filters.items() if k != "sort"}).total


def _address(asked: QueryDict, **changed: str) -> str:
    """The list's own address with some filters changed, from its first page again."""
    kept = {key: value for key, value in asked.items() if key not in ("after", "before")}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return f"{reverse('boundaries:lines')}?{query}" if query else reverse("boundaries:lines")


def _pager(asked: QueryDict, page: LinePage, found: int) -> dict[str, str]:
    return {
        "count_text": ngettext("%(count)d line", "%(count)d lines", found) % {"count": found},
        "next_url": _address(asked, after=page.after) if page.after else "",
        "previous_url": _address(asked, before=page.before) if page.before else "",
    }
