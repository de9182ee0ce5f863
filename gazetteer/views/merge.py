"""Two records of one place: find the other, see what would become of everything, merge, undo."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.roles import Capability
from accounts.scoping import may_here, within
from common.errors import BadInput, DimingError
from common.middleware import sentence
from common.periods import parse_day
from gazetteer.forms.identity import ReasonForm
from gazetteer.models import Place, PlaceMerge
from gazetteer.operations.merge_places import merge_places, undo_merge, what_was_built
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.merge_steps import Step
from gazetteer.queries.merging import merge_plan, metres_apart, records_digest
from gazetteer.queries.pick import pick_places, same_place_suspects
from gazetteer.queries.place_facts import codes_of
from gazetteer.views.names import editable, title_of

OUTCOMES = {
    "move": gettext_lazy("goes to the record that stays"),
    "stay": gettext_lazy("stays with the record that ends"),
    "end": gettext_lazy("ends with its record"),
    "alias": gettext_lazy("ends here and becomes an alias there"),
    "former": gettext_lazy("ends here and becomes a former name there"),
    "standard": gettext_lazy("ends here and becomes the standard name there"),
    "none": gettext_lazy("ends and is not taken over"),
    "keep": gettext_lazy("as on the record that stays"),
    "take": gettext_lazy("as on the record that ends"),
}
FACT_WORDS = {
    "position": gettext_lazy("Position"),
    "class": gettext_lazy("Class and attributes"),
    "description": gettext_lazy("Position, extent and features in words"),
}


def merge_choose(request: Any, pk: UUID) -> HttpResponse:
    """The other record: what bears the same name nearby, or what is looked for."""
    place = editable(request, pk)
    asked = request.GET.get("q", "").strip()
    other = request.GET.get("with", "")
    if other:
        return _preview(request, place, _other(request, other))
    found = (
        pick_places(text=asked, at=request.today, near=place.division_code[:6], without=[place.pk])
        if asked
        else same_place_suspects(place=place, at=request.today)
    )
    values = {
        "place": place,
        "title": title_of(place, request.today),
        "asked": asked,
        "found": found,
        "cancel_url": reverse("gazetteer:names", args=[pk]),
    }
    return render(request, "gazetteer/merge_choose.html", values)


def _preview(request: Any, place: Place, other: Place) -> HttpResponse:
    """``keep=other``: this record ends; else the other one does."""
    given = request.POST if request.method == "POST" else request.GET
    keeps_other = given.get("keep") == "other"
    ended, survivor = (place, other) if keeps_other else (other, place)
    refused = ""
    try:
        on = parse_day(given.get("on") or request.today.isoformat())
    except BadInput as error:
        on, refused = request.today, sentence(error)
    decisions = {
        key.removeprefix("decide-"): value
        for key, value in request.POST.items()
        if key.startswith("decide-")
    }
    if any("\x00" in typed for typed in request.POST.values()):
        refused = _("The text holds a character that cannot be read.")
    if request.method == "POST" and not refused:
        try:
            done = merge_places(
                by=request.user,
                ended=ended,
                survivor=survivor,
                on=on,
                at=timezone.now(),
                reason=request.POST.get("reason", "")[:500],
                decisions=decisions,
                seen=request.POST.get("seen", ""),
            )
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The records are merged."))
            return redirect("gazetteer:merge_record", pk=done.pk)
    plan = merge_plan(
        ended=ended, survivor=survivor, on=on, today=request.today, decisions=decisions
    )
    values = {
        "place": place,
        "other": other,
        "keeps_other": keeps_other,
        "plan": plan,
        "seen": records_digest(ended=ended, survivor=survivor),
        "on": on,
        "reason": request.POST.get("reason", ""),
        "sentence": refused,
        "sides": [_side(each, request.today) for each in (survivor, ended)],
        "compared": _compared(survivor, ended, request.today),
        "names": [_shown(step) for step in plan.names],
        "codes": [_shown(step) for step in plan.codes],
        "facts": [_shown(step) for step in plan.facts],
        "blocks": [_(text) % values for text, values in plan.blocks],
        "groups": [
            {"group": group, "staying": [(title, _(why)) for title, why in group.staying]}
            for group in plan.groups
        ],
        "distance": metres_apart(one=survivor, other=ended),
        "focus": _focus(survivor, ended, request.today),
        "back_url": reverse("gazetteer:merge", args=[place.pk]),
        "swap_url": _swapped(place, other, keeps_other, on),
        "cancel_url": reverse("gazetteer:names", args=[place.pk]),
    }
    return render(request, "gazetteer/merge_preview.html", values)


def merge_record(request: Any, pk: UUID) -> HttpResponse:
    """What a merge has done, and its undo as long as nothing was built on it."""
    merge = get_object_or_404(
        PlaceMerge.objects.select_related("ended", "survivor", "merged_by", "undone_by").exclude(
            ended__secrecy="secret"
        ),
        pk=pk,
    )
    if merge.survivor.secrecy == "secret":
        raise Http404
    allowed = all(
        may_here(by=request.user, capability=Capability.EDIT_NAME, codes=[each.division_code])
        for each in (merge.ended, merge.survivor)
    )
    form = ReasonForm(request.POST or None)
    refused = ""
    if request.method == "POST":
        # Scope and role are asked by the operation, the form only parses.
        _writable(request, merge)
        if form.is_valid():
            try:
                undo_merge(by=request.user, merge=merge, at=timezone.now(), **form.cleaned_data)
            except DimingError as error:
                refused = sentence(error)
            else:
                messages.success(request, _("The merge is undone: both records are as before."))
                return redirect("gazetteer:names", pk=merge.ended_id)
    built = "" if merge.undone_at else what_was_built(merge)
    values = {
        "merge": merge,
        "ended": title_of(merge.ended, request.today),
        "survivor": title_of(merge.survivor, request.today),
        "counts": {key: count for key, count in merge.counts.items() if count},
        "rows": sum(row["before"] != row["after"] for row in merge.written),
        "allowed": allowed and not merge.undone_at,
        "built": built,
        "form": form,
        "sentence": refused,
    }
    return render(request, "gazetteer/merge_record.html", values)


def _other(request: Any, text: str) -> Place:
    try:
        key = UUID(text)
    except ValueError:
        raise BadInput("The address names no place.") from None
    found: Place = get_object_or_404(within(Place.objects.shown(), request.user), pk=key)
    return found


def _writable(request: Any, merge: PlaceMerge) -> None:
    for each in (merge.ended, merge.survivor):
        editable(request, each.pk)


def _side(place: Place, today: date) -> dict[str, Any]:
    name = title_of(place, today)
    return {
        "place": place,
        "name": name,
        "flags": {
            "synthetic": place.synthetic or bool(name and name.synthetic),
            "approximate": place.approximate,
        },
    }


def _compared(survivor: Place, ended: Place, today: date) -> list[tuple[Any, str, str, bool]]:
    """(what, on the record that stays, on the one that ends, whether they differ)."""
    both = (survivor, ended)
    chains = division_chains(codes={each.division_code for each in both}, at=today)
    names = [title_of(each, today) for each in both]
    codes = [
        next((fact.grouped for fact in codes_of(place=each, at=today) if fact.current), "")
        for each in both
    ]
    rows: list[tuple[Any, list[str]]] = [
        (_("Standard name"), [name.text if name else "" for name in names]),
        (_("Hanyu Pinyin"), [name.pinyin_toned if name else "" for name in names]),
        (_("Category"), [each.get_legal_category_display() for each in both]),
        (_("Class (GB/T 18521)"), [each.class_code for each in both]),
        (_("Lies in"), [path_text(chains[each.division_code]) for each in both]),
        (_("Place-name code"), codes),
        (_("Position"), [_position(each) for each in both]),
        (_("Position, extent and features in words"), [each.description for each in both]),
        (_("Source"), [str(each.source or "") for each in both]),
    ]
    return [(label, one, two, one != two) for label, (one, two) in rows]


def _position(place: Place) -> str:
    if place.geometry is None:
        return ""
    point = place.geometry.point_on_surface
    return f"{point.x:.5f}, {point.y:.5f} ({place.geometry.geom_type})"


def _focus(survivor: Place, ended: Place, today: date) -> dict[str, Any] | None:
    features = [
        {
            "type": "Feature",
            "id": str(place.pk),
            "geometry": json.loads(place.geometry.geojson),
            "properties": {"name": str(title_of(place, today) or ""), "side": side},
        }
        for place, side in ((ended, "ends"), (survivor, "stays"))
        if place.geometry is not None
    ]
    return {"type": "FeatureCollection", "features": features} if features else None


def _shown(step: Step) -> dict[str, Any]:
    return {
        "step": step,
        "title": FACT_WORDS.get(step.title, step.title),
        "outcome": OUTCOMES.get(step.outcome, ""),
        "why": _(step.why) if step.why else "",
        "choices": [(choice, OUTCOMES[choice]) for choice in step.choices],
    }


def _swapped(place: Place, other: Place, keeps_other: bool, on: date) -> str:
    keep = "this" if keeps_other else "other"
    base = reverse("gazetteer:merge", args=[place.pk])
    return f"{base}?with={other.pk}&keep={keep}&on={on.isoformat()}"
