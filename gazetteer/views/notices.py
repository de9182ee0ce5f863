"""The workspace of rectification notices with its map, and the catalogue of breaches."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.models import cited, in_a_row
from common.registries import ChosenRows, LegendEntry, area_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.exports.notices import notices_export
from gazetteer.models import Notice, NoticeState
from gazetteer.queries.divisions import division_chains, division_choices, path_text
from gazetteer.queries.keyset import Page
from gazetteer.queries.notices import (
    as_then,
    breaches,
    filtered_notices,
    notice_counts,
    notice_spots,
    notices,
)
from gazetteer.queries.suggestions import names_of
from gazetteer.views.notice_wording import CLOCK_LABELS, clock_words, fine_words
from gazetteer.views.pins import pins, pins_overlay

PAGE = 50
LAYOUT = ListLayout(
    columns=[
        ListColumn("state", gettext_lazy("State and deadline"), usual=True),
        ListColumn(
            "articles",
            gettext_lazy("Articles"),
            lambda row: in_a_row(cited(each.article) for each in row["notice"].breaches.all()),
        ),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["notice"].division_code
        ),
    ]
)
NARROWED = {"running": pgettext_lazy("notice", "running"), "overdue": gettext_lazy("overdue")}


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def notice_list(request: Any) -> HttpResponse:
    asked = _asked(request.GET)
    filters = _filters(asked, request.day)
    page = notices(**filters, after=request.GET.get("after", ""), limit=PAGE)
    found = filtered_notices(**filters).count()
    counts = notice_counts(at=request.day, within=asked["within"])
    values = {
        "rows": _rows(page.rows, request.day),
        "asked": asked,
        "states": _state_chips(request, asked, counts),
        "articles": breaches(at=request.day),
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "headline": _("%(running)s running · %(overdue)s overdue") % counts,
        "pager": _pager(request, page, found),
        "bounds": area_bounds(asked["within"], at=request.day),
        "overlay": pins_overlay(
            _("Notices"),
            [LegendEntry(state, label) for state, label in CLOCK_LABELS.items()],
            f"{reverse('gazetteer:notice_points')}?{urlencode(_query(request, asked))}",
        ),
        "cleared_url": reverse("gazetteer:notices"),
        "may_write": request.user.may(Capability.WRITE_NOTICE),
    }
    return render(request, "gazetteer/notice_list.html", values)


@require_GET
def notice_points(request: Any) -> JsonResponse:
    """The same notices as points with the state of their clock."""
    rows = notice_spots(**_filters(_asked(request.GET), request.day))
    return pins(
        {
            "key": str(row.pk),
            "name": row.organisation,
            "note": " · ".join(filter(None, [_state(then.state), clock_words(then.clock)])),
            "state": then.clock.state,
            "url": reverse("gazetteer:notice", args=[row.pk]),
            "point": row.spot,
        }
        for row in rows
        for then in [as_then(row, request.day)]
    )


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = filtered_notices(**_filters(_asked(query), at))
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: notices_export(rows=rows, at=at, datum=datum),
    )


@require_GET
def breach_list(request: Any) -> HttpResponse:
    rows = breaches(at=request.day)
    values = {"rows": [{"breach": row, "fines": fine_words([row])} for row in rows]}
    return render(request, "gazetteer/breach_list.html", values)


def _asked(query: QueryDict) -> dict[str, str]:
    """The filters of the list out of its address; raises BadInput for what is none."""
    within = read_code(query.get("within", settings.HOME_JURISDICTION))
    state = query.get("state", "running")
    if state not in ("all", *NARROWED, *NoticeState.values):
        raise BadInput("The list has no such filter.")
    return {
        "within": within,
        "state": state,
        "breach": query.get("breach", "")[:30],
        "q": query.get("q", "").strip()[:80],
    }


def _filters(asked: dict[str, str], at: date) -> dict[str, Any]:
    return {
        "at": at,
        "within": asked["within"],
        "state": "" if asked["state"] == "all" else asked["state"],
        "breach": asked["breach"],
        "text": asked["q"],
    }


def _query(request: Any, asked: dict[str, str], **changed: str) -> dict[str, str]:
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    return {key: value for key, value in {**asked, **day, **changed}.items() if value}


def _address(request: Any, asked: dict[str, str], **changed: str) -> str:
    return f"{reverse('gazetteer:notices')}?{urlencode(_query(request, asked, **changed))}"


def _state(state: str) -> str:
    return str(NoticeState(state).label)


def _state_chips(request: Any, asked: dict[str, str], counts: dict[str, int]) -> list[Any]:
    chips = [(key, label, counts[key]) for key, label in NARROWED.items()]
    chips += [(key, label, counts.get(key, 0)) for key, label in NoticeState.choices]
    chips.append(("all", _("every notice"), sum(counts.get(key, 0) for key in NoticeState.values)))
    return [
        {
            "text": label,
            "count": count,
            "state": "overdue" if key == "overdue" else "",
            "on": key == asked["state"],
            "url": _address(request, asked, state=key),
        }
        for key, label, count in chips
        if count or key in (asked["state"], "all", *NARROWED)
    ]


def _rows(rows: list[Notice], day: Any) -> list[dict[str, Any]]:
    names = names_of(places=[row.place_id for row in rows if row.place_id], at=day)
    chains = division_chains(codes=[row.division_code for row in rows], at=day)
    return [
        {
            "notice": row,
            "key": str(row.pk),
            "spot": row.spot,
            "name": names.get(row.place_id, ""),
            "where": path_text(chains[row.division_code]),
            "then": then,
            "state_text": _state(then.state),
            "clock": clock_words(then.clock),
        }
        for row in rows
        for then in [as_then(row, day)]
    ]


def _pager(request: Any, page: Page, found: int) -> dict[str, str]:
    asked = _asked(request.GET)
    return {
        "count_text": ngettext("%(count)d notice", "%(count)d notices", found) % {"count": found},
        "next_url": _address(request, asked, after=page.after) if page.after else "",
        "previous_url": "",
    }
