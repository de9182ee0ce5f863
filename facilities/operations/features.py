"""A facility changed by a program: the same act as on its page, with values as they are sent."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.scoping import within
from common.errors import BadInput, NotInScope
from common.features import Writer, sent_fields
from common.periods import parse_day
from facilities.domain.attributes import all_properties
from facilities.models import Facility, FacilityCategory
from facilities.operations.facilities import FacilityFacts, edit_facility, require_editable
from facilities.operations.lives import close_facility, open_facility

MAY_CHANGE = ("name", "category", "address", "operator", "beds", "approximate", *all_properties())
LONGEST = {"name": 120, "address": 200}
MOST_BEDS = 100_000


NEEDED, FIRST = ("name", "category"), ("valid_from",)
EMPTY = {
    "address": "",
    "operator": "",
    "beds": None,
    "approximate": False,
    **dict.fromkeys(all_properties()),
}


@transaction.atomic
def update_facility(
    *,
    by: Any,
    at: date,
    identity: str,
    check: Callable[[], None],
    properties: Mapping[str, Any],
    shape: tuple[float, float] | None,
    reason: str,
) -> None:
    """Change what is given, keep the rest. ``shape``: the new position in CGCS2000 degrees."""
    held = _held(by, at, identity)
    check()
    facts = _facts(sent_fields(properties, MAY_CHANGE), shape, held)
    edit_facility(by=by, at=at, facility=held, facts=facts, reason=reason)


def create_facility(
    *,
    by: Any,
    at: date,
    properties: Mapping[str, Any],
    shape: tuple[float, float] | None,
    reason: str,
) -> str:
    """Open one; ``valid_from`` is the day, else today, ``reason`` the document."""
    given = sent_fields(properties, (*MAY_CHANGE, *FIRST))
    since = given.pop("valid_from", "")
    if shape is None:
        raise BadInput("A facility has a position.")
    opened_on = parse_day(str(since or at.isoformat()))
    facts = _facts(given, shape, Facility(location=Point(*shape), attributes={}))
    made = open_facility(by=by, at=at, facts=facts, opened_on=opened_on, document=reason)
    return str(made.identity)


@transaction.atomic
def remove_facility(
    *, by: Any, at: date, identity: str, check: Callable[[], None], reason: str
) -> None:
    """Close it today; ``reason`` is the document. What it was stays on record."""
    held = _held(by, at, identity)
    check()
    close_facility(by=by, at=at, identity=held.identity, on=at, document=reason)


def _held(by: Any, at: date, identity: str) -> Facility:
    """The facility as it is today, locked; NotInScope, or a refusal of who may not edit it."""
    try:
        key = UUID(identity)
    except ValueError:
        raise NotInScope from None
    rows = within(Facility.objects.shown().select_for_update(of=("self",)), by).select_related(
        "category"
    )
    held: Facility | None = rows.on(at).filter(identity=key).first()
    if held is None:
        raise NotInScope
    require_editable(by=by, facility=held, at=at)
    return held


def _facts(
    properties: Mapping[str, Any], shape: tuple[float, float] | None, held: Facility
) -> FacilityFacts:
    lon, lat = shape or held.location.coords
    facts = FacilityFacts(
        name=_text(properties, "name", held.name),
        category=_category(properties, held.category_id or ""),
        address=_text(properties, "address", held.address),
        operator=_operator(properties, held.operator),
        beds=_beds(properties, held.beds),
        longitude=lon,
        latitude=lat,
        approximate=_truth(properties, "approximate", held.approximate),
        attributes=_attributes(properties, held.attributes),
    )
    if not facts.name:
        raise BadInput("A facility has a name.")
    return facts


def _text(properties: Mapping[str, Any], name: str, held: str) -> str:
    value = properties.get(name, held)
    if value is None:  # taken away
        return ""
    if not isinstance(value, str) or len(value) > LONGEST[name] or "\0" in value:
        raise BadInput("“%(name)s” is not a text that fits.", name=name)
    return value.strip()


def _truth(properties: Mapping[str, Any], name: str, held: bool) -> bool:
    value = properties.get(name, held)
    if value is None:  # taken away
        return False
    if not isinstance(value, bool):
        raise BadInput("“%(name)s” is not of the kind it has to be.", name=name)
    return value


def _attributes(properties: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded afterwards: null takes a value away."""
    known = all_properties()
    given = {k: _kept(known[k], value) for k, value in properties.items() if k in known}
    return {key: value for key, value in {**held, **given}.items() if value is not None}


def _kept(rule: Mapping[str, Any], value: Any) -> Any:
    """A list may be sent as the text of JSON that it is told as; 9.0 is the whole number 9."""
    if rule.get("type") == "array" and isinstance(value, str):
        with suppress(ValueError, RecursionError):
            return json.loads(value)
    return _counted(value) if rule.get("type") == "integer" else value


def _counted(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _category(properties: Mapping[str, Any], held: str) -> FacilityCategory:
    code = properties.get("category", held)
    if not isinstance(code, str):
        raise BadInput("“%(name)s” is not a text that fits.", name="category")
    found: FacilityCategory | None = FacilityCategory.objects.filter(code=code[:12]).first()
    if found is None:
        raise BadInput("There is no category “%(code)s” of facilities.", code=code[:20])
    return found


def _operator(properties: Mapping[str, Any], held: str) -> str:
    value = properties.get("operator", held)
    if value is None:  # taken away
        return ""
    if not isinstance(value, str) or value not in ("", *Facility.Operator.values):
        raise BadInput("“%(name)s” is not a text that fits.", name="operator")
    return value


def _beds(properties: Mapping[str, Any], held: int | None) -> int | None:
    value = _counted(properties.get("beds", held))
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_BEDS
    if value is not None and not fits:
        raise BadInput("Beds are a whole number, or null where unknown.")
    return value


WRITER = Writer(
    update=update_facility,
    create=create_facility,
    remove=remove_facility,
    needed=NEEDED,
    empty=EMPTY,
    first=FIRST,
)
