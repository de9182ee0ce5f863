"""Measures and ways of the coverage workspace: against the pure functions, pages, files, words."""

import json
from datetime import date
from html import unescape
from io import BytesIO, StringIO

import fiona
import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation
from docx import Document

from boundaries.models import DivisionVersion
from common.datums import get_datum
from common.exporting.writing import write_export
from facilities.domain.access import (
    evenness,
    floating_catchment,
)
from facilities.domain.classes import value_bounds, value_class
from facilities.domain.cost import k_nearest, straight
from facilities.domain.measures import MEASURES
from facilities.domain.networks import CAR, travel
from facilities.domain.packing import unpack
from facilities.exports.coverage_files import coverage_export, coverage_word
from facilities.exports.coverage_map import coverage_page
from facilities.exports.coverage_table import as_values
from facilities.exports.coverage_words import rests_on
from facilities.models import Facility, StreetNetwork
from facilities.queries.cells import in_metres, read_cells
from facilities.queries.coverage import CoverageQuestion, measure_coverage

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)
WEST, EAST, SOUTH, NORTH = 113.20, 113.36, 23.08, 23.20


@pytest.fixture
def network(tmp_path):
    """A made-up grid of streets over the middle of the city, for cars alone, from 2024 on."""
    path = tmp_path / "grid.gpkg"
    schema = {"geometry": "LineString", "properties": {"fclass": "str"}}
    xs, ys = np.linspace(WEST, EAST, 25), np.linspace(SOUTH, NORTH, 19)
    rows = [[(x, y) for x in xs] for y in ys] + [[(x, y) for y in ys] for x in xs]
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:4490", schema=schema) as out:
        for row in rows:
            geometry = shapely.LineString(row).__geo_interface__
            out.write({"geometry": geometry, "properties": {"fclass": "secondary"}})
    options = [
        "--mode",
        "car",
        "--from",
        "2024-01-01",
        "--synthetic",
        "--by",
        "steward",
        "--commit",
    ]
    call_command("load_network", str(path), "--name", "网格", *options, stdout=StringIO())
    return StreetNetwork.objects.get()


def ask(**values):
    values = {"at": DAY, "category": "ELD-INST", "distance_m": 5000.0} | values
    return measure_coverage(question=CoverageQuestion(**values))


def told(result):
    with translation.override("en"):
        return " ".join(rests_on(result))


class TestByNetwork:
    def test_equals_the_pure_functions_on_the_same_streets(self, network):
        result = ask(mode="car", minutes=10, within="440104", measure="nearest")
        (used,) = result.networks
        assert used.synthetic and used.cells
        cells = read_cells(at=DAY, within="440104")
        sites = Facility.objects.on(DAY).filter(category="ELD-INST")
        lonlat = np.array([row.location.coords for row in sites])
        here = shapely.intersects_xy(shapely.from_wkb(bytes(network.area.wkb)), lonlat)
        assert used.cells == len(cells.people), "the fixture covers the whole district"
        assert used.facilities == here.sum()
        attached = (
            travel(unpack(bytes(network.packed)), CAR)
            .main()
            .attach(np.concatenate([in_metres(cells.lonlat), in_metres(lonlat[here])]))
        )
        n = len(cells.people)
        times, _ = k_nearest(attached.network, attached.nodes[n:], 1)
        minutes = times[attached.nodes[:n], 0] / 60
        # Facilities off the network are reached by straight lines.
        off = in_metres(lonlat[~here])
        lines = np.linalg.norm(in_metres(cells.lonlat)[:, None] - off[None], axis=2).min(axis=1)
        minutes = np.minimum(minutes, lines * 1.3 / (20_000 / 60))
        expected = float(minutes @ cells.elders / cells.elders.sum())
        assert result.score.value == pytest.approx(expected, rel=1e-9)
        covered = float(cells.elders[minutes <= 10].sum())
        assert result.total.covered_elders == pytest.approx(covered)

    def test_people_off_the_network_are_told_apart(self, network):
        result = ask(mode="car")
        assert 0 < result.remarks.by_line < result.total.elders
        assert f"{round(result.remarks.by_line):,} elders off network" in told(result)
        assert "Network “网格”" in told(result) and "synthetic" in told(result)

    @pytest.mark.parametrize(
        "values", [{"mode": "walk"}, {"mode": "car", "at": date(2023, 12, 31)}]
    )
    def test_without_a_network_it_says_so_and_takes_straight_lines(self, network, values):
        result = ask(minutes=30, **values)
        assert result.networks == ()
        assert "No network for this mode" in told(result)
        pace = {"walk": 5, "car": 20}[values["mode"]] * 1000 / 60
        same = ask(**values | {"mode": "straight", "distance_m": 30 * pace / 1.3})
        assert result.total.covered_people == pytest.approx(same.total.covered_people)

    def test_a_network_read_once_is_not_read_again(self, network, django_assert_max_num_queries):
        ask(mode="car")
        with django_assert_max_num_queries(9):
            ask(mode="car")


class TestMeasures:
    def test_supply_equals_the_pure_functions(self):
        result = ask(measure="2sfca", within="440106")
        cells = read_cells(at=DAY, within="4401")
        rows = list(Facility.objects.on(DAY).filter(category="ELD-INST"))
        beds = np.array([row.beds or 0.0 for row in rows])
        sites = in_metres(np.array([row.location.coords for row in rows]))
        costs = straight(in_metres(cells.lonlat), sites, cutoff=5000)
        costs.data[:] = 1
        values = 1000 * floating_catchment(costs, cells.elders, beds)
        ours = np.char.startswith(cells.codes, "440106")
        expected = evenness(values[ours], cells.elders[ours], cells.codes[ours].astype("<U6"))
        assert result.score.value == pytest.approx(expected[-1].mean, rel=1e-9)
        assert result.score.gini == pytest.approx(expected[-1].gini, rel=1e-9)
        assert result.remarks.unknown_beds == sum(row.beds is None for row in rows)

    def test_beds_that_are_reached_are_the_beds_that_there_are(self):
        """What 2SFCA hands out is the known beds of facilities that somebody reaches."""
        result = ask(measure="2sfca", distance_m=40_000.0)
        beds = sum(row.beds or 0 for row in Facility.objects.on(DAY).filter(category="ELD-INST"))
        assert result.remarks.empty == 0
        assert result.score.value * result.total.elders / 1000 == pytest.approx(beds)

    @pytest.mark.parametrize("measure", MEASURES)
    @pytest.mark.parametrize("by", ["district", "street"])
    def test_nothing_at_all_is_a_result(self, measure, by):
        result = ask(category="FUN-CREM", measure=measure, by=by)
        assert result.supply.facilities == 0
        if measure == "nearest":
            assert result.score.value is None
            assert result.score.without == result.total.elders
        assert json.dumps(as_values(result), allow_nan=False)

    def test_facilities_in_no_division_are_told_and_count(self):
        one = Facility.objects.on(DAY).filter(category="ELD-INST").first()
        Facility.objects.filter(pk=one.pk).update(division_code="999999")
        result = ask()
        assert result.remarks.outside == 1
        assert "in no division of this day, counted all the same: 1." in told(result)
        assert result.total == ask(by="street").total

    def test_more_facilities_than_there_are_leaves_everybody_without(self):
        result = ask(at_least=2000)
        assert result.remarks.unreached == result.total.elders
        assert "cannot get to so many" in told(result)

    def test_the_most_elders_come_first_among_the_uncovered(self):
        cells = ask().uncovered.most(20)
        assert [cell.elders for cell in cells] == sorted((c.elders for c in cells), reverse=True)
        assert all(cell.cost > 5000 for cell in cells)


class TestClasses:
    def test_part_the_values_and_leave_out_what_is_unknown(self):
        bounds = value_bounds([0, 0, 0, 1.234, 5.0, 9.9, None])
        assert bounds == (1.2, 5.0)
        assert [value_class(v, bounds) for v in (None, 0, 1.3, 5)] == [0, 1, 2, 3]
        assert value_bounds([None]) == ()


class TestPage:
    def get(self, client, **query):
        return client.get(reverse("facilities:coverage"), {"at": DAY.isoformat(), **query})

    @pytest.mark.parametrize("measure", MEASURES)
    def test_shows_every_measure_and_mode_in_both_languages(self, client_as, measure):
        for language in ("en", "zh-hans"):
            client = client_as(language=language)
            for mode in ("straight", "detour", "walk"):
                response = self.get(client, measure=measure, mode=mode)
                assert response.status_code == 200
                drawn = response.context["map_data"]["areas"]["features"]
                shades = {f["properties"]["key"]: f["properties"]["shade"] for f in drawn}
                assert {row.line.code: row.line.shade for row in response.context["rows"]} == shades
                chart = response.context["chart"]
                assert len(chart["series"][0]["values"]) == len(response.context["rows"])

    def test_sorts_by_the_value_the_unknown_last(self, client_as):
        response = self.get(client_as(), measure="nearest", sort="-value")
        values = [row.line.value for row in response.context["rows"]]
        assert values == sorted(values, reverse=True)

    def test_says_that_there_is_no_network(self, client_as):
        text = unescape(self.get(client_as(), mode="walk").content.decode())
        assert "没有该方式的路网" in text

    def test_the_uncovered_lead_to_the_map(self, client_as):
        response = self.get(client_as())
        where, cell = response.context["most_missed"][0]
        assert f"#map=14/{cell.lat:.4f}/{cell.lon:.4f}" in response.content.decode()
        assert where == DivisionVersion.objects.on(DAY).get(code=cell.code).name

    @pytest.mark.parametrize(
        ("asked", "draft"),
        [
            ({"mode": "straight"}, {"mode": "detour", "detour": "1", "distance": "3000"}),
            ({"mode": "detour"}, {"mode": "detour", "detour": "1.3", "distance": "3000"}),
            ({"mode": "walk", "minutes": "20"}, {"mode": "walk", "minutes": "20"}),
        ],
    )
    def test_the_same_question_is_the_draft_of_a_scenario(self, client_as, asked, draft):
        client = client_as("planner", "4401")
        asked = {"within": "440111", "distance": "3000", **asked}
        url = self.get(client, **asked).context["siting_url"]
        form = client.get(url).context["form"]
        told = {name: str(form[name].value()) for name in ("category", "within", *draft)}
        assert told == {"category": "ELD-INST", "within": "440111", **draft}
        assert self.get(client_as("planner", "440106"), **asked).context["siting_url"] == ""

    def test_presets_are_minutes_where_minutes_are_asked(self, client_as):
        presets = self.get(client_as(), mode="walk", minutes="10").context["presets"]
        assert [chosen for _, _, chosen in presets] == [False, True, False]
        assert "minutes=5" in presets[0][1]

    @pytest.mark.parametrize(
        "query",
        [
            {"mode": "boat"},
            {"measure": "x"},
            {"minutes": "0"},
            {"detour": "nan"},
            {"detour": "0.5"},
        ],
    )
    def test_refuses_what_makes_no_sense_beside_its_field(self, client_as, query):
        assert self.get(client_as(), **query).context["form"].errors
        for name in ("coverage_cells", "coverage_word", "coverage_csv"):
            assert client_as().get(reverse(f"facilities:{name}"), query).status_code == 400

    def test_asks_no_more_of_the_database_for_more_rows(
        self, client_as, django_assert_max_num_queries
    ):
        client = client_as()
        self.get(client, measure="e2sfca")
        with django_assert_max_num_queries(24):
            self.get(client, measure="e2sfca", by="street")


class TestFiles:
    @pytest.mark.parametrize("format", ["xlsx", "gpkg"])
    @pytest.mark.parametrize("measure", ["share", "e2sfca"])
    def test_tables_hold_every_division(self, tmp_path, format, measure):
        result = ask(measure=measure)
        export = coverage_export(result=result, datum=get_datum("CGCS2000"))
        path = tmp_path / f"coverage.{format}"
        assert write_export(export, format=format, path=path) == 11
        if format == "gpkg":
            with fiona.open(path) as opened:
                rows = {row["properties"]["code"]: row["properties"] for row in opened}
            first = result.rows[0]
            wanted = first.score.value if first.score else first.tally.elders_share
            assert rows[first.division.code]["value"] == pytest.approx(wanted)
            assert rows[first.division.code]["facilities"] > 0
            assert rows[first.division.code]["limit"] == 5000
            with fiona.open(path, layer="zones") as zones:
                assert next(iter(zones))["properties"]["at_least"] == 1

    def test_the_list_export_takes_the_question_of_the_address(self, client_as):
        url = reverse("list_export", args=["coverage"])
        assert client_as().get(url, {"measure": "beds"}).status_code == 200
        assert client_as().get(url, {"measure": "x"}).status_code == 400

    def test_word_says_what_was_measured_and_what_it_rests_on(self):
        with translation.override("en"):
            paper = Document(BytesIO(coverage_word(ask(measure="2sfca", mode="walk", minutes=60))))
        text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
        assert "No network for this mode" in text and "unknown beds" in text
        assert len(paper.tables[0].rows) == 1 + 11 + 1

    def test_the_offline_map_shows_the_measure(self):
        with translation.override("en"):
            text = coverage_page(ask(measure="equity"))
        assert "Gini" in text and "Nobody is on record beyond the border" in text

    def test_addresses_of_files_name_measure_and_way(self):
        question = CoverageQuestion(at=DAY, category="ELD-INST", mode="car", measure="2sfca")
        assert question.key == "coverage-ELD-INST-15min-car-2sfca-2024-05-01"


class TestCommand:
    def run(self, *options):
        out = StringIO()
        call_command(
            "coverage", "--category", "ELD-INST", "--at", "2024-05-01", *options, stdout=out
        )
        return out.getvalue()

    def test_prints_the_value_and_what_it_rests_on(self):
        with translation.override("en"):
            text = self.run("--measure", "e2sfca", "--mode", "car", "--minutes", "20")
        assert "e2sfca" in text and "No network for this mode" in text

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (["--mode", "boat"], "--mode takes"),
            (["--measure", "x"], "--measure takes"),
            (["--minutes", "500"], "at most 120"),
            (["--mode", "detour", "--detour", "0.2"], "1 or more"),
            (["--mode", "walk", "--minutes", "nan"], "0 or more"),
        ],
    )
    def test_refuses_in_one_line(self, options, why):
        with pytest.raises(CommandError, match=why):
            self.run(*options)


class TestBeyondTheBorder:
    """Whoever lives beyond the border and reaches the same homes competes for their beds."""

    def test_elders_of_the_neighbouring_district_compete(self):
        result = ask(measure="2sfca", within="440104", distance_m=3000.0)
        near = read_cells(at=DAY, within="44")
        sites = Facility.objects.on(DAY).filter(category="ELD-INST")
        costs = straight(
            in_metres(near.lonlat),
            in_metres(np.array([row.location.coords for row in sites.order_by("name", "pk")])),
            cutoff=3000,
        )
        ours = np.char.startswith(near.codes, "440104")
        shared = np.unique(costs[ours].indices)
        others = np.asarray(costs[:, shared].getnnz(axis=1) > 0) & ~ours
        assert result.remarks.competing == pytest.approx(near.elders[others].sum())
        assert result.remarks.competing > 0
        assert "who live beyond the border compete" in told(result)

    def test_says_so_where_nobody_is_on_record_beyond_it(self):
        result = ask(measure="2sfca", within="4401")
        assert result.remarks.competing == 0
        assert "Nobody is on record beyond the border" in told(result)

    def test_a_limit_in_minutes_reaches_as_far_as_the_fastest_street(self):
        result = ask(measure="2sfca", within="440104", mode="car", minutes=30)
        assert result.remarks.competing > 0


class TestLoads:
    def test_everybody_goes_to_one_facility(self):
        result = ask()
        within = sum(load.elders for load in result.loads)
        beyond = sum(load.beyond for load in result.loads)
        assert within == pytest.approx(result.total.covered_elders)
        assert within + beyond == pytest.approx(result.total.elders)

    def test_the_most_wanted_comes_first_and_beds_may_be_unknown(self):
        loads = ask().loads
        assert [load.elders for load in loads] == sorted(
            (load.elders for load in loads), reverse=True
        )
        assert any(load.beds is None and load.elders_a_bed is None for load in loads)

    def test_by_network_the_nearest_is_that_of_the_costs(self, network):
        result = ask(mode="car", minutes=15)
        within = sum(load.elders for load in result.loads)
        assert within == pytest.approx(result.total.covered_elders)

    def test_the_category_is_read_once(self, django_assert_num_queries):
        with django_assert_num_queries(5):
            ask()

    def test_the_page_lists_them_with_their_marks(self, client_as):
        response = client_as(language="en").get(
            reverse("facilities:coverage"), {"at": DAY.isoformat()}
        )
        assert "Who goes where" in unescape(response.content.decode())
        assert len(response.context["loads"]) == 20
