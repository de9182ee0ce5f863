"""Siting scenarios on the demonstration set: asked, answered, stopped, again, compared, filed."""

import io
import json
from datetime import date
from html import unescape

import fiona
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from common.errors import BadInput, NotInScope, NotPermitted
from common.jobs import JobCancelled
from common.models import Job
from facilities.domain.scenarios import ScenarioQuestion
from facilities.models import FacilityCategory, SitingScenario
from facilities.operations.scenarios import (
    AlreadyOver,
    make_scenario,
    rerun_scenario,
    run_siting,
    stop_scenario,
)
from facilities.queries.siting import read_ground, unchecked_rules

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)
BAIYUN = "440111"


def question(model="mclp", **given):
    return ScenarioQuestion(**{"model": model, "distance_m": 3000.0, "new_sites": 3, **given})


def make(by, *, name="白云三处", category="ELD-INST", within=BAIYUN, asked=None, **given):
    return make_scenario(
        by=by,
        at=DAY,
        name=name,
        category=FacilityCategory.objects.get(code=category),
        jurisdiction=within,
        question=asked or question(),
        **given,
    )


def run(scenario, report=lambda *_told: None):
    run_siting(job=scenario.job, report=report, scenario=str(scenario.pk))
    return SitingScenario.objects.get(pk=scenario.pk)


@pytest.fixture
def planner(make_user):
    return make_user("planner", "4401")


@pytest.fixture
def answered(planner):
    return run(make(planner))


def body(response):
    return unescape(response.content.decode())


class TestSearch:
    def test_three_homes_for_baiyun(self, answered):
        told = answered.result
        assert answered.state == "proven"
        assert len(answered.new_sites) == 3
        assert told["after"]["elders"] > told["before"]["elders"] > 0
        gained = sum(site["only"]["elders"] for site in answered.new_sites)
        assert told["after"]["elders"] - told["before"]["elders"] >= gained > 0
        assert answered.synthetic
        assert len(answered.inputs_hash) == 64
        assert {"siting", "highspy", "numpy", "scipy"} == set(answered.versions)

    def test_again_has_the_same_fingerprint_and_sites(self, answered, planner):
        again = run(rerun_scenario(by=planner, scenario=answered))
        assert again.inputs_hash == answered.inputs_hash
        assert again.new_keys == answered.new_keys
        assert again.result["objective"] == answered.result["objective"]
        assert again.repeats == answered

    def test_stopping_keeps_the_best_so_far(self, planner):
        scenario = make(planner, asked=question("p_median", new_sites=12))

        def report(done, total, doing):
            if doing and "人口" not in doing and "people" not in doing:
                raise JobCancelled

        found = run(scenario, report)
        assert found.state in ("stopped", "proven")
        if found.answered and found.state == "stopped":
            assert found.result["stopped"]
            assert not found.result["proven"]

    def test_waiting_ones_never_begin(self, planner):
        scenario = make(planner)
        stop_scenario(by=planner, scenario=scenario)
        scenario.refresh_from_db()
        assert scenario.state == "stopped"
        assert scenario.job.state == Job.State.CANCELLED
        with pytest.raises(AlreadyOver):
            stop_scenario(by=planner, scenario=scenario)

    def test_is_for_planners_of_the_area(self, make_user):
        with pytest.raises(NotPermitted):
            make(make_user("viewer", "4401"))
        with pytest.raises(NotInScope):
            make(make_user("planner", "440106"))

    def test_buildings_and_files_are_places_too(self, planner):
        found = run(make(planner, asked=question(candidates="facilities", new_sites=1,
                                                 candidate_category="FAM-CTR")))  # fmt: skip
        assert found.new_sites[0]["name"]
        points = [(113.27, 23.2, "甲", None), (113.3, 23.25, "乙", None)]
        found = run(make(planner, asked=question(candidates="file", new_sites=1), points=points))
        assert found.new_sites[0]["name"] in ("甲", "乙")
        assert found.new_sites[0]["code"] == BAIYUN
        with pytest.raises(BadInput):
            make(planner, asked=question(candidates="file"))

    def test_impossible_names_the_nearest_number(self, planner, client_as):
        found = run(make(planner, asked=question("lscp", new_sites=3, distance_m=5000.0)))
        assert found.state == "impossible"
        needed = found.result["nearest_new"]
        assert needed > 3
        client = client_as("planner", language="en")
        page = body(client.get(reverse("facilities:scenario", args=[found.pk])))
        assert f"It can be done with {needed} new sites." in page
        enough = run(make(planner, asked=question("lscp", new_sites=needed, distance_m=5000.0)))
        assert len(enough.new_sites) == needed
        assert enough.result["uncovered"]["cells"] == 0

    def test_a_ground_without_places_fails_in_words(self, planner, client_as):
        scenario = make(planner, asked=question(apart_m=30_000.0))
        with pytest.raises(BadInput, match="165 of 165"):
            run(scenario)
        scenario.refresh_from_db()
        assert scenario.state == "failed"


class TestGround:
    def test_forbidden_divisions_and_distance_leave_places_out(self):
        asked = question(forbidden=("440111",), grid_m=2000.0)
        found = read_ground(question=asked, category="ELD-INST", within="4401", at=DAY)
        assert found.ground.excluded["forbidden"] > 0
        assert not any(code.startswith("440111") for code in found.ground.candidates.codes)
        asked = question(apart_m=3000.0)
        found = read_ground(question=asked, category="ELD-INST", within=BAIYUN, at=DAY)
        assert found.ground.excluded["near_existing"] > 0

    def test_an_unknown_division_is_refused(self):
        with pytest.raises(BadInput, match="449999"):
            read_ground(
                question=question(forbidden=("449999",)),
                category="ELD-INST",
                within=BAIYUN,
                at=DAY,
            )

    def test_rules_without_a_layer_are_told_as_not_checked(self, client_as, planner):
        rules = unchecked_rules(category="FUN-COLUM", within=BAIYUN, at=DAY)
        assert [rule.edition.target_id for rule in rules] == ["F01"]
        rules = unchecked_rules(category="FUN-CEM-PUB", within=BAIYUN, at=DAY)
        assert [rule.edition.target_id for rule in rules] == ["F01", "F02"]
        assert unchecked_rules(category="ELD-INST", within=BAIYUN, at=DAY) == []
        found = run(make(planner, category="FUN-CEM-PUB", name="公墓"))
        text = body(client_as("viewer").get(reverse("facilities:scenario", args=[found.pk])))
        assert "未核对" in text
        assert "第十条" in text


class TestPages:
    def test_an_empty_list_offers_the_first_step(self, client_as):
        url = reverse("facilities:scenarios")
        assert reverse("facilities:scenario_new") in body(client_as("planner").get(url))
        assert "尚无选址情景" in body(client_as("viewer").get(url))

    def test_lists_by_jurisdiction_and_day(self, client_as, answered):
        url = reverse("facilities:scenarios")
        assert answered.name in body(client_as("viewer").get(url))
        assert answered.name not in body(client_as("viewer", "440106").get(url))
        assert answered.name not in body(client_as("viewer").get(url, {"at": "2024-04-30"}))

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_record_says_why_here(self, client_as, answered, language):
        url = reverse("facilities:scenario", args=[answered.pk])
        text = body(client_as("viewer", language=language).get(url))
        for word in {"en": ["Why here", "Who gains", "Best place instead", "proven in"],
                     "zh-hans": ["为何选此", "受益", "备选", "已证明"]}[language]:  # fmt: skip
            assert word in text
        assert "模拟" in text if language == "zh-hans" else "synthetic" in text

    def test_the_form_starts_a_search(self, client_as):
        client = client_as("planner")
        url = reverse("facilities:scenario_new")
        form = client.get(url, {"within": BAIYUN, "distance": "2000"}).context["form"]
        values = {key: value for key, value in form.initial.items() if value is not True}
        assert values["distance"] == "2000"
        response = client.post(url, {**values, "keep_existing": "on", "name": "一"})
        assert response.status_code == 302
        made = SitingScenario.objects.get(name="一")
        assert made.job.state == Job.State.WAITING
        assert made.jurisdiction == BAIYUN
        text = body(client.get(reverse("facilities:scenario", args=[made.pk])))
        assert reverse("facilities:scenario_stop", args=[made.pk]) in text
        progress = client.get(reverse("facilities:scenario_progress", args=[made.pk])).json()
        assert progress == {"over": False, "history": [], "told": ""}

    def test_a_file_is_read_with_its_datum(self, client_as):
        client = client_as("planner")
        url = reverse("facilities:scenario_new")
        values = {**client.get(url).context["form"].initial, "name": "文件", "within": BAIYUN,
                  "candidates": "file", "seconds": 5}  # fmt: skip
        file = SimpleUploadedFile("地块.csv", "名称,经度,纬度\n甲,113.27,23.2\n".encode())
        assert client.post(url, {**values, "file": file}).status_code == 302
        made = SitingScenario.objects.get(name="文件")
        assert made.points == [[113.27, 23.2, "甲", None]]
        bad = SimpleUploadedFile("地块.csv", "名称,经度,纬度\n甲,,\n".encode())
        response = client.post(url, {**values, "file": bad})
        assert response.status_code == 400
        assert "2" in body(response)

    @pytest.mark.parametrize("given", [{"new_sites": ""}, {"forbidden": "广州"}, {"detour": "0"}])
    def test_bad_input_is_said_in_words(self, client_as, given):
        client = client_as("planner")
        url = reverse("facilities:scenario_new")
        values = {**client.get(url).context["form"].initial, "name": "二", **given}
        response = client.post(url, values)
        assert response.status_code in (200, 400)
        assert "error-summary" in body(response)
        assert not SitingScenario.objects.filter(name="二").exists()

    def test_compares_two(self, client_as, answered, planner):
        more = run(make(planner, name="白云六处", asked=question(new_sites=6)))
        url = reverse("facilities:scenario_compare")
        response = client_as("viewer").get(url, {"id": [answered.pk, more.pk]})
        first, second = response.context["lines"]
        assert (first["sites"], second["sites"]) == (3, 6)
        assert first["undominated"]
        assert "不被任何情景超过：" in body(response)
        assert client_as("viewer").get(url, {"id": "x"}).status_code == 404
        assert client_as("viewer").get(url).status_code == 200


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
