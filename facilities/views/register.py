"""The register of facilities: workspace, record, corrections."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.scoping import within
from common.attribute_fields import property_title, value_words
from common.errors import DimingError, NotInScope
from common.filters import read_code
from common.middleware import sentence
from common.queries import FieldChange, RowChange, row_changes
from common.registries import ChosenRows
from facilities.domain.attributes import (
    BUILDING_ON,
    PLANNED_ON,
    all_properties,
    attribute_properties,
    stage_on,
)
from facilities.exports.facilities import facilities_export
from facilities.forms import FacilityForm, typed
from facilities.models import Facility
from facilities.operations.facilities import edit_facility, require_editable
from facilities.queries.facilities import (
    FacilityCounts,
    categories,
    divisions_named,
    facilities,
    facility_counts,
    neighbours,
    page_after,
)
from facilities.views.wording import Pager, address, areas, day_query, extent, name_of

PAGE = 50
LONGEST_QUERY = 60


def facility_list(request: Any) -> HttpResponse:
    chosen = _filters(request.GET)
    area = chosen["within"] or settings.HOME_JURISDICTION
    rows = _chosen(chosen, request.day)
    counts = facility_counts(rows=rows)
    page, next_key = page_after(rows, after=_key(request.GET.get("after", "")), size=PAGE)
    here = reverse("facilities:facilities")
    codes = {row.division_code[:6] for row in page}
    names = {d.code: name_of(d) for d in divisions_named(at=request.day, codes=sorted(codes))}
    return render(
        request,
        "facilities/facility_list.html",
        {
            "rows": [(row, names.get(row.division_code[:6], "")) for row in page],
            "counts": counts,
            "counted": _counted(counts),
            "chosen": chosen,
            "areas": areas(request),
            "categories": categories(),
            "operators": Facility.Operator.choices,
            "pager": Pager(
                next_url=address(here, chosen, {"after": next_key}, day_query(request))
                if next_key
                else "",
                previous_url=address(here, chosen, day_query(request))
                if request.GET.get("after")
                else "",
                count_text=_counted(counts),
            ),
            "everything_url": address(here, day_query(request)),
            "bounds": extent(area, request.day) if chosen["within"] else None,
        },
    )


def facility_record(request: Any, pk: UUID) -> HttpResponse:
    facility = get_object_or_404(Facility.objects.select_related("category", "source"), pk=pk)
    code = facility.division_code
    above = sorted({code[:4] + "00", code[:6], code}, key=len)
    divisions = divisions_named(at=request.day, codes=above)
    return render(
        request,
        "facilities/facility_record.html",
        {
            "facility": facility,
            "stage": stage_on(
                request.day,
                opens=facility.period.lower,
                closes=facility.period.upper,
                attributes=facility.attributes,
            ),
            "divisions": [(d.code, name_of(d)) for d in divisions],
            "facts": _facts(facility, " ".join(name_of(d) for d in divisions)),
            "events": _events(facility),
            "actions": [_edit_action(request, facility)],
            "near": [
                (row, round(metres))
                for row, metres in neighbours(facility=facility, at=request.day)
            ],
            "changes": _changes(facility),
            "focus": {"type": "Point", "coordinates": list(facility.location.coords)},
            "bounds": _around(facility),
        },
    )


def facility_edit(request: Any, pk: UUID) -> HttpResponse:
    scope = within(Facility.objects.select_related("category"), request.user)
    facility = get_object_or_404(scope, pk=pk)
    require_editable(by=request.user, facility=facility)
    form = FacilityForm(request.POST or None, initial=typed(facility), facility=facility)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            edit_facility(
                by=request.user,
                at=request.today,
                facility=facility,
                facts=form.facts(),
                reason=form.cleaned_data["reason"],
            )
        except NotInScope:
            raise
        except DimingError as error:
            refusal = sentence(error)
        else:
            messages.success(request, _("The record has been corrected."))
            return redirect("facilities:facility", facility.pk)
    return render(
        request,
        "facilities/facility_edit.html",
        {
            "facility": facility,
            "form": form,
            "sentence": refusal,
            "cancel_url": reverse("facilities:facility", args=[facility.pk]),
            "focus": {"type": "Point", "coordinates": list(facility.location.coords)},
            "bounds": _around(facility),
        },
    )


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = _chosen(_filters(query), at)
    return ChosenRows(
        count=rows.count(),
        export=lambda datum: facilities_export(rows=rows, at=at, datum=datum),
    )


def _chosen(chosen: dict[str, str], at: date) -> QuerySet[Facility]:
    return facilities(
        at=at,
        within=chosen["within"] or settings.HOME_JURISDICTION,
        category=chosen["category"],
        operator=chosen["operator"],
        text=chosen["q"],
    )


def _filters(query: QueryDict) -> dict[str, str]:
    return {
        "q": query.get("q", "").strip()[:LONGEST_QUERY],
        "category": query.get("category", "")[:12],
        "operator": query.get("operator", "")[:8],
        "within": read_code(query.get("within", "")),
    }


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _counted(counts: FacilityCounts) -> str:
    found = ngettext("%(count)s facility", "%(count)s facilities", counts.facilities) % {
        "count": f"{counts.facilities:,}"
    }
    beds = _("%(beds)s beds known at %(known)s of them") % {
        "beds": f"{counts.beds:,}",
        "known": counts.beds_known,
    }
    return f"{found} · {beds}"


def _facts(facility: Facility, where: str) -> list[tuple[str, Any, str]]:
    source = facility.source.title if facility.source else ""
    at = f"{facility.location.x:.5f}°E {facility.location.y:.5f}°N (CGCS2000)"
    if facility.approximate:
        at += " ≈ " + _("approximate")
    return [
        (_("Category"), f"{facility.category.name} ({facility.category_id})", ""),
        (_("Competent authority today"), facility.category.competent_authority, ""),
        (_("Division"), where, ""),
        (_("Address"), facility.address, ""),
        (_("Position"), at, source),
        (_("Operator"), facility.get_operator_display(), ""),
        (_("Beds"), facility.beds, source if facility.beds is not None else ""),
        *(
            (property_title(key, rule), _told(rule, facility.attributes.get(key)), "")
            for key, rule in attribute_properties(facility.category_id).items()
        ),
        (_("Source"), source, ""),
    ]


def _told(rule: Any, value: Any) -> str:
    return "" if value is None else value_words(rule, value)


def _changes(facility: Facility) -> list[RowChange]:
    """The history of the row, with attributes one by one."""
    changes = []
    for change in row_changes(facility):
        fields: list[FieldChange] = []
        for field in change.fields:
            if not isinstance(field.before, dict):
                fields.append(field)
                continue
            before, after = field.before, field.after
            fields += [
                FieldChange(property_title(key, rule), _told(rule, was), _told(rule, now))
                for key, rule in all_properties().items()
                if (was := before.get(key)) != (now := after.get(key))
            ]
        changes.append(replace(change, fields=fields))
    return changes


def _events(facility: Facility) -> list[dict[str, Any]]:
    # The set begins on one day; when a facility opened before it is not recorded.
    known = any(facility.attributes.get(key) for key in (PLANNED_ON, BUILDING_ON))
    events = [
        {
            "on": facility.period.lower,
            "title": _("On record as in service"),
            "text": "" if known else _("When it opened is not recorded."),
            "state": "ok",
        }
    ]
    for key in (BUILDING_ON, PLANNED_ON):
        if key in facility.attributes:
            title = property_title(key, all_properties()[key])
            events.append({"on": facility.attributes[key], "title": title, "state": "due"})
    if facility.period.upper:
        events.insert(
            0, {"on": facility.period.upper, "title": _("Out of service"), "state": "unknown"}
        )
    return events


def _edit_action(request: Any, facility: Facility) -> dict[str, Any]:
    reason = ""
    try:
        require_editable(by=request.user, facility=facility)
    except NotInScope:
        reason = _("It lies outside your jurisdictions.")
    except DimingError as error:
        reason = sentence(error)
    return {
        "label": _("Correct the record"),
        "url": reverse("facilities:facility_edit", args=[facility.pk]),
        "method": "get",
        "enabled": not reason,
        "reason": reason,
        "primary": True,
    }


def _around(facility: Facility) -> list[float]:
    x, y = facility.location.coords
    return [x - 0.02, y - 0.015, x + 0.02, y + 0.015]
