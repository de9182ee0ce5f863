"""Part 4: a program changes a facility as its page does, and overwrites nobody's work."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.models import Marker
from common.models import AuditEntry
from facilities.models import Facility
from gazetteer.models import Place
from signage.models import Sign

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


class TestSecrecy:
    @pytest.mark.parametrize("role", ["sign_inspector", "viewer"])
    @pytest.mark.parametrize("method", ["patch", "put"])
    def test_a_hidden_sign_is_as_one_that_is_not_there(
        self, key_of: Any, demo: Any, method: str, role: str
    ) -> None:
        sign = Sign.objects.filter(place__isnull=False, division_code__startswith=DISTRICT)[0]
        Place.objects.filter(pk=sign.place_id).update(secrecy="secret")
        key = key_of(role, DISTRICT, writes=True)
        client = Client(headers={"Authorization": f"Bearer {key}"})
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [113.33, 23.13]},
            "properties": {"class": "STREET", "sign_state": "standing", "managed_by": "civil"},
        }
        answers = []
        for number in (sign.number, "NOT-THERE"):
            response = getattr(client, method)(
                f"/ogc/collections/signs/items/{number}",
                json.dumps(feature),
                content_type="application/geo+json",
                headers={"If-Match": '"x"'},
            )
            answers.append((response.status_code, response.content))
        assert answers[0] == answers[1] and answers[0][0] == 404


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

    def test_refuses_the_null_character(self, planner: Client, facility: Facility) -> None:
        tag = planner.get(address(facility))["ETag"]
        response = patch(planner, facility, {"properties": {"name": "a\0"}}, **{"If-Match": tag})
        assert response.status_code == 400, response.content

    @pytest.mark.parametrize(
        ("collection", "properties"),
        [
            ("signs", {"responsible_body": ["天河区民政局"]}),
            ("signs", {"responsible_body": {"name": "天河区民政局"}}),
            ("signs", {"hanzi": True}),
            ("signs", {"installed_on": 5}),
            ("markers", {"set_on": 2.5}),
            ("markers", {"approximate": "no"}),
            ("markers", {"note": ["甲"]}),
            ("facilities", {"approximate": "no"}),
            ("facilities", {"name": ["甲"]}),
            ("facilities", {"operator": []}),
        ],
    )
    def test_refuses_a_value_of_another_kind(
        self, key_of: Any, demo: Any, collection: str, properties: dict[str, Any]
    ) -> None:
        role = {"signs": "sign_inspector", "markers": "boundary_inspector"}.get(
            collection, "planner"
        )
        key = key_of(role, DISTRICT, writes=True)
        client = Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})
        held = {
            "signs": lambda: Sign.objects.filter(division_code__startswith=DISTRICT)[0].number,
            "markers": lambda: Marker.objects.filter(code_a__startswith=DISTRICT)[0].number,
            "facilities": lambda: Facility.objects.filter(division_code__startswith=DISTRICT)[0].pk,
        }[collection]()
        here = f"/ogc/collections/{collection}/items/{held}"
        answer = client.patch(
            here,
            json.dumps({"properties": properties}),
            content_type="application/merge-patch+json",
            headers={"If-Match": client.get(here)["ETag"]},
        )
        assert answer.status_code == 400, answer.content
        assert next(iter(properties)) in answer.json()["detail"]

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

    @pytest.mark.parametrize("code", [3857, 4490, 4547])
    def test_knows_what_was_read_in_another_system(
        self, planner: Client, facility: Facility, code: int
    ) -> None:
        crs = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
        tag = planner.get(f"{address(facility)}?crs={crs}")["ETag"]
        body = {"properties": {"name": "另一名称"}}
        assert patch(planner, facility, body, **{"If-Match": tag}).status_code == 204
        assert patch(planner, facility, body, **{"If-Match": tag}).status_code == 412

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
            {"properties": []},
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

    @pytest.mark.parametrize(
        ("media", "body", "status"),
        [
            ("application/json-patch+json", "{}", 415),
            ("text/xml", "{}", 415),
            ("", "{}", 415),
            ("application/geo+json; charset=utf-8", "{}", 204),
            ("application/json", " " * 1_000_001, 413),
        ],
    )
    def test_reads_geojson_of_a_megabyte(
        self, planner: Client, facility: Facility, media: str, body: str, status: int
    ) -> None:
        asked = {"content_type": media, "headers": {"If-Match": "*"}}
        assert planner.patch(address(facility), body, **asked).status_code == status

    def test_other_collections_are_read_only(self, planner: Client) -> None:
        response = planner.delete(f"/ogc/collections/divisions/items/{DISTRICT}")
        assert response.status_code == 405


def key_client(key: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"})


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return client.generic(
        method, path, json.dumps(body or {}), content_type="application/geo+json", headers=headers
    )


class TestFacilitiesCome:
    ITEMS = "/ogc/collections/facilities/items"

    def test_and_go_and_stay_on_record(self, planner: Client, facility: Facility) -> None:
        lon, lat = facility.location.coords
        body = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"name": "试验日间照料中心", "category": "ELD-DAY", "beds": 5,
                           "valid_from": "2024-06-01"},
        }  # fmt: skip
        made = send(planner, "POST", self.ITEMS, body, **{"X-Reason": "试验文件"})
        assert made.status_code == 201, made.content
        path = made["Location"].removeprefix("http://testserver")
        told = planner.get(path)
        assert told.json()["properties"]["valid_from"] == "2024-06-01"
        whole = {**body, "properties": {"name": "试验中心", "category": "ELD-DAY"}}
        replaced = send(planner, "PUT", path, whole, **{"If-Match": told["ETag"]})
        assert replaced.status_code == 204, replaced.content
        assert planner.get(path).json()["properties"]["beds"] is None
        assert send(planner, "DELETE", path, **{"If-Match": told["ETag"]}).status_code == 412
        assert send(planner, "DELETE", path, **{"If-Match": replaced["ETag"]}).status_code == 204
        assert planner.get(path).status_code == 404
        assert planner.get(f"{path}?datetime=2024-07-01").status_code == 200

    @pytest.mark.parametrize(
        ("method", "body"),
        [
            ("POST", {"properties": {"name": "无处", "category": "ELD-DAY"}}),
            ("POST", {"geometry": {"type": "Point", "coordinates": [113.33, 23.13]}}),
            ("PUT", {"properties": {"name": "无位置", "category": "ELD-DAY"}}),
            ("PUT", {"geometry": {"type": "Point", "coordinates": [113.33, 23.13]}}),
        ],
    )
    def test_whole_or_not_at_all(
        self, planner: Client, facility: Facility, method: str, body: Any
    ) -> None:
        path = self.ITEMS if method == "POST" else address(facility)
        before = Facility.objects.count()
        response = send(planner, method, path, body, **{"If-Match": "*"})
        assert response.status_code == 400, response.content
        assert Facility.objects.count() == before

    def test_only_where_the_role_is_held(self, key_of: Any, demo: Any) -> None:
        body = {
            "geometry": {"type": "Point", "coordinates": [113.25, 23.12]},
            "properties": {"name": "别区中心", "category": "ELD-DAY"},
        }
        client = key_client(key_of("planner", DISTRICT, writes=True))
        refused = send(client, "POST", self.ITEMS, body)
        assert refused.status_code == 400
        assert "440104" in refused.json()["detail"]
        client = key_client(key_of("viewer", "4401", writes=True))
        assert send(client, "POST", self.ITEMS, body).status_code == 403
        client = key_client(key_of("planner", "4401"))
        assert send(client, "POST", self.ITEMS, body).status_code == 403


class TestSigns:
    ITEMS = "/ogc/collections/signs/items"

    @pytest.fixture
    def inspector(self, key_of: Any, demo: Any) -> Client:
        return key_client(key_of("sign_inspector", DISTRICT, writes=True))

    def test_are_recorded_checked_and_corrected(self, inspector: Client) -> None:
        held = Sign.objects.filter(division_code__startswith=DISTRICT, state="standing").first()
        assert held is not None
        body = {
            "geometry": {"type": "Point", "coordinates": list(held.location.coords)},
            "properties": {"number": "GZ-TEST-1", "class": "STREET", "hanzi": "天河路",
                           "pinyin": "TIANHE ROAD", "ground_colour": "blue",
                           "managed_by": "civil"},
        }  # fmt: skip
        made = send(inspector, "POST", self.ITEMS, body)
        assert made.status_code == 201, made.content
        path = made["Location"].removeprefix("http://testserver")
        told = inspector.get(path)
        assert "R10" in told.json()["properties"]["rules"]
        right = {"properties": {"pinyin": "TIANHE LU"}}
        changed = send(inspector, "PATCH", path, right, **{"If-Match": told["ETag"]})
        assert changed.status_code == 204, changed.content
        assert "R10" not in (inspector.get(path).json()["properties"]["rules"] or "")
        again = send(inspector, "POST", self.ITEMS, body)
        assert again.status_code == 409
        assert send(inspector, "DELETE", path, **{"If-Match": "*"}).status_code == 405

    @pytest.mark.parametrize(
        "properties", [{"class": "X"}, {"colour": "blue"}, {"width_mm": 0}, {"rules": "R10"}]
    )
    def test_bad_input_names_the_property(self, inspector: Client, properties: Any) -> None:
        held = Sign.objects.filter(division_code__startswith=DISTRICT, state="standing").first()
        assert held is not None
        path = f"{self.ITEMS}/{held.number}"
        response = send(inspector, "PATCH", path, {"properties": properties}, **{"If-Match": "*"})
        assert response.status_code == 400
        assert next(iter(properties)) in response.json()["detail"]


class TestMarkers:
    """Either side of a line keeps the register of its markers, as on the page."""

    @pytest.fixture
    def marker(self, demo: Any) -> Marker:
        found = Marker.objects.on(timezone.localdate()).filter(code_a=DISTRICT).first()
        found = found or Marker.objects.on(timezone.localdate()).filter(code_b=DISTRICT).first()
        assert found is not None
        return found

    @pytest.fixture
    def inspector(self, key_of: Any, demo: Any) -> Client:
        key = key_of("boundary_inspector", DISTRICT, writes=True)
        return Client(headers={"Authorization": f"Bearer {key}"})

    def test_corrects_what_is_given_and_keeps_the_witnesses(
        self, inspector: Client, marker: Marker
    ) -> None:
        here = f"/ogc/collections/markers/items/{marker.number}"
        tag, witnesses = inspector.get(here)["ETag"], marker.witnesses.count()
        body = json.dumps({"properties": {"elevation_m": 12.5, "note": "已复核"}})
        asked = {"content_type": "application/merge-patch+json", "headers": {"If-Match": tag}}
        assert inspector.patch(here, body, **asked).status_code == 204
        assert inspector.patch(here, body, **asked).status_code == 412
        held = Marker.objects.get(pk=marker.pk)
        assert (held.elevation_m, held.note, held.version) == (12.5, "已复核", marker.version + 1)
        assert held.witnesses.count() == witnesses and held.location == marker.location
        assert AuditEntry.objects.filter(operation="save_marker", subject_id=held.pk).exists()
        assert inspector.delete(here, headers={"If-Match": "*"}).status_code == 405

    def test_is_recorded_and_refused_as_on_the_page(
        self, inspector: Client, marker: Marker, key_of: Any
    ) -> None:
        items = "/ogc/collections/markers/items"
        spot = {"type": "Point", "coordinates": [*marker.location.coords]}
        number = f"{marker.number[: -len('001Q')]}987Q"
        told = {"line": marker.line_code, "number": number, "kind": "single"}
        made = {"type": "Feature", "geometry": spot, "properties": told}

        def post(client: Client, feature: Any) -> Any:
            return client.post(items, json.dumps(feature), content_type="application/geo+json")

        answer = post(inspector, made)
        assert answer.status_code == 201, answer.content
        assert inspector.get(answer["Location"]).json()["properties"]["number"] == number
        assert post(inspector, made).status_code == 400
        away = {**made, "geometry": {"type": "Point", "coordinates": [100.0, 30.0]}}
        assert post(inspector, away).status_code == 400
        for change in ({"line": "x"}, {"number": "x"}, {"kind": "x"}, {"found": "intact"}):
            answer = post(inspector, {**made, "properties": {**told, **change}})
            assert answer.status_code == 400, answer.content
        elsewhere = key_of("boundary_inspector", "3101", writes=True)
        other = Client(headers={"Authorization": f"Bearer {elsewhere}"})
        assert post(other, made).status_code == 400
        viewer = Client(
            headers={"Authorization": f"Bearer {key_of('viewer', '4401', writes=True)}"}
        )
        assert post(viewer, made).status_code == 403
