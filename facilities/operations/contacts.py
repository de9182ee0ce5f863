"""Whom to call at a facility: written by who edits it, read for a purpose that is kept."""

from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.errors import BadInput, Refusal
from facilities.models import Facility, FacilityContact

SHORTEST_PURPOSE = 4


class NoContact(Refusal):
    template = "No contact is recorded for this facility."


class PurposeMissing(BadInput):
    template = "Say what the contact is needed for: the purpose is kept in the audit log."


@transaction.atomic
def read_contact(*, by: Any, facility: Facility, purpose: str) -> FacilityContact:
    """The contact, for a purpose that the audit log keeps. Raises NotInScope or NotPermitted,
    :class:`PurposeMissing`, :class:`NoContact`."""
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[facility.division_code])
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise PurposeMissing
    found = FacilityContact.objects.filter(identity=facility.identity).first()
    if found is None:
        raise NoContact
    record(
        by=by,
        operation="read_contact",
        subject=facility,
        jurisdiction=facility.division_code,
        reason=purpose.strip()[:500],
    )
    return found


@transaction.atomic
def write_contact(*, by: Any, facility: Facility, person: str, phone: str) -> None:
    """Keep another contact; both empty forget the one that is kept. The log does not repeat it."""
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[facility.division_code])
    if person.strip() or phone.strip():
        FacilityContact.objects.update_or_create(
            identity=facility.identity,
            defaults={"person": person.strip(), "phone": phone.strip()},
        )
    else:
        FacilityContact.objects.filter(identity=facility.identity).delete()
    record(
        by=by,
        operation="write_contact",
        subject=facility,
        jurisdiction=facility.division_code,
        forgotten=not (person.strip() or phone.strip()),
    )
