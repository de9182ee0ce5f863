"""The access table's rows of what happens to facilities: recorded by planners of the area."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, Route

EDIT = Capability.EDIT_FACILITY


def _facility() -> Mapping[str, Any]:
    """A family centre of the district that is in service."""
    from facilities.models import Facility

    rows = Facility.objects.on(date(2026, 1, 1)).within(DISTRICT)
    return {"pk": rows.filter(category="FAM-CTR", period__endswith=None).first().identity}


def _resource() -> Mapping[str, Any]:
    return {"key": _facility()["pk"]}


def _category() -> Mapping[str, Any]:
    return {"code": "CHAR-SHOP"}


_DATED = {"on": "2026-02-01", "document": "测试"}
FACILITIES = [
    Route("facilities:register_word"),
    Route("facilities:register_map"),
    Route("facilities:fhir_metadata", signed_out=401),
    Route("facilities:fhir_locations", signed_out=401),
    Route("facilities:fhir_organizations", signed_out=401),
    Route("facilities:fhir_location", kwargs=_resource, signed_out=401),
    Route("facilities:fhir_organization", kwargs=_resource, signed_out=401),
    Route("facilities:facility_new", needs=EDIT),
    Route("facilities:facility_change", kwargs=_facility, needs=EDIT, outside=404),
    Route("facilities:facility_close", kwargs=_facility, needs=EDIT, outside=404),
    Route("facilities:facility_link", kwargs=_facility, needs=EDIT, outside=404),
    Route(
        "facilities:facility_link",
        method="POST",
        kwargs=_facility,
        data={"role": "place", "place": ""},
        needs=EDIT,
        ok=302,
        outside=404,
    ),
    Route(
        "facilities:facility_close",
        method="POST",
        kwargs=_facility,
        data=_DATED,
        needs=EDIT,
        ok=302,
        outside=404,
    ),
    Route("facilities:facility_count", kwargs=_facility, needs=EDIT, outside=404),
    Route(
        "facilities:facility_count",
        method="POST",
        kwargs=_facility,
        data={"counted_on": "2026-02-01", "occupied": "3"},
        needs=EDIT,
        ok=302,
        outside=404,
    ),
    Route("facilities:facility_contact", kwargs=_facility, needs=EDIT, outside=404),
    # Of the whole jurisdiction: nobody of a single district (test_lives.py).
    Route("facilities:authority_new", kwargs=_category, needs=EDIT, ok=403),
]
