"""The identity of a place: its permanent address, what it is related to, its codes, its end."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from gazetteer.exports import linked_places
from gazetteer.forms.identity import CodeForm, DayForm, EndPlaceForm, ReasonForm, RelationForm
from gazetteer.models import Place, PlaceCode, PlaceRelation
from gazetteer.operations.codes import end_code, give_code
from gazetteer.operations.end_place import end_place
from gazetteer.operations.relations import (
    TOLD,
    end_place_relation,
    relate_places,
    strike_place_relation,
)
from gazetteer.queries.pick import Pick, pick_places, picks
from gazetteer.queries.pointers import Successor, last_name, pointer_of, successors_of
from gazetteer.views.names import answer, editable, title_of

JSON, GEOJSON, LPF = "application/json", "application/geo+json", "application/ld+json"


def permanent_address(request: Any, pk: UUID) -> HttpResponse:
    """303 to the page, 301 to the survivor of a merge, 410 with successors, 404 for others."""
    pointer = pointer_of(place_id=pk, at=request.day)
    if pointer is None:
        raise Http404
    place = pointer.place
    kept = {key: request.GET[key] for key in ("at", "format") if request.GET.get(key)}
    query = f"?{urlencode(kept)}" if kept else ""
    if pointer.merged:
        survivor = reverse("gazetteer:place_id", args=[place.pk])
        response: HttpResponse = HttpResponsePermanentRedirect(survivor + query)
        # A merge may be undone: no browser may keep the answer for ever.
        response["Cache-Control"] = "private, max-age=3600"
        return response
    if not pointer.gone and (request.GET.get("format") == "geojson" or _prefers(request, GEOJSON)):
        response = HttpResponse(status=303)
        query = f"?at={kept['at']}" if "at" in kept else ""
        response["Location"] = reverse("api:item", args=["places", place.pk]) + query
        response["Vary"] = "Accept"
        return response
    if request.GET.get("format") == "lpf" or _prefers(request, LPF):
        return _as_lpf(request, place, pointer.gone)
    wants_json = request.GET.get("format") in ("json", "geojson") or (
        "format" not in request.GET
        and request.get_preferred_type(["text/html", JSON, GEOJSON]) in (JSON, GEOJSON)
    )
    successors = successors_of(place=place) if pointer.gone else []
    if wants_json:
        return _as_json(request, place, pointer.gone, successors)
    if pointer.gone:
        values = {"place": place, "name": last_name(place=place), "successors": successors}
        response = render(request, "gazetteer/gone.html", values, status=410)
    else:
        day = f"?at={kept['at']}" if "at" in kept else ""
        response = HttpResponse(status=303)
        response["Location"] = reverse("gazetteer:place", args=[place.pk]) + day
    response["Vary"] = "Accept"
    return response


def _prefers(request: Any, wanted: str) -> bool:
    return "format" not in request.GET and (
        request.get_preferred_type(["text/html", wanted, JSON]) == wanted
    )


def _as_lpf(request: Any, place: Place, gone: bool) -> HttpResponse:
    """The place in the Linked Places Format."""
    site = request.build_absolute_uri("/").rstrip("/")
    text = next(linked_places.features(site=site, at=request.day, ids=[place.pk]))
    response = HttpResponse(text, content_type=LPF, status=410 if gone else 200)
    response["Vary"] = "Accept"
    return response


def _as_json(request: Any, place: Place, gone: bool, successors: list[Successor]) -> JsonResponse:
    name = title_of(place, request.day)

    def address(pk: Any) -> str:
        return str(request.build_absolute_uri(reverse("gazetteer:place_id", args=[pk])))

    values = {
        "id": address(place.pk),
        "page": request.build_absolute_uri(reverse("gazetteer:place", args=[place.pk])),
        "name": name.text if name else None,
        "pinyin": name.pinyin_plain if name else None,
        "category": place.legal_category,
        "class": place.class_code or None,
        "division": place.division_code,
        "ended": place.ended_on.isoformat() if place.ended_on else None,
        "synthetic": place.synthetic,
        "successors": [{"id": address(each.place.pk), "name": each.name} for each in successors],
    }
    response = JsonResponse(
        values, status=410 if gone else 200, json_dumps_params={"ensure_ascii": False}
    )
    response["Vary"] = "Accept"
    return response


def relation_new(request: Any, pk: UUID) -> HttpResponse:
    place = editable(request, pk)
    asked = request.GET.get("q", "").strip()
    found = pick_places(
        text=asked, at=request.today, near=place.division_code[:6], without=[place.pk]
    )

    def act(told: dict[str, Any]) -> None:
        other = Place.objects.get(pk=told.pop("other"))
        relate_places(by=request.user, place=place, other=other, **told)

    return answer(
        request,
        place,
        RelationForm(request.POST or None, others=choices(found)),
        act,
        heading=_("Relate to a place"),
        done=_("The relation is on record."),
        search={"asked": asked, "label": _("Other place"), "found": bool(found), "first": True},
    )


def relation_end(request: Any, pk: UUID, relation_id: int) -> HttpResponse:
    place, relation = _relation(request, pk, relation_id)
    return answer(
        request,
        place,
        DayForm(request.POST or None, initial={"on": request.today}),
        lambda told: end_place_relation(by=request.user, relation=relation, **told),
        heading=_("End a relation"),
        intro=_relation_text(request, relation),
        done=_("The relation has ended."),
    )


def relation_strike(request: Any, pk: UUID, relation_id: int) -> HttpResponse:
    place, relation = _relation(request, pk, relation_id)
    return answer(
        request,
        place,
        ReasonForm(request.POST or None),
        lambda told: strike_place_relation(by=request.user, relation=relation, **told),
        heading=_("Strike off a relation"),
        intro=_relation_text(request, relation),
        done=_("The relation is struck off; the history keeps it."),
    )


def code_new(request: Any, pk: UUID) -> HttpResponse:
    place = editable(request, pk)
    return answer(
        request,
        place,
        CodeForm(request.POST or None, initial={"on": request.today}),
        lambda told: give_code(by=request.user, place=place, **told),
        heading=_("Give a code"),
        intro=_(
            "The place-name code names division and class and is never given twice; the code "
            "before ends on the same day."
        ),
        done=_("The code is given."),
    )


def code_end(request: Any, pk: UUID, code_id: int) -> HttpResponse:
    place = editable(request, pk)
    code = get_object_or_404(PlaceCode.objects.select_related("place"), pk=code_id, place=place)
    return answer(
        request,
        place,
        DayForm(request.POST or None, initial={"on": request.today}),
        lambda told: end_code(by=request.user, code=code, **told),
        heading=_("End a code"),
        intro=code.code,
        done=_("The code has ended."),
    )


def place_end(request: Any, pk: UUID) -> HttpResponse:
    place = editable(request, pk, Capability.APPROVE_NAME)
    asked = request.GET.get("q", "").strip()
    seen = pick_places(
        text=asked, at=request.today, near=place.division_code[:6], without=[place.pk]
    )
    chosen = [UUID(each) for each in request.POST.getlist("successors") if _is_uuid(each)]
    others = choices(seen) + choices(picks(places=chosen, at=request.today))

    def act(told: dict[str, Any]) -> None:
        keys = told.pop("successors", [])
        successors = [Place.objects.get(pk=key) for key in keys]
        end_place(by=request.user, place=place, successors=successors, **told)

    form = EndPlaceForm(
        request.POST or None,
        others=list(dict.fromkeys(others)),
        initial={"on": request.today, "successors": [str(each.place_id) for each in seen]},
    )
    return answer(
        request,
        place,
        form,
        act,
        heading=_("End the place"),
        intro=_(
            "Its names, code and relations end on that day; its permanent address then names the "
            "successors. A place that is only called otherwise is renamed by a case."
        ),
        done=_("The place has ended."),
        search={
            "asked": asked,
            "label": _("Successors (several apart by commas)"),
            "found": bool(seen),
        },
    )


def choices(found: list[Pick]) -> list[tuple[str, str]]:
    """Places to choose from, told apart by class and division."""
    return [(str(each.place_id), f"{each.text} · {each.category} · {each.where}") for each in found]


def _relation(request: Any, pk: UUID, relation_id: int) -> tuple[Place, PlaceRelation]:
    place = editable(request, pk)
    rows = PlaceRelation.objects.select_related("place", "other").filter(kind__in=TOLD)
    rows = rows.filter(other__in=Place.objects.shown())
    return place, get_object_or_404(rows, pk=relation_id, place=place)


def _relation_text(request: Any, relation: PlaceRelation) -> str:
    one, other = (title_of(each, request.today) for each in (relation.place, relation.other))
    return f"{one or '—'} {relation.get_kind_display()} {other or '—'}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
