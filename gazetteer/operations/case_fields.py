"""What an application asks for is read and checked, field by field."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point

from boundaries.queries.divisions import division_at, get_division
from common.crs import CGCS2000
from common.errors import BadInput
from gazetteer.domain.approved import read_spelling
from gazetteer.domain.classes import place_classes
from gazetteer.models import ApprovalRule, CaseKind, LegalCategory, NamingCase
from gazetteer.operations.spell import check_characters
from gazetteer.queries.case_facts import approval_choices
from gazetteer.queries.naming_checks import FACTS

LONGEST = {"meaning": 4000, "position": 2000, "applicant": 100}
# Of a new place only: those of a place that exists are corrected on its own page.
OF_A_NEW_PLACE = ("category", "class_code", "division_code", "geometry")
FIELDS = (
    "text",
    "reading",
    *LONGEST,
    *OF_A_NEW_PLACE,
    "details",
    "wide_impact",
    "vanished",
    "rule",
)
IN_WORDS = ("city_size", "dialect", "class_code")


def apply_fields(case: NamingCase, fields: Mapping[str, Any], *, at: date) -> list[str]:
    """Set the fields on the case, checked; the names of those that changed."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise BadInput("A case has no field “%(field)s”.", field=min(unknown)[:40])
    values = dict(fields)
    if case.place is not None:
        values = {name: value for name, value in values.items() if name not in OF_A_NEW_PLACE}
    before = {name: getattr(case, name) for name in values}
    _set(case, values)
    if case.place is None:
        _check_new_place(case, at)
    _check_name(case)
    if case.rule is not None and case.rule not in approval_choices(case=case, at=at):
        raise BadInput("This approval rule is not for the category of the name.")
    return [name for name, value in before.items() if getattr(case, name) != value]


def _set(case: NamingCase, values: Mapping[str, Any]) -> None:
    for name, most in LONGEST.items():
        if name in values:
            text = str(values[name] or "").strip()
            if len(text) > most or "\x00" in text:
                raise BadInput(
                    "A text is too long: it may have at most %(most)d characters.", most=most
                )
            setattr(case, name, text)
    for name in ("text", "reading"):
        if name in values:
            text = str(values[name] or "")
            setattr(case, name, "".join(text.split()) if name == "text" else text.strip())
    for name in ("category", "class_code", "division_code"):
        if name in values:
            setattr(case, name, str(values[name] or "").strip())
    for name in ("wide_impact", "vanished"):
        if name in values:
            setattr(case, name, bool(values[name]))
    if "geometry" in values:
        case.geometry = _geometry(values["geometry"])
    if "details" in values:
        case.details = read_details(values["details"])
    if "rule" in values:
        case.rule = _rule(values["rule"])


def _geometry(value: Any) -> GEOSGeometry | None:
    """A geometry in CGCS2000 degrees, or (longitude, latitude)."""
    if value is None or value == "":
        return None
    if isinstance(value, GEOSGeometry):
        geometry = value.clone()
        geometry.srid = geometry.srid or CGCS2000
    else:
        geometry = Point(*map(float, value), srid=CGCS2000)
    west, south, east, north = geometry.extent
    if geometry.srid != CGCS2000 or not (-180 <= west <= east <= 180 and -90 <= south <= north):
        raise BadInput("Give the position as longitude, latitude: 113.324500, 23.129100.")
    if geometry.empty or not geometry.valid:
        raise BadInput("The shape is not valid: draw it without crossings.")
    return geometry


def read_details(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Figures that the rules for naming ask for: storeys, areas, lengths (empty ones left out)."""
    found: dict[str, Any] = {}
    for key, value in (given or {}).items():
        if key not in FACTS or key == "class_code":
            raise BadInput("A case has no field “%(field)s”.", field=str(key)[:40])
        if value is None or value == "":
            continue
        if isinstance(value, bool) or key in IN_WORDS:
            found[key] = value
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise BadInput("“%(value)s” is not a number.", value=str(value)[:40]) from None
        if not 0 <= number < 1e9:
            raise BadInput("“%(value)s” is not a number.", value=str(value)[:40])
        found[key] = int(number) if number.is_integer() else number
    return found


def _rule(value: Any) -> ApprovalRule | None:
    if value is None or value == "":
        return None
    if isinstance(value, ApprovalRule):
        return value
    found = ApprovalRule.objects.filter(pk=str(value)).first()
    if found is None:
        raise BadInput("This approval rule is not for the category of the name.")
    return found


def _check_new_place(case: NamingCase, at: date) -> None:
    if case.category not in LegalCategory.values:
        raise BadInput("Choose the category of the place (Regulation on Place Names, Art 3).")
    if case.class_code:
        known = place_classes().get(case.class_code)
        if known is None:
            raise BadInput("“%(code)s” is no class of GB/T 18521.", code=case.class_code[:10])
        if known.legal and case.category not in known.legal:
            raise BadInput("This class of GB/T 18521 does not belong to the category.")
    if not case.division_code and case.geometry is not None:
        inside = case.geometry.point_on_surface
        found = division_at(longitude=inside.x, latitude=inside.y, at=at)
        case.division_code = found.code if found else ""
    if not case.division_code:
        raise BadInput("Say in which division the place lies.")
    if get_division(code=case.division_code, at=at) is None:
        raise BadInput(
            "No division with the code %(code)s is known on this day.", code=case.division_code[:12]
        )


def _check_name(case: NamingCase) -> None:
    if not case.applicant:
        raise BadInput("Name the applicant.")
    if case.kind == CaseKind.ABOLITION:
        case.text = case.reading = ""
        return
    check_characters(case.text, case.category)
    if case.text == case.current_text:
        raise BadInput("The place has this name already.")
    if case.reading:
        case.reading = read_spelling(case.reading, name=case.text).toned
