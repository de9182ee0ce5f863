"""The page on which a facility is linked to places of the gazetteer by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import BadInput
from common.middleware import attempted
from facilities.operations.facilities import require_editable
from facilities.operations.links import link_facility
from facilities.queries.facilities import state_on
from facilities.queries.standard_names import standard_name
from facilities.views.record import record_url, states_or_404
from gazetteer.queries.pick import pick_places


@require_http_methods(["GET", "POST"])
def facility_link(request: Any, pk: UUID) -> HttpResponse:
    """Both links with how they came about; a search for another place of each."""
    facility = state_on(states_or_404(pk, by=request.user), request.day)
    require_editable(by=request.user, facility=facility, at=request.today)
    refusal = ""
    if request.method == "POST":
        _done, refusal = attempted(
            link_facility,
            by=request.user,
            at=request.today,
            facility=facility,
            role=request.POST.get("role", ""),
            place=_place(request.POST.get("place", "")),
        )
        if not refusal:
            messages.success(request, _("The link is on record."))
            return redirect(record_url(request, facility))
    asked = request.GET.get("q", "").strip()[:200]
    near = facility.division_code[:6]
    values = {
        "facility": facility,
        "sentence": refusal,
        "asked": asked,
        "found": pick_places(text=asked, at=request.today, near=near) if asked else [],
        "links": [
            (role, label, standard_name(place=held, at=request.day), by_hand)
            for role, label, held, by_hand in (
                (
                    "place",
                    _("Standard name in the gazetteer"),
                    facility.place,
                    facility.place_by_hand,
                ),
                (
                    "street",
                    _("Standard name that the address names"),
                    facility.street,
                    facility.street_by_hand,
                ),
            )
        ],
        "cancel_url": record_url(request, facility),
    }
    return render(request, "facilities/facility_link.html", values)


def _place(text: str) -> UUID | None:
    """Empty: back to what is found by name."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("There is no such place on this day: choose one that is found.") from None
