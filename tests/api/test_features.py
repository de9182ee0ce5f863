"""OGC API – Features: what standard clients are told, page by page and day by day."""

import json
import re
from typing import Any
from urllib.parse import quote, urlsplit

import fiona
import pytest
from django.contrib.gis.gdal import DataSource
from django.test import Client
from shapely.geometry import shape

from common.features import feature_collections
from facilities.models import Facility
from gazetteer.models import Place, Secrecy

ROOT = "/ogc/collections"
DISTRICT = "440106"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def read(program: Client, address: str, status: int = 200) -> dict[str, Any]:
    response = program.get(address)
    assert response.status_code == status, response.content[:600]
    found: dict[str, Any] = json.loads(response.content)
    return found


def following(document: dict[str, Any]) -> str:
    links = {each["rel"]: each["href"] for each in document["links"]}
    if "next" not in links:
        return ""
    parts = urlsplit(links["next"])
    return f"{parts.path}?{parts.query}"


def codes(document: dict[str, Any]) -> list[str]:
    return [each["properties"]["code"] for each in document["features"]]


class TestLanding:
    def test_leads_to_everything_a_client_needs(self, program: Client) -> None:
        relations = {each["rel"] for each in read(program, "/ogc/")["links"]}
        wanted = {"self", "alternate", "service-desc", "service-doc", "conformance", "data"}
        assert wanted <= relations

    def test_conformance_names_the_classes(self, program: Client) -> None:
        classes = read(program, "/ogc/conformance")["conformsTo"]
        assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
        assert "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text" in classes

    def test_every_collection_gives_a_page_of_features(self, program: Client) -> None:
        for each in read(program, ROOT)["collections"]:
            page = read(program, f"{ROOT}/{each['id']}/items?limit=2")
            assert page["type"] == "FeatureCollection" and page["features"], each["id"]
            assert page["numberReturned"] == len(page["features"])
            queryables = read(program, f"{ROOT}/{each['id']}/queryables")["properties"]
            sortables = read(program, f"{ROOT}/{each['id']}/sortables")["properties"]
            assert {*queryables} - {*sortables} == {"geometry"}
            first, *_others = sortables
            read(program, f"{ROOT}/{each['id']}/items?limit=1&sortby=-{first}")
            for feature in page["features"]:
                assert set(feature["properties"]) - {"page"} <= set(queryables)
                one = read(program, f"{ROOT}/{each['id']}/items/{feature['id']}")
                assert one["id"] == feature["id"]

    def test_the_description_names_every_address(self, program: Client) -> None:
        document = read(program, "/ogc/api")
        assert document["openapi"].startswith("3.0")
        assert "/collections/signs/items" in document["paths"]
        # And what may be written: a new sign has a number, another one none that can be changed.
        for path, method, has in (("items", "post", True), ("items/{id}", "patch", False)):
            body = document["paths"][f"/collections/signs/{path}"][method]["requestBody"]
            sent = body["content"]["application/geo+json"]["schema"]["properties"]["properties"]
            assert ("number" in sent["properties"]) is has
            assert "SCENIC" in sent["properties"]["class"]["enum"]
            assert (sent["additionalProperties"] is False) is has  # what was read may be sent back
            assert ("ground_colour" in sent.get("required", [])) is has


class TestPages:
    def test_run_by_key_and_hold_every_feature_once(self, program: Client) -> None:
        seen: list[str] = []
        address = f"{ROOT}/signs/items?limit=700"
        while address:
            page = read(program, address)
            seen += [each["id"] for each in page["features"]]
            address = following(page)
        assert len(seen) == len(set(seen)) > 1400

    def test_in_an_order_with_unknown_values_last(self, program: Client) -> None:
        seen: list[float | None] = []
        address = f"{ROOT}/divisions/items?limit=40&sortby=-area_km2&filter=level%20%3C%203"
        while address:
            page = read(program, address)
            seen += [each["properties"]["area_km2"] for each in page["features"]]
            address = following(page)
        known = [value for value in seen if value is not None]
        assert seen == sorted(known, reverse=True) + [None] * (len(seen) - len(known))

    def test_take_few_questions_to_the_database(
        self, program: Client, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(8):
            read(program, f"{ROOT}/places/items?limit=100")

    def test_tell_what_few_rows_know_where_it_is_known(self, program: Client) -> None:
        first, *others = read(program, f"{ROOT}/facilities/items?limit=200")["features"]
        collection = feature_collections()["facilities"]
        bagged = {each.name for each in collection.properties if each.bag}
        always = {each.name for each in collection.fields().values()} - bagged
        assert bagged and {*always, *bagged} <= set(first["properties"])
        assert others
        for each in others:
            told = each["properties"]
            assert always <= set(told)
            assert None not in [told[name] for name in bagged & set(told)]
        one = read(program, f"{ROOT}/facilities/items/{others[0]['id']}")["properties"]
        assert bagged <= set(one)
        known = {name: value for name, value in one.items() if value is not None}
        assert known.items() <= others[0]["properties"].items()

    def test_have_no_number(self, program: Client) -> None:
        read(program, f"{ROOT}/divisions/items?limit=2&offset=0")
        refused = read(program, f"{ROOT}/divisions/items?limit=2&offset=2", 400)
        assert "next" in refused["detail"]


class TestBoxes:
    BOX = "113.30,23.10,113.36,23.16"

    def test_hold_what_they_touch(self, program: Client) -> None:
        page = read(program, f"{ROOT}/divisions/items?level=3&bbox={self.BOX}")
        assert DISTRICT in codes(page)

    @pytest.mark.parametrize("code", [4326, 4490])
    def test_latitude_first_where_the_system_says_so(self, program: Client, code: int) -> None:
        swapped = "23.10,113.30,23.16,113.36"
        address = f"{ROOT}/divisions/items?level=3&bbox={swapped}&bbox-crs={EPSG}{code}"
        assert DISTRICT in codes(read(program, address))

    def test_northing_first_in_a_gauss_kruger_zone(self, program: Client) -> None:
        box = f"&bbox=2555000,425000,2562000,432000&bbox-crs={EPSG}4547"
        assert DISTRICT in codes(read(program, f"{ROOT}/divisions/items?level=3{box}"))

    def test_answers_in_the_system_asked(self, program: Client) -> None:
        first = read(program, f"{ROOT}/facilities/items?limit=1")["features"][0]
        lon, lat = first["geometry"]["coordinates"]
        response = program.get(f"{ROOT}/facilities/items?limit=1&crs={EPSG}4490")
        assert response["Content-Crs"] == f"<{EPSG}4490>"
        assert json.loads(response.content)["features"][0]["geometry"]["coordinates"] == [lat, lon]
        metres = read(program, f"{ROOT}/facilities/items?limit=1&crs={EPSG}4547")
        northing, easting = metres["features"][0]["geometry"]["coordinates"]
        assert 2_400_000 < northing < 2_700_000 and 300_000 < easting < 700_000
        zone = read(program, f"{ROOT}/facilities/items?limit=1&crs={EPSG}4526")
        assert zone["features"][0]["geometry"]["coordinates"][1] > 38_000_000


class TestFilters:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("code = '440106'", True),
            ("name LIKE '天河%'", True),
            ("level = 3 AND name = '天河区' OR code = '110000'", True),
            ("NOT (code = '440106')", False),
            ("code IN ('440104', '440106')", True),
            ("code NOT IN ('440104', '440106')", False),
            ("area_km2 BETWEEN 10 AND 1000 AND CASEI(name_en) LIKE CASEI('TIANHE%')", True),
            ("area_km2 * 2 > 20 AND name IS NOT NULL", True),
            ("level % 2 = 1 AND level div 2 = 1 AND level ^ 2 = 9 AND level / 2 = 1.5", True),
            ("level / 0 > 1 OR level % 0 = 0", False),
            ("ACCENTI(name_en) LIKE ACCENTI('Tiānhé%')", True),
            ("S_INTERSECTS(geometry, POINT(113.33 23.13)) AND level = 3", True),
            ("S_INTERSECTS(geometry, BBOX(113.30,23.10,113.36,23.16)) AND synthetic = FALSE", True),
            ("T_AFTER(valid_from, DATE('2300-01-01'))", False),
            ("T_INTERSECTS(valid_from, INTERVAL('1980-01-01', '..'))", True),
        ],
    )
    def test_in_words(self, program: Client, text: str, wanted: bool) -> None:
        address = f"{ROOT}/divisions/items?limit=10000&level=3&filter={quote(text)}"
        assert (DISTRICT in codes(read(program, address))) is wanted

    def test_in_json(self, program: Client) -> None:
        tree = {"op": "=", "args": [{"property": "code"}, DISTRICT]}
        asked = f"filter={quote(json.dumps(tree))}&filter-lang=cql2-json"
        assert codes(read(program, f"{ROOT}/divisions/items?{asked}")) == [DISTRICT]

    def test_shapes_in_another_system(self, program: Client) -> None:
        text = quote("S_INTERSECTS(geometry, POINT(23.13 113.33))")
        address = f"{ROOT}/divisions/items?level=3&filter={text}&filter-crs={EPSG}4490"
        assert codes(read(program, address)) == [DISTRICT]


class TestBadInput:
    @pytest.mark.parametrize(
        "asked",
        [
            "limit=0",
            "limit=-1",
            "limit=many",
            "bbox=1,2,3",
            "bbox=nan,1,2,3",
            "bbox=113,24,114,23",
            "bbox=1e400,0,1,1",
            "bbox=0,0,1,1&bbox-crs=EPSG:9999",
            "crs=nothing",
            "bbox-crs=nothing",
            "filter-crs=nothing",
            "filter-lang=ecql",
            "datetime=yesterday",
            "datetime=2024-13-01",
            "datetime=2024-05-01/2023-05-01",
            "datetime=/",
            "datetime=2024-01-01&at=2024-01-01",
            "sortby=geometry",
            "after=x",
            "after=WyJ4Il0",
            "unknown=1",
            "level=three",
            "f=xml",
            "filter=name%20%3D",
            "filter=nothing%20%3D%201",
            "filter=name%20%3D%201",
            "filter=name%20%3D%20%27a%27&filter-lang=ecql",
            "filter=pg_sleep(10)%20%3D%201",
            "filter=" + "(" * 900 + "level=1" + ")" * 900,
            "filter=" + quote("NOT " * 300 + "level=1"),
            "filter=" + quote("level = 1 OR " * 250 + "level = 1"),
            "filter=" + quote('{"op":"not","args":[' * 150 + "true" + "]}" * 150),
            "filter=" + quote("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))"),
            "filter=" + quote("T_AFTER(valid_from, DATE('x'))"),
            "filter=" + quote('{"op":"=","args":[{"property":"name"},"\\u0000"]}'),
            "filter=" + quote('{"op":"in","args":[{"property":"name"},[]]}'),
            "filter=" + quote('{"op":"and","args":[]}'),
            "filter=" + quote('{"op":"or","args":[]}'),
            "filter=" + quote('{"op":"like","args":[{"property":"name"},"天\\\\"]}'),
        ],
    )
    def test_is_told_in_a_problem_document(self, program: Client, asked: str) -> None:
        response = program.get(f"{ROOT}/divisions/items?{asked}")
        assert response.status_code == 400, response.content[:300]
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("identity", ["0", "00000000-0000-0000-0000-000000000000", "x"])
    def test_an_id_of_any_kind_is_only_not_found(self, program: Client, identity: str) -> None:
        for name in feature_collections():
            assert program.get(f"/ogc/collections/{name}/items/{identity}").status_code == 404

    def test_what_is_not_there_is_not_found(self, program: Client) -> None:
        for path in ("nothing", "divisions/items/999999", "facilities/items/x"):
            assert read(program, f"{ROOT}/{path}", 404)["status"] == 404

    def test_a_quote_in_a_value_is_a_value(self, program: Client) -> None:
        text = quote("name = 'x''; DROP TABLE accounts_user; --'")
        assert read(program, f"{ROOT}/divisions/items?filter={text}")["features"] == []


class TestSecrecy:
    def test_secret_places_are_in_no_collection(self, program: Client) -> None:
        page = read(program, f"{ROOT}/places/items?category=STREET&limit=1")
        place = page["features"][0]["id"]
        Place.objects.filter(pk=place).update(secrecy=Secrecy.SECRET)
        read(program, f"{ROOT}/places/items/{place}", 404)
        assert read(program, f"{ROOT}/names/items?place={place}")["features"] == []
        assert read(program, f"{ROOT}/signs/items?place={place}")["features"] == []
        assert program.get(f"/id/place/{place}").status_code == 404

    @pytest.mark.parametrize(
        ("collection", "asked"),
        [
            (
                "names",
                r"""{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},"%s\\"]}""",
            ),
            ("names", "name LIKE '%s%%' AND name LIKE pinyin"),
            ("facilities", "name LIKE '%s%%' AND 10 ^ (beds * 400) > 1"),
        ],
    )
    def test_what_fails_does_not_tell_that_they_are_there(
        self, program: Client, collection: str, asked: str
    ) -> None:
        """A question that the database refuses as soon as it meets a row is no way to find it."""
        place = Place.objects.filter(legal_category="STREET")[0]
        place.names.update(text="暗号护老院", pinyin_plain="%\\")
        beds = Facility.objects.filter(beds__gt=0)[0]
        Facility.objects.filter(pk=beds.pk).update(place=place, name="暗号护老院")
        Place.objects.filter(pk=place.pk).update(secrecy=Secrecy.SECRET)

        def told(name: str) -> tuple[int, str]:
            response = program.get(f"{ROOT}/{collection}/items", {"filter": asked % name})
            numbers = re.search(
                rb'"(?:numberReturned|detail)": ?("[^"]*"|[0-9]+)', response.content
            )
            assert numbers is not None
            return response.status_code, numbers[1].decode()

        assert told("暗号") == told("无此")


class TestPagesForPeople:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_show_the_same(self, client_as: Any, language: str) -> None:
        client = client_as("viewer", language=language)
        for path in ("", "conformance", "api", "collections", "collections/divisions"):
            assert client.get(f"/ogc/{path}?f=html").status_code == 200
        page = client.get(f"{ROOT}/divisions/items?f=html&limit=3&level=3&code={DISTRICT}")
        assert "天河区" in page.content.decode()
        one = client.get(f"{ROOT}/divisions/items/{DISTRICT}?f=html")
        assert "天河区" in one.content.decode()


class TestEtag:
    def test_what_did_not_change_costs_nothing(self, program: Client) -> None:
        address = f"{ROOT}/divisions/items/{DISTRICT}"
        etag = program.get(address)["ETag"]
        for held in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            response = program.get(address, headers={"If-None-Match": held})
            assert (response.status_code, response["ETag"]) == (304, etag)
        assert program.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


class TestOptions:
    @pytest.mark.parametrize(
        ("path", "allowed"),
        [
            ("signs/items", "GET, HEAD, OPTIONS, POST"),
            ("signs/items/x", "GET, HEAD, OPTIONS, PUT, PATCH"),
            ("facilities/items/x", "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"),
            ("divisions/items/440106", "GET, HEAD, OPTIONS"),
        ],
    )
    def test_say_what_can_be_done(self, program: Client, path: str, allowed: str) -> None:
        response = program.options(f"{ROOT}/{path}")
        assert (response.status_code, response["Allow"]) == (204, allowed)


class TestBulk:
    @pytest.mark.parametrize("form", ["gpkg", "fgb"])
    def test_a_file_holds_features_of_unknown_shape_too(
        self, program: Client, form: str, tmp_path: Any
    ) -> None:
        path = tmp_path / f"all.{form}"
        path.write_bytes(
            b"".join(program.get(f"/ogc/collections/divisions/items?parent=440106001&f={form}"))
        )
        with fiona.open(path) as layer:
            shapes = [feature.geometry for feature in layer]
        assert shapes and None in shapes

    @pytest.mark.parametrize("form", ["gpkg", "fgb"])
    def test_is_one_file_with_everything_that_is_asked_for(
        self, program: Client, form: str, tmp_path: Any
    ) -> None:
        asked = "/ogc/collections/divisions/items?level=3&bbox=113,23,113.6,23.4"
        page = json.loads(program.get(f"{asked}&limit=1000").content)["features"]
        path = tmp_path / f"all.{form}"
        path.write_bytes(b"".join(program.get(f"{asked}&f={form}")))
        with fiona.open(path) as layer:
            found = {each.properties["code"]: each for each in layer}
            assert layer.schema["properties"]["level"].startswith("int")
        assert {each["properties"]["code"] for each in page} == set(found)
        # So that whoever reads a part of the file need not read all of it.
        assert DataSource(path)[0].test_capability("FastSpatialFilter")
        one = page[0]
        assert shape(found[one["properties"]["code"]].geometry).equals_exact(
            shape(one["geometry"]), 1e-9
        )

    @pytest.mark.parametrize("form", ["gpkg", "fgb"])
    def test_holds_every_number(self, program: Client, form: str, tmp_path: Any) -> None:
        asked = f"{ROOT}/coverage/items?bbox=113.2,23.1,113.25,23.15"
        page = json.loads(program.get(f"{asked}&limit=1000").content)["features"]
        path = tmp_path / f"all.{form}"
        path.write_bytes(b"".join(program.get(f"{asked}&f={form}")))
        with fiona.open(path) as layer:
            found = [dict(each.properties) for each in layer]
        assert len(found) == len(page) > 0
        for name in ("people", "people_60_plus", "ELD-INST_m"):
            assert {each[name] for each in found} == {each["properties"][name] for each in page}

    def test_puts_easting_first(self, program: Client, tmp_path: Any) -> None:
        path = tmp_path / "all.gpkg"
        system = "http://www.opengis.net/def/crs/EPSG/0/4547"
        answer = program.get(f"/ogc/collections/divisions/items?code=440106&f=gpkg&crs={system}")
        path.write_bytes(b"".join(answer))
        with fiona.open(path) as layer:
            assert layer.crs.to_epsg() == 4547
            west, south, _east, _north = layer.bounds
        assert 400_000 < west < 500_000 and 2_500_000 < south < 2_600_000

    def test_of_nothing_is_an_empty_file(self, program: Client, tmp_path: Any) -> None:
        path = tmp_path / "none.fgb"
        path.write_bytes(b"".join(program.get("/ogc/collections/signs/items?number=x&f=fgb")))
        with fiona.open(path) as layer:
            assert list(layer) == []

    def test_takes_no_pages(self, program: Client) -> None:
        assert program.get("/ogc/collections/signs/items?f=gpkg&limit=3").status_code == 400
