"""Columns guessed, positions read, datums compared: the pure part of imports."""

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from common.datums import from_cgcs2000, get_datum
from common.errors import BadInput
from common.exporting.sheets import safe_cell
from common.importing.columns import guess_columns, nearest_word
from common.importing.declared import named_datum, refuse_contradiction
from common.importing.fit import check_fit
from common.importing.positions import plausible, read_degrees, swapped
from common.importing.rows import GivenRow, cell_text, given_rows
from common.importing.tables import SourceRow, Table

DAY = date(2024, 5, 1)


def placed(cells: list[Any], *, headings: tuple[str, ...] = ("x", "y"), datum: str) -> GivenRow:
    table = Table("csv", list(headings), lambda: iter([SourceRow(2, cells)]))
    mapping = {"longitude": "x", "latitude": "y"} if "x" in headings else {"geometry": "wkt"}
    [[row]] = given_rows(table, mapping, get_datum(datum))
    return row


class TestColumns:
    WORDS = {"name": ["标准名称", "Standard name"], "division": ["行政区划代码", "adcode"]}

    def test_are_found_by_any_of_their_words(self) -> None:
        found = guess_columns(["Adcode", "标准 名称"], self.WORDS)
        assert found == {"division": "Adcode", "name": "标准 名称"}

    def test_are_found_by_likeness(self) -> None:
        assert guess_columns(["行政区划代码（6位）"], self.WORDS) == {
            "division": "行政区划代码（6位）"
        }

    def test_none_is_used_twice(self) -> None:
        found = guess_columns(["name", "标准名称"], self.WORDS)
        assert found == {"name": "name"}

    @given(st.lists(st.text(max_size=20), max_size=12, unique=True))
    def test_any_headings_do(self, headings: list[str]) -> None:
        assert set(guess_columns(headings, self.WORDS).values()) <= set(headings)

    def test_the_nearest_word_is_suggested(self) -> None:
        assert nearest_word("街路行", ["街路巷", "公园"]) == "街路巷"
        assert nearest_word("zzz", ["街路巷"]) == ""


class TestDegrees:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("113.264385", 113.264385),
            (113, 113.0),
            ("１１３．５", 113.5),
            ("113°15′51.8″", 113.264389),
            ("113°15'51.8\"E", 113.264389),
            ("东经113度15分51.8秒", 113.264389),
            ("23 7 45", 23.129167),
            ("N23°07.75′", 23.129167),
            ("23°30′S", -23.5),
        ],
    )
    def test_are_read_as_people_write_them(self, text: Any, value: float) -> None:
        found, _written = read_degrees(text)
        assert found == pytest.approx(value, abs=1e-6)

    @pytest.mark.parametrize("text", ["约113度多", "113,26", "113°75′", "—", "NaN", "inf"])
    def test_nothing_else_passes_for_a_number(self, text: str) -> None:
        with pytest.raises(BadInput):
            read_degrees(text)

    @given(st.text(max_size=30))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            value, _ = read_degrees(text)
        except BadInput:
            return
        assert value is None or np.isfinite(value)

    @given(st.floats(73, 136), st.floats(3, 54))
    def test_degrees_minutes_seconds_mean_the_same(self, x: float, y: float) -> None:
        for value in (x, y):
            whole, rest = divmod(value * 3600, 3600)
            minutes, seconds = divmod(rest, 60)
            if f"{seconds:.4f}" == "60.0000":
                continue
            found, written = read_degrees(f"{whole:.0f}°{minutes:.0f}′{seconds:.4f}″")
            assert written
            assert found == pytest.approx(value, abs=1e-7)


class TestPositions:
    def test_swapped_ones_are_told(self) -> None:
        datum = get_datum("CGCS2000")
        assert swapped(23.13, 113.33, datum)
        assert not swapped(113.33, 23.13, datum)
        assert placed(["23.13", "113.33"], datum="CGCS2000").remarks[0]["code"] == "swapped"

    def test_northing_before_easting_is_told_for_zones_with_number(self) -> None:
        row = placed(["2559024.7", "38424654.9"], datum="EPSG:4526")
        assert row.remarks[0]["code"] == "swapped"

    def test_a_zone_number_must_fit_the_declared_system(self) -> None:
        assert plausible(38_424_654, 2_559_024, get_datum("EPSG:4526"))
        assert not plausible(38_424_654, 2_559_024, get_datum("EPSG:4547"))
        # Another zone than the declared one would shift the place by degrees.
        assert not plausible(38_424_654, 2_559_024, get_datum("EPSG:4525"))
        assert placed(["424654.9", "2559024.7"], datum="EPSG:4526").faulty

    @pytest.mark.parametrize("datum", ["CGCS2000", "WGS84", "GCJ-02", "BD-09", "EPSG:4547"])
    def test_are_converted_whatever_was_declared(self, datum: str) -> None:
        true = np.array([[113.2644, 23.1291]])
        [[x, y]] = from_cgcs2000(true, get_datum(datum))
        row = placed([repr(float(x)), repr(float(y))], datum=datum)
        assert row.from_point
        assert (row.geometry.x, row.geometry.y) == pytest.approx((113.2644, 23.1291), abs=1e-7)

    def test_shapes_are_converted_vertex_by_vertex(self) -> None:
        line = shapely.LineString([(424654.893, 2559024.739), (425654.893, 2559024.739)])
        row = placed([line.wkt], headings=("wkt",), datum="EPSG:4547")
        assert row.geometry.coords[0] == pytest.approx((113.2644, 23.1291), abs=1e-7)
        assert not row.from_point

    def test_a_broken_outline_says_why(self) -> None:
        bow_tie = "POLYGON ((113 23, 114 24, 114 23, 113 24, 113 23))"
        row = placed([bow_tie], headings=("wkt",), datum="CGCS2000")
        assert row.remarks[0]["code"] == "broken_geometry"
        assert "Self-intersection" in row.remarks[0]["values"]["reason"]


class TestDeclaredDatum:
    def test_a_file_names_its_own(self) -> None:
        assert named_datum(CRS.from_epsg(4547).to_wkt("WKT1_ESRI")) == "EPSG:4547"
        assert named_datum(CRS.from_epsg(4490).to_wkt()) == "CGCS2000"
        assert named_datum(CRS.from_epsg(4326).to_wkt()) == "WGS84"
        assert named_datum(CRS.from_epsg(4610).to_wkt()) == ""

    @pytest.mark.parametrize(
        ("epsg", "declared"),
        [(4547, "CGCS2000"), (4490, "EPSG:4547"), (4526, "EPSG:4547"), (4610, "CGCS2000")],
    )
    def test_another_declaration_is_refused(self, epsg: int, declared: str) -> None:
        with pytest.raises(BadInput, match="was declared"):
            refuse_contradiction(CRS.from_epsg(epsg).to_wkt(), get_datum(declared))

    @pytest.mark.parametrize("declared", ["CGCS2000", "WGS84", "GCJ-02", "BD-09"])
    def test_shifted_datums_hide_under_the_name_of_wgs84(self, declared: str) -> None:
        refuse_contradiction(CRS.from_epsg(4326).to_wkt(), get_datum(declared))


class TestFit:
    """Points spread over a square of 0.1 degrees beside another."""

    LEFT, RIGHT = shapely.box(113.2, 23.0, 113.3, 23.1), shapely.box(113.3, 23.0, 113.4, 23.1)

    def points(self, datum: str) -> tuple[np.ndarray, list[str]]:
        true = np.random.default_rng(7).uniform((113.2, 23.0), (113.4, 23.1), (4000, 2))
        codes = ["left" if x < 113.3 else "right" for x in true[:, 0]]
        return from_cgcs2000(true, get_datum(datum)), codes

    @pytest.mark.parametrize(
        ("datum", "declared"),
        [
            ("GCJ-02", "CGCS2000"),
            ("CGCS2000", "BD-09"),
            # Eastings of the meridian 114° declared as of 111° and of 117°.
            ("EPSG:4547", "EPSG:4546"),
            ("EPSG:4547", "EPSG:4548"),
        ],
    )
    def test_finds_the_datum_that_the_points_are_in(self, datum: str, declared: str) -> None:
        points, codes = self.points(datum)
        report = check_fit(
            points=points,
            codes=codes,
            polygons={"left": self.LEFT, "right": self.RIGHT},
            declared=declared,
        )
        assert report is not None and report.better
        assert report.best.datum == datum
        assert report.best.inside > 0.999 > report.declared.inside
        # Another meridian is some 300 km away, beyond any shift that is tried.
        far = report.declared.inside == 0
        assert far or np.hypot(*report.declared.shift_m) > 300
        assert np.hypot(*report.best.shift_m) <= 100

    @pytest.mark.parametrize(
        "datum", ["CGCS2000", "WGS84", "GCJ-02", "BD-09", "EPSG:4547", "EPSG:4526"]
    )
    def test_a_right_declaration_is_left_alone(self, datum: str) -> None:
        points, codes = self.points(datum)
        polygons = {"left": self.LEFT, "right": self.RIGHT}
        report = check_fit(points=points, codes=codes, polygons=polygons, declared=datum)
        assert report is None or not report.better

    def test_rows_without_a_code_are_tried_against_all(self) -> None:
        points, _ = self.points("BD-09")
        report = check_fit(
            points=points,
            codes=[""] * len(points),
            polygons={"left": self.LEFT, "right": self.RIGHT},
            declared="CGCS2000",
        )
        assert report is not None and report.better


class TestFormulas:
    @pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\tx"])
    def test_get_an_apostrophe_on_their_way_out_and_lose_it_again(self, text: str) -> None:
        assert safe_cell(text) == f"'{text}"
        assert cell_text(safe_cell(text)) == text.strip() or text.startswith("\t")

    @settings(max_examples=300)
    @given(st.text(max_size=20))
    def test_no_cell_begins_like_one(self, text: str) -> None:
        assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
