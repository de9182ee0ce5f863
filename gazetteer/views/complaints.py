"""The workspace of complaints (Art 33), for those who handle them, with its map."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common.errors import BadInput
from common.list_layouts import ListColumn, ListLayout
from common.models import cited
from common.registries import ChosenRows, LegendEntry
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.exports.complaints import complaints_export
from gazetteer.models import ComplaintState
from gazetteer.queries.complaints import (
    complaint_counts,
    complaint_spots,
    complaints,
    filtered_complaints,
)
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.suggestions import names_of
from gazetteer.views.notice_wording import clock_words, complaint_clock
from gazetteer.views.pins import pins, pins_overlay

PAGE = 50
LAYOUT = ListLayout(
    columns=[
        ListColumn("state", gettext_lazy("State and deadline"), usual=True),
        ListColumn(
            "article",
            gettext_lazy("Articles"),
            lambda row: row["complaint"].breach and cited(row["complaint"].breach.article),
        ),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["complaint"].division_code
        ),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def complaint_list(request: Any) -> HttpResponse:
    asked, filters = _filters(request.GET, at=request.day, by=request.user)
    page = complaints(**filters, after=request.GET.get("after", ""), limit=PAGE)
    found = filtered_complaints(**filters).count()
    counts = complaint_counts(at=request.day, codes=filters["codes"])
    values = {
        "rows": _rows(page.rows, request.day),
        "asked": asked,
        "states": _chips(request, asked, counts),
        "headline": _("%(open)s open") % counts,
        "pager": {
            "count_text": ngettext("%(count)d complaint", "%(count)d complaints", found)
            % {"count": found},
            "next_url": _address(request, asked, after=page.after) if page.after else "",
        },
        "overlay": pins_overlay(
            _("Complaints"),
            [
                LegendEntry("overdue", _("overdue")),
                LegendEntry("due", _("waiting for an answer, or notice in hand")),
                LegendEntry("ok", _("settled")),
                LegendEntry("unknown", _("unfounded or passed on")),
            ],
            f"{reverse('gazetteer:complaint_points')}?{urlencode(_query(request, asked))}",
        ),
        "cleared_url": reverse("gazetteer:complaints"),
        "may_write": request.user.may(Capability.WRITE_NOTICE),
    }
    return render(request, "gazetteer/complaint_list.html", values)


@require_GET
def complaint_points(request: Any) -> HttpResponse:
    rows = complaint_spots(**_filters(request.GET, at=request.day, by=request.user)[1])
    return pins(
        {
            "key": str(row.pk),
            "name": row.received_at.date().isoformat(),
            "note": str(ComplaintState(row.state_then).label),
            "state": complaint_clock(row, request.day).state,
            "url": reverse("gazetteer:complaint", args=[row.pk]),
            "point": row.spot,
        }
        for row in rows
    )


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = filtered_complaints(**_filters(query, at=at, by=by)[1])
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: complaints_export(rows=rows, at=at, datum=datum),
    )


def _filters(query: QueryDict, *, at: date, by: Any) -> tuple[dict[str, str], dict[str, Any]]:
    codes = require_somewhere(by=by, capability=Capability.READ_COMPLAINT)
    state, text = query.get("state", "open"), query.get("q", "").strip()[:80]
    if state not in ("all", "open", *ComplaintState.values):
        raise BadInput("The list has no such filter.")
    asked = {"state": state, "q": text}
    kept = "" if state == "all" else state
    return asked, {"at": at, "codes": codes, "state": kept, "text": text}


def _query(request: Any, asked: dict[str, str], **changed: str) -> dict[str, str]:
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    return {key: value for key, value in {**asked, **day, **changed}.items() if value}


def _address(request: Any, asked: dict[str, str], **changed: str) -> str:
    return f"{reverse('gazetteer:complaints')}?{urlencode(_query(request, asked, **changed))}"


def _chips(request: Any, asked: dict[str, str], counts: dict[str, int]) -> list[dict[str, Any]]:
    total = sum(counts.get(key, 0) for key in ComplaintState.values)
    chips = [("open", pgettext("complaint", "open"), counts["open"])]
    chips += [(key, label, counts.get(key, 0)) for key, label in ComplaintState.choices]
    chips.append(("all", _("every complaint"), total))
    return [
        {
            "text": text,
            "count": count,
            "state": "",
            "on": key == asked["state"],
            "url": _address(request, asked, state=key),
        }
        for key, text, count in chips
    ]


def _rows(rows: list[Any], day: Any) -> list[dict[str, Any]]:
    names = names_of(places=[row.place_id for row in rows if row.place_id], at=day)
    chains = division_chains(codes=[row.division_code for row in rows], at=day)
    return [
        {
            "complaint": row,
            "key": str(row.pk),
            "spot": row.spot,
            "name": names.get(row.place_id, ""),
            "where": path_text(chains[row.division_code]),
            "state": clock.state,
            "state_text": ComplaintState(row.state_then).label,
            "clock": clock_words(clock),
        }
        for row in rows
        for clock in [complaint_clock(row, day)]
    ]
