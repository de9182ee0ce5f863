"""Corrections to the register of facilities: the state on record was written down wrongly."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import DivisionVersion, Level
from common.audit import record
from common.crs import CGCS2000
from common.errors import BadInput, NotInScope, Refusal
from facilities.domain.attributes import check_attributes
from facilities.domain.names import name_keys
from facilities.models import Facility, FacilityCategory
from facilities.queries.standard_names import links_of


class CannotEditFacility(Refusal):
    template = (
        "Facilities of the category “%(category)s” are kept by the %(authority)s: "
        "they are shown here and cannot be changed."
    )


class OutsideTheDistrict(BadInput):
    template = "The position lies outside the district %(code)s, in which the facility is recorded."


class PositionElsewhere(BadInput):
    template = "The position lies in %(code)s, outside your jurisdictions."


class OutsideItsFootprint(BadInput):
    template = (
        "The position lies outside the footprint: draw one that holds it, or correct the position."
    )


class OutsideEveryDivision(BadInput):
    template = "The position lies in no district that is recorded on %(day)s."


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """What a person may say about a facility; positions in CGCS2000 degrees.

    ``attributes``: all that is recorded of those that its category has; ``None`` keeps them.
    ``footprint``: an area (shapely) that holds the position, an empty one takes it off the record;
    ``None`` keeps it, unless the position has left it.
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
    footprint: Any = None


def require_editable(*, by: Any, facility: Facility, at: date) -> None:
    """Raise unless ``by`` may correct this facility's record on the day ``at`` (today)."""
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[facility.division_code])
    require_ours(facility.category, at)


def require_there(*, by: Any, code: str) -> None:
    """Raise :class:`PositionElsewhere` unless ``by`` may record a facility at the place."""
    try:
        require(by=by, capability=Capability.EDIT_FACILITY, codes=[code])
    except NotInScope:
        raise PositionElsewhere(code=code) from None


def require_ours(category: FacilityCategory, at: date) -> None:
    """Raise :class:`CannotEditFacility` where another authority is competent on the day."""
    if category.moved_away(at):
        held = category.authority_on(at)
        raise CannotEditFacility(category=category.name, authority=held.authority if held else "—")


@transaction.atomic
def edit_facility(
    *, by: Any, at: date, facility: Facility, facts: FacilityFacts, reason: str = ""
) -> Facility:
    """Correct the record of a state of a facility.

    Raises NotInScope or NotPermitted, :class:`CannotEditFacility` where another authority is
    competent for its category (or the one chosen), :class:`OutsideTheDistrict` where the
    position has left the district: a move across it is another act with its own decision,
    :class:`AttributeFault` for an attribute that does not fit the category.
    """
    held = Facility.objects.select_for_update().get(pk=facility.pk)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[held.division_code])
    for category in (held.category, facts.category):
        require_ours(category, at)
    before = held.location
    fill(held, facts, at=at, district=held.division_code[:6])
    held.save()
    record(
        by=by,
        operation="edit_facility",
        subject=held,
        jurisdiction=held.division_code,
        reason=reason,
        moved=not held.location.equals_exact(before, 1e-7),
    )
    return held


def fill(held: Facility, facts: FacilityFacts, *, at: date, district: str = "") -> None:
    """Put the facts into a state, with what follows from them: division, links, search keys.

    ``district``: which the position may not leave. Raises BadInput, :class:`AttributeFault`.
    """
    if facts.attributes is not None:
        held.attributes = dict(facts.attributes)
    for fault in check_attributes(facts.category.code, held.attributes):
        raise fault
    here = Point(facts.longitude, facts.latitude, srid=CGCS2000)
    if held.location is None or not here.equals_exact(held.location, 1e-7):
        held.location = here
        held.division_code = _division_at(here, district=district, at=at)
        if held.footprint is not None and not held.footprint.intersects(here):
            held.footprint = None
    if facts.footprint is not None:
        held.footprint = _footprint(facts.footprint, here)
    held.name = facts.name
    held.category = facts.category
    if held.address != facts.address:
        # What somebody chose for another address says nothing of this one.
        held.street_by_hand = False
    held.address = facts.address
    held.operator = facts.operator
    held.beds = facts.beds
    held.approximate = facts.approximate
    keys = name_keys(facts.name, held.division_code)
    held.search_pinyin, held.search_initials = keys.pinyin, keys.initials
    links = links_of(name=held.name, address=held.address, division_code=held.division_code, at=at)
    if not held.place_by_hand:
        held.place_id = links.place
    if not held.street_by_hand:
        held.street_id = links.street


def _footprint(area: Any, here: Point) -> GEOSGeometry | None:
    parts = [each for each in shapely.get_parts(area) if not each.is_empty]
    if not parts:
        return None
    if any(each.geom_type != "Polygon" for each in parts):
        raise BadInput("A footprint is an area: choose area, or give a polygon.")
    whole = shapely.MultiPolygon(parts)
    if not shapely.intersects_xy(whole, here.x, here.y):
        raise OutsideItsFootprint
    return GEOSGeometry(shapely.to_wkb(whole).hex(), srid=CGCS2000)


def _division_at(here: Point, *, district: str, at: date) -> str:
    """The finest division that holds the point on the day, inside the district if one is given."""
    covering = DivisionVersion.objects.on(at).within(district).covering(here)
    codes = covering.filter(level__in=[Level.COUNTY, Level.TOWNSHIP]).values_list("code", flat=True)
    if codes:
        return max(codes, key=len)
    if district:
        raise OutsideTheDistrict(code=district)
    raise OutsideEveryDivision(day=at.isoformat())
