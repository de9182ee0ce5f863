"""Files of people become cells: dry run, totals, ages, squares, what is refused."""

import json
from datetime import date
from io import StringIO

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db.models import Sum

from common.models import AuditEntry
from facilities.models import PopulationCell

pytestmark = pytest.mark.usefixtures("demo")
BASE, SINCE = "2020-11-01", "2024-01-01"
DAY = date(2024, 1, 1)
# Four cells of 0.005° in 越秀; the header in Chinese, the numbers as people write them.
RASTER = """x,y,人口,0-14岁,60岁及以上
113.270,23.130,"1,000",100,200
113.275,23.130,500,50,100
113.270,23.135,250,25,50
113.280,23.135,0,0,0
"""


def saved(folder, text, name="people.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def areas(folder, *rows, name="areas.geojson"):
    """A GeoJSON of (shape, properties)."""
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": told}
        for shape, told in rows
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return saved(folder, text, name)


def datum_of(path, options):
    """A table of positions names no datum: it has to be declared."""
    declared = "--datum" in options or path.suffix == ".geojson"
    return [] if declared else ["--datum", "CGCS2000"]


def load(path, *options, base=BASE, since=SINCE):
    out = StringIO()
    options = [*datum_of(path, options), *options]
    arguments = [
        str(path),
        "--base-on",
        base,
        "--from",
        since,
        "--by",
        "steward",
        "--json",
        *map(str, options),
    ]
    call_command("load_demand", *arguments, stdout=out)
    return json.loads(out.getvalue())


def refused(path, *options):
    """What is told of a file that is not taken, and nothing is written."""
    before = PopulationCell.objects.count()
    err = StringIO()
    with pytest.raises(CommandError) as told:
        arguments = [str(path), "--base-on", BASE, "--from", SINCE, "--by", "steward", "--commit"]
        arguments += [*datum_of(path, options), *map(str, options)]
        call_command("load_demand", *arguments, stdout=StringIO(), stderr=err)
    assert PopulationCell.objects.count() == before
    return f"{err.getvalue()}{told.value}"


def people_on(day, code="440104"):
    cells = PopulationCell.objects.on(day).within(code)
    return cells.aggregate(n=Sum("people"))["n"]


class TestRaster:
    def test_who_loaded_it_stands_in_the_log(self, tmp_path):
        load(saved(tmp_path, RASTER), "--commit")
        entry = AuditEntry.objects.get(operation="load_demand")
        assert entry.user.username == "steward" and entry.jurisdiction == "440104"
        assert entry.details["cells"] == 3

    @pytest.mark.parametrize(
        ("who", "why"), [("planner", "role"), ("nobody", "no account"), ("tianhe", "")]
    )
    def test_only_who_may_loads_it(self, tmp_path, who, why):
        told = refused(saved(tmp_path, RASTER), "--by", who)
        assert why in told

    def test_the_datum_is_declared_where_the_file_names_none(self, tmp_path):
        told = refused(saved(tmp_path, RASTER), "--datum", "")
        assert "declare it" in told

    def test_a_dry_run_tells_and_writes_nothing(self, tmp_path):
        before = people_on(DAY)
        told = load(saved(tmp_path, RASTER))
        assert told["people"] == {"440104": 1750} and told["cells"] == 3
        assert told["former"] == before and not told["committed"]
        assert people_on(DAY) == before

    def test_new_figures_follow_the_old_ones_from_their_day_on(self, tmp_path):
        before, city = people_on(date(2023, 12, 31)), people_on(DAY, "4401")
        load(saved(tmp_path, RASTER), "--commit")
        assert people_on(date(2023, 12, 31)) == before
        assert people_on(DAY) == 1750
        assert people_on(DAY, "4401") == city - before + 1750
        cell = PopulationCell.objects.on(DAY).within("440104").order_by("-people").first()
        ages = cell.people_0_14, cell.people_15_59, cell.people_60_plus
        assert (cell.people, *ages) == (1000, 100, 700, 200)
        assert cell.base_on == date(2020, 11, 1) and len(cell.division_code) == 9
        assert not cell.synthetic and not cell.approximate
        assert cell.source.title_zh == "people 2020-11-01"
        west, south, east, north = cell.geometry.extent
        assert (west, south) == pytest.approx((113.2675, 23.1275))
        assert (east, north) == pytest.approx((113.2725, 23.1325))

    def test_rounded_degrees_are_a_raster_all_the_same(self, tmp_path):
        places = [
            (f"{113.26 + i / 1200:.6f}", f"{23.125 + j / 1200:.6f}")
            for i in range(30)
            for j in range(18)
        ]
        rows = ["x,y,people,children,elders", *(f"{x},{y},10,1,2" for x, y in places)]
        told = load(saved(tmp_path, "\n".join(rows)), "--within", "4401", "--commit")
        assert told["cells"] == len(places)
        cells = PopulationCell.objects.on(DAY).within("4401")
        united = shapely.union_all([shapely.from_wkb(bytes(c.geometry.wkb)) for c in cells])
        assert united.area == pytest.approx(len(places) / 1200**2, rel=2e-3)
        # One position off the raster is that one's fault, not all the others'.
        rows.append("113.2604,23.1254,10,1,2")
        told = refused(saved(tmp_path, "\n".join(rows)), "--within", "4401")
        assert f"Row {len(rows)}: its position is off" in told and "Faults: 1." in told

    def test_metres_of_a_zone_are_converted(self, tmp_path):
        rows = "x,y,people,children,elders\n425500,2559000,10,1,2\n425600,2559000,10,1,2\n"
        rows += "425500,2559100,10,1,2\n"
        load(saved(tmp_path, rows), "--datum", "EPSG:4547", "--within", "440104", "--commit")
        cell = PopulationCell.objects.on(DAY).within("440104").first()
        assert cell.geometry.transform(4547, clone=True).area == pytest.approx(10_000, rel=1e-6)

    def test_totals_are_met_to_the_person(self, tmp_path):
        totals = saved(tmp_path, "code,people\n440104,1001\n", "totals.csv")
        load(saved(tmp_path, RASTER), "--totals", totals, "--commit")
        assert people_on(DAY) == 1001
        cells = PopulationCell.objects.on(DAY).within("440104")
        assert cells.aggregate(n=Sum("people_60_plus"))["n"] == 200
        assert all(float(cell.people).is_integer() for cell in cells)

    def test_ages_by_shares_are_approximate(self, tmp_path):
        rows = "lon,lat,people\n113.270,23.130,100\n113.275,23.130,50\n113.270,23.135,50\n"
        path = saved(tmp_path, rows)
        assert "60 and over" in refused(path)
        told = load(path, "--ages", "0.1,0.2", "--commit")
        assert told["elders"] == 40 and told["people"] == {"440104": 200}
        assert PopulationCell.objects.on(DAY).within("440104").first().approximate

    def test_other_figures_of_the_day_are_replaced_only_when_that_is_asked(self, tmp_path):
        path = saved(tmp_path, RASTER)
        load(path, "--commit")
        assert "2024-01-01" in refused(path)
        told = load(path, "--replace", "--commit")
        assert told["dropped"] == 3 and told["ended"] == 0
        assert people_on(DAY) == 1750


class TestFaults:
    def test_are_told_with_their_rows(self, tmp_path):
        rows = RASTER + (
            "113.285,23.135,-5,0,0\n"
            "113.285,23.130,many,0,0\n"
            "113.2861,23.130,9,0,0\n"
            "113.270,23.130,7,0,0\n"
            "113.290,23.130,10,6,7\n"
            "113.290,,10,1,1\n"
            "113.265,23.130,,1,1\n"
        )
        told = refused(saved(tmp_path, rows), "--cell", 0.005)
        for words in (
            "Row 6: people is negative",
            "Row 7: people is “many”, not a number",
            "Row 8: its position is off the raster",
            "Row 9: row 2 has the same position",
            "Row 10: 6 children and 7 elders are more than 10 people",
            "Row 11: ",
            "Row 12: people is empty",
            "Faults: 7. Nothing was written.",
        ):
            assert words in told

    def test_people_in_no_division_or_another_one(self, tmp_path):
        sea = "x,y,people,children,elders\n114.2,21.5,5,1,1\n114.3,21.5,5,1,1\n114.2,21.6,0,0,0\n"
        assert "Row 2: it lies in no division on 2024-01-01" in refused(saved(tmp_path, sea))
        told = refused(saved(tmp_path, RASTER), "--within", "440106")
        assert "outside 440106" in told and "Row 5" not in told

    def test_totals_that_do_not_fit(self, tmp_path):
        path = saved(tmp_path, RASTER)
        for text, words in (
            ("code,people\n440106,5\n", "440106"),
            ("code,people\n440104,5.5\n", "Row 2"),
            ("code,people\n440104,5\n440104,5\n", "Row 3"),
            ("code,number\n440104,5\n", "column"),
        ):
            assert words in refused(path, "--totals", saved(tmp_path, text, "totals.csv"))

    def test_options_that_mean_nothing(self, tmp_path):
        path = saved(tmp_path, RASTER)
        assert "--grid" in refused(path, "--weights", path)
        assert "two shares" in refused(path, "--ages", "0.9,0.2")
        assert "no file" in refused(tmp_path / "none.csv")
        with pytest.raises(CommandError, match="before that day"):
            load(path, base="2025-01-01")


class TestAreas:
    one = shapely.box(113.262, 23.125, 113.272, 23.135)
    two = shapely.box(113.272, 23.125, 113.282, 23.135)

    def told(self, people, **other):
        return {"people": people, "children": people // 10, "elders": people // 5, **other}

    def test_stay_cells_of_their_own(self, tmp_path):
        path = areas(tmp_path, (self.one, self.told(1000)), (self.two, self.told(500)))
        assert load(path, "--commit")["cells"] == 2
        cell = PopulationCell.objects.on(DAY).within("440104").order_by("people").first()
        assert cell.geometry.extent == pytest.approx(self.two.bounds) and not cell.approximate

    def test_are_spread_over_squares_to_the_person(self, tmp_path):
        path = areas(tmp_path, (self.one, self.told(1003)), (self.two, self.told(507)))
        told = load(path, "--grid", 200, "--commit")
        assert told["people"] == {"440104": 1510} and told["elders"] == 200 + 101
        cells = PopulationCell.objects.on(DAY).within("440104")
        assert all(cell.approximate for cell in cells)
        west = cells.filter(centre__within=self.hull(self.one)).aggregate(n=Sum("people"))["n"]
        assert west == 1003

    def hull(self, shape):
        from django.contrib.gis.geos import GEOSGeometry

        return GEOSGeometry(shape.wkt, srid=4490)

    def test_go_where_the_weights_are(self, tmp_path):
        path = areas(tmp_path, (self.one, self.told(1000)), (self.two, self.told(500)))
        built = shapely.box(113.262, 23.125, 113.264, 23.127)
        weights = areas(tmp_path, (built, {"建筑面积": 5000}), name="built.geojson")
        told = load(path, "--grid", 100, "--weights", weights, "--commit")
        assert told["notes"] == {"rows without any weight: their people are spread by area": 1}
        # A square on the edge of what is built has its middle beside it.
        near = self.hull(built.buffer(0.001).intersection(self.one))
        there = PopulationCell.objects.on(DAY).filter(centre__within=near)
        assert there.aggregate(n=Sum("people"))["n"] == 1000

    def test_parts_of_one_area_share_its_people(self, tmp_path):
        far = shapely.box(113.285, 23.125, 113.295, 23.135)
        path = areas(tmp_path, (shapely.MultiPolygon([self.one, far]), self.told(101)))
        assert load(path, "--commit")["people"] == {"440104": 101}

    def test_over_each_other_are_refused(self, tmp_path):
        overlapping = shapely.box(113.271, 23.125, 113.282, 23.135)
        path = areas(tmp_path, (self.one, self.told(10)), (overlapping, self.told(10)))
        assert "Row 2: its area lies over that of row 1" in refused(path)

    def test_parts_of_people_are_not_parted_further(self, tmp_path):
        path = areas(tmp_path, (self.one, {"people": 10.5, "children": 1, "elders": 1}))
        assert "Row 1: 10.5 people cannot be parted whole" in refused(path, "--grid", 100)
        totals = saved(tmp_path, "code,people\n440104,11\n", "totals.csv")
        assert load(path, "--grid", 100, "--totals", totals)["people"] == {"440104": 11}

    def test_a_line_is_no_area(self, tmp_path):
        path = areas(
            tmp_path, (shapely.LineString([(113.27, 23.13), (113.28, 23.13)]), self.told(10))
        )
        assert "Row 1: a LineString is no area" in refused(path)

    def test_a_broken_area_is_told_in_the_language_of_the_command(self, tmp_path):
        crossed = shapely.Polygon(
            [(113.27, 23.13), (113.28, 23.14), (113.28, 23.13), (113.27, 23.14)]
        )
        path = areas(tmp_path, (crossed, self.told(10)))
        assert "Row 1: The geometry is broken: Self-intersection" in refused(path)
