"""Changes to the register of facilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import DivisionVersion, Level
from common.audit import record
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from facilities.domain.attributes import check_attributes
from facilities.domain.names import name_keys
from facilities.models import Facility, FacilityCategory


class CannotEditFacility(Refusal):
    template = (
        "Facilities of the category “%(category)s” are kept by the %(authority)s: "
        "they are shown here and cannot be changed."
    )


class OutsideTheDistrict(BadInput):
    template = "The position lies outside the district %(code)s, in which the facility is recorded."


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """What a person may change about a facility; positions in CGCS2000 degrees.

    ``attributes``: all that is recorded of those that its category has; ``None`` keeps them.
    """

    name: str
    category: FacilityCategory
    address: str
    operator: str
    beds: int | None
    longitude: float
    latitude: float
    approximate: bool
    attributes: Mapping[str, Any] | None = None


def require_editable(*, by: Any, facility: Facility) -> None:
    """Raise unless ``by`` may correct this facility's record."""
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[facility.division_code])
    if facility.category.moved_away:
        raise _kept_elsewhere(facility.category)


@transaction.atomic
def edit_facility(
    *, by: Any, at: date, facility: Facility, facts: FacilityFacts, reason: str = ""
) -> Facility:
    """Correct the record of a facility.

    Raises NotInScope or NotPermitted, :class:`CannotEditFacility` where another authority is
    competent for its category (or the one chosen), :class:`OutsideTheDistrict` where the
    position has left the district: a move across it is another act with its own decision,
    :class:`AttributeFault` for an attribute that does not fit the category.
    """
    held = Facility.objects.select_for_update().select_related("category").get(pk=facility.pk)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[held.division_code])
    for category in (held.category, facts.category):
        if category.moved_away:
            raise CannotEditFacility(category=category.name, authority=category.competent_authority)
    if facts.attributes is not None:
        held.attributes = dict(facts.attributes)
    for fault in check_attributes(facts.category.code, held.attributes):
        raise fault
    here = Point(facts.longitude, facts.latitude, srid=CGCS2000)
    moved = not here.equals_exact(held.location, 1e-7)
    if moved:
        held.location = here
        held.division_code = _division_at(here, district=held.division_code[:6], at=at)
    held.name = facts.name
    held.category = facts.category
    held.address = facts.address
    held.operator = facts.operator
    held.beds = facts.beds
    held.approximate = facts.approximate
    keys = name_keys(facts.name, held.division_code)
    held.search_pinyin, held.search_initials = keys.pinyin, keys.initials
    held.save()
    record(
        by=by,
        operation="edit_facility",
        subject=held,
        jurisdiction=held.division_code,
        reason=reason,
        moved=moved,
    )
    return held


def _kept_elsewhere(category: FacilityCategory) -> CannotEditFacility:
    return CannotEditFacility(category=category.name, authority=category.competent_authority)


def _division_at(here: Point, *, district: str, at: date) -> str:
    """The finest division of the district that holds the point on the day."""
    covering = DivisionVersion.objects.on(at).within(district).covering(here)
    codes = covering.filter(level__in=[Level.COUNTY, Level.TOWNSHIP]).values_list("code", flat=True)
    if not codes:
        raise OutsideTheDistrict(code=district)
    return max(codes, key=len)
