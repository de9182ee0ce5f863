"""The workspace of suggestions with its map, and the open form on a place's record."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET

from common.errors import BadInput, DimingError, NotInScope, NotPermitted
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.middleware import sentence
from common.registries import ChosenRows, LegendEntry, area_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.exports.suggestions import suggestions_export
from gazetteer.forms.suggestion import FIELD_LABELS, SuggestionForm
from gazetteer.models import SuggestionState
from gazetteer.operations.concern import Target
from gazetteer.operations.suggestions import suggest
from gazetteer.queries.divisions import division_chains, division_choices, path_text
from gazetteer.queries.law_numbers import ANSWER, number_of
from gazetteer.queries.suggestions import (
    filtered_suggestions,
    may_move,
    names_of,
    record_values,
    suggestion_counts,
    suggestion_spots,
    suggestions,
)
from gazetteer.views.concern import about, named_place, place_of
from gazetteer.views.notice_wording import clock_words, suggestion_clock
from gazetteer.views.open_pages import address_of, find_place
from gazetteer.views.pins import pins, pins_overlay

PAGE = 50
LAYOUT = ListLayout(
    columns=[
        ListColumn("state", gettext_lazy("State and deadline"), usual=True),
        ListColumn("reason", gettext_lazy("Reason"), lambda row: row["suggestion"].reason),
        ListColumn(
            "division",
            gettext_lazy("Division code"),
            lambda row: row["suggestion"].place.division_code,
        ),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def suggestion_list(request: Any) -> HttpResponse:
    asked, filters = _filters(request.GET, at=request.day, by=request.user)
    page = suggestions(**filters, after=request.GET.get("after", ""), limit=PAGE)
    found = filtered_suggestions(**filters).count()
    counts = suggestion_counts(at=request.day, within=asked["within"])
    values = {
        "rows": _rows(page.rows, request.day),
        "asked": asked,
        "states": _chips(request, asked, counts),
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "pager": {
            "count_text": ngettext("%(count)d suggestion", "%(count)d suggestions", found)
            % {"count": found},
            "next_url": _address(request, asked, after=page.after) if page.after else "",
        },
        "bounds": area_bounds(asked["within"], at=request.day),
        "overlay": pins_overlay(
            pgettext("corrections", "Suggestions"),
            [
                LegendEntry("overdue", _("overdue")),
                LegendEntry("due", _("waiting")),
                LegendEntry("ok", _("taken over")),
                LegendEntry("unknown", _("declined or repeated")),
            ],
            f"{reverse('gazetteer:suggestion_points')}?{urlencode(_query(request, asked))}",
        ),
        "cleared_url": reverse("gazetteer:suggestions"),
    }
    return render(request, "gazetteer/suggestion_list.html", values)


@require_GET
def suggestion_points(request: Any) -> HttpResponse:
    rows = suggestion_spots(**_filters(request.GET, at=request.day, by=request.user)[1])
    names = names_of(places=[row.place_id for row in rows], at=request.day)
    return pins(
        {
            "key": str(row.pk),
            "name": names.get(row.place_id, ""),
            "note": field_names(row.changes),
            "state": suggestion_clock(row, request.day).state,
            "url": reverse("gazetteer:suggestion", args=[row.pk]),
            "point": row.spot,
        }
        for row in rows
    )


@login_not_required
@sensitive_post_parameters("name", "contact")
@sensitive_variables("values", "form")
def suggestion_new(request: Any) -> HttpResponse:
    """Suggest changes to the record of a place; needs no sign-in."""
    if not request.GET.get("place"):
        heading = _("Suggest a correction")
        return find_place(request, heading=heading, intro=_("Whose record is wrong?"))
    place = place_of(request)
    by = request.user if request.user.is_authenticated else None
    record = record_values(place=place, at=request.today)
    options = {"drawn": not may_move(place), "signed_in": by is not None}
    form = SuggestionForm(request.POST or None, request.FILES or None, initial=record, **options)
    refused = ""
    if request.method == "POST" and form.is_valid():
        kept = ("reason", "evidence", "photo", "name", "contact")
        values = {key: form.cleaned_data[key] for key in kept if key in form.cleaned_data}
        try:
            made = suggest(
                by=by,
                at=timezone.now(),
                place=place,
                proposed=form.proposed(),
                address=address_of(request),
                **values,
            )
        except DimingError as error:
            if isinstance(error, NotInScope | NotPermitted):
                raise
            refused = sentence(error)
        else:
            return redirect("gazetteer:receipt", made.pk)
    values = {
        "form": form,
        "about": about(Target(place=place), request.today),
        "place": place,
        "sentence": refused,
        "submit_label": _("Send"),
        "answer_days": number_of(ANSWER, "days", at=request.today),
    }
    return render(request, "gazetteer/suggestion_form.html", values, status=409 if refused else 200)


def field_names(changes: Any) -> str:
    """Which fields a suggestion speaks of, in words."""
    return " · ".join(str(FIELD_LABELS[key]) for key in FIELD_LABELS if key in changes)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = filtered_suggestions(**_filters(query, at=at, by=by)[1])
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: suggestions_export(rows=rows, at=at, datum=datum, fields=field_names),
    )


def _filters(query: QueryDict, *, at: date, by: Any) -> tuple[dict[str, str], dict[str, Any]]:
    within = read_code(query.get("within", settings.HOME_JURISDICTION))
    state = query.get("state", SuggestionState.NEW)
    if state not in ("all", "mine", *SuggestionState.values):
        raise BadInput("The list has no such filter.")
    asked = {"within": within, "state": str(state), "place": query.get("place", "")[:36]}
    filters: dict[str, Any] = {"at": at, "within": within}
    if state == "mine":
        filters |= {"by": by, "within": ""}
    elif state != "all":
        filters["state"] = state
    if asked["place"]:
        filters["place"] = named_place(asked["place"])
    return asked, filters


def _query(request: Any, asked: dict[str, str], **changed: str) -> dict[str, str]:
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    return {key: value for key, value in {**asked, **day, **changed}.items() if value}


def _address(request: Any, asked: dict[str, str], **changed: str) -> str:
    return f"{reverse('gazetteer:suggestions')}?{urlencode(_query(request, asked, **changed))}"


def _chips(request: Any, asked: dict[str, str], counts: dict[str, int]) -> list[dict[str, Any]]:
    chips: list[tuple[str, Any, int | None]] = [
        (key, label, counts.get(key, 0)) for key, label in SuggestionState.choices
    ]
    chips.append(("all", _("every suggestion"), sum(counts.values())))
    chips.append(("mine", _("my own"), None))
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
    names = names_of(places=[row.place_id for row in rows], at=day)
    chains = division_chains(codes=[row.place.division_code for row in rows], at=day)
    return [
        {
            "suggestion": row,
            "key": str(row.pk),
            "spot": row.spot,
            "name": names.get(row.place_id, ""),
            "where": path_text(chains[row.place.division_code]),
            "fields": field_names(row.changes),
            "state": clock.state,
            "state_text": SuggestionState(row.state_then).label,
            "clock": clock_words(clock),
        }
        for row in rows
        for clock in [suggestion_clock(row, day)]
    ]
