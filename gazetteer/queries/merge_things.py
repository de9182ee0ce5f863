"""What of the gazetteer's own tables hangs on a place and goes with it when places merge."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gazetteer.models import (
    Complaint,
    MatchDecision,
    NamingCase,
    Notice,
    Place,
    PlacePhoto,
    PlaceRelation,
    PlaceRelationKind,
    Protection,
    Suggestion,
)
from gazetteer.queries.merging import Movable, Stays, to_survivor
from gazetteer.queries.pointers import leads_to_place

ITSELF = gettext_noop("It would relate the survivor to itself.")
HIERARCHIES = (PlaceRelationKind.PART_OF, PlaceRelationKind.SEAT_OF)


def _relation_title(row: PlaceRelation) -> str:
    return f"{row.get_kind_display()} {row.period.lower or ''}–{row.period.upper or ''}"


def _outward_stays(row: PlaceRelation, survivor: Place, on: date) -> Stays | None:
    if row.other_id == survivor.pk:
        return Stays.ended(row, on, ITSELF)
    held = PlaceRelation.objects.filter(place=survivor, other=row.other_id)
    circle = {"start": row.other_id, "goal": survivor.pk}
    return _kept_back(row, on, held, circle)


def _inward_stays(row: PlaceRelation, survivor: Place, on: date) -> Stays | None:
    if row.place_id == survivor.pk:
        return Stays.ended(row, on, ITSELF)
    held = PlaceRelation.objects.filter(place=row.place_id, other=survivor)
    circle = {"start": survivor.pk, "goal": row.place_id}
    return _kept_back(row, on, held, circle)


def _kept_back(row: PlaceRelation, on: date, held: Any, circle: dict[str, Any]) -> Stays | None:
    if held.filter(kind=row.kind, period__overlap=row.period).exists():
        return Stays.ended(row, on, gettext_noop("The survivor has this relation already."))
    if row.kind in HIERARCHIES and leads_to_place(kind=row.kind, period=row.period, **circle):
        return Stays.ended(row, on, gettext_noop("It would close a circle of relations."))
    return None


def _protection_stays(row: Protection, survivor: Place, on: date) -> Stays | None:
    held = survivor.protections.filter(list_name=row.list_name, period__overlap=row.period)
    if held.exists():
        return Stays.ended(row, on, gettext_noop("The survivor stands on this list already."))
    return None


def _photo_stays(row: PlacePhoto, survivor: Place, on: date) -> Stays | None:
    if survivor.photos.filter(sha256=row.sha256).exists():
        return Stays(gettext_noop("The survivor has this picture already."))
    return None


def _suggestion_title(row: Suggestion) -> str:
    return f"{row.suggested_at:%Y-%m-%d} {row.get_state_display()}"


MOVABLES = (
    Movable(
        key="relations",
        label=_("relations"),
        rows=lambda place: place.relations.order_by("pk"),
        title=_relation_title,
        moved=to_survivor(),
        stays=_outward_stays,
    ),
    Movable(
        key="related_places",
        label=_("relations of other places to this one"),
        rows=lambda place: place.related_places.order_by("pk"),
        title=_relation_title,
        moved=to_survivor("other"),
        stays=_inward_stays,
    ),
    Movable(
        key="protections",
        label=_("entries in lists of protected names"),
        rows=lambda place: place.protections.order_by("pk"),
        title=lambda row: str(row.list_name),
        moved=to_survivor(),
        stays=_protection_stays,
    ),
    Movable(
        key="photos",
        label=_("pictures"),
        rows=lambda place: place.photos.all(),
        title=str,
        moved=to_survivor(),
        stays=_photo_stays,
    ),
    Movable(
        key="cases",
        label=_("naming cases"),
        rows=lambda place: NamingCase.objects.filter(place=place).order_by("number"),
        title=str,
        moved=to_survivor(),
    ),
    Movable(
        key="suggestions",
        label=_("suggestions"),
        rows=lambda place: Suggestion.objects.filter(place=place).order_by("pk"),
        title=_suggestion_title,
        moved=to_survivor(),
    ),
    Movable(
        key="complaints",
        label=_("complaints"),
        rows=lambda place: Complaint.objects.filter(place=place).order_by("pk"),
        title=lambda row: f"{row.received_at:%Y-%m-%d} {row.get_state_display()}",
        moved=to_survivor(),
    ),
    Movable(
        key="notices",
        label=Notice._meta.verbose_name_plural,
        rows=lambda place: Notice.objects.filter(place=place).order_by("pk"),
        title=lambda row: f"{row.drafted_at:%Y-%m-%d} {row.organisation}",
        moved=to_survivor(),
    ),
    Movable(
        key="match_decisions",
        label=_("decisions on matched lists"),
        rows=lambda place: MatchDecision.objects.filter(place=place).order_by("pk"),
        title=lambda row: str(row.text),
        moved=to_survivor(),
    ),
)
