"""The record of one facility: facts of a day, what happened, corrections."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.scope import any_covers
from common.attribute_fields import property_title, value_words
from common.errors import DimingError, NotInScope
from common.middleware import attempted, sentence
from common.queries import FieldChange, RowChange, row_changes
from facilities.domain.attributes import (
    BUILDING_ON,
    PLANNED_ON,
    all_properties,
    attribute_properties,
    stage_on,
)
from facilities.forms import FacilityForm, typed
from facilities.models import Facility, FacilityOccupancy
from facilities.operations.facilities import edit_facility, require_editable
from facilities.queries.facilities import (
    divisions_named,
    neighbours,
    occupancy_of,
    state_on,
    states_of,
)
from facilities.queries.standard_names import standard_name
from facilities.views.wording import address, day_query, name_of
from gazetteer.views.place_edit import draw_texts


def states_or_404(key: UUID, *, by: Any = None) -> list[Facility]:
    """The states of a facility; with ``by`` only where the last lies in their jurisdictions."""
    states = states_of(key=key)
    if not states:
        raise Http404
    everywhere = by.jurisdictions() if by else [""]
    if not any_covers(everywhere, states[-1].division_code):
        raise Http404
    return states


def facility_record(request: Any, pk: UUID) -> HttpResponse:
    states = states_or_404(pk)
    facility = state_on(states, request.day)
    code = facility.division_code
    above = sorted({code[:4] + "00", code[:6], code}, key=len)
    divisions = divisions_named(at=request.day, codes=above)
    counts = occupancy_of(identity=facility.identity, at=request.day)
    stage = stage_on(
        request.day,
        opens=facility.period.lower,
        closes=facility.period.upper,
        attributes=facility.attributes,
    )
    where = " ".join(name_of(d) for d in divisions)
    return render(
        request,
        "facilities/facility_record.html",
        {
            "facility": facility,
            "stage": stage,
            "moved_away": facility.category.moved_away(request.day),
            "divisions": [(d.code, name_of(d)) for d in divisions],
            "facts": _facts(facility, where, counts, request.day),
            "counts": counts,
            "events": _events(states, counts),
            "actions": _actions(request, states),
            "near": [
                (row, round(metres))
                for row, metres in neighbours(facility=facility, at=request.day)
            ],
            "changes": [change for row in reversed(states) for change in _changes(row)],
            "focus": shape_of(facility),
            "bounds": around(facility),
        },
    )


def facility_edit(request: Any, pk: UUID) -> HttpResponse:
    facility = state_on(states_or_404(pk, by=request.user), request.day)
    require_editable(by=request.user, facility=facility, at=request.today)
    form = FacilityForm(request.POST or None, initial=typed(facility), facility=facility)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        _done, refusal = attempted(
            edit_facility,
            by=request.user,
            at=request.today,
            facility=facility,
            facts=form.facts(),
            reason=form.cleaned_data["reason"],
        )
        if not refusal:
            messages.success(request, _("The record has been corrected."))
            return redirect(record_url(request, facility))
    return render(
        request,
        "facilities/facility_edit.html",
        {
            "facility": facility,
            "form": form,
            "sentence": refusal,
            "cancel_url": record_url(request, facility),
            "focus": shape_of(facility),
            "bounds": around(facility),
            "drawing": drawing_of(facility),
        },
    )


def drawing_of(facility: Facility | None) -> dict[str, str]:
    """What static/js/facility_form.js is told: its words, and the footprint if it is known."""
    shape = ""
    if facility is not None and facility.footprint is not None:
        outline = facility.footprint
        shape = (outline[0] if len(outline) == 1 else outline).geojson
    return {"texts": json.dumps(draw_texts(), ensure_ascii=False), "shape": shape}


def record_url(request: Any, facility: Facility) -> str:
    here = reverse("facilities:facility", args=[facility.identity])
    return address(here, day_query(request))


def around(facility: Facility) -> list[float]:
    x, y = facility.location.coords
    return [x - 0.02, y - 0.015, x + 0.02, y + 0.015]


def shape_of(facility: Facility) -> dict[str, Any]:
    """The footprint where it is known, else the point."""
    if facility.footprint is not None:
        return {"type": "MultiPolygon", "coordinates": facility.footprint.coords}
    return {"type": "Point", "coordinates": list(facility.location.coords)}


def _facts(
    facility: Facility, where: str, counts: Sequence[FacilityOccupancy], day: date
) -> list[tuple[str, Any, str]]:
    source = facility.source.title if facility.source else ""
    at = f"{facility.location.x:.5f}°E {facility.location.y:.5f}°N (CGCS2000)"
    if facility.approximate:
        at += " ≈ " + _("approximate")
    held = facility.category.authority_on(day)
    authority = held.authority if held else ""
    if held and held.approximate:
        authority += " ≈"
    taken = ""
    if counts:
        told = {"count": counts[0].occupied, "day": counts[0].counted_on.isoformat()}
        taken = _("%(count)s (counted on %(day)s)") % told
    own = standard_name(place=facility.place, at=day)
    street = standard_name(place=facility.street, at=day)
    return [
        (_("Category"), f"{facility.category.name} ({facility.category_id})", ""),
        (_("Competent authority on this day"), authority, held.document if held else ""),
        (
            _("Standard name in the gazetteer"),
            own or _("not in the gazetteer"),
            _by_hand(facility.place_by_hand),
        ),
        (_("Division"), where, ""),
        (_("Address"), facility.address, ""),
        (
            _("Standard name that the address names"),
            street or (_("not in the gazetteer") if facility.address else ""),
            _by_hand(facility.street_by_hand),
        ),
        (_("Position"), at, source),
        (_("Footprint"), _("recorded") if facility.footprint is not None else "", ""),
        (_("Operator"), facility.get_operator_display(), ""),
        (_("Beds"), facility.beds, source if facility.beds is not None else ""),
        (_("Beds occupied"), taken, ""),
        *(
            (property_title(key, rule), _told(rule, facility.attributes.get(key)), "")
            for key, rule in attribute_properties(facility.category_id).items()
        ),
        (_("Source"), source, ""),
    ]


def _by_hand(chosen: bool) -> str:
    return _("chosen by hand") if chosen else ""


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


def _events(
    states: Sequence[Facility], counts: Sequence[FacilityOccupancy]
) -> list[dict[str, Any]]:
    """Everything that ever happened, the newest first."""
    first, last = states[0], states[-1]
    events = [_began(first)]
    for key in (PLANNED_ON, BUILDING_ON):
        if key in first.attributes:
            title = property_title(key, all_properties()[key])
            on = date.fromisoformat(first.attributes[key])
            events.append({"on": on, "title": title, "state": "due"})
    for before, after in pairwise(states):
        if before.period.upper != after.period.lower:
            events.append(_closed(before))
        events.append(_changed(before, after))
    if last.period.upper:
        events.append(_closed(last))
    for counted in counts:
        text = _("%(count)s beds occupied") % {"count": f"{counted.occupied:,}"}
        events.append({"on": counted.counted_on, "title": text, "state": "ok"})
    for held in first.category.authorities.all():
        if held.period.lower is not None:
            title = _("Competent: %(authority)s") % {"authority": held.authority}
            text = held.document + (" ≈" if held.approximate else "")
            events.append({"on": held.period.lower, "title": title, "text": text, "state": "check"})
    return sorted(events, key=lambda each: each["on"] or date.min, reverse=True)


def _began(first: Facility) -> dict[str, Any]:
    if first.begun_by == Facility.Change.OPENED:
        title, text = _("Opened"), first.document
    else:
        # The set begins on one day; when a facility opened before it is not recorded.
        known = any(first.attributes.get(key) for key in (PLANNED_ON, BUILDING_ON))
        title = _("On record as in service")
        text = "" if known else _("When it opened is not recorded.")
    return {"on": first.period.lower, "title": title, "text": text, "state": "ok"}


def _closed(state: Facility) -> dict[str, Any]:
    return {"on": state.period.upper, "title": _("Out of service"), "state": "unknown"}


def _changed(before: Facility, after: Facility) -> dict[str, Any]:
    """What differs between two states, in words."""
    parts = [
        f"{label}: {was or _('unknown')} → {now or _('unknown')}"
        for label, was, now in (
            (_("Name"), before.name, after.name),
            (_("Address"), before.address, after.address),
            (_("Operator"), before.get_operator_display(), after.get_operator_display()),
            (_("Beds"), before.beds, after.beds),
        )
        if was != now
    ]
    parts += [
        f"{property_title(key, rule)}: {_told(rule, was) or '—'} → {_told(rule, now) or '—'}"
        for key, rule in all_properties().items()
        if key not in (PLANNED_ON, BUILDING_ON)
        and (was := before.attributes.get(key)) != (now := after.attributes.get(key))
    ]
    if not before.location.equals_exact(after.location, 1e-7):
        parts.append(_("another position"))
    title = after.get_begun_by_display() or _("changed")
    text = " · ".join([*parts, *filter(None, [after.document])])
    return {"on": after.period.lower, "title": title, "text": text, "state": "check"}


def _actions(request: Any, states: Sequence[Facility]) -> list[dict[str, Any]]:
    """In the order of the work, each refused with its reason."""
    last = states[-1]
    reason = ""
    try:
        require_editable(by=request.user, facility=last, at=request.today)
    except NotInScope:
        reason = _("It lies outside your jurisdictions.")
    except DimingError as error:
        reason = sentence(error)
    closed = last.period.upper is not None and last.period.upper <= request.today
    over = reason or (_("It is out of service.") if closed else "")
    offered = (
        (_("Record a change"), "facility_change", over),
        (_("Count of occupied beds"), "facility_count", over),
        (_("Correct the record"), "facility_edit", reason),
        (_("Standard names"), "facility_link", reason),
        (_("Contact"), "facility_contact", reason),
        (_("Out of service"), "facility_close", over),
    )
    return [
        {
            "label": label,
            "url": address(reverse(f"facilities:{name}", args=[last.identity]), day_query(request)),
            "method": "get",
            "enabled": not why,
            "reason": why,
            "primary": name == "facility_change",
        }
        for label, name, why in offered
    ]
