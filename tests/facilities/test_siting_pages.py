"""Siting scenarios on the demonstration set: asked, answered, stopped, again, compared, filed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.errors import BadInput, NotInScope, NotPermitted
from common.jobs import JobCancelled
from common.models import Job
from facilities.models import Facility, SitingScenario
from facilities.operations.scenarios import (
    AlreadyOver,
    rerun_scenario,
    stop_scenario,
)
from facilities.queries.protected import place_rules
from facilities.queries.siting import read_ground
from gazetteer.models import Place
from tests.facilities.siting_scenarios import BAIYUN, DAY, body, make, question, run

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def planner(make_user):
    return make_user("planner", "4401")


@pytest.fixture
def answered(planner):
    return run(make(planner))


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
        assert again.open_keys == answered.open_keys
        assert again.result["objective"] == answered.result["objective"]
        assert again.repeats == answered

    def test_again_without_an_answer_says_that_there_is_none(self, planner, client_as):
        first = make(planner, asked=question(apart_m=50_000.0))
        with pytest.raises(BadInput):
            run(first)
        first.refresh_from_db()
        again = rerun_scenario(by=planner, scenario=first)
        with pytest.raises(BadInput):
            run(again)
        page = client_as("planner", language="en").get(f"/siting/{again.pk}/")
        assert "the same ground: no answer, as the first time." in body(page)

    def test_stopping_keeps_the_best_so_far(self, planner):
        scenario = make(planner, asked=question("p_median", new_sites=12))
        told = []

        def report(done, total, doing):
            told.append(doing)
            if len(told) > 3:
                raise JobCancelled

        found = run(scenario, report)
        assert found.state in ("stopped", "proven")
        if found.answered and found.state == "stopped":
            assert found.result["stopped"]
            assert not found.result["proven"]

    def test_a_stop_before_a_first_answer_says_that_nothing_was_found(self, planner, client_as):
        scenario = make(planner, asked=question("p_median", new_sites=12))

        def report(done, total, doing):
            if doing and "人口" not in doing and "people" not in doing:
                raise JobCancelled

        with pytest.raises(JobCancelled):
            run(scenario, report)
        scenario.refresh_from_db()
        assert (scenario.state, scenario.result) == ("stopped", {})
        page = client_as("planner", language="en").get(f"/siting/{scenario.pk}/")
        assert "stopped before it found anything" in body(page)
        assert "0 new sites" not in body(page)

    def test_waiting_ones_never_begin(self, planner):
        scenario = make(planner)
        stop_scenario(by=planner, scenario=scenario)
        scenario.refresh_from_db()
        assert scenario.state == "stopped"
        assert scenario.job.state == Job.State.CANCELLED
        with pytest.raises(AlreadyOver):
            stop_scenario(by=planner, scenario=scenario)

    def test_one_that_is_being_stopped_says_so(self, planner, client_as):
        scenario = make(planner)
        Job.objects.filter(pk=scenario.job_id).update(state=Job.State.RUNNING)
        SitingScenario.objects.filter(pk=scenario.pk).update(state="running")
        client = client_as("planner", language="en")
        page = reverse("facilities:scenario", args=[scenario.pk])
        assert "Stop and keep the best so far" in client.get(page).content.decode()
        told = client.get(reverse("facilities:scenario_progress", args=[scenario.pk])).json()
        assert not told["over"]
        assert "searching" in told["chip"]
        stopping = client.post(reverse("facilities:scenario_stop", args=[scenario.pk]), follow=True)
        assert "is being stopped" in stopping.content.decode()
        assert "Stop and keep the best so far" not in stopping.content.decode()

    def test_a_job_cancelled_on_its_page_before_it_began_stops_the_scenario(
        self, planner, client_as
    ):
        scenario = make(planner)
        client = client_as("planner")
        client.force_login(planner)
        client.post(reverse("job_cancel", args=[scenario.job_id]))
        scenario.refresh_from_db()
        assert scenario.state == "stopped"
        assert scenario.over

    def test_time_that_ran_out_is_not_a_stop(self, planner):
        asked = question("lscp", new_sites=2, distance_m=900.0, time_limit_s=1e-6)
        scenario = make(planner, asked=asked)
        found = run(scenario)
        assert found.state == "not_found"
        assert not found.result["stopped"]

    def test_what_stands_in_other_divisions_stays(self, planner):
        yuexiu = "440104"
        asked = question(keep_existing=False, new_sites=2, distance_m=15_000.0)
        found = run(make(planner, within=yuexiu, asked=asked))
        beyond = [site for site in found.result["sites"] if not site["code"].startswith(yuexiu)]
        assert beyond
        assert {site["kind"] for site in beyond} == {"existing"}
        here = [site for site in found.result["sites"] if site["code"].startswith(yuexiu)]
        assert len(here) <= 2

    def test_extensions_and_beds(self, planner, client_as):
        asked = question(
            "capacitated", capacity=300, need=40.0, existing_room="beds", extra=500, new_sites=2
        )
        found = run(make(planner, asked=asked))
        assert found.answered
        assert {site["kind"] for site in found.new_sites} <= {"new", "extension"}
        unknown = found.result["unknown_beds"]
        text = body(client_as("viewer", language="en").get(
            reverse("facilities:scenario", args=[found.pk])))  # fmt: skip
        assert (f"{unknown} facilities have unknown beds" in text) == bool(unknown)
        assert "There is room for" in text
        assert "have a place within" in text

    def test_is_for_planners_of_the_area(self, make_user):
        with pytest.raises(NotPermitted):
            make(make_user("viewer", "4401"))
        with pytest.raises(NotInScope):
            make(make_user("planner", "440106"))

    def test_buildings_and_files_are_places_too(self, planner):
        found = run(make(planner, asked=question(candidates="facilities", new_sites=1,
                                                 candidate_category="FAM-CTR")))  # fmt: skip
        assert found.new_sites[0]["name"]
        points = [(113.27, 23.2, "甲", None, 2), (113.3, 23.25, "乙", None, 3)]
        found = run(make(planner, asked=question(candidates="file", new_sites=1), points=points))
        assert found.new_sites[0]["name"] in ("甲", "乙")
        assert found.new_sites[0]["code"].startswith(BAIYUN)
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

    @pytest.mark.parametrize(
        "given", [{"forbidden": ("449999",)}, {"fairness": (("449999", 2.0),)}]
    )
    def test_an_unknown_division_is_refused(self, given):
        with pytest.raises(BadInput, match="449999"):
            read_ground(
                question=question(**given),
                category="ELD-INST",
                within=BAIYUN,
                at=DAY,
            )

    def test_rules_without_a_layer_are_told_as_not_checked(self, client_as, planner):
        rules = place_rules(category="FUN-COLUM", within=BAIYUN, at=DAY)
        assert [rule.edition.target_id for rule in rules] == ["F01"]
        rules = place_rules(category="FUN-CEM-PUB", within=BAIYUN, at=DAY)
        assert [rule.edition.target_id for rule in rules] == ["F01", "F02"]
        assert place_rules(category="ELD-INST", within=BAIYUN, at=DAY) == []
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

    def test_an_answer_that_names_a_secret_facility_is_not_told(self, client_as, answered):
        client = client_as("planner", "4401")
        page = reverse("facilities:scenario", args=[answered.pk])
        stands = next(site for site in answered.result["sites"] if site["kind"] == "existing")
        assert stands["name"] in client.get(page).content.decode()
        place = Place.objects.filter(legal_category="STREET")[0]
        Facility.objects.filter(identity=stands["key"]).update(place=place)
        Place.objects.filter(pk=place.pk).update(secrecy="secret")
        assert client.get(page).status_code == 404
        listed = client.get(reverse("facilities:scenarios")).content.decode()
        assert str(answered.pk) not in listed

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
        assert "等待中" in progress.pop("chip")
        assert progress == {"over": False, "history": [], "told": ""}

    def test_places_that_the_model_does_not_limit_are_refused(self, client_as):
        client = client_as("planner", language="en")
        url = reverse("facilities:scenario_new")
        values = {**client.get(url).context["form"].initial, "name": "一", "within": BAIYUN}
        response = client.post(url, {**values, "capacity": 300})
        assert response.status_code == 400
        assert "does not limit the places of a site" in body(response)
        assert not SitingScenario.objects.exists()

    def test_a_file_is_read_with_its_datum(self, client_as):
        client = client_as("planner")
        url = reverse("facilities:scenario_new")
        values = {**client.get(url).context["form"].initial, "name": "文件", "within": BAIYUN,
                  "candidates": "file", "seconds": 5}  # fmt: skip
        file = SimpleUploadedFile("地块.csv", "名称,经度,纬度\n甲,113.27,23.2\n".encode())
        assert client.post(url, {**values, "file": file}).status_code == 302
        made = SitingScenario.objects.get(name="文件")
        assert made.points == [[113.27, 23.2, "甲", None, 2]]
        bad = SimpleUploadedFile("地块.csv", "名称,经度,纬度\n甲,,\n".encode())
        response = client.post(url, {**values, "file": bad})
        assert response.status_code == 400
        assert "2" in body(response)

    @pytest.mark.parametrize(
        "given",
        [
            {"new_sites": ""},
            {"forbidden": "广州"},
            {"detour": "0"},
            {"fairness": "440111"},
            {"fairness": "440111=much"},
            {"fairness": "440111=-1"},
            {"model": "capacitated"},
            {"model": "capacitated_median"},
            {"extra": "100"},
            {"minutes": "0"},
            {"candidates": "facilities"},
        ],
    )
    def test_bad_input_is_said_in_words(self, client_as, given):
        client = client_as("planner")
        url = reverse("facilities:scenario_new")
        values = {**client.get(url).context["form"].initial, "name": "二", **given}
        response = client.post(url, values)
        assert response.status_code in (200, 400)
        assert "error-summary" in body(response)
        assert not SitingScenario.objects.filter(name="二").exists()

    def test_asks_again_with_changes_and_without_a_place(self, client_as, answered):
        client = client_as("planner")
        key = answered.new_sites[0]["key"]
        url = reverse("facilities:scenario_new")
        form = client.get(url, {"like": answered.pk, "without": key}).context["form"]
        assert form.initial["within"] == BAIYUN
        values = {name: value for name, value in form.initial.items() if value not in (None, "")}
        response = client.post(f"{url}?like={answered.pk}", {**values, "name": "另一处"})
        assert response.status_code == 302
        made = SitingScenario.objects.get(name="另一处")
        assert made.asked.without == (key,)
        found = run(made)
        assert key not in found.open_keys
        assert found.result["candidates"]["excluded"]["without"] == 1
        assert client.get(url, {"like": "x"}).status_code == 404
        assert client_as("planner", "440106").get(url, {"like": answered.pk}).status_code == 404

    def test_costs_decide_where_they_are_known(self, client_as, planner):
        dear = run(make(planner, name="贵", asked=question(new_sites=3, budget=900.0,
                                                          site_cost=300.0)))  # fmt: skip
        cheap = run(make(planner, name="省", asked=question(new_sites=3, budget=300.0,
                                                           site_cost=100.0)))  # fmt: skip
        free = run(make(planner, name="不详"))
        url = reverse("facilities:scenario_compare")
        response = client_as("viewer").get(url, {"id": [dear.pk, cheap.pk, free.pk]})
        assert [line["undominated"] for line in response.context["lines"]] == [False, True, None]
        assert len(response.context["chart"]["points"]) == 2
        walked = run(make(planner, name="步行", asked=question(mode="walk", minutes=30.0)))
        response = client_as("viewer").get(url, {"id": [free.pk, walked.pk]})
        assert [line["undominated"] for line in response.context["lines"]] == [None, None]

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
