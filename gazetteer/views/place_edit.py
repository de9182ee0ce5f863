"""Forms of a place: registered with an approved name, its record corrected; pieces as one types."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.domain.roles import Capability
from accounts.scoping import require, require_somewhere, within
from common.datums import get_datum
from common.errors import BadInput, DimingError, NotInScope
from common.importing.typed import read_typed
from common.middleware import sentence
from common.models import bilingual
from common.registries import home_bounds
from gazetteer.domain.classes import place_classes
from gazetteer.forms.place import PlaceForm, as_geos, place_initial
from gazetteer.models import Place
from gazetteer.operations.places import create_place, edit_place
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.place_division import (
    NEAR_ENOUGH_M,
    division_of_shape,
    known_division,
    metres_outside,
)
from gazetteer.queries.places import standard_name
from gazetteer.views.classes import class_choices
from gazetteer.views.place_timeline import address


def place_new(request: Any) -> HttpResponse:
    areas = sorted(require_somewhere(by=request.user, capability=Capability.EDIT_NAME))
    form = PlaceForm(request.POST or None, initial={"legal_category": "STREET"})
    refused = ""
    if request.method == "POST" and "refresh" not in request.POST and form.is_valid():
        try:
            place = create_place(
                by=request.user, at=request.today, facts=form.facts(), name=form.name()
            )
        except NotInScope:
            refused = _("The position lies outside your jurisdiction.")
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The place is registered."))
            return redirect("gazetteer:place", pk=place.pk)
    values = _values(request, form, refused) | {
        "bounds": list(home_bounds(areas[0], at=request.today)),
        "focus": None,
        "case_url": address("gazetteer:case_start"),
        "cancel_url": reverse("gazetteer:places"),
    }
    return render(request, "gazetteer/place_form.html", values)


def place_edit(request: Any, pk: UUID) -> HttpResponse:
    place = get_object_or_404(within(Place.objects.shown(), request.user), pk=pk)
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[place.division_code])
    form = PlaceForm(request.POST or None, initial=place_initial(place), place=place)
    refused = ""
    if request.method == "POST" and "refresh" not in request.POST and form.is_valid():
        try:
            edit_place(
                by=request.user,
                place=place,
                at=request.today,
                facts=form.facts(),
                reason=form.cleaned_data["reason"],
            )
        except NotInScope:
            refused = _("The position lies outside your jurisdiction.")
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The record is corrected; its former state is kept."))
            return redirect("gazetteer:place", pk=pk)
    geometry = place.geometry
    values = _values(request, form, refused) | {
        "place": place,
        "name": standard_name(place=place, at=request.today),
        "focus": json.loads(geometry.geojson) if geometry else None,
        "bounds": list(geometry.extent) if geometry and geometry.num_coords > 1 else None,
        "cancel_url": reverse("gazetteer:place", args=[pk]),
    }
    return render(request, "gazetteer/place_form.html", values)


def _values(request: Any, form: PlaceForm, refused: str) -> dict[str, Any]:
    # A change of the class asks for other fields; what was typed stays, nothing is judged yet.
    if "refresh" in request.POST:
        form.errors.clear()
    return {
        "form": form,
        "sentence": refused,
        "classes": class_choices(),
        "chosen_class": str(form["class_code"].value() or ""),
        "draw_texts": json.dumps(draw_texts(), ensure_ascii=False),
    }


def class_fields(request: Any) -> HttpResponse:
    """The attribute fields of a class, as a piece of the form, with what was typed already."""
    code = request.GET.get("class_code", "")
    if code and code not in place_classes():
        raise BadInput("“%(code)s” is no class of GB/T 18521.", code=code[:20])
    form = PlaceForm(initial=request.GET.dict())
    return render(request, "gazetteer/class_fields.html", {"form": form})


def shape_preview(request: Any) -> JsonResponse:
    """The typed shape on the map: GeoJSON in CGCS2000 with its division, or why it is none."""
    asked = request.POST if request.method == "POST" else request.GET
    try:
        shape = read_typed(
            asked.get("coordinates", "")[:500_000],
            kind=asked.get("shape", "point"),
            datum=get_datum(asked.get("datum", "CGCS2000")),
        )
        geometry = as_geos(shape)
        if geometry is None:
            return JsonResponse({"geometry": None, "told": "", "state": "unknown"})
        told, state, code = _where(geometry, asked.get("division_code", "").strip(), request.today)
    except DimingError as error:
        return JsonResponse({"geometry": None, "told": sentence(error), "state": "wrong"})
    return JsonResponse(
        {"geometry": json.loads(geometry.geojson), "told": told, "state": state, "code": code}
    )


def _where(geometry: Any, given: str, day: Any) -> tuple[str, str, str]:
    """(what to say of the position, its state, the code of the division found)."""
    found = division_of_shape(shape=geometry, at=day)
    if not found.code:
        return _("The position lies in no division that is known on this day."), "wrong", ""
    lies = path_text(division_chains(codes=[found.code], at=day)[found.code])
    said = _("Lies in %(division)s (%(code)s).") % {"division": lies, "code": found.code}
    if not given:
        return said, "ok", found.code
    division = known_division(code=given, at=day)
    if division is None:
        raise BadInput("“%(code)s” is no division on this day.", code=given[:20])
    outside = metres_outside(shape=geometry, code=given, at=day)
    if outside > NEAR_ENOUGH_M:
        told = _("%(metres)d m outside %(division)s.") % {
            "metres": round(outside),
            "division": bilingual(division.name, division.name_en),
        }
        return f"{told} {said}", "wrong", found.code
    return said, "ok", found.code


def draw_texts() -> dict[str, str]:
    """The words of the drawing (static/js/draw.js)."""
    return {
        "point": _("Point"),
        "line": pgettext("drawing", "Line"),
        "area": pgettext("drawing", "Area"),
        "move": _("Move vertices"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "howPoint": _("Click the place on the map."),
        "howLine": _("Click the vertices; click the last one again, or press Enter, to finish."),
        "howArea": _("Click the corners; click the first one again, or press Enter, to finish."),
        "howMove": _("Click the shape, then drag its vertices; a dot between two adds one."),
        "crossing": _("The outline may not cross itself."),
        "vertices": _("vertices"),
        "kept": _("This shape cannot be changed on the map: edit it as WKT."),
    }
