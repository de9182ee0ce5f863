"""Coverage of signs: where one ought to stand and does not, and orders for new ones."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from common.errors import DimingError, NotInScope, NotPermitted
from common.filters import read_choice, read_code
from common.list_layouts import ListColumn, ListLayout
from common.middleware import sentence
from common.registries import ChosenRows, MapLayer
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from signage.exports.missing import missing_export
from signage.forms.order_many import OrderMissingForm
from signage.operations.order_missing import order_new_signs, spots_to_order
from signage.queries.absences import (
    KINDS,
    MissingFilter,
    MissingSign,
    missing_counts,
    missing_signs,
    other_streets,
)
from signage.queries.record import county_names
from signage.views.signs import Pager

PAGE = 60
MOST_ON_THE_MAP = 3000
LABELS = {
    "bare": gettext_lazy("street without any sign"),
    "end": gettext_lazy("end of a street"),
    "junction": gettext_lazy("junction"),
    "duty": gettext_lazy("place that must have one"),
}

LAYOUT = ListLayout(
    columns=[
        ListColumn("missing", gettext_lazy("What is missing"), usual=True),
        ListColumn("where", gettext_lazy("Where"), lambda row: row["where"]),
        ListColumn("rule", gettext_lazy("Rule"), lambda row: row["missing"].rule_id_text),
        ListColumn("found_on", gettext_lazy("Found on"), lambda row: row["missing"].found_on),
        ListColumn(
            "planned", gettext_lazy("Planned sign"), lambda row: row["missing"].planned_number
        ),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["missing"].division_code
        ),
    ]
)


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def missing(request: Any) -> HttpResponse:
    chosen = _filter(request.GET)
    counts = missing_counts(at=request.day, chosen=chosen)
    after = request.GET.get("after", "")
    rows = missing_signs(
        at=request.day,
        chosen=chosen,
        size=PAGE + 1,
        after=int(after) if after.isdigit() and len(after) < 12 else 0,
    )
    more, rows = len(rows) > PAGE, rows[:PAGE]
    streets = other_streets(rows=rows, at=request.day)
    total = sum(counts.spots.values())
    shown = counts.spots.get(chosen.kind, 0) if chosen.kind else total
    chips = [("", _("every kind"), total)]
    chips += [(kind, str(LABELS[kind]), counts.spots.get(kind, 0)) for kind in KINDS]
    values = {
        "chosen": chosen,
        "chips": [
            (label, count, key == chosen.kind, _address(request, kind=key, after=""))
            for key, label, count in chips
        ],
        "counties": [
            (code, name, counts.by_county.get(code, 0))
            for code, name in county_names(
                within=settings.HOME_JURISDICTION, at=request.day
            ).items()
        ],
        "counts": counts,
        "rows": [_row(row, streets) for row in rows],
        "page": Pager(
            next_url=_address(request, after=str(rows[-1].id)) if more else "",
            previous_url=_address(request, after="") if after else "",
            count_text=_("%(count)s spots") % {"count": number_format(shown, force_grouping=True)},
        ),
        "order": _order_action(request, chosen, shown - counts.ordered),
        "overlay": _overlay(request, chosen),
    }
    return render(request, "signage/missing_list.html", values)


def order_missing(request: Any) -> HttpResponse:
    chosen = _filter(request.GET)
    spots = spots_to_order(by=request.user, at=request.today, chosen=chosen)
    form = OrderMissingForm(request.POST or None, initial={"seen": len(spots)})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            sheet = order_new_signs(
                by=request.user,
                at=timezone.now(),
                chosen=chosen,
                seen=form.cleaned_data["seen"],
                body=form.cleaned_data["responsible_body"],
                terms=form.terms(),
            )
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refusal = sentence(error)
            form.data = form.data.copy()
            form.data["seen"] = len(spots)
        else:
            return redirect("signage:order_sheet", sheet.pk)
    streets = other_streets(rows=spots[:PAGE], at=request.today)
    values = {
        "form": form,
        "spots": [_row(spot, streets) for spot in spots[:PAGE]],
        "count": len(spots),
        "more": max(0, len(spots) - PAGE),
        "sentence": refusal,
        "submit_label": _("Order the new signs"),
        "cancel_url": f"{reverse('signage:missing')}?{request.GET.urlencode()}",
    }
    return render(request, "signage/order_missing.html", values, status=409 if refusal else 200)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    chosen = _filter(query)
    spots = missing_counts(at=at, chosen=chosen).spots
    return ChosenRows(
        count=spots.get(chosen.kind, 0) if chosen.kind else sum(spots.values()),
        export=lambda datum: missing_export(chosen=chosen, at=at, datum=datum, words=_row),
    )


def _filter(query: QueryDict) -> MissingFilter:
    return MissingFilter(
        kind=read_choice(query, "kind", KINDS),
        within=read_code(query.get("within", "")),
    )


def _row(row: MissingSign, streets: dict[str, str]) -> dict[str, Any]:
    where = {"start": _("at its start"), "end": _("at its end")}.get(row.spot, "")
    if not where and row.spot:
        other = streets.get(row.spot, "")
        where = _("where it meets %(street)s") % {"street": other} if other else _("at a junction")
    return {
        "missing": row,
        "label": LABELS[row.kind],
        "where": where,
        "state": "due" if row.planned_id else "check",
    }


def _order_action(request: Any, chosen: MissingFilter, waiting: int) -> dict[str, Any]:
    reason = ""
    if not request.user.may(Capability.ORDER_FIX):
        reason = _("Ordering new signs is for place-name officers.")
    elif request.day != request.today:
        reason = _("Orders are given today, not for another day.")
    elif waiting <= 0:
        reason = _("For every spot of this list a sign is ordered already.")
    query = urlencode({"kind": chosen.kind, "within": chosen.within})
    return {"url": f"{reverse('signage:order_missing')}?{query}", "reason": reason}


def _address(request: Any, **changes: str) -> str:
    kept = {**{key: value for key, value in request.GET.items() if value}, **changes}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{request.path}?{query}" if query else str(request.path)


def _overlay(request: Any, chosen: MissingFilter) -> dict[str, Any]:
    rows = missing_signs(at=request.day, chosen=chosen, size=MOST_ON_THE_MAP)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(row.lon, 6), round(row.lat, 6)]},
            "properties": {"key": str(row.id), "name": row.name, "kind": row.kind},
        }
        for row in rows
        if row.lon is not None and row.lat is not None
    ]
    layer = MapLayer(key="missing", label=_("Missing signs"), order=90, tiles=lambda **_: [])
    return {"layer": layer, "url": {"type": "FeatureCollection", "features": features}}
