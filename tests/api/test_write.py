"""Part 4: a program changes a facility as its page does, and overwrites nobody's work."""

import json
from typing import Any

import pytest
from django.test import Client

from common.models import AuditEntry
from facilities.models import Facility

DISTRICT = "440106"


@pytest.fixture
def facility(demo: Any) -> Facility:
    found = Facility.objects.filter(
        division_code__startswith=DISTRICT, category_id="FAM-CTR"
    ).first()
    assert found is not None
    return found


@pytest.fixture
def planner(key_of: Any, demo: Any) -> Client:
    return Client(headers={"Authorization": f"Bearer {key_of('planner', DISTRICT, writes=True)}"})


def address(facility: Facility) -> str:
    return f"/ogc/collections/facilities/items/{facility.pk}"


def patch(client: Client, facility: Facility, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.patch(
        address(facility), text, content_type="application/merge-patch+json", headers=headers
    )


class TestChange:
    def test_writes_what_is_given_and_an_audit_line(
        self, planner: Client, facility: Facility
    ) -> None:
        tag = planner.get(address(facility))["ETag"]
        body = {"properties": {"name": "天河区试验中心", "beds": 12}}
        response = patch(planner, facility, body, **{"If-Match": tag})
        assert response.status_code == 204, response.content
        facility.refresh_from_db()
        assert (facility.name, facility.beds) == ("天河区试验中心", 12)
        assert response["ETag"] == planner.get(address(facility))["ETag"] != tag
        assert AuditEntry.objects.filter(
            operation="edit_facility", subject_id=str(facility.pk)
        ).exists()

    def test_attributes_are_properties_and_null_takes_one_away(
        self, planner: Client, facility: Facility
    ) -> None:
        Facility.objects.filter(pk=facility.pk).update(attributes={"level": "street"})
        tag = planner.get(address(facility))["ETag"]
        change = {"staff_total": 9, "client_groups": ["elders"], "level": None}
        response = patch(planner, facility, {"properties": change}, **{"If-Match": tag})
        assert response.status_code == 204, response.content
        facility.refresh_from_db()
        assert facility.attributes == {"staff_total": 9, "client_groups": ["elders"]}
        told = planner.get(address(facility)).json()["properties"]
        assert (told["staff_total"], told["level"]) == (9, None)
        tag = planner.get(address(facility))["ETag"]
        response = patch(
            planner, facility, {"properties": {"staff_total": "many"}}, **{"If-Match": tag}
        )
        assert response.status_code == 400

    def test_does_not_overwrite_what_changed_meanwhile(
        self, planner: Client, facility: Facility
    ) -> None:
        tag = planner.get(address(facility))["ETag"]
        Facility.objects.filter(pk=facility.pk).update(address="别处")
        body = {"properties": {"name": "另一名称"}}
        assert patch(planner, facility, body, **{"If-Match": tag}).status_code == 412
        assert patch(planner, facility, body).status_code == 428

    def test_takes_positions_in_the_system_that_they_say(
        self, planner: Client, facility: Facility
    ) -> None:
        lon, lat = facility.location.coords
        geometry = {"type": "Point", "coordinates": [lat, lon]}
        crs = "<http://www.opengis.net/def/crs/EPSG/0/4490>"
        told = {"If-Match": "*", "Content-Crs": crs}
        assert patch(planner, facility, {"geometry": geometry}, **told).status_code == 204
        facility.refresh_from_db()
        assert facility.location.coords == pytest.approx((lon, lat))

    def test_is_refused_to_others(
        self, key_of: Any, program: Client, facility: Facility, client_as: Any
    ) -> None:
        body = {"properties": {"name": "另一名称"}}
        assert patch(program, facility, body, **{"If-Match": "*"}).status_code == 403
        for role, jurisdiction, status in (
            ("viewer", DISTRICT, 403),
            ("planner", "440104", 404),
        ):
            key = key_of(role, jurisdiction, writes=True)
            client = Client(headers={"Authorization": f"Bearer {key}"})
            assert patch(client, facility, body, **{"If-Match": "*"}).status_code == status
        cookie = client_as("planner", DISTRICT)
        assert patch(cookie, facility, body, **{"If-Match": "*"}).status_code == 403

    @pytest.mark.parametrize(
        "body",
        [
            "{",
            "[]",
            {"properties": {"id": 1}},
            {"properties": {"beds": -1}},
            {"properties": {"name": ""}},
            {"properties": {"category": "x"}},
            {"properties": {"operator": "x"}},
            {"geometry": {"type": "Point", "coordinates": []}},
            {"geometry": {"type": "Polygon", "coordinates": []}},
            {"geometry": {"type": "Point", "coordinates": [1, 1]}},
        ],
    )
    def test_bad_input_is_told(self, planner: Client, facility: Facility, body: Any) -> None:
        response = patch(planner, facility, body, **{"If-Match": "*"})
        assert response.status_code == 400, response.content
        assert response["Content-Type"] == "application/problem+json"

    def test_other_collections_are_read_only(self, planner: Client) -> None:
        response = planner.delete(f"/ogc/collections/divisions/items/{DISTRICT}")
        assert response.status_code == 405
