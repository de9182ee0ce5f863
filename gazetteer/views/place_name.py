"""The form that corrects the name of a place, the spelling explained as one types."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require, within
from common.errors import BadInput, DimingError
from common.middleware import sentence
from gazetteer.domain.categories import naming_category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import Romanisation, romanise
from gazetteer.forms import NameForm
from gazetteer.models import LegalCategory, Place
from gazetteer.operations.edit_name import edit_name
from gazetteer.queries.places import standard_name
from gazetteer.views.wording import spelling_values

LONGEST_PREVIEW = 100
LONGEST_READING = 300


def name_edit(request: Any, pk: UUID) -> HttpResponse:
    place = get_object_or_404(within(Place.objects.shown(), request.user), pk=pk)
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[place.division_code])
    name = standard_name(place=place, at=request.today)
    if name is None:
        raise Http404
    approved = name.reading_source == ReadingSource.APPROVED
    initial = {
        "text": name.text,
        "reading": name.pinyin_toned if approved else "",
        "origin": name.origin,
        "approved_by": name.approved_by,
        "document": name.document,
    }
    fixed = place.division_id is not None
    form = NameForm(request.POST or None, initial=initial, fixed_text=fixed)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            edit_name(by=request.user, place=place, at=request.today, **form.cleaned_data)
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The name is corrected; its former state is kept."))
            return redirect("gazetteer:place", pk=pk)
    shown = str(form["text"].value() or "")
    values = {
        "form": form,
        "place": place,
        "name": name,
        "sentence": refused,
        **spelling_values(
            spelling_of(place, shown) if shown else None,
            name=shown,
            reading=str(form["reading"].value() or ""),
        ),
        "cancel_url": reverse("gazetteer:place", args=[pk]),
    }
    return render(request, "gazetteer/name_form.html", values)


def spelling_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The automatic spelling of what is being typed, word by word."""
    place = get_object_or_404(Place.objects.shown(), pk=pk)
    text = "".join(request.GET.get("text", "").split())[:LONGEST_PREVIEW]
    spelling = spelling_of(place, text) if text else None
    return _preview(request, text, spelling)


def spelling_of(place: Place, text: str) -> Romanisation:
    category = naming_category(place.legal_category, place.division_code)
    return romanise(text, category=category, division=place.division_code)


def spelling_new(request: HttpRequest) -> HttpResponse:
    """The same for a place that is not on record yet: its category and division are asked."""
    text = "".join(request.GET.get("text", "").split())[:LONGEST_PREVIEW]
    category, code = request.GET.get("category", ""), request.GET.get("division", "").strip()
    if category not in LegalCategory.values:
        raise BadInput("The name needs a category.")
    if code and not (code.isascii() and code.isdigit() and 2 <= len(code) <= 12):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=code[:20])
    spelling = None
    if text:
        spelling = romanise(text, category=naming_category(category, code), division=code or None)
    return _preview(request, text, spelling)


def _preview(request: HttpRequest, text: str, spelling: Romanisation | None) -> HttpResponse:
    reading = request.GET.get("reading", "")[:LONGEST_READING]
    values = spelling_values(spelling, name=text, reading=reading)
    return render(request, "gazetteer/spelling.html", values)
