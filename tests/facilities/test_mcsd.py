"""The directory of care services, read by the models of FHIR R4B themselves."""

import base64
import json
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.urls import reverse
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.location import Location
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.organization import Organization

from accounts.models import User
from facilities.models import Facility
from facilities.operations.contacts import write_contact

pytestmark = pytest.mark.usefixtures("demo")
DAY = "2024-05-01"
MODELS = {"Location": Location, "Organization": Organization}


@pytest.fixture
def client(client_as):
    return client_as("viewer", "4401", language="en")


@pytest.fixture
def home():
    rows = Facility.objects.on(date(2024, 5, 1)).filter(category="ELD-INST", beds__isnull=False)
    return rows.order_by("pk").first()


def get(client, path, answer=200, **query):
    response = client.get(f"/fhir/{path}", {"at": DAY, **query})
    assert response.status_code == answer, response.content
    assert response["Content-Type"] == "application/fhir+json"
    return json.loads(response.content)


class TestResources:
    @pytest.mark.parametrize("kind", MODELS)
    def test_every_facility_is_a_valid_resource(self, client, kind):
        found = get(client, kind, _count="1000")
        Bundle.model_validate(found)
        for entry in found["entry"]:
            MODELS[kind].model_validate(entry["resource"])
            assert entry["fullUrl"].endswith(f"/fhir/{kind}/{entry['resource']['id']}")
        assert found["total"] == len(found["entry"]) == Facility.objects.count()

    def test_a_location_follows_the_profile_of_facilities(self, client, home):
        found = get(client, f"Location/{home.identity}")
        Location.model_validate(found)
        assert found["meta"]["profile"][0].endswith("IHE.mCSD.FacilityLocation")
        codes = [coding["code"] for each in found["type"] for coding in each["coding"]]
        assert codes == ["facility", "ELD-INST"]
        assert found["status"] == "active" and found["name"] == home.name
        assert found["position"]["longitude"] == pytest.approx(home.location.x, abs=1e-6)
        assert found["managingOrganization"]["reference"] == f"Organization/{home.identity}"
        beds = {each["url"].split("/")[-1]: each for each in found["extension"]}["beds"]
        assert beds["valueUnsignedInt"] == home.beds
        assert {tag["code"] for tag in found["meta"]["tag"]} == {"HTEST", "approximate"}

    def test_the_organization_exists(self, client, home):
        found = get(client, f"Organization/{home.identity}")
        Organization.model_validate(found)
        assert found["active"] is True and "telecom" not in found

    def test_a_footprint_is_told_as_its_boundary(self, client, home):
        x, y = home.location.coords
        shape = MultiPolygon(Polygon.from_bbox((x, y, x + 0.001, y + 0.001)), srid=4490)
        Facility.objects.filter(pk=home.pk).update(footprint=shape)
        found = get(client, f"Location/{home.identity}")
        Location.model_validate(found)
        told = found["extension"][0]["valueAttachment"]["data"]
        assert json.loads(base64.b64decode(told))["type"] == "MultiPolygon"

    def test_contacts_are_never_told(self, client, home):
        planner = User.objects.get(username="planner")
        write_contact(by=planner, facility=home, person="联系人甲", phone="020-00000000")
        for kind in MODELS:
            assert "联系人甲" not in json.dumps(
                get(client, f"{kind}/{home.identity}"), ensure_ascii=False
            )

    def test_one_that_is_closed_or_planned_is_inactive(self, client, home):
        Facility.objects.filter(pk=home.pk).update(period=(date(2023, 6, 30), date(2024, 1, 1)))
        assert get(client, f"Location/{home.identity}")["status"] == "inactive"
        planned = Facility.objects.get(name="花都区新建养老院")
        assert get(client, f"Location/{planned.identity}")["status"] == "inactive"


class TestSearch:
    def ids(self, found):
        return {entry["resource"]["id"] for entry in found.get("entry", [])}

    def expected(self, **filters):
        rows = Facility.objects.filter(**filters)
        return {str(key) for key in rows.values_list("identity", flat=True)}

    def test_by_type_status_and_district(self, client):
        asked = {"type": "ELD-INST", "status": "active", "address-district": "440106"}
        found = get(client, "Location", _count="1000", **asked)
        rows = Facility.objects.on(date(2024, 5, 1)).within("440106").filter(category="ELD-INST")
        assert self.ids(found) == {str(row.identity) for row in rows}

    def test_by_name_identifier_and_id(self, client, home):
        for asked in (
            {"name:exact": home.name},
            {"_id": str(home.identity)},
            {"identifier": f"http://testserver/id/facility|{home.identity}"},
        ):
            assert str(home.identity) in self.ids(get(client, "Location", **asked))
        assert not self.ids(get(client, "Location", identifier=f"urn:x|{home.identity}"))
        assert self.ids(get(client, "Location", name=home.name[:2]))

    def test_near_a_point_the_nearest_first(self, client, home):
        x, y = home.location.coords
        found = get(client, "Location", near=f"{y}|{x}|2|km")
        assert found["entry"][0]["resource"]["id"] == str(home.identity)
        assert found["total"] < Facility.objects.count()

    def test_pages_follow_each_other_and_hold_everything_once(self, client):
        seen, url = [], "/fhir/Location?_count=20&at=" + DAY
        while url:
            page = json.loads(client.get(url).content)
            Bundle.model_validate(page)
            seen += [entry["resource"]["id"] for entry in page["entry"]]
            url = next((each["url"] for each in page["link"] if each["relation"] == "next"), "")
        assert len(seen) == len(set(seen)) == Facility.objects.count()

    @pytest.mark.parametrize(
        "asked",
        [
            {"colour": "red"},
            {"name:missing": "true"},
            {"status": "gone"},
            {"near": "north"},
            {"near": "23|113|900|km"},
            {"_count": "-1"},
        ],
    )
    def test_what_is_not_understood_is_refused_in_fhir(self, client, asked):
        OperationOutcome.model_validate(get(client, "Location", 400, **asked))

    def test_an_unknown_one_is_not_found_in_fhir(self, client):
        OperationOutcome.model_validate(get(client, f"Location/{uuid4()}", 404))

    def test_takes_few_queries(self, client, django_assert_max_num_queries):
        get(client, "Location")
        with django_assert_max_num_queries(6):
            get(client, "Location", _count="1000")


class TestAround:
    def test_the_server_says_what_it_can(self, client):
        found = get(client, "metadata")
        CapabilityStatement.model_validate(found)
        assert {each["type"] for each in found["rest"][0]["resource"]} == set(MODELS)

    def test_the_lasting_address_leads_here_where_fhir_is_asked(self, client, home):
        response = client.get(
            f"/id/facility/{home.identity}?at={DAY}", headers={"Accept": "application/fhir+json"}
        )
        assert response.status_code == 303
        assert f"/fhir/Location/{home.identity}" in response["Location"]

    def test_the_list_offers_what_it_shows(self, client):
        url = reverse("facilities:facilities")
        page = client.get(url, {"category": "ELD-DAY", "at": DAY})
        found = json.loads(client.get(page.context["mcsd_url"]).content)
        assert found["total"] == page.context["counts"].facilities
