"""Which place of the gazetteer a facility is, and which its address names, chosen by hand."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.errors import BadInput
from facilities.models import Facility
from facilities.operations.facilities import require_ours
from facilities.queries.standard_names import links_of
from gazetteer.queries.pick import picks

ROLES = ("place", "street")


@transaction.atomic
def link_facility(
    *, by: Any, at: date, facility: Facility, role: str, place: UUID | None
) -> Facility:
    """Link a state of a facility to a place: as the one that it is (``role`` "place") or that its
    address names ("street"). ``None`` goes back to what is found by name.

    Raises NotInScope or NotPermitted, :class:`CannotEditFacility` where another authority is
    competent, BadInput for a place that does not exist on the day or may not be shown.
    """
    held = Facility.objects.select_for_update().get(pk=facility.pk)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[held.division_code])
    require_ours(held.category, at)
    if role not in ROLES:
        raise BadInput("A place is what the facility is, or what its address names.")
    if place is None:
        found = links_of(
            name=held.name, address=held.address, division_code=held.division_code, at=at
        )
        chosen = getattr(found, role)
    else:
        if not picks(places=[place], at=at):
            raise BadInput("There is no such place on this day: choose one that is found.")
        chosen = place
    setattr(held, f"{role}_id", chosen)
    setattr(held, f"{role}_by_hand", place is not None)
    held.save()
    record(
        by=by,
        operation="link_facility",
        subject=held,
        jurisdiction=held.division_code,
        role=role,
        place=str(chosen or ""),
        by_hand=place is not None,
    )
    return held
