"""The workspace of rectification notices with its map, and the catalogue of breaches."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from common.errors import BadInput
from common.registries import LegendEntry, home_bounds
from gazetteer.exports.notices import FORMATS, notices_file
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
MOST_EXPORTED = 20_000
NARROWED = {"running": pgettext_lazy("notice", "running"), "overdue": gettext_lazy("overdue")}


@require_GET
def notice_list(request: Any) -> HttpResponse:
    asked = _asked(request)
    filters = _filters(request, asked)
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
        "bounds": list(home_bounds(asked["within"], at=request.day)),
        "overlay": pins_overlay(
            _("Notices"),
            [LegendEntry(state, label) for state, label in CLOCK_LABELS.items()],
            f"{reverse('gazetteer:notice_points')}?{urlencode(_query(request, asked))}",
        ),
        "cleared_url": reverse("gazetteer:notices"),
        "export_url": f"{reverse('gazetteer:notice_export')}?{urlencode(_query(request, asked))}",
        "may_write": request.user.may(Capability.WRITE_NOTICE),
    }
    return render(request, "gazetteer/notice_list.html", values)


@require_GET
def notice_points(request: Any) -> JsonResponse:
    """The same notices as points with the state of their clock."""
    rows = notice_spots(**_filters(request, _asked(request)))
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


@require_GET
def notice_export(request: Any) -> HttpResponse:
    """The list as it is filtered, as a file: CSV, XLSX or GeoJSON."""
    format = request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise BadInput("Lists cannot be exported as “%(format)s”.", format=format[:20])
    filters = _filters(request, _asked(request))
    content = notices_file(**filters, format=format, most=MOST_EXPORTED)
    response = HttpResponse(content, content_type="application/octet-stream")
    name = f"notices-{request.day.isoformat()}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def breach_list(request: Any) -> HttpResponse:
    rows = breaches(at=request.day)
    values = {"rows": [{"breach": row, "fines": fine_words([row])} for row in rows]}
    return render(request, "gazetteer/breach_list.html", values)


def _asked(request: Any) -> dict[str, str]:
    """The filters of the list out of its address; raises BadInput for what is none."""
    within = request.GET.get("within", settings.HOME_JURISDICTION).strip()
    state = request.GET.get("state", "running")
    if not (within.isascii() and within.isdigit() and len(within) <= 12):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=within[:20])
    if state not in ("all", *NARROWED, *NoticeState.values):
        raise BadInput("The list has no such filter.")
    return {
        "within": within,
        "state": state,
        "breach": request.GET.get("breach", "")[:30],
        "q": request.GET.get("q", "").strip()[:80],
    }


def _filters(request: Any, asked: dict[str, str]) -> dict[str, Any]:
    return {
        "at": request.day,
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
    asked = _asked(request)
    return {
        "count_text": ngettext("%(count)d notice", "%(count)d notices", found) % {"count": found},
        "next_url": _address(request, asked, after=page.after) if page.after else "",
        "previous_url": "",
    }
