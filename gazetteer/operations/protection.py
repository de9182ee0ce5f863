"""Names are put on a list of protected names (Regulation on Place Names, Art 25), and taken off."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import Place, Protection


class ProtectedAlready(Refusal):
    template = "The name stands on the list “%(list)s” already."


class NotProtected(Refusal):
    template = "The protection has ended already."


@transaction.atomic
def protect_name(
    *, by: Any, place: Place, list_name: str, start: date, document: str = "", reason: str = ""
) -> Protection:
    """Put the name of a place on a list from a day on."""
    require(by=by, capability=Capability.APPROVE_NAME, codes=[place.division_code])
    list_name = list_name.strip()
    if not list_name:
        raise BadInput("Name the list of protected names.")
    if not reason.strip():
        raise BadInput("Say why the name is protected: its history, its culture.")
    if place.ended_on is not None and place.ended_on <= start:
        raise Refusal("The place is no more on that day: its name cannot be put on a list.")
    held = Protection.objects.filter(place=place, list_name=list_name)
    if held.filter(period__overlap=DateRange(start, None)).exists():
        raise ProtectedAlready(list=list_name)
    protection = Protection.objects.create(
        place=place,
        list_name=list_name,
        document=document.strip(),
        reason=reason.strip(),
        period=DateRange(start, None),
    )
    _record(by, "protect_name", protection, reason)
    return protection


@transaction.atomic
def end_protection(*, by: Any, protection: Protection, on: date, reason: str) -> Protection:
    """Take a name off a list from a day on; the days before stay on record."""
    code = protection.place.division_code
    require(by=by, capability=Capability.APPROVE_NAME, codes=[code])
    protection = Protection.objects.select_for_update(of=("self",)).get(pk=protection.pk)
    if protection.period.upper is not None:
        raise NotProtected
    if not reason.strip():
        raise BadInput("Say why the protection ends.")
    if on <= protection.period.lower:
        raise BadInput("The last day must come after the first.")
    protection.period = DateRange(protection.period.lower, on)
    _record(by, "end_protection", protection, reason)
    protection.save()
    return protection


def _record(by: Any, operation: str, protection: Protection, reason: str) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=protection.place,
        jurisdiction=protection.place.division_code,
        reason=reason.strip(),
        list=protection.list_name,
    )
