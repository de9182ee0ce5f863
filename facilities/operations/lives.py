"""What happens to a facility, dated: opened, moved, changed, closed, another authority."""

from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability, roles_with
from accounts.domain.scope import any_covers
from accounts.models import Role
from accounts.scoping import require
from common.audit import record
from common.errors import BadInput, NotPermitted, Refusal
from facilities.domain.attributes import BUILDING_ON, PLANNED_ON
from facilities.models import (
    CategoryAuthority,
    Facility,
    FacilityCategory,
    FacilityOccupancy,
)
from facilities.operations.facilities import FacilityFacts, fill, require_ours, require_there

Change = Facility.Change


class NotInService(Refusal):
    template = "The facility is not in service on %(day)s: nothing can change on that day."


class BegunThatDay(Refusal):
    template = "What the facility is began on %(day)s: only a later day can end it."


class ChangedLater(Refusal):
    template = (
        "The record of the facility has changed on %(day)s: what happens on an earlier day cannot "
        "be put before it."
    )


class NotYet(BadInput):
    template = "%(day)s lies in the future: record what has happened."


class NothingChanges(BadInput):
    template = "Nothing differs from what is on record: there is no change to record."


class AuthorityLater(Refusal):
    template = "An authority is recorded from %(day)s on already: only a later day can follow."


@transaction.atomic
def open_facility(
    *, by: Any, at: date, facts: FacilityFacts, opened_on: date, document: str
) -> Facility:
    """A facility comes into service (or will, on a day to come, while it is planned or built).

    Raises :class:`PositionElsewhere` or NotPermitted, :class:`CannotEditFacility`, BadInput,
    :class:`AttributeFault`.
    """
    key = uuid4()
    made = Facility(
        pk=key,
        identity=key,
        period=DateRange(opened_on, None),
        begun_by=Change.OPENED,
        document=document,
    )
    fill(made, facts, at=at)
    require_there(by=by, code=made.division_code)
    require_ours(facts.category, at)
    made.save(force_insert=True)
    _told("open_facility", by, made, opened_on)
    return made


@transaction.atomic
def change_facility(
    *,
    by: Any,
    at: date,
    identity: UUID,
    change: str,
    facts: FacilityFacts,
    on: date,
    document: str,
) -> Facility:
    """From a day on the facility is another: it has moved, has other beds, name or operator.

    The state before ends there and is kept. ``at`` is today. Raises NotInScope or NotPermitted,
    :class:`PositionElsewhere`, :class:`CannotEditFacility`, :class:`NotInService`,
    :class:`BegunThatDay`, :class:`ChangedLater`, :class:`NotYet`, :class:`NothingChanges`,
    BadInput.
    """
    held = _state(by, identity, on, at)
    follower = replace_state(held)
    fill(follower, facts, at=at)
    require_there(by=by, code=follower.division_code)
    require_ours(facts.category, at)
    if not _differs(held, follower):
        raise NothingChanges
    until = held.period.upper
    held.period = DateRange(held.period.lower, on)
    held.save(update_fields=["period"])
    follower.period = DateRange(on, until)
    follower.begun_by, follower.document = change, document
    follower.save(force_insert=True)
    _told("change_facility", by, follower, on, change=change)
    return follower


@transaction.atomic
def close_facility(*, by: Any, at: date, identity: UUID, on: date, document: str) -> Facility:
    """The facility is out of service from the day on. Raises as :func:`change_facility`."""
    held = _state(by, identity, on, at)
    held.period = DateRange(held.period.lower, on)
    held.save(update_fields=["period"])
    _told("close_facility", by, held, on, reason=document)
    return held


@transaction.atomic
def count_occupancy(
    *, by: Any, at: date, identity: UUID, counted_on: date, occupied: int
) -> FacilityOccupancy:
    """How many beds were taken on a day; a second count of the same day replaces the first.

    Raises NotInScope or NotPermitted, :class:`CannotEditFacility`, :class:`NotInService`,
    :class:`NotYet`, BadInput where there were not so many beds.
    """
    if counted_on > at:
        raise NotYet(day=counted_on.isoformat())
    held = Facility.objects.on(counted_on).filter(identity=identity).first()
    if held is None:
        raise NotInService(day=counted_on.isoformat())
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[held.division_code])
    require_ours(held.category, at)
    refuse_too_many(occupied, held.beds)
    counted, _made = FacilityOccupancy.objects.update_or_create(
        identity=identity, counted_on=counted_on, defaults={"occupied": occupied}
    )
    _told("count_occupancy", by, held, counted_on, occupied=occupied)
    return counted


def refuse_too_many(occupied: int, beds: int | None) -> None:
    if occupied < 0 or (beds is not None and occupied > beds):
        raise BadInput(
            "%(occupied)d occupied beds are more than the %(beds)s that there were on the day.",
            occupied=occupied,
            beds=beds or 0,
        )


@transaction.atomic
def change_authority(
    *, by: Any, category: FacilityCategory, on: date, authority: str, english: str, document: str
) -> CategoryAuthority:
    """Another authority is competent for a category from a day on; the one before ends there.

    Raises NotPermitted for who does not edit the whole jurisdiction of this installation,
    :class:`AuthorityLater`, :class:`NothingChanges`, BadInput without a name.
    """
    require_for_all(by=by)
    if not authority.strip():
        raise BadInput("Say which authority is competent.")
    last = category.authorities.select_for_update().order_by("-period").first()
    if last is not None:
        if last.period.lower is not None and last.period.lower >= on:
            raise AuthorityLater(day=last.period.lower.isoformat())
        if last.authority_zh == authority.strip():
            raise NothingChanges
        last.period = DateRange(last.period.lower, on)
        last.save(update_fields=["period"])
    made = CategoryAuthority.objects.create(
        category=category,
        authority_zh=authority.strip(),
        authority_en=english.strip(),
        document=document,
        period=DateRange(on, None),
    )
    record(
        by=by,
        operation="change_authority",
        subject=made,
        jurisdiction=settings.HOME_JURISDICTION,
        category=category.code,
        on=on.isoformat(),
    )
    return made


def require_for_all(*, by: Any) -> None:
    """A category is everybody's: only who edits all of its facilities changes it."""
    allowed = by.jurisdictions_for(Capability.EDIT_FACILITY)
    if not any_covers(allowed, settings.HOME_JURISDICTION):
        names = [str(Role(role).label) for role in roles_with(Capability.EDIT_FACILITY)]
        raise NotPermitted(role=_(" or ").join(names))


def replace_state(held: Facility) -> Facility:
    """The same facts as another state; since when it was planned belongs to the first alone."""
    kept = {each.attname: getattr(held, each.attname) for each in held._meta.concrete_fields}
    made = Facility(**kept | {"id": uuid4()})
    made.attributes = {
        key: value for key, value in held.attributes.items() if key not in (PLANNED_ON, BUILDING_ON)
    }
    return made


def facts_of(held: Facility, **changed: Any) -> FacilityFacts:
    """What is on record, as facts, with some of them changed."""
    known: dict[str, Any] = {
        "footprint": None,
        "longitude": held.location.x,
        "latitude": held.location.y,
        "attributes": {
            key: value
            for key, value in held.attributes.items()
            if key not in (PLANNED_ON, BUILDING_ON)
        },
    }
    names = [each.name for each in fields(FacilityFacts) if each.name not in known]
    facts = FacilityFacts(**known, **{name: getattr(held, name) for name in names})
    return replace(facts, **changed)


def _state(by: Any, identity: UUID, on: date, at: date) -> Facility:
    """The state that a change ends, locked."""
    if on > at:
        raise NotYet(day=on.isoformat())
    rows = Facility.objects.select_for_update().filter(identity=identity).order_by("-period")
    states = list(rows)
    codes = [row.division_code for row in states[:1]]
    require(by=by, capability=Capability.EDIT_FACILITY, codes=codes)
    require_ours(states[0].category, at)
    held = next((row for row in states if on in row.period), None)
    if held is None:
        raise NotInService(day=on.isoformat())
    if held.pk != states[0].pk:
        raise ChangedLater(day=states[0].period.lower.isoformat())
    if held.period.lower == on:
        raise BegunThatDay(day=on.isoformat())
    return held


def _differs(held: Facility, follower: Facility) -> bool:
    names = ("name", "category_id", "address", "operator", "beds", "approximate", "attributes")
    before = {PLANNED_ON, BUILDING_ON}
    if any(getattr(held, n) != getattr(follower, n) for n in names if n != "attributes"):
        return True
    known = {key: value for key, value in held.attributes.items() if key not in before}
    if (held.footprint and held.footprint.wkb) != (follower.footprint and follower.footprint.wkb):
        return True
    return known != follower.attributes or not held.location.equals_exact(follower.location, 1e-7)


def _told(
    operation: str, by: Any, row: Facility, on: date, *, reason: str = "", **more: Any
) -> None:
    record(
        by=by,
        operation=operation,
        subject=row,
        jurisdiction=row.division_code,
        reason=reason or row.document,
        on=on.isoformat(),
        identity=str(row.identity),
        **more,
    )
