"""All names of a place: the page that shows them, and the forms that add, correct and end them."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within
from common.errors import DimingError
from common.middleware import sentence
from gazetteer.forms.identity import (
    NameEndForm,
    NameRelationForm,
    OtherNameForm,
    ReasonForm,
    RecordingForm,
)
from gazetteer.models import NameKind, NameRelation, NameStatus, Place, PlaceName
from gazetteer.operations.place_names import (
    NameFacts,
    add_name,
    correct_name,
    end_name,
    strike_name,
)
from gazetteer.operations.recordings import AUDIO_TYPES, drop_recording, keep_recording
from gazetteer.operations.relations import relate_names, strike_name_relation
from gazetteer.queries.divisions import division_chains
from gazetteer.queries.pick import pick_places
from gazetteer.queries.place_facts import codes_of, names_of_place, names_on, relations_of
from gazetteer.views.wording import RELATION_WORDS

TOLD_FACTS = tuple(NameFacts.__dataclass_fields__)


def names_list(request: Any, pk: UUID) -> HttpResponse:
    place = get_object_or_404(Place.objects.shown().select_related("merged_into"), pk=pk)
    allowed = may_here(
        by=request.user, capability=Capability.EDIT_NAME, codes=[place.division_code]
    )
    chain = division_chains(codes=[place.division_code], at=request.day)[place.division_code]
    values = {
        "place": place,
        "title": title_of(place, request.day),
        "chain": [each for each in chain if not place.division_id or each != chain[-1]],
        "names": [
            {
                "fact": fact,
                "related": [
                    (relation, other, outward, RELATION_WORDS[relation.kind, outward])
                    for relation, other, outward in fact.relations
                ],
            }
            for fact in names_of_place(place=place, at=request.day)
        ],
        "relations": [
            {"fact": fact, "text": RELATION_WORDS[fact.relation.kind, fact.outward]}
            for fact in relations_of(place=place, at=request.day)
        ],
        "codes": codes_of(place=place, at=request.day),
        "may_edit": allowed and place.merged_into_id is None,
        "actions": _actions(request.user, place, allowed),
    }
    return render(request, "gazetteer/names_list.html", values)


def name_new(request: Any, pk: UUID) -> HttpResponse:
    place = editable(request, pk)
    kind = request.GET.get("kind", NameKind.ALIAS.value)
    form = OtherNameForm(request.POST or None, initial={"kind": kind, "language": "zh"})

    def act(told: dict[str, Any]) -> None:
        add_name(
            by=request.user,
            place=place,
            kind=told["kind"],
            facts=_facts(told),
            at=request.today,
            was_standard=told.get("was_standard", False),
            reason=told["reason"],
        )

    return answer(
        request,
        place,
        form,
        act,
        heading=_("Add a name"),
        done=_("The name is on record."),
        template="gazetteer/names_form.html",
    )


def name_change(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    place, name = _name(request, pk, name_id)
    initial = {field: getattr(name, field, "") for field in TOLD_FACTS} | {
        "began": _began(name),
        "ended": _ended(name),
        "reading": name.pinyin_toned if name.reading_source in ("approved", "spelling") else "",
        "non_standard": name.status == NameStatus.NON_STANDARD,
    }
    form = OtherNameForm(request.POST or None, initial=initial, fixed_kind=name.kind)
    form.fields.pop("was_standard", None)

    def act(told: dict[str, Any]) -> None:
        facts = _facts(told)
        correct_name(
            by=request.user, name=name, facts=facts, at=request.today, reason=told["reason"]
        )

    return answer(
        request,
        place,
        form,
        act,
        heading=_("Correct a name"),
        subject=name,
        done=_("The name is corrected; its former state is kept."),
        template="gazetteer/names_form.html",
    )


def name_end(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    place, name = _name(request, pk, name_id)
    return answer(
        request,
        place,
        NameEndForm(request.POST or None),
        lambda told: end_name(by=request.user, name=name, at=request.today, **told),
        heading=_("End a name"),
        subject=name,
        intro=_("The name stays on record for the days of its use."),
        done=_("The name has ended."),
    )


def name_strike(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    place, name = _name(request, pk, name_id)
    return answer(
        request,
        place,
        ReasonForm(request.POST or None),
        lambda told: strike_name(by=request.user, name=name, **told),
        heading=_("Strike off a name"),
        subject=name,
        intro=_("For names that were put on record by mistake. A name that went out of use ends."),
        done=_("The name is struck off; the history keeps it."),
    )


def name_recording(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    place, name = _name(request, pk, name_id)
    return answer(
        request,
        place,
        RecordingForm(request.POST or None, request.FILES or None),
        lambda told: keep_recording(by=request.user, name=name, upload=told["recording"]),
        heading=_("Recording of a name"),
        subject=name,
        intro=_("Say the name once, clearly, as people there say it."),
        done=_("The recording is kept."),
    )


def name_recording_drop(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    place, name = _name(request, pk, name_id)
    return answer(
        request,
        place,
        ReasonForm(request.POST or None),
        lambda told: drop_recording(by=request.user, name=name, **told),
        heading=_("Remove a recording"),
        subject=name,
        done=_("The recording is removed."),
    )


def name_audio(request: Any, pk: UUID, name_id: int) -> Any:
    """The recording itself, as what its content is."""
    place = get_object_or_404(Place.objects.shown(), pk=pk)
    name = get_object_or_404(PlaceName.objects.exclude(audio=""), pk=name_id, place=place)
    kind = AUDIO_TYPES.get(PurePath(name.audio.name).suffix.lstrip("."))
    if kind is None or not name.audio.storage.exists(name.audio.name):
        raise Http404
    response = FileResponse(name.audio.open("rb"), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def name_relate(request: Any, pk: UUID, name_id: int) -> HttpResponse:
    """Names of the place itself to choose from, and of places that are looked for."""
    place, name = _name(request, pk, name_id)
    asked = request.GET.get("q", "").strip()
    found = pick_places(text=asked, at=request.today, near=place.division_code[:6])
    rows = PlaceName.objects.filter(place__in=[place.pk, *(each.place_id for each in found)])
    titles = {each.place_id: each.where for each in found}
    others = [
        (str(row.pk), f"{row.text}（{row.get_kind_display()}）{titles.get(row.place_id, '')}")
        for row in rows.exclude(pk=name.pk).order_by("pk")
    ]

    def act(told: dict[str, Any]) -> None:
        other = PlaceName.objects.select_related("place").get(pk=told.pop("other"))
        relate_names(by=request.user, name=name, other=other, **told)

    return answer(
        request,
        place,
        NameRelationForm(request.POST or None, others=others),
        act,
        heading=_("Relate a name"),
        subject=name,
        done=_("The relation is on record."),
        search={"asked": asked, "label": _("Names of another place"), "found": bool(found)},
    )


def name_unrelate(request: Any, pk: UUID, relation_id: int) -> HttpResponse:
    place = editable(request, pk)
    relation = get_object_or_404(
        NameRelation.objects.select_related("name__place", "other"),
        pk=relation_id,
        name__place=place,
        other__place__in=Place.objects.shown(),
    )
    return answer(
        request,
        place,
        ReasonForm(request.POST or None),
        lambda told: strike_name_relation(by=request.user, relation=relation, **told),
        heading=_("Strike off a relation"),
        intro=f"{relation.name} {relation.get_kind_display()} {relation.other}",
        done=_("The relation is struck off; the history keeps it."),
    )


def editable(request: Any, pk: UUID, capability: Capability = Capability.EDIT_NAME) -> Place:
    """Scope first (404), then the role (403)."""
    place: Place = get_object_or_404(within(Place.objects.shown(), request.user), pk=pk)
    require(by=request.user, capability=capability, codes=[place.division_code])
    return place


def answer(
    request: Any,
    place: Place,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    heading: str,
    done: str,
    template: str = "gazetteer/names_small_form.html",
    back: str = "",
    **values: Any,
) -> HttpResponse:
    """A form about a place: one act, its refusal as a sentence, then ``back`` or the names."""
    refused = ""
    back = back or reverse("gazetteer:names", args=[place.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, done)
            return redirect(back)
    shown = {
        "form": form,
        "place": place,
        "title": title_of(place, request.today),
        "heading": heading,
        "sentence": refused,
        "cancel_url": back,
        **values,
    }
    return render(request, template, shown)


def title_of(place: Place, day: Any) -> PlaceName | None:
    """What the place is called on the day, or was called last."""
    return names_on(places=[place.pk], at=day).get(place.pk)


def _name(request: Any, pk: UUID, name_id: int) -> tuple[Place, PlaceName]:
    place = editable(request, pk)
    name = get_object_or_404(PlaceName.objects.select_related("place"), pk=name_id, place=place)
    return place, name


def _facts(told: dict[str, Any]) -> NameFacts:
    return NameFacts(**{field: told[field] for field in TOLD_FACTS if field in told})


def _began(name: PlaceName) -> str:
    if name.began or name.kind in ("former", "historic", "abolished"):
        return str(name.began)
    return name.period.lower.isoformat() if name.period.lower else ""


def _ended(name: PlaceName) -> str:
    if name.ended:
        return str(name.ended)
    past = name.kind in ("former", "historic", "abolished")
    bound = name.period.lower if past else name.period.upper
    return bound.isoformat() if bound else ""


def _actions(user: Any, place: Place, allowed: bool) -> list[dict[str, Any]]:
    """In the order of the work; each refused with its reason where it is not allowed."""
    refused = _("Names are corrected by place-name officers of this jurisdiction.")
    gone = place.ended_on is not None
    if place.merged_into_id is not None:
        refused = _("The place was merged into another: its names belong there.")
        allowed = False
    of_division = place.division_id is not None
    ended = _("The place is no more.") if gone else ""
    division = _("A division changes with an adjustment of divisions.") if of_division else ""
    merged = place.merged_into_id is not None
    ends = not merged and may_here(
        by=user, capability=Capability.APPROVE_NAME, codes=[place.division_code]
    )
    not_approver = _("Places are ended by those who approve names in this jurisdiction.")
    rows = [
        ("name_new", _("Add a name"), allowed, "", True),
        ("relation_new", _("Relate to a place"), allowed, ended, False),
        ("code_new", _("Give a code"), allowed, ended, False),
        ("merge", _("Merge with another record"), allowed, division or ended, False),
        ("place_end", _("End the place"), ends, division or ended, False),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"gazetteer:{name}", args=[place.pk]),
            "enabled": may and not why,
            "reason": why or (not_approver if name == "place_end" and not merged else refused),
            "primary": primary,
        }
        for name, label, may, why, primary in rows
    ]
