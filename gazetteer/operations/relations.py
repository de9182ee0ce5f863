"""How places and names hang together: part of, crosses, seat of; renamed to, derived from."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import (
    NameRelation,
    NameRelationKind,
    Place,
    PlaceName,
    PlaceRelation,
    PlaceRelationKind,
    Secrecy,
)
from gazetteer.queries.pointers import leads_to_name, leads_to_place

# A place's end makes its successors (end_place); the others are told here.
TOLD = (PlaceRelationKind.PART_OF, PlaceRelationKind.CROSSES, PlaceRelationKind.SEAT_OF)
# Two relations made at the same time could close a circle that neither sees.
LOCK = 44_010_511


class CannotRelate(Refusal):
    """The two may not be related so."""


class RelationEnded(Refusal):
    template = "The relation has ended already."


@transaction.atomic
def relate_places(
    *,
    by: Any,
    place: Place,
    kind: str,
    other: Place,
    start: date | None = None,
    end: date | None = None,
    reason: str = "",
) -> PlaceRelation:
    """``place`` is part of, crosses or is the seat of ``other`` for a period (open where unknown).

    The person needs the role where ``place`` lies; ``other`` may lie anywhere.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    if kind not in TOLD:
        raise BadInput("Choose how the places are related.")
    period = _period(start, end)
    _one_at_a_time()
    place, other = (Place.objects.get(pk=each.pk) for each in (place, other))
    if other.secrecy == Secrecy.SECRET:
        raise BadInput("The other place is not on record.")
    if place.pk == other.pk:
        raise CannotRelate("A place is not related to itself: choose another.")
    for each in (place, other):
        _refuse_gone(each, period)
    _refuse_double(place, kind, other, period)
    relation = PlaceRelation.objects.create(place=place, kind=kind, other=other, period=period)
    _record(by, "relate_places", place, reason, kind=kind, other=str(other.pk), period=str(period))
    return relation


@transaction.atomic
def end_place_relation(*, by: Any, relation: PlaceRelation, on: date, reason: str) -> PlaceRelation:
    """The relation holds no more from a day on."""
    relation = _told(by, relation, reason)
    if relation.period.upper is not None:
        raise RelationEnded
    if relation.period.lower is not None and on <= relation.period.lower:
        raise BadInput("The end must come after the beginning.")
    relation.period = DateRange(relation.period.lower, on)
    _record_relation(by, "end_place_relation", relation, reason)
    relation.save()
    return relation


@transaction.atomic
def strike_place_relation(*, by: Any, relation: PlaceRelation, reason: str) -> None:
    """Take off a relation that never was; the history keeps it."""
    relation = _told(by, relation, reason)
    _record_relation(by, "strike_place_relation", relation, reason)
    relation.delete()


@transaction.atomic
def relate_names(
    *,
    by: Any,
    name: PlaceName,
    kind: str,
    other: PlaceName,
    start: date | None = None,
    note: str = "",
) -> NameRelation:
    """``name`` was renamed to, or is derived from, ``other`` (since a day, where it is known)."""
    place = name.place
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    if kind not in NameRelationKind.values:
        raise BadInput("Choose how the names are related.")
    _one_at_a_time()
    if other.place.secrecy == Secrecy.SECRET:
        raise BadInput("The other name is not on record.")
    if name.pk == other.pk:
        raise CannotRelate("A name is not related to itself: choose another.")
    if NameRelation.objects.filter(name=name, kind=kind, other=other).exists():
        raise CannotRelate("The names are related so already.")
    if leads_to_name(start=other.pk, kind=kind, goal=name.pk):
        raise CannotRelate(
            "“%(other)s” comes from “%(name)s” already: no circles.", **_two(name, other)
        )
    relation = NameRelation.objects.create(
        name=name, kind=kind, other=other, period=DateRange(start, None), note=note.strip()
    )
    _record(by, "relate_names", place, note, kind=kind, name=name.text, other=other.text)
    return relation


@transaction.atomic
def strike_name_relation(*, by: Any, relation: NameRelation, reason: str) -> None:
    """Take off a relation of names that never was; the history keeps it."""
    place = relation.name.place
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    _refuse_no_reason(reason)
    names = {"name": relation.name.text, "other": relation.other.text}
    _record(by, "strike_name_relation", place, reason, kind=relation.kind, **names)
    relation.delete()


def _told(by: Any, relation: PlaceRelation, reason: str) -> PlaceRelation:
    code = relation.place.division_code
    require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    _refuse_no_reason(reason)
    if relation.kind not in TOLD:
        raise CannotRelate("Who succeeds a place was settled when it ended.")
    found: PlaceRelation = PlaceRelation.objects.select_for_update(of=("self",)).get(pk=relation.pk)
    return found


def _period(start: date | None, end: date | None) -> DateRange:
    if start is not None and end is not None and end <= start:
        raise BadInput("The end must come after the beginning.")
    return DateRange(start, end)


def _refuse_gone(place: Place, period: DateRange) -> None:
    if place.ended_on is not None and (period.upper is None or period.upper > place.ended_on):
        raise CannotRelate(
            "One of the places is no more since %(day)s: the relation ends by then.",
            day=place.ended_on,
        )


def _refuse_double(place: Place, kind: str, other: Place, period: DateRange) -> None:
    held = PlaceRelation.objects.filter(kind=kind, period__overlap=period)
    if held.filter(place=place, other=other).exists():
        raise CannotRelate("This relation holds already on some of these days.")
    if kind == PlaceRelationKind.CROSSES:
        if held.filter(place=other, other=place).exists():
            raise CannotRelate("The other place is on record as crossing this one.")
    elif leads_to_place(start=other.pk, kind=kind, goal=place.pk, period=period):
        raise CannotRelate("The other place hangs on this one in the same way: no circles.")


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _two(name: PlaceName, other: PlaceName) -> dict[str, str]:
    return {"name": name.text, "other": other.text}


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")


def _record_relation(by: Any, operation: str, relation: PlaceRelation, reason: str) -> None:
    details = {"kind": relation.kind, "other": str(relation.other_id)}
    _record(by, operation, relation.place, reason, **details, period=str(relation.period))


def _record(by: Any, operation: str, place: Place, reason: str, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        **details,
    )
