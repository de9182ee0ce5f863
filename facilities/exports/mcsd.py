"""Facilities as the resources of IHE mCSD (Mobile Care Services Discovery) in HL7 FHIR R4.

A facility is a pair: a Location (where) and the Organization that works there (who), with the same
id. Contacts are never among the telecoms: they are read for a purpose only. Positions are WGS 84,
which FHIR asks for; CGCS2000 differs from it by centimetres.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from facilities.domain.attributes import Stage
from facilities.models import Facility

PROFILES = "https://profiles.ihe.net/ITI/mCSD/StructureDefinition/"
KINDS = "https://profiles.ihe.net/ITI/mCSD/CodeSystem/IHE.mCSD.Organization.Location.Types"
PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
BOUNDARY = "http://hl7.org/fhir/StructureDefinition/location-boundary-geojson"
# What is made up is marked as what the standard calls test data.
TEST_DATA = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
FHIR_JSON = "application/fhir+json"
Resource = dict[str, Any]


def location(facility: Facility, stage: Stage | None, *, base: str) -> Resource:
    """``base``: the absolute address of this installation without a slash at its end."""
    key = str(facility.identity)
    extensions = []
    if facility.footprint is not None:
        shape = {"type": "MultiPolygon", "coordinates": facility.footprint.coords}
        data = base64.b64encode(json.dumps(shape).encode()).decode("ascii")
        attachment = {"contentType": "application/geo+json", "data": data}
        extensions.append({"url": BOUNDARY, "valueAttachment": attachment})
    if facility.beds is not None:
        url = f"{base}/fhir/StructureDefinition/beds"
        extensions.append({"url": url, "valueUnsignedInt": facility.beds})
    return _without_empty(
        {
            "resourceType": "Location",
            "id": key,
            "meta": _meta(facility, "IHE.mCSD.FacilityLocation", base),
            "extension": extensions,
            "identifier": _identifiers(facility, base),
            "status": "active" if stage == Stage.IN_SERVICE else "inactive",
            "name": facility.name,
            "description": "" if stage == Stage.IN_SERVICE or stage is None else str(stage),
            "mode": "instance",
            "type": _types(facility, base),
            "address": _address(facility),
            "physicalType": _physical(facility),
            "position": {
                "longitude": round(facility.location.x, 7),
                "latitude": round(facility.location.y, 7),
            },
            "managingOrganization": {"reference": f"Organization/{key}"},
            "availabilityExceptions": facility.attributes.get("opening_hours", ""),
        }
    )


def organization(facility: Facility, stage: Stage | None, *, base: str) -> Resource:
    return _without_empty(
        {
            "resourceType": "Organization",
            "id": str(facility.identity),
            "meta": _meta(facility, "IHE.mCSD.FacilityOrganization", base),
            "identifier": _identifiers(facility, base),
            "active": stage == Stage.IN_SERVICE,
            "type": _types(facility, base),
            "name": facility.name,
            "address": [address] if (address := _address(facility)) else [],
        }
    )


def bundle(
    resources: Sequence[Resource], *, total: int, base: str, links: Mapping[str, str]
) -> Resource:
    """A page of what a search found; ``links``: relation (self, next) → address."""
    return _without_empty(
        {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": total,
            "link": [{"relation": name, "url": url} for name, url in links.items()],
            "entry": [
                {
                    "fullUrl": f"{base}/fhir/{each['resourceType']}/{each['id']}",
                    "resource": each,
                    "search": {"mode": "match"},
                }
                for each in resources
            ],
        }
    )


def outcome(code: str, text: str) -> Resource:
    """Why nothing is answered: a code of FHIR's issue types and a sentence for people."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability(*, base: str, day: str, searches: Mapping[str, Mapping[str, str]]) -> Resource:
    """What this server can do; ``searches``: resource → parameter → its type."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": day,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "implementation": {"description": "Diming", "url": f"{base}/fhir"},
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": name,
                        "supportedProfile": [f"{PROFILES}IHE.mCSD.Facility{name}"],
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [
                            {"name": key, "type": kind} for key, kind in parameters.items()
                        ],
                    }
                    for name, parameters in searches.items()
                ],
            }
        ],
    }


def _meta(facility: Facility, profile: str, base: str) -> Resource:
    tags = [TEST_DATA] if facility.synthetic else []
    if facility.approximate:
        tags.append({"system": f"{base}/fhir/CodeSystem/marks", "code": "approximate"})
    return {"profile": [PROFILES + profile], "tag": tags}


def _identifiers(facility: Facility, base: str) -> list[Resource]:
    found = [{"use": "official", "system": f"{base}/id/facility", "value": str(facility.identity)}]
    licence = facility.attributes.get("licence_document")
    if licence:
        found.append({"type": {"text": "licence"}, "value": licence})
    return found


def _types(facility: Facility, base: str) -> list[Resource]:
    category = facility.category
    own = {
        "system": f"{base}/fhir/CodeSystem/facility-category",
        "code": category.code,
        "display": category.name_en,
    }
    return [
        {"coding": [{"system": KINDS, "code": "facility", "display": "Facility"}]},
        {"coding": [own], "text": category.name_zh},
    ]


def _address(facility: Facility) -> Resource:
    parts = {"text": facility.address, "district": facility.division_code}
    return {"use": "work", "type": "physical", "country": "CN", **parts}


def _physical(facility: Facility) -> Resource:
    code, display = ("si", "Site") if facility.footprint is not None else ("bu", "Building")
    return {"coding": [{"system": PHYSICAL, "code": code, "display": display}]}


def _without_empty(value: Any) -> Any:
    """FHIR allows no empty text, list or object: what is unknown is absent."""
    if isinstance(value, dict):
        kept = {key: _without_empty(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in ("", None, [], {})}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value
