"""Addresses that last: page, GeoJSON or Linked Places of one and the same thing."""

import json
from datetime import date
from typing import Any

import mapbox_vector_tile
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from shapely.geometry import shape

from boundaries.models import DivisionVersion
from gazetteer.models import Place, PlaceName, PlaceRelation

ADDRESS = "/id/division/440106"


class TestThings:
    def test_lead_people_to_the_page_and_programs_to_the_data(self, program: Client) -> None:
        page = program.get(ADDRESS, headers={"Accept": "text/html"})
        assert (page.status_code, page["Location"]) == (303, "http://testserver/divisions/440106/")
        data = program.get(f"{ADDRESS}?at=2024-05-01", headers={"Accept": "application/geo+json"})
        assert data.status_code == 303
        assert "/ogc/collections/divisions/items/440106" in data["Location"]
        assert data["Location"].endswith("at=2024-05-01")

    def test_that_never_were_are_not_found(self, program: Client) -> None:
        for address in ("/id/division/999999", "/id/nothing/1", "/id/facility/x"):
            assert program.get(address).status_code == 404

    def test_that_have_ended_are_gone_with_successors(self, program: Client) -> None:
        ended = DivisionVersion.objects.filter(period__endswith__lt="2024-01-01")
        code = next(
            (
                row.code
                for row in ended.order_by("-period")[:200]
                if not DivisionVersion.objects.on(date(2024, 5, 1)).filter(code=row.code).exists()
            ),
            None,
        )
        if code is None:
            pytest.skip("no code of the small set has ended")
        response = program.get(
            f"/id/division/{code}?at=2024-05-01", headers={"Accept": "application/json"}
        )
        assert response.status_code == 410
        assert isinstance(json.loads(response.content)["successors"], list)


class TestPlaces:
    @pytest.fixture
    def place(self, demo: Any) -> Place:
        name = PlaceName.objects.filter(
            place__division_code__startswith="440106", kind="standard", status="standard"
        ).first()
        assert name is not None
        return name.place

    def test_in_each_form(self, program: Client, place: Place) -> None:
        address = f"/id/place/{place.pk}"
        lpf = program.get(address, headers={"Accept": "application/ld+json"})
        assert json.loads(lpf.content)["@id"].endswith(address)
        data = program.get(address, headers={"Accept": "application/geo+json"})
        assert data.status_code == 303
        assert program.get(data["Location"]).status_code == 200
        page = program.get(address, headers={"Accept": "text/html"})
        assert page["Location"] == f"/places/{place.pk}/"

    @pytest.mark.parametrize("form", ["application/geo+json", "application/json"])
    def test_that_is_no_more_names_its_successors_to_programs(
        self, program: Client, place: Place, form: str
    ) -> None:
        heir = Place.objects.shown().exclude(pk=place.pk).filter(ended_on__isnull=True)[0]
        Place.objects.filter(pk=place.pk).update(ended_on=date(2024, 1, 1))
        PlaceRelation.objects.create(
            place=place, other=heir, kind="succeeded_by", period=DateRange(date(2024, 1, 1), None)
        )
        response = program.get(f"/id/place/{place.pk}", headers={"Accept": form})
        assert response.status_code == 410
        (successor,) = json.loads(response.content)["successors"]
        assert successor["id"].endswith(f"/id/place/{heir.pk}")
        Place.objects.filter(pk=heir.pk).update(secrecy="secret")
        response = program.get(f"/id/place/{place.pk}", headers={"Accept": form})
        assert json.loads(response.content)["successors"] == []


class TestTiles:
    def test_are_described_and_served(self, program: Client) -> None:
        sets = json.loads(program.get("/ogc/tileMatrixSets/WebMercatorQuad").content)
        assert sets["tileMatrices"][1]["matrixWidth"] == 2
        told = json.loads(program.get("/ogc/collections/divisions/tiles/WebMercatorQuad").content)
        item = next(each for each in told["links"] if each["rel"] == "item")
        assert item["templated"]
        path = item["href"].removeprefix("http://testserver")
        path = path.format(tileMatrix=9, tileRow=222, tileCol=417)
        tile = program.get(path)
        assert tile["Content-Type"] == "application/vnd.mapbox-vector-tile"
        again = program.get(path, headers={"If-None-Match": tile["ETag"]})
        assert again.status_code == 304
        # Web maps know no metadata, and read the same at the address of the map.
        same = program.get("/tiles/divisions/9/417/222.mvt")
        assert (same.status_code, same.content) == (200, tile.content)
        assert "sessionid" not in same.cookies

    def test_of_degrees_lie_where_the_grid_says(self, program: Client) -> None:
        """A division on the grid of CGCS2000 decodes to the degrees that it has on record."""
        grid = json.loads(program.get("/ogc/tileMatrixSets/CGCS2000Quad").content)
        eighth = grid["tileMatrices"][8]
        assert (eighth["matrixWidth"], eighth["matrixHeight"]) == (512, 256)
        assert eighth["cellSize"] * eighth["tileWidth"] == pytest.approx(180 / 256)
        row, column = int((90 - 23.1) * 256 / 180), int((113.3 + 180) * 256 / 180)
        path = f"/ogc/collections/divisions/tiles/CGCS2000Quad/8/{row}/{column}"
        counties = mapbox_vector_tile.decode(program.get(path).content)["county"]["features"]
        (drawn,) = (each for each in counties if each["properties"]["key"] == "440106")
        # The decoder turns the axis up: y counts from the lower edge of the tile.
        step, west, south = 180 / 256 / 4096, column * 180 / 256, 180 - (row + 1) * 180 / 256
        x, y, *_rest = shape(drawn["geometry"]).bounds
        version = DivisionVersion.objects.get(code="440106", period__contains=date.today())
        assert version.geometry.extent[:2] == pytest.approx(
            (x * step + west - 180, y * step + south - 90), abs=0.002
        )

    def test_have_a_list_whose_links_lead_to_what_they_say(self, program: Client) -> None:
        for each in program.get("/ogc/collections/divisions/tiles").json()["links"]:
            found = program.get(each["href"].removeprefix("http://testserver"))
            assert found["Content-Type"] == each["type"]

    def test_show_the_day_that_is_asked_by_either_name(self, program: Client) -> None:
        path, there = "/ogc/collections/divisions/tiles/WebMercatorQuad", "9/222/417"
        old, same, today = (
            program.get(f"{path}/{there}{asked}").content
            for asked in ("?at=2014-01-01", "?datetime=2014-01-01T00:00:00Z", "")
        )
        assert old == same != today
        for asked in ("2014-01-01/..", "../..", "x", "2014-01-01&at=2014-01-01"):
            assert program.get(f"{path}/{there}?datetime={asked}").status_code == 400
        assert program.get("/tiles/divisions/9/417/222.mvt?datetime=2014-01-01").status_code == 400

    def test_have_no_pages_and_say_so(self, program: Client) -> None:
        divisions, grids = "/ogc/collections/divisions", "/ogc/tileMatrixSets"
        sets = f"{divisions}/tiles"
        for path in (grids, sets, f"{sets}/WebMercatorQuad", f"{divisions}/queryables", "/changes"):
            assert program.get(f"{path}?f=html").status_code == 400
            assert program.get(path, HTTP_ACCEPT="text/html").status_code == 200

    def test_outside_the_world_are_not_found(self, program: Client) -> None:
        path = "/ogc/collections/divisions/tiles/WebMercatorQuad"
        assert program.get(f"{path}/3/9/9").status_code == 404
        assert program.get(f"{path}/99/0/0").status_code == 404
        assert program.get("/ogc/collections/nothing/tiles").status_code == 404

    def test_hold_no_secret_place(self, client_as: Any, demo: Any) -> None:
        from common.postgis import make_tile
        from gazetteer.queries.place_tiles import place_tiles

        def content() -> bytes:
            return make_tile(place_tiles(z=12, at=date.today()), z=12, x=3338, y=1778)

        before = content()
        Place.objects.update(secrecy="secret")
        assert len(content()) < max(1, len(before))
