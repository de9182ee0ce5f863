"""The places of the gazetteer that a facility is, and that its address names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Value
from django.db.models.functions import Length, StrIndex

from gazetteer.models import LegalCategory, Place, PlaceName, Secrecy

COUNTY_DIGITS = 6
# Shorter names of streets stand in too many addresses by chance.
SHORTEST_STREET = 2
# What a facility can be as a place, and what an address is counted along.
IS_ONE = (LegalCategory.FACILITY, LegalCategory.RES_BUILDING, LegalCategory.OTHER)
LEADS_ALONG = (LegalCategory.STREET, LegalCategory.RES_BUILDING)


@dataclass(frozen=True, slots=True)
class Links:
    """Keys of places, None where the gazetteer has no standard name that fits."""

    place: Any = None
    street: Any = None


def links_of(*, name: str, address: str, division_code: str, at: date) -> Links:
    """The place whose standard name the facility bears and the street that its address names (the
    longest name of several), both in its county on the day. Secret places are never found."""
    names = (
        PlaceName.objects.on(at)
        .standard()
        .filter(place__division_code__startswith=division_code[:COUNTY_DIGITS])
        .filter(place__ended_on__isnull=True)
        .exclude(place__secrecy=Secrecy.SECRET)
    )
    own = names.filter(text=name, place__legal_category__in=IS_ONE).order_by("place_id")
    street = None
    if address:
        said = names.filter(place__legal_category__in=LEADS_ALONG).annotate(
            at=StrIndex(Value(address), "text"), letters=Length("text")
        )
        said = said.filter(at__gt=0, letters__gte=SHORTEST_STREET)
        street = said.order_by("-letters", "place_id").values_list("place_id", flat=True).first()
    return Links(own.values_list("place_id", flat=True).first(), street)


def standard_names(*, places: Iterable[Any], at: date) -> dict[Any, str]:
    """Place → its standard name on the day, without secret ones."""
    names = PlaceName.objects.on(at).standard().filter(place__in=set(places) - {None})
    shown = names.exclude(place__secrecy=Secrecy.SECRET)
    return dict(shown.values_list("place_id", "text"))


def standard_name(*, place: Place | None, at: date) -> str:
    """The standard name of a place on the day, "" where it has none or may not be shown."""
    if place is None or place.secrecy == Secrecy.SECRET:
        return ""
    found = PlaceName.objects.on(at).standard().filter(place=place)
    return found.values_list("text", flat=True).first() or ""
