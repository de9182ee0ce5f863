"""Pages of boundary markers: the list with its map, one marker, its register and its visits."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within_either
from boundaries.exports.markers import condition_word, markers_export, record_sheet
from boundaries.forms.markers import MarkerForm, VisitForm, typed_marker
from boundaries.models import BoundaryLine, Inspection, Marker, MarkerPhoto
from boundaries.operations.markers import save_marker
from boundaries.operations.visits import record_visit
from boundaries.queries.inspections import readable_sides
from boundaries.queries.lines import line_areas
from boundaries.queries.markers import (
    CONDITIONS,
    MARKER_RULE,
    NOT_VISITED,
    get_marker,
    marker_counts,
    marker_rules,
    markers,
    shown_photos,
    state_of,
    visits,
)
from boundaries.views.marker_facts import (
    photos_by_visit,
    side_names,
    sides_of,
    told_facts,
    told_visits,
    warnings_of,
)
from common.documents import word_response, write_document
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.middleware import attempted
from common.photos import read_photo
from common.queries import row_changes
from common.registries import ChosenRows, home_bounds
from common.views.list_layouts import has_layout
from common.views.photos import photo_response
from common.views.saved_filters import keeps_filters

PAGE = 50
SIDES = ("code_a", "code_b", "third_code")
LAYOUT = ListLayout(
    columns=[
        ListColumn("found", gettext_lazy("Last found"), usual=True),
        ListColumn("visited", gettext_lazy("Visited on"), usual=True),
        ListColumn("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
        ListColumn("material", gettext_lazy("Material"), lambda row: row.get_material_display()),
        ListColumn("line", gettext_lazy("Line code"), lambda row: row.line_code),
        ListColumn("set_on", gettext_lazy("Set on"), lambda row: row.set_on),
        ListColumn("manager", gettext_lazy("Looked after by"), lambda row: row.manager_code),
    ]
)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = markers(at=at, **_filters(query))
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: markers_export(rows=rows, at=at, datum=datum),
    )


def _filters(asked: QueryDict) -> dict[str, str]:
    condition = asked.get("condition", "")
    if condition not in ("", *CONDITIONS):
        raise BadInput("The list has no such filter or order.")
    return {
        "within": read_code(asked.get("within", settings.HOME_JURISDICTION)),
        "line": asked.get("line", "").strip()[:25],
        "condition": condition,
        "text": asked.get("q", "").strip()[:30],
    }


@keeps_filters
@has_layout(LAYOUT)
def marker_list(request: Any) -> HttpResponse:
    chosen = _filters(request.GET)
    every = markers(at=request.day, **{**chosen, "condition": ""})
    counts = marker_counts(every)
    rows = markers(at=request.day, **chosen)
    page, after = _page(rows, request.GET.get("after", ""))
    shown = counts[chosen["condition"]] if chosen["condition"] else sum(counts.values())
    count_text = ngettext("%(count)d marker", "%(count)d markers", shown) % {"count": shown}
    values = {
        "rows": [
            (row, state_of(row.found), condition_word(row.found))  # type: ignore[attr-defined]
            for row in page
        ],
        "chosen": chosen,
        "total": sum(counts.values()),
        "chips": [
            {
                "state": state_of(None if key == NOT_VISITED else key),
                "text": condition_word(None if key == NOT_VISITED else key),
                "count": counts[key],
                "url": _address(request.GET, condition="" if key == chosen["condition"] else key),
                "on": key == chosen["condition"],
            }
            for key in CONDITIONS
            if counts[key] or key == chosen["condition"]
        ],
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "bounds": list(home_bounds(chosen["within"], at=request.day)),
        "pager": {
            "count_text": count_text,
            "next_url": _address(request.GET, after=after) if after else "",
            "previous_url": _address(request.GET) if request.GET.get("after") else "",
        },
        "everything_url": _address(request.GET, condition="", q="", line=""),
    }
    return render(request, "boundaries/marker_list.html", values)


def _page(rows: QuerySet[Marker], after: str) -> tuple[list[Marker], str]:
    """One page by key, and the number to go on from ("" on the last page)."""
    last = Marker.objects.filter(number=after).order_by("-period").first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(line_code__gt=last.line_code)
            | Q(line_code=last.line_code, serial__gt=last.serial)
            | Q(line_code=last.line_code, serial=last.serial, post__gt=last.post)
        )
    page = list(rows[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].number if len(page) > PAGE else ""


def _address(asked: QueryDict, **changed: str) -> str:
    kept = {key: value for key, value in asked.items() if key != "after"}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return f"{reverse('boundaries:markers')}?{query}" if query else reverse("boundaries:markers")


def _marker_or_404(number: str, at: date) -> Marker:
    found = get_marker(number=number, at=at)
    if found is None:
        raise Http404
    return found


def marker_record(request: Any, number: str) -> HttpResponse:
    marker = _marker_or_404(number, request.day)
    log = list(visits(marker=marker, until=request.day))
    rules = marker_rules(on=request.day, code=marker.code_a)
    limits = rules[MARKER_RULE].parameters
    found = marker.found  # type: ignore[attr-defined]
    x, y = marker.location.coords
    witnesses = list(marker.witnesses.all())
    values = {
        "marker": marker,
        "sides": side_names(marker, request.day),
        "state": state_of(found),
        "state_text": condition_word(found),
        "facts": told_facts(marker, request.day),
        "warnings": warnings_of(marker, limits, request.day),
        "witnesses": witnesses,
        "visits": told_visits(log, witnesses, limits),
        "photos": photos_by_visit(marker, request.day),
        "actions": _actions(request.user, marker),
        "changes": row_changes(marker),
        "focus": {"type": "Point", "coordinates": [x, y]},
        "bounds": [x - 0.01, y - 0.0075, x + 0.01, y + 0.0075],
    }
    return render(request, "boundaries/marker_record.html", values)


def _actions(user: Any, marker: Marker) -> list[dict[str, Any]]:
    codes = marker.codes
    reason = _("Only boundary inspectors of either side do this.")
    return [
        {
            "label": label,
            "url": reverse(name, args=[marker.number]),
            "enabled": may_here(by=user, capability=capability, codes=codes),
            "reason": reason,
            "primary": primary,
        }
        for label, name, capability, primary in (
            (_("Record a visit"), "boundaries:marker_visit", Capability.RECORD_INSPECTION, True),
            (_("Correct the register"), "boundaries:marker_edit", Capability.EDIT_LINE, False),
        )
    ]


@require_GET
def marker_sheet(request: Any, number: str) -> HttpResponse:
    """The record sheet (界桩登记表) as Word."""
    marker = _marker_or_404(number, request.day)
    sheet = record_sheet(
        marker=marker,
        sides=side_names(marker, request.day),
        visits=list(visits(marker=marker, until=request.day)),
        photos=shown_photos(marker, until=request.day),
        at=request.day,
    )
    return word_response(write_document(sheet), sheet.title)


@require_GET
def marker_photo(request: Any, pk: Any) -> HttpResponse:
    shown = get_object_or_404(MarkerPhoto.objects.select_related("visit__side__inspection"), pk=pk)
    side = shown.visit.side if shown.visit is not None else None
    if side is not None and side.code not in readable_sides(request.user, side.inspection):
        raise Http404
    return photo_response(request, shown)


def marker_new(request: Any, code: str) -> HttpResponse:
    lines = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(lines, code=code)
    require(by=request.user, capability=Capability.EDIT_LINE, codes=[line.code_a, line.code_b])
    return _register(request, line, None)


def marker_edit(request: Any, number: str) -> HttpResponse:
    own = within_either(Marker.objects.on(request.today), request.user, fields=SIDES)
    marker = get_object_or_404(own, number=number)
    require(by=request.user, capability=Capability.EDIT_LINE, codes=marker.codes)
    line = BoundaryLine.objects.on(request.today).filter(code=marker.line_code).first()
    if line is None:
        messages.error(
            request, _("Its line is not in force on this day: an adjustment has ended it.")
        )
        return redirect("boundaries:marker", number)
    return _register(request, line, marker)


def _register(request: Any, line: BoundaryLine, marker: Marker | None) -> HttpResponse:
    sides = sides_of(marker, line, request.today)
    initial = typed_marker(marker) if marker else {"number": f"{line.code}"}
    form = MarkerForm(request.POST or None, sides=sides, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        saved, refused = attempted(
            save_marker,
            by=request.user,
            at=request.today,
            line=line,
            facts=form.facts(third_code=marker.third_code if marker else ""),
            marker=marker,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        )
        if not refused:
            messages.success(request, _("The marker is saved."))
            return redirect("boundaries:marker", saved.number)
    back = (
        reverse("boundaries:marker", args=[marker.number])
        if marker
        else reverse("boundaries:line", args=[line.code])
    )
    values = {
        "form": form,
        "sentence": refused,
        "line": line,
        "line_title": "–".join(name for _code, name in sides),
        "marker": marker,
        "cancel_url": back,
    }
    if refused and marker is not None:
        # Whoever saves again has seen what the other one wrote.
        form.data = form.data.copy()
        form.data["seen"] = Marker.objects.get(pk=marker.pk).version
    return render(request, "boundaries/marker_form.html", values, status=409 if refused else 200)


def marker_visit(request: Any, number: str) -> HttpResponse:
    own = within_either(Marker.objects.on(request.today), request.user, fields=SIDES)
    marker = get_object_or_404(own, number=number)
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=marker.codes)
    work = _work(request)
    form = VisitForm(
        request.POST or None,
        request.FILES or None,
        faces=side_names(marker, request.today),
        initial={"visited_on": request.today},
    )
    back = (
        reverse("boundaries:inspection", args=[work.pk])
        if work
        else reverse("boundaries:marker", args=[number])
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        _done, refused = attempted(
            _record, request=request, form=form, marker=marker, inspection=work
        )
        if not refused:
            messages.success(request, _("The visit is recorded."))
            return redirect(back)
    values = {
        "form": form,
        "sentence": refused,
        "marker": marker,
        "work": work,
        "cancel_url": back,
        "submit_label": _("Record"),
    }
    return render(request, "boundaries/marker_visit.html", values, status=409 if refused else 200)


def _record(*, request: Any, form: VisitForm, **about: Any) -> None:
    photos = [(face, read_photo(upload)) for face, upload in form.photos()]
    record_visit(by=request.user, at=request.today, facts=form.facts(), photos=photos, **about)


def _work(request: Any) -> Inspection | None:
    """The joint inspection whose record the visit goes into, where the address names one."""
    asked = request.GET.get("inspection", "")
    if not asked:
        return None
    try:
        return get_object_or_404(Inspection, pk=UUID(asked))
    except ValueError:
        raise Http404 from None
