"""A case is opened or its application changed; spelling and findings follow what is typed."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require, require_somewhere, within
from common.errors import BadInput, DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from common.registries import home_bounds
from gazetteer.forms.case import CaseForm, values_of
from gazetteer.models import CaseKind, LegalCategory, NamingCase, Place
from gazetteer.operations.cases import edit_case, open_case
from gazetteer.queries.case_facts import case_findings
from gazetteer.queries.divisions import division_choices
from gazetteer.queries.places import standard_name
from gazetteer.views.case_pieces import spelled
from gazetteer.views.naming import shown_findings
from gazetteer.views.place_edit import draw_texts
from gazetteer.views.wording import spelling_values

HEADINGS = {
    CaseKind.NAMING: lambda: _("Apply for a name"),
    CaseKind.RENAMING: lambda: _("Apply for a new name"),
    CaseKind.ABOLITION: lambda: _("Apply for the abolition of a name"),
}
LONGEST_NAME = 100


def case_start(request: Any) -> HttpResponse:
    """A new case: a name for a new place, or with ``?place=&kind=`` about one that exists."""
    place = _place(request)
    kind = request.GET.get("kind", "") or (CaseKind.RENAMING if place else CaseKind.NAMING)
    if kind not in CaseKind.values:
        raise BadInput("“%(kind)s” is no kind of case.", kind=kind[:20])
    if place is None and kind != CaseKind.NAMING:
        raise BadInput("Start a renaming or an abolition from the page of the place.")
    if place is None:
        require_somewhere(by=request.user, capability=Capability.EDIT_NAME)
    else:
        require(by=request.user, capability=Capability.EDIT_NAME, codes=[place.division_code])
    form = CaseForm(request.POST or None, kind=kind, place=place, initial=_first(place))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(
                by=request.user,
                at=timezone.now(),
                kind=kind,
                place=place,
                **form.case_fields(),
            )
        except (NotInScope, NotPermitted) as error:
            refused = _not_here(error)
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The case is opened as a draft; write its papers next."))
            return redirect("gazetteer:case", pk=case.pk)
    back = reverse("gazetteer:place", args=[place.pk]) if place else reverse("gazetteer:cases")
    return _page(request, form, kind, place=place, refused=refused, cancel_url=back)


def case_edit(request: Any, pk: UUID) -> HttpResponse:
    mine = within(NamingCase.objects.shown().select_related("place"), request.user)
    case = get_object_or_404(mine, pk=pk)
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[case.division_code])
    form = CaseForm(request.POST or None, kind=case.kind, place=case.place, initial=values_of(case))
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            edit_case(by=request.user, at=timezone.now(), case=case, **form.case_fields())
        except (NotInScope, NotPermitted) as error:
            refused = _not_here(error)
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The application is changed; its former state is kept."))
            return redirect("gazetteer:case", pk=pk)
    back = reverse("gazetteer:case", args=[pk])
    return _page(
        request, form, case.kind, place=case.place, case=case, refused=refused, cancel_url=back
    )


def _place(request: Any) -> Place | None:
    """The place of ``?place=``; outside the person's jurisdictions there is none (404)."""
    text = request.GET.get("place", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError:
        raise BadInput("The address names no place.") from None
    found: Place = get_object_or_404(within(Place.objects.shown(), request.user), pk=key)
    return found


def _first(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {"position": place.description}


def _not_here(error: DimingError) -> str:
    """What was typed is kept: outside the jurisdiction a form says so instead of vanishing."""
    if isinstance(error, NotInScope):
        return _("The division of this name lies outside your jurisdiction.")
    return sentence(error)


def _around(shape: GEOSGeometry, degrees: float = 0.004) -> list[float]:
    west, south, east, north = shape.extent
    return [west - degrees, south - degrees, east + degrees, north + degrees]


def _page(
    request: Any,
    form: CaseForm,
    kind: str,
    *,
    place: Place | None,
    refused: str,
    cancel_url: str,
    case: NamingCase | None = None,
) -> HttpResponse:
    name = standard_name(place=place, at=request.today) if place else None
    text = _typed(form, "text")
    category = place.legal_category if place else str(form["category"].value() or "")
    code = place.division_code if place else str(form["division_code"].value() or "")
    spelling = None
    if text and category in LegalCategory.values:
        spelling = spelled(text[:LONGEST_NAME], category, code or settings.HOME_JURISDICTION)
    checked = case_findings(case=case, at=request.today) if case else []
    scopes = request.user.jurisdictions_for(Capability.EDIT_NAME)
    home = min(scopes, key=len, default="") or settings.HOME_JURISDICTION
    shape = case.geometry if case and case.geometry else place.geometry if place else None
    values = {
        "form": form,
        "kind": kind,
        # A place that has a name can get another one or lose it.
        "kinds": CaseKind.choices[1:],
        "heading": HEADINGS[CaseKind(kind)](),
        "place": place,
        "case": case,
        "name": name,
        "category": category if place else "",
        "division": code if place else "",
        "sentence": refused,
        **spelling_values(spelling, name=text, reading=_typed(form, "reading")),
        "findings": shown_findings(checked, at=request.today),
        "areas": division_choices(home=home, at=request.today),
        "bounds": _around(shape) if shape else list(home_bounds(home, at=request.today)),
        # What the form does not ask is shown; what it asks is drawn.
        "focus": json.loads(shape.geojson) if shape and "coordinates" not in form.fields else None,
        "draw_texts": json.dumps(draw_texts(), ensure_ascii=False),
        "cancel_url": cancel_url,
    }
    return render(request, "gazetteer/case_form.html", values, status=409 if refused else 200)


def _typed(form: Any, name: str) -> str:
    return str(form[name].value() or "") if name in form.fields else ""
