"""Protected names (Art 25) as list and map; a name is put on a list and taken off again."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, require_somewhere
from common.errors import BadInput, DimingError, NotInScope, NotPermitted
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.middleware import sentence
from common.registries import ChosenRows, LegendEntry, area_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.exports.protected import protected_export
from gazetteer.forms.protection import EndProtectionForm, ProtectForm
from gazetteer.operations.concern import Target
from gazetteer.operations.protection import end_protection, protect_name
from gazetteer.queries.divisions import division_chains, division_choices, path_text
from gazetteer.queries.protected import STATES, get_protection, list_names, protections_on
from gazetteer.views.concern import about, place_of
from gazetteer.views.open_pages import find_place
from gazetteer.views.pins import pins, pins_overlay

PAGE = 50
STATE_LABELS = {
    "standing": gettext_lazy("protected"),
    "ended": gettext_lazy("protection ended"),
    "all": gettext_lazy("every one"),
}

LAYOUT = ListLayout(
    columns=[
        ListColumn("list", gettext_lazy("List and days"), usual=True),
        ListColumn("reason", gettext_lazy("Reason"), lambda row: row["protection"].reason),
        ListColumn("document", gettext_lazy("Document"), lambda row: row["protection"].document),
        ListColumn(
            "division",
            gettext_lazy("Division code"),
            lambda row: row["protection"].place.division_code,
        ),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def protected_list(request: Any) -> HttpResponse:
    asked, filters = _filters(request.GET, request.day)
    start = _start(request.GET.get("from", "0"))
    rows = protections_on(**filters)
    total = rows.count()
    values = {
        "rows": _rows(request.user, list(rows[start : start + PAGE]), request.day),
        "asked": asked,
        "states": [
            {
                "text": label,
                "count": protections_on(**{**filters, "state": key}).count(),
                "state": "",
                "on": key == asked["state"],
                "url": _address(request, asked, state=key),
            }
            for key, label in STATE_LABELS.items()
        ],
        "lists": list_names(within=asked["within"]),
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "pager": {
            "count_text": ngettext("%(count)d name", "%(count)d names", total) % {"count": total},
            "next_url": _from(request, asked, start + PAGE) if start + PAGE < total else "",
            "previous_url": _from(request, asked, max(0, start - PAGE)) if start else "",
        },
        "bounds": area_bounds(asked["within"], at=request.day),
        "overlay": pins_overlay(
            _("Protected names"),
            [
                LegendEntry("ok", STATE_LABELS["standing"]),
                LegendEntry("unknown", STATE_LABELS["ended"]),
            ],
            f"{reverse('gazetteer:protected_points')}?{urlencode(_query(request, asked))}",
        ),
        "cleared_url": reverse("gazetteer:protected"),
        "may_protect": request.user.may(Capability.APPROVE_NAME),
    }
    return render(request, "gazetteer/protected_list.html", values)


@require_GET
def protected_points(request: Any) -> HttpResponse:
    rows = protections_on(**_filters(request.GET, request.day)[1]).filter(spot__isnull=False)[:2000]
    return pins(
        {
            "key": str(row.pk),
            "name": row.name or "",
            "note": row.list_name,
            "state": "ok" if row.stands else "unknown",
            "url": reverse("gazetteer:place", args=[row.place_id]),
            "point": row.spot,
        }
        for row in rows
    )


def protect_new(request: Any) -> HttpResponse:
    if not request.GET.get("place"):
        require_somewhere(by=request.user, capability=Capability.APPROVE_NAME)
        heading = _("Protect a name")
        return find_place(request, heading=heading, intro=_("Which name is to be protected?"))
    place = place_of(request)
    require(by=request.user, capability=Capability.APPROVE_NAME, codes=[place.division_code])
    form = ProtectForm(request.POST or None, initial={"start": request.today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = _refusal(protect_name, by=request.user, place=place, **form.cleaned_data)
        if not refused:
            messages.success(request, _("The name stands on the list."))
            return redirect("gazetteer:place", place.pk)
    values = {
        "form": form,
        "about": about(Target(place=place), request.today),
        "heading": _("Protect a name"),
        "submit_label": _("Protect"),
        "lists": list_names(within=place.division_code[:4]),
        "sentence": refused,
        "cancel_url": reverse("gazetteer:protected"),
    }
    return render(request, "gazetteer/protect_form.html", values, status=409 if refused else 200)


def protection_end(request: Any, pk: int) -> HttpResponse:
    protection = get_protection(pk=pk)
    if protection is None:
        raise Http404
    place = protection.place
    require(by=request.user, capability=Capability.APPROVE_NAME, codes=[place.division_code])
    form = EndProtectionForm(request.POST or None, initial={"on": request.today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = _refusal(
            end_protection, by=request.user, protection=protection, **form.cleaned_data
        )
        if not refused:
            messages.success(request, _("The protection ends; the days before stay on record."))
            return redirect("gazetteer:protected")
    values = {
        "form": form,
        "about": about(Target(place=place), request.today),
        "protection": protection,
        "heading": _("Take the name off the list"),
        "submit_label": _("Take off"),
        "sentence": refused,
        "cancel_url": reverse("gazetteer:protected"),
    }
    return render(request, "gazetteer/protect_form.html", values, status=409 if refused else 200)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = protections_on(**_filters(query, at)[1])
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: protected_export(rows=rows, at=at, datum=datum),
    )


def _filters(query: QueryDict, at: date) -> tuple[dict[str, str], dict[str, Any]]:
    within = read_code(query.get("within", settings.HOME_JURISDICTION))
    state = query.get("state", "standing")
    if state not in STATES:
        raise BadInput("The list has no such filter.")
    asked = {
        "within": within,
        "state": state,
        "list": query.get("list", "")[:100],
        "q": query.get("q", "").strip()[:80],
    }
    filters = {"at": at, "within": within, "state": state}
    return asked, {**filters, "list_name": asked["list"], "text": asked["q"]}


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise BadInput("The address names no page of this list.")
    return int(text)


def _query(request: Any, asked: dict[str, str], **changed: str) -> dict[str, str]:
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    return {key: value for key, value in {**asked, **day, **changed}.items() if value}


def _address(request: Any, asked: dict[str, str], **changed: str) -> str:
    return f"{reverse('gazetteer:protected')}?{urlencode(_query(request, asked, **changed))}"


def _from(request: Any, asked: dict[str, str], start: int) -> str:
    return _address(request, asked, **{"from": str(start)})


def _rows(user: Any, rows: list[Any], day: Any) -> list[dict[str, Any]]:
    chains = division_chains(codes=[row.place.division_code for row in rows], at=day)
    return [
        {
            "protection": row,
            "key": str(row.pk),
            "spot": row.spot,
            "where": path_text(chains[row.place.division_code]),
            "may_end": row.period.upper is None
            and may_here(
                by=user, capability=Capability.APPROVE_NAME, codes=[row.place.division_code]
            ),
        }
        for row in rows
    ]


def _refusal(operation: Any, **values: Any) -> str:
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""
