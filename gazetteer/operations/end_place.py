"""A place is no more: its names, code and relations end, and its successors are named."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import (
    NameKind,
    NameStatus,
    Place,
    PlaceName,
    PlaceRelation,
    PlaceRelationKind,
    Secrecy,
)
from gazetteer.queries.place_facts import open_cases


class CannotEndPlace(Refusal):
    """The place cannot end so."""


class StillProtected(Refusal):
    template = (
        "The name stands on the list “%(list)s” of protected names: the protection ends first "
        "(Regulation on Place Names, Art 25)."
    )


@transaction.atomic
def end_place(
    *,
    by: Any,
    place: Place,
    on: date,
    reason: str,
    document: str = "",
    successors: Sequence[Place] = (),
) -> Place:
    """The place and all that holds of it end on a day; its identity then leads to successors.

    A standard name ends by the decision of the organ that approves names: the document is named.
    What hangs on the place (signs) stays with it.
    """
    require(by=by, capability=Capability.APPROVE_NAME, codes=[place.division_code])
    named = place.names.standard().filter(period__contains=on).exists()
    if named and not document.strip():
        raise BadInput("A standard name is abolished by a decision: name the document.")
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.division_id is not None:
        raise CannotEndPlace("A division ends with an adjustment of divisions, not here.")
    if open_cases(place=place).exists():
        raise CannotEndPlace("A case about the place is open: it is finished or withdrawn first.")
    audit.record(
        by=by,
        operation="end_place",
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        on=on.isoformat(),
        document=document.strip(),
        successors=[str(each.pk) for each in successors],
    )
    return write_end(place=place, on=on, successors=successors, document=document)


def write_end(
    *,
    place: Place,
    on: date,
    successors: Sequence[Place] = (),
    document: str = "",
) -> Place:
    """End everything that holds of a place: part of the operation that decided it.

    Its last standard name is on record as abolished from that day on.
    """
    if place.ended_on is not None:
        raise CannotEndPlace("The place has ended already, on %(day)s.", day=place.ended_on)
    _refuse_later_facts(place, on)
    held = place.protections.filter(period__contains=on).first()
    if held is not None:
        raise StillProtected(list=held.list_name)
    _end_names(place, on, document)
    # Whom it followed stays on record: only what holds of its days ends.
    told = place.related_places.exclude(kind=PlaceRelationKind.SUCCEEDED_BY)
    for rows in (place.codes, place.relations, told):
        for row in rows.select_for_update(of=("self",)).filter(period__contains=on):
            row.period = DateRange(row.period.lower, on)
            row.save(update_fields=["period"])
    place.ended_on = on
    place.save(update_fields=["ended_on"])
    _name_successors(place, on, successors)
    return place


def _refuse_later_facts(place: Place, on: date) -> None:
    """A fact that begins on the day or after it would never have been."""
    for rows, what in (
        (place.names.exclude(kind__in=["former", "historic", "abolished"]), "name"),
        (place.codes.all(), "code"),
        (place.relations.all(), "relation"),
    ):
        if rows.filter(period__startswith__gte=on).exists():
            raise CannotEndPlace(_LATER[what], day=on)


_LATER = {
    "name": gettext_noop("The place has a name that begins on %(day)s or later."),
    "code": gettext_noop("The place has a code that begins on %(day)s or later."),
    "relation": gettext_noop("The place has a relation that begins on %(day)s or later."),
}


def _end_names(place: Place, on: date, document: str) -> None:
    # Names of the past stay found as such.
    names = place.names.select_for_update(of=("self",)).on(on)
    for name in names.exclude(kind__in=["former", "historic", "abolished"]):
        name.period = DateRange(name.period.lower, on)
        name.save(update_fields=["period"])
        if name.kind == NameKind.STANDARD and name.status == NameStatus.STANDARD:
            _keep_as_abolished(name, on, document)


def _keep_as_abolished(name: PlaceName, on: date, document: str) -> None:
    kept = PlaceName.objects.get(pk=name.pk)
    kept.pk, kept._state.adding = None, True
    kept.kind, kept.status = NameKind.ABOLISHED, NameStatus.ABOLISHED
    kept.began = kept.began or (name.period.lower.isoformat() if name.period.lower else "")
    kept.ended = on.isoformat()
    kept.period = DateRange(on, None)
    kept.document = document.strip() or kept.document
    kept.save()


def _name_successors(place: Place, on: date, successors: Sequence[Place]) -> None:
    for other in successors:
        other = Place.objects.select_for_update(of=("self",)).get(pk=other.pk)
        if other.pk == place.pk:
            raise CannotEndPlace("A place does not succeed itself.")
        if other.secrecy == Secrecy.SECRET:
            raise BadInput("A successor is not on record.")
        if other.ended_on is not None and other.ended_on <= on:
            raise CannotEndPlace("A successor must go on after that day.")
        PlaceRelation.objects.create(
            place=place,
            kind=PlaceRelationKind.SUCCEEDED_BY,
            other=other,
            period=DateRange(on, None),
        )
