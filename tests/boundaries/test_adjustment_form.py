"""The form of a draft as it works without script: changes added by the server, shapes uploaded."""

import json
from datetime import date
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from shapely.geometry import mapping

from boundaries.models import DivisionVersion
from common.datums import convert, from_cgcs2000, get_datum

PAGE, DAY = "/adjustments/new/", "2026-11-01"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def add(client: Any, changes: str = "[]", **typed: Any) -> Any:
    values = {f"change-{key}": value for key, value in typed.items()}
    return client.post(
        PAGE, {"title": "试", "happens_on": DAY, "changes": changes, "add": "1", **values}
    )


def listed(page: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.context["form"]["changes"].value())
    return found


def half(datum: str) -> SimpleUploadedFile:
    """The western half of Tianhe along its edges, as a file in a datum."""
    row = DivisionVersion.objects.on(date(2026, 10, 31)).get(code="440106")
    unit = shapely.from_wkb(bytes(row.geometry.wkb))
    west, south, east, north = unit.bounds
    part = shapely.intersection(unit, shapely.box(west, south, (west + east) / 2, north))
    part = max(shapely.get_parts(part), key=lambda each: each.area)
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": mapping(convert(part, from_cgcs2000, get_datum(datum))),
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    return SimpleUploadedFile("part.geojson", content.encode())


class TestWithoutScript:
    def test_a_change_is_added_and_what_was_typed_stays(self, client_as: Any) -> None:
        client = client_as("boundary_inspector", "4401")
        page = add(client, act="merge", units="440103、440104", code="440104", name="越秀区")
        assert listed(page) == [
            {"act": "merge", "units": ["440103", "440104"], "code": "440104", "name": "越秀区"}
        ]
        assert page.context["form"]["title"].value() == "试"
        second = add(client, json.dumps(listed(page)), act="rename", units="440105", name="海城区")
        assert [change["act"] for change in listed(second)] == ["merge", "rename"]

    def test_units_below_go_to_the_new_unit_under_codes_given_by_hand(self, client_as: Any) -> None:
        page = add(
            client_as("boundary_inspector", "4401"),
            act="split", units="440106", code="440119", name="天北区",
            codes="440106001、 440106002＝440119008",
        )  # fmt: skip
        (change,) = listed(page)
        assert change["codes"] == {"440106001": "", "440106002": "440119008"}

    @pytest.mark.parametrize(
        "typed",
        [
            {"act": "merge", "units": "440103", "code": "440104", "name": "越秀区"},
            {"act": "merge"},
            {"act": "nothing"},
            {"act": "transfer", "units": "440106", "to": "440104", "side": "x"},
        ],
    )
    def test_a_change_that_says_too_little_is_refused(
        self, client_as: Any, typed: dict[str, str]
    ) -> None:
        page = add(client_as("boundary_inspector", "4401"), **typed)
        assert page.status_code == 400 and listed(page) == []
        assert page.context["sentence"] or page.context["change"].errors


class TestUpload:
    @pytest.mark.parametrize(
        ("datum", "declared", "fits"),
        [
            ("CGCS2000", "CGCS2000", True),
            ("GCJ-02", "GCJ-02", True),
            ("BD-09", "BD-09", True),
            # A file without a word on its datum, which the format has as WGS 84.
            ("EPSG:4547", "EPSG:4547", True),
            ("GCJ-02", "CGCS2000", False),
            ("BD-09", "CGCS2000", False),
        ],
    )
    def test_an_area_in_the_wrong_datum_is_recognised(
        self, client_as: Any, datum: str, declared: str, fits: bool
    ) -> None:
        client = client_as("boundary_inspector", "4401")
        page = add(
            client, act="transfer", units="440106", to="440104", datum=declared, file=half(datum)
        )
        changes = page.context["form"]["changes"].value()
        tried = client.post(
            PAGE, {"title": "试", "happens_on": DAY, "changes": changes, "try": "1"}
        )
        assert (tried.status_code == 200) is fits
        assert fits or datum in tried.context["sentence"]

    def test_a_file_is_held_to_the_datum_that_it_names(self, client_as: Any) -> None:
        content = json.loads(half("CGCS2000").read())
        content["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4214"}}
        file = SimpleUploadedFile("part.geojson", json.dumps(content).encode())
        client = client_as("boundary_inspector", "4401", language="en")
        page = add(client, act="transfer", units="440106", to="440104", file=file)
        assert page.status_code == 400 and listed(page) == []
        assert "Beijing 1954" in page.context["sentence"]

    def test_anything_but_one_shape_is_refused(self, client_as: Any) -> None:
        client = client_as("boundary_inspector", "4401")
        for content in (b"\x89PNG", b'{"type": "FeatureCollection", "features": []}'):
            file = SimpleUploadedFile("part.geojson", content)
            page = add(client, act="transfer", units="440106", to="440104", file=file)
            assert page.status_code == 400 and page.context["sentence"]
