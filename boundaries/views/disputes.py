"""Disputed areas: the list with its map, one area as each claimant sees it, its settlement."""

import json
from typing import Any

import shapely
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from shapely.geometry import mapping

from accounts.domain.roles import Capability
from accounts.scoping import area_to_read, may_here, require, require_somewhere
from boundaries.forms.disputes import LEAST_SIDES, DisputeForm, SettlementForm, claim_forms
from boundaries.models import DisputedArea
from boundaries.operations.disputes import record_dispute, settle_dispute
from boundaries.queries.disputes import disputes, shape_of, views_of
from boundaries.views.adjustment_words import draw_texts
from common.errors import DimingError, NotInScope
from common.filters import read_code
from common.middleware import sentence
from common.registries import home_bounds


def disputes_list(request: Any) -> HttpResponse:
    area = area_to_read(
        asked=read_code(request.GET.get("within", "")),
        by=request.user,
        home=settings.HOME_JURISDICTION,
    )
    require(by=request.user, capability=Capability.READ, codes=[area])
    rows = disputes(at=request.day, within=area)
    values = {
        "rows": rows,
        "area": area,
        "bounds": list(home_bounds(area, at=request.day)),
        "focus": _collection([shape_of(row) for row in rows]),
        "may_record": may_here(by=request.user, capability=Capability.EDIT_LINE, codes=[area]),
    }
    return render(request, "boundaries/dispute_list.html", values)


def dispute_new(request: Any) -> HttpResponse:
    """A dispute with the claim of each side: drawn, typed or uploaded, with its datum."""
    require_somewhere(by=request.user, capability=Capability.EDIT_LINE)
    sent = request.POST if request.method == "POST" else None
    form = DisputeForm(sent, initial={"since": request.today})
    claims = claim_forms(sent, request.FILES or None)
    # Every form tells its faults at once.
    good = all([form.is_valid(), *(claim.is_valid() for claim in claims)])
    refused = ""
    if sent is not None and good:
        facts = [claim.facts() for claim in claims if claim.has_changed()]
        try:
            area = record_dispute(by=request.user, claims=facts, **form.cleaned_data)
        except NotInScope:
            # Nothing is hidden by a 404 here, and what was typed would be lost.
            refused = _("One of the claimants has to lie within your jurisdiction.")
        except DimingError as refusal:
            refused = sentence(refusal)
        else:
            messages.success(request, _("The dispute is on record."))
            return redirect("boundaries:dispute", pk=area.pk)
    values = {
        "form": form,
        "claims": claims,
        "least": LEAST_SIDES,
        "sentence": refused,
        "draw_texts": json.dumps(
            {**draw_texts(), "kept": _("This shape has holes or parts: change it as WKT.")},
            ensure_ascii=False,
        ),
        "cancel_url": reverse("boundaries:disputes"),
    }
    status = 400 if sent is not None else 200
    return render(request, "boundaries/dispute_form.html", values, status=status)


def _area(request: Any, pk: Any) -> tuple[DisputedArea, list[str]]:
    """The area, where a claimant lies within a jurisdiction of this person; else 404."""
    area: DisputedArea = get_object_or_404(DisputedArea, pk=pk)
    codes = sorted({claim.division_code for claim in area.claims.all()})
    require(by=request.user, capability=Capability.READ, codes=codes)
    return area, codes


def dispute_record(request: Any, pk: Any) -> HttpResponse:
    """``?as=CODE``: the map shows what that claimant holds to be its own."""
    area, codes = _area(request, pk)
    early = area.period.lower > request.day
    views = [] if early else views_of(area=area, at=request.day)
    chosen = request.GET.get("as", "")
    view = next((one for one in views if one.claim.division_code == chosen), None)
    if chosen and view is None:
        raise Http404
    shown = shape_of(area) if view is None else view.shapes[chosen]
    here = shape_of(area).bounds
    values = {
        "area": area,
        "views": views,
        "chosen": chosen,
        "first_url": f"?at={area.period.lower.isoformat()}" if early else "",
        "settled": area.period.upper is not None and area.period.upper <= request.day,
        "focus": _collection([shown]),
        "bounds": [here[0] - 0.01, here[1] - 0.01, here[2] + 0.01, here[3] + 0.01],
        "may_settle": area.period.upper is None
        and may_here(by=request.user, capability=Capability.EDIT_LINE, codes=codes),
    }
    return render(request, "boundaries/dispute_record.html", values)


def _collection(shapes: list[Any]) -> dict[str, Any] | None:
    if not shapes:
        return None
    features = [
        {"type": "Feature", "id": str(n), "properties": {}, "geometry": mapping(_light(shape))}
        for n, shape in enumerate(shapes)
    ]
    return {"type": "FeatureCollection", "features": features}


def _light(shape: Any) -> Any:
    # About 5 m.
    return shapely.simplify(shape, 5e-5)


def dispute_settle(request: Any, pk: Any) -> HttpResponse:
    area, codes = _area(request, pk)
    require(by=request.user, capability=Capability.EDIT_LINE, codes=codes)
    form = SettlementForm(request.POST or None, initial={"on": request.today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            settle_dispute(by=request.user, area=area, **form.cleaned_data)
        except DimingError as refusal:
            refused = sentence(refusal)
        else:
            messages.success(request, _("The settlement is on record."))
            return redirect("boundaries:dispute", pk=pk)
    values = {
        "area": area,
        "form": form,
        "sentence": refused,
        "cancel_url": reverse("boundaries:dispute", args=[pk]),
    }
    status = 400 if refused or form.errors else 200
    return render(request, "boundaries/dispute_settle.html", values, status=status)
