"""Siting scenarios taken out as files, brought in from files, told by the command."""

import io
import json

import fiona
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from common.errors import BadInput
from facilities.models import SitingScenario
from facilities.queries.siting import read_ground
from tests.facilities.siting_scenarios import BAIYUN, DAY, body, make, question, run

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def planner(make_user):
    return make_user("planner", "4401")


@pytest.fixture
def answered(planner):
    return run(make(planner))


class TestPlacesOfAFile:
    def read(self, points, **given):
        asked = question(candidates="file", **given)
        return read_ground(question=asked, category="ELD-INST", within=BAIYUN, at=DAY,
                           points=points)  # fmt: skip

    def test_points_outside_the_area_are_refused_with_their_rows(self, planner):
        points = [(113.27, 23.2, "甲", None, 2), (113.36, 23.12, "天河", None, 3),
                  (0.0, 0.0, "海", None, 9)]  # fmt: skip
        with pytest.raises(BadInput, match="2 places of the file lie outside 440111: rows 3, 9"):
            self.read(points)
        with pytest.raises(BadInput, match="rows 3, 9"):
            make(planner, asked=question(candidates="file"), points=points)
        assert not SitingScenario.objects.filter(name="白云三处").exists()

    def test_the_queries_do_not_grow_with_the_points(self, django_assert_max_num_queries):
        points = [(113.27 + n / 1e4, 23.2, str(n), None, n) for n in range(200)]
        with django_assert_max_num_queries(9):
            found = self.read(points)
        assert len(found.ground.candidates) == 200

    def test_costs_of_the_file_go_with_a_budget(self, planner):
        points = [(113.27, 23.2, "甲", 30.0, 2), (113.3, 23.25, "乙", 900.0, 3)]
        asked = question(candidates="file", new_sites=None, budget=100.0)
        found = run(make(planner, asked=asked, points=points))
        assert [site["name"] for site in found.new_sites] == ["甲"]
        assert found.result["cost"] == 30
        points[1] = (113.3, 23.25, "乙", None, 3)
        with pytest.raises(BadInput, match="1 places of the file have no cost: rows 3"):
            self.read(points, new_sites=None, budget=100.0)


class TestByNetwork:
    def test_minutes_over_streets_and_lines_beside_them(self, planner, client_as):
        found = run(make(planner, asked=question(mode="walk", minutes=30.0)))
        assert found.answered
        text = body(client_as("viewer", language="en").get(
            reverse("facilities:scenario", args=[found.pk])))  # fmt: skip
        assert "within 30 min" in text
        named = bool(found.result["networks"])
        assert ("Networks used" in text) == named
        assert ("There is no network for this mode" in text) != named
        assert found.result["by_line"] > 0
        assert "are on no network" in text


class TestFiles:
    def file(self, client_as, scenario, format, language="zh-hans"):
        url = reverse("facilities:scenario_file", args=[scenario.pk, format])
        response = client_as("viewer", language=language).get(url)
        assert response.status_code == 200
        return response.content

    def test_geopackage(self, client_as, answered):
        with fiona.open(io.BytesIO(self.file(client_as, answered, "gpkg"))) as layer:
            rows = list(layer)
            assert layer.crs.to_epsg() == 4490
        new = [row for row in rows if row["properties"]["kind"] == "新址"]
        assert len(new) == 3
        assert {row["geometry"]["type"] for row in rows} == {"Point"}

    def test_workbook(self, client_as, answered):
        book = load_workbook(io.BytesIO(self.file(client_as, answered, "xlsx", "en")))
        rows = list(book.active.values)
        assert rows[0][0] == "Kind"
        assert [row[0] for row in rows[1:4]] == ["new site"] * 3

    def test_word(self, client_as, answered):
        paper = Document(io.BytesIO(self.file(client_as, answered, "docx", "en")))
        text = "\n".join(line.text for line in paper.paragraphs)
        assert "Why here" in text
        assert answered.inputs_hash in text

    def test_one_file_map(self, client_as, answered):
        text = self.file(client_as, answered, "html").decode()
        assert "Content-Security-Policy" in text
        assert "为何选此" in text
        assert "http://" not in text.split("</head>")[1].replace("http://www.w3.org", "")


class TestCommand:
    def test_tells_machines_the_same(self, answered, capsys):
        call_command("site_facilities", category="ELD-INST", new=3, distance=3000.0,
                     within=BAIYUN, at=DAY.isoformat(), json=True)  # fmt: skip
        values = json.loads(capsys.readouterr().out)
        assert values["inputs_hash"] == answered.inputs_hash
        assert values["result"]["objective"] == answered.result["objective"]
        assert [s["key"] for s in values["result"]["sites"]] == [
            s["key"] for s in answered.result["sites"]
        ]

    @pytest.mark.parametrize("given", [{"new": 0}, {"model": "best"}, {"category": "X"}])
    def test_bad_input_is_one_line(self, given):
        options = {"category": "ELD-INST", "new": 3, "within": BAIYUN, **given}
        with pytest.raises(CommandError):
            call_command("site_facilities", **options)
