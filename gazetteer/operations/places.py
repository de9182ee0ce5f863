"""A place is registered with an approved name, and its record is corrected.

A new name takes its way through a naming case; registered here are names that an authority has
approved already (Regulation on Place Names, Arts 12 and 15): organ, document and day are asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from common.models import Source, bilingual
from gazetteer.domain.classes import attribute_schema, check_attributes, place_classes
from gazetteer.domain.readings import ReadingSource
from gazetteer.models import LegalCategory, NameKind, NameStatus, Place, PlaceName
from gazetteer.operations.override_finding import override_finding
from gazetteer.operations.spell import check_characters, hold_name, spell
from gazetteer.queries.naming_checks import CheckedRule, check_proposal
from gazetteer.queries.place_division import (
    NEAR_ENOUGH_M,
    division_of_shape,
    known_division,
    metres_outside,
)

# Automatic readings follow the rules of the category; approved and official ones stay.
AUTOMATIC = (ReadingSource.DICTIONARY, ReadingSource.OVERRIDE, ReadingSource.PROVISIONAL)
REGISTERED = {
    "key": "registered",
    "title_zh": "地名主管部门登记",
    "title_en": "Registered by the place-name authority",
}


class CannotRegister(Refusal):
    """The place cannot be registered so."""


class CannotEditPlace(Refusal):
    """The record cannot be changed so."""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What a form tells of a place. ``division_code`` "" is found from the geometry (CGCS2000)."""

    legal_category: str
    class_code: str
    geometry: GEOSGeometry | None
    division_code: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    source: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class ApprovedName:
    """A name and the act that made it a standard name.

    ``exception``: why it stands although a rule for naming refuses it, where one does.
    """

    text: str
    approved_by: str
    document: str
    approved_on: date | None
    document_page: str = ""
    reading: str = ""
    meaning: str = ""
    origin: str = ""
    history: str = ""
    exception: str = ""


@transaction.atomic
def create_place(*, by: Any, at: date, facts: PlaceFacts, name: ApprovedName) -> Place:
    """Register a place with the standard name that it has by an approval in the past.

    A name that a rule refuses stands only by ``name.exception``, which takes the role of who may
    let a name stand and is kept as an override of that rule.
    """
    code = _division(facts, at)
    require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    if facts.legal_category == LegalCategory.DIVISION:
        raise CannotRegister("Divisions come with an adjustment of divisions, not here.")
    _check_class(facts)
    text = "".join(name.text.split())
    approved_on = _approval(name, at)
    refused = _check_name(text, facts, code, at)
    if refused and not name.exception.strip():
        raise CannotRegister(refused[0].finding.message, **refused[0].values)
    place = Place(
        legal_category=facts.legal_category,
        class_code=facts.class_code,
        division_code=code,
        geometry=facts.geometry,
        description=facts.description.strip(),
        attributes=dict(facts.attributes),
        approximate=facts.approximate,
        source=_source(facts.source),
    )
    place.full_clean(exclude=["source"], validate_constraints=False)
    audit.record(
        by=by,
        operation="create_place",
        subject=place,
        jurisdiction=code,
        name=text,
        document=name.document.strip(),
        facts=_as_kept(place),
    )
    place.save(force_insert=True)
    row = PlaceName(
        place=place,
        text=text,
        kind=NameKind.STANDARD,
        status=NameStatus.STANDARD,
        period=DateRange(approved_on, None),
        approved_by=name.approved_by.strip(),
        document=name.document.strip(),
        document_page=name.document_page.strip(),
        approved_on=approved_on,
        meaning=name.meaning.strip(),
        origin=name.origin.strip(),
        history=name.history.strip(),
        source=place.source,
    )
    spell(row, place.legal_category, code, name.reading)
    row.full_clean(exclude=["place", "source"], validate_constraints=False)
    row.save()
    for each in refused:
        override_finding(
            by=by, subject=place, jurisdiction=code, checked=each, at=at, reason=name.exception
        )
    return place


@transaction.atomic
def edit_place(*, by: Any, place: Place, at: date, facts: PlaceFacts, reason: str) -> Place:
    """Correct the record of a place; its names are corrected on their own form."""
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    moved = not _same(place.geometry, facts.geometry)
    given = facts.division_code or ("" if moved else place.division_code)
    code = place.division_code
    if moved or given != place.division_code:
        code = _division(facts, at)
        require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    changed_category = facts.legal_category != place.legal_category
    if place.division_id is not None and (moved or changed_category or code != place.division_code):
        raise CannotEditPlace(
            "Position and category of a division change only with an adjustment of divisions."
        )
    if changed_category and facts.legal_category == LegalCategory.DIVISION:
        raise CannotEditPlace("Divisions come with an adjustment of divisions, not here.")
    _check_class(facts)
    before = _as_kept(place)
    place.legal_category, place.class_code = facts.legal_category, facts.class_code
    place.division_code, place.description = code, facts.description.strip()
    place.attributes = _unknown_to(before["class_code"], place.attributes) | dict(facts.attributes)
    place.approximate = facts.approximate
    if facts.source:
        place.source = _source(facts.source)
    if moved:
        place.geometry = facts.geometry
        # Somebody measured or drew it now: no longer the made-up position of before.
        place.synthetic = False
    place.full_clean(exclude=["source", "division", "merged_into"], validate_constraints=False)
    after = _as_kept(place)
    if before == after:
        raise CannotEditPlace("Nothing was changed.")
    audit.record(
        by=by,
        operation="edit_place",
        subject=place,
        jurisdiction=code,
        reason=reason.strip(),
        before={key: value for key, value in before.items() if after[key] != value},
        after={key: value for key, value in after.items() if before[key] != value},
    )
    place.save()
    if changed_category or code != before["division_code"]:
        _respell(place)
    return place


def _division(facts: PlaceFacts, at: date) -> str:
    """The code of the division, found from the shape or checked against it."""
    if facts.geometry is None and not facts.division_code:
        raise BadInput("Draw the position, or give the division where it is not known.")
    if not facts.division_code:
        found = division_of_shape(shape=facts.geometry, at=at)
        if not found.code:
            raise BadInput("The position lies in no division that is known on this day.")
        return found.code
    division = known_division(code=facts.division_code, at=at)
    if division is None:
        raise BadInput("“%(code)s” is no division on this day.", code=facts.division_code[:20])
    if facts.geometry is not None:
        outside = metres_outside(shape=facts.geometry, code=division.code, at=at)
        if outside > NEAR_ENOUGH_M:
            raise BadInput(
                "The position lies %(metres)d m outside %(division)s: correct it, or leave the "
                "division empty to have it found.",
                metres=round(outside),
                division=bilingual(division.name, division.name_en),
            )
    return str(division.code)


def _check_class(facts: PlaceFacts) -> None:
    if facts.legal_category not in LegalCategory.values:
        raise BadInput("The name needs a category.")
    row = place_classes().get(facts.class_code)
    if facts.class_code and row is None:
        raise BadInput("“%(code)s” is no class of GB/T 18521.", code=facts.class_code[:20])
    if row is not None and facts.legal_category not in row.legal:
        raise BadInput(
            "The class %(code)s does not go with this category by law.", code=facts.class_code
        )
    for fault in check_attributes(facts.class_code, dict(facts.attributes)):
        raise fault


def _unknown_to(class_code: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Attributes that no form shows (famous): they stay as they are."""
    known = attribute_schema(class_code)["properties"]
    return {key: value for key, value in attributes.items() if key not in known}


def _approval(name: ApprovedName, at: date) -> date:
    if not name.approved_by.strip() or not name.document.strip() or name.approved_on is None:
        raise CannotRegister(
            "A name becomes a standard name by approval: give the organ, the document and the "
            "day. A new name takes its way through a naming case."
        )
    if name.approved_on > at:
        raise CannotRegister("The day of the approval lies in the future.")
    return name.approved_on


def _check_name(text: str, facts: PlaceFacts, code: str, at: date) -> list[CheckedRule]:
    """What rules for naming refuse about the name; raises BadInput for what is no name."""
    check_characters(text, facts.legal_category)
    hold_name(text)
    checked = check_proposal(
        text=text,
        category=facts.legal_category,
        division_code=code,
        geometry=facts.geometry,
        at=at,
        details={**facts.attributes, "class_code": facts.class_code},
    )
    return [each for each in checked if each.blocks]


def _source(key: str) -> Source:
    if not key:
        return Source.objects.get_or_create(key=REGISTERED["key"], defaults=REGISTERED)[0]
    found = Source.objects.filter(key=key).first()
    if found is None:
        raise BadInput("“%(key)s” is no source of this system.", key=key[:40])
    return found


def _respell(place: Place) -> None:
    for name in place.names.filter(kind=NameKind.STANDARD, reading_source__in=AUTOMATIC):
        spell(name, place.legal_category, place.division_code)
        name.save()


def _same(before: GEOSGeometry | None, after: GEOSGeometry | None) -> bool:
    """Whether a shape is where it was, to a millimetre: forms write nine decimals."""
    if before is None or after is None:
        return before is after
    return bool(before.equals_exact(after, 1e-8))


def _shape_words(shape: GEOSGeometry | None) -> str:
    """WKT where it is short, else what it is with a digest that tells any two apart."""
    if shape is None:
        return ""
    if shape.num_coords <= 8:
        return str(shape.wkt)
    digest = hashlib.sha256(bytes(shape.wkb)).hexdigest()[:16]
    return f"{shape.geom_type} ({shape.num_coords}) {digest}"


def _as_kept(place: Place) -> dict[str, Any]:
    return {
        "category": str(place.legal_category),
        "class_code": place.class_code,
        "division_code": place.division_code,
        "geometry": _shape_words(place.geometry),
        "description": place.description,
        "attributes": place.attributes,
        "approximate": place.approximate,
        "source": place.source_id or "",
    }
