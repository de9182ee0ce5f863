"""One marker in a joint inspection: as it is found now beside the last round, face by face."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from boundaries.domain.markers import Witness
from boundaries.exports.markers import condition_word
from boundaries.models import Inspection, Marker
from boundaries.queries.inspections import get_inspection, readable_sides, side_for
from boundaries.queries.markers import MARKER_RULE, marker_rules, state_of
from boundaries.queries.photo_pairs import photo_pairs, visit_before, visits_in
from boundaries.views.inspection_desk import names_of
from boundaries.views.marker_facts import side_names, told_visits


def inspection_marker(request: Any, pk: UUID, number: str) -> HttpResponse:
    held = get_inspection(pk=pk)
    if held is None or held.begun_on > request.day:
        raise Http404
    rows = Marker.objects.on(request.day).of_line(held.line_code).prefetch_related("witnesses")
    marker = rows.filter(number=number).first()
    if marker is None:
        raise Http404
    read, names = readable_sides(request.user, held), names_of(held)
    taken = visits_in(inspection=held, marker=marker, sides=read, until=request.day)
    before = visit_before(inspection=held, marker=marker)
    limits = marker_rules(on=request.day, code=marker.code_a)[MARKER_RULE].parameters
    faces = dict(side_names(marker, request.day))
    own = side_for(request.user, held, Capability.RECORD_INSPECTION)
    own_row = next((side for side in held.sides.all() if side.code == own), None)
    values = {
        "inspection": held,
        "title": "–".join(names[code] for code in held.codes),
        "marker": marker,
        "before": before,
        "before_state": state_of(before.condition if before else None),
        "before_word": condition_word(before.condition if before else None),
        "visits": [
            {**told, "name": names[told["visit"].side.code]}
            for told in told_visits(taken, _registered(held, marker), limits)
        ],
        "pairs": [
            {
                "face": faces.get(pair.face, pair.face) or _("the whole"),
                "before": pair.before,
                "now": [(names[code], photo) for code, photo in pair.now],
            }
            for pair in photo_pairs(inspection=held, marker=marker, taken=taken)
        ],
        "hidden": [names[code] for code in held.codes if code not in read],
        "visit_url": reverse("boundaries:marker_visit", args=[number]) + f"?inspection={pk}"
        if own_row is not None
        and own_row.submitted_at is None
        and held.filed_on is None
        and held.given_up_on is None
        and request.day == request.today
        else "",
    }
    return render(request, "boundaries/inspection_marker.html", values)


def _registered(held: Inspection, marker: Marker) -> list[Witness]:
    """Its witness objects in the register; of what both sides signed, those that they signed."""
    if held.frozen is not None:
        return [Witness(*told) for told in held.frozen.get("witnesses", {}).get(marker.number, ())]
    return [Witness(each.what, each.distance_m, each.azimuth) for each in marker.witnesses.all()]
