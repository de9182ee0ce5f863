"""One place: its record, the form that corrects its name, the spelling explained as one types."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.gis.geos import GEOSGeometry
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within
from common.errors import DimingError
from common.middleware import sentence
from common.queries import RowChange, row_changes
from gazetteer.domain.categories import naming_category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import romanise
from gazetteer.forms import NameForm
from gazetteer.models import LegalCategory, Place, PlaceName
from gazetteer.operations.edit_name import edit_name
from gazetteer.queries.divisions import NamedCode, division_chains
from gazetteer.queries.places import (
    get_place,
    name_state,
    other_names,
    place_acts,
    standard_name,
)
from gazetteer.queries.related import related_to
from gazetteer.views.wording import STATE_WORDS, explain, reading_word

# Art 3 of the Regulation on Place Names counts the categories (1) to (8) in this order.
ARTICLE_ITEMS = {category: number for number, category in enumerate(LegalCategory.values, start=1)}
LONGEST_PREVIEW = 100


def place_record(request: Any, pk: UUID) -> HttpResponse:
    place = get_place(place_id=pk)
    if place is None:
        raise Http404
    name = standard_name(place=place, at=request.day)
    others = other_names(place=place, than=name)
    chain = division_chains(codes=[place.division_code], at=request.day)[place.division_code]
    state = name_state(name)
    values = {
        "place": place,
        "name": name,
        "title": name or (others[-1] if others else None),
        "state": state,
        "state_text": STATE_WORDS[state],
        "chain": [each for each in chain if not place.division_id or each != chain[-1]],
        "division_code": place.division_code if place.division_id else "",
        "flags": {
            "synthetic": place.synthetic or bool(name and name.synthetic),
            "approximate": place.approximate or bool(name and name.approximate),
        },
        "facts": _facts(request, place, name, chain),
        "segments": explain(_spelling(place, name.text)) if name else [],
        "others": others,
        "focus": _focus(place, name),
        "related": related_to(place=place, at=request.day),
        "events": _events(place, name, others),
        "changes": _changes(place, name),
        "actions": [_edit_action(request.user, place, name)],
    }
    return render(request, "gazetteer/place_record.html", values)


def name_edit(request: Any, pk: UUID) -> HttpResponse:
    place = get_object_or_404(within(Place.objects.all(), request.user), pk=pk)
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
        "spelling": _spelling(place, shown) if shown else None,
        "segments": explain(_spelling(place, shown)) if shown else [],
        "cancel_url": reverse("gazetteer:place", args=[pk]),
    }
    return render(request, "gazetteer/name_form.html", values)


def spelling_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The automatic spelling of what is being typed, word by word."""
    place = get_object_or_404(Place, pk=pk)
    text = "".join(request.GET.get("text", "").split())[:LONGEST_PREVIEW]
    spelling = _spelling(place, text) if text else None
    values = {"spelling": spelling, "segments": explain(spelling) if spelling else []}
    return render(request, "gazetteer/spelling.html", values)


def _spelling(place: Place, text: str) -> Any:
    category = naming_category(place.legal_category, place.division_code)
    return romanise(text, category=category, division=place.division_code)


def _facts(
    request: Any, place: Place, name: PlaceName | None, chain: list[NamedCode]
) -> list[tuple[Any, ...]]:
    article = _("Regulation on Place Names (2022), Art 3 (%(item)d)") % {
        "item": ARTICLE_ITEMS[place.legal_category]
    }
    query = "" if request.day == request.today else f"?at={request.day.isoformat()}"
    links = format_html_join(
        " ",
        '<a href="{}{}">{}</a>',
        ((reverse("boundaries:division", args=[each.code]), query, each.shown) for each in chain),
    )
    where = str(place.source or "")
    facts: list[tuple[Any, ...]] = [
        (_("Category"), place.get_legal_category_display(), article),
        (_("Lies in"), links or place.division_code, where),
        (_("Division code"), place.division_code, ""),
        (_("Class (GB/T 18521)"), place.class_code, ""),
        (_("Position from"), where, ""),
    ]
    if name is None:
        return facts
    return [
        (pgettext("of a name", "Specific term"), name.specific, ""),
        # A natural village is one word: it has no generic term of its own (1984 rules, 3).
        (pgettext("of a name", "Generic term"), name.generic or _("none"), ""),
        (_("Spelling on signs"), name.pinyin_sign, _("GB 17733: capitals, no tones")),
        (_("Reading from"), reading_word(name.reading_source), ""),
        (_("In force"), _period(name), str(name.source or "")),
        *facts,
        (_("Approved by"), name.approved_by, name.document),
        (_("Name from"), str(name.source or ""), ""),
        (_("Origin and meaning"), name.origin, ""),
    ]


def _period(name: PlaceName) -> str:
    start = name.period.lower.isoformat() if name.period.lower else ""
    end = name.period.upper.isoformat() if name.period.upper else ""
    if start and end:
        return _("from %(start)s until %(end)s") % {"start": start, "end": end}
    if start:
        # The first day of the records, not always of the name itself.
        return _("from %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else _("always")


def _focus(place: Place, name: PlaceName | None) -> dict[str, Any] | None:
    shape: GEOSGeometry | None = place.geometry
    if shape is None:
        return None
    properties = {"name": name.text if name else ""}
    geometry = json.loads(shape.geojson)
    return {"type": "Feature", "id": str(place.pk), "geometry": geometry, "properties": properties}


def _events(place: Place, name: PlaceName | None, others: list[PlaceName]) -> list[dict[str, Any]]:
    """Names by their first day and acts by theirs, the latest first."""
    events = [
        {
            "on": each.period.lower,
            "title": each.text,
            "text": f"{each.get_kind_display()} · {each.get_status_display()}",
            "state": "ok" if each is name else "unknown",
        }
        for each in [*([name] if name else []), *others]
        if each.period.lower
    ]
    events += [
        {
            "on": act.at.date(),
            "title": _("Name corrected"),
            "text": " · ".join(part for part in (str(act.user or ""), act.reason) if part),
            "state": "check",
        }
        for act in place_acts(place=place)
    ]
    return sorted(events, key=lambda event: event["on"], reverse=True)


def _changes(place: Place, name: PlaceName | None) -> list[RowChange]:
    rows = [place, *([name] if name else [])]
    changes = [change for row in rows for change in row_changes(row)]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _edit_action(user: Any, place: Place, name: PlaceName | None) -> dict[str, Any]:
    allowed = may_here(by=user, capability=Capability.EDIT_NAME, codes=[place.division_code])
    reason = _("Names are corrected by place-name officers of this jurisdiction.")
    if name is None:
        reason = _("The place has no standard name on this day.")
    return {
        "label": _("Correct the name"),
        "url": reverse("gazetteer:name_edit", args=[place.pk]),
        "enabled": allowed and name is not None,
        "reason": format_html("{}", reason),
        "primary": True,
    }
