"""What a page of complaints or notices is about: read from its address, shown above its form."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from gazetteer.models import Place, Secrecy
from gazetteer.operations.concern import Target
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.places import standard_name
from gazetteer.queries.things import get_thing, thing_label


def target_of(request: Any) -> Target:
    """``?place=``, ``?thing=sign:NUMBER`` or ``?position=``; 404 for what nobody may see here."""
    place = place_of(request) if request.GET.get("place") else None
    kind, _, key = request.GET.get("thing", "")[:90].partition(":")
    if key and get_thing(kind=kind, key=key) is None:
        raise Http404
    position = request.GET.get("position", "")[:40]
    return Target(place=place, thing_kind=kind if key else "", thing_key=key, position=position)


def place_of(request: Any) -> Place:
    """The place in ``?place=``, if it may be shown to who asks (signed out: public ones only)."""
    found = named_place(request.GET.get("place", ""))
    if found.secrecy != Secrecy.PUBLIC and not request.user.is_authenticated:
        raise Http404
    return found


def named_place(key: str) -> Place:
    """The place of an id, if it may be shown to staff."""
    try:
        found: Place | None = Place.objects.shown().filter(pk=UUID(key)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def about(target: Target, day: date) -> dict[str, Any]:
    """Title, place in words, address and division code of what a target names; "" if nothing."""
    shown = {"title": "", "kind": "", "where": "", "url": "", "code": ""}
    if target.place:
        name = standard_name(place=target.place, at=day)
        shown["title"] = name.text if name else ""
        shown["url"] = reverse("gazetteer:place", args=[target.place.pk])
        shown["code"] = target.place.division_code
    if target.thing_key:
        thing = get_thing(kind=target.thing_kind, key=target.thing_key)
        if thing is not None:
            shown |= {"title": thing.title, "url": thing.url, "code": thing.division_code}
            shown["kind"] = thing_label(target.thing_kind)
    if shown["code"]:
        shown["where"] = path_text(division_chains(codes=[shown["code"]], at=day)[shown["code"]])
    return shown
