"""Protected areas: their files, the zones that rules keep free, and siting around them."""

import json
from datetime import date
from io import StringIO

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.urls import reverse

from common.errors import BadInput
from common.models import AuditEntry
from facilities.domain.exclusions import Keep, zone
from facilities.models import ProtectedArea, Target
from facilities.queries.protected import place_rules
from facilities.queries.siting import read_ground
from tests.facilities.siting_scenarios import BAIYUN, DAY, body, make, question, run

CORNER = np.array([430_000.0, 2_560_000.0])


def square(x, y, side):
    left, low = (CORNER + np.array([x, y])).tolist()
    return shapely.box(left, low, left + side, low + side)


class TestZone:
    def test_on_the_very_distance_is_far_enough(self):
        found = zone("F01:x", Keep("x", ("water",), 100.0), {"water": [square(0, 0, 50)]})
        points = CORNER + np.array([[25, 25], [149, 25], [150, 25], [151, 25]])
        assert found.holds(points).tolist() == [True, True, False, False]
        assert found.areas == 1
        outline = found.outline((*CORNER, *(CORNER + 1000)))
        # Two sides and a rounded corner: 20,354 m², drawn to 20 m.
        assert outline.area == pytest.approx(20_354, rel=0.15)
        assert found.outline((*(CORNER + 5000), *(CORNER + 6000))) is None

    def test_without_a_distance_the_land_itself_is_kept_free(self):
        found = zone("F02:forest", Keep("forest", ("forest",), 0.0), {"forest": [square(0, 0, 50)]})
        assert found.holds(CORNER + np.array([[50, 50], [51, 50]])).tolist() == [True, False]

    def test_a_road_is_a_line_and_what_is_not_on_record_is_no_zone(self):
        line = shapely.LineString([CORNER, CORNER + np.array([1000, 0])])
        found = zone("F01:r", Keep("r", ("road",), 10.0), {"road": [line], "water": []})
        assert found.holds(CORNER + np.array([[500, 9], [500, 11]])).tolist() == [True, False]
        assert zone("F01:w", Keep("w", ("water",), 10.0), {"road": [line]}) is None


def feature(kind, lon, lat, side=0.02, name="甲"):
    shape = shapely.box(lon, lat, lon + side, lat + side)
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(shape),
        "properties": {"kind": kind, "name": name},
    }


def collection(path, *features):
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return path


@pytest.fixture
def areas(tmp_path):
    return collection(
        tmp_path / "areas.geojson",
        feature("water", 113.25, 23.18, name="水库"),
        feature("林地", 113.29, 23.22, name="林"),
    )


@pytest.fixture
def steward(make_user):
    return make_user("data_steward", "4401")


@pytest.fixture
def planner(make_user):
    return make_user("planner", "4401")


def load(path, by, *options, since="2024-01-01"):
    out = StringIO()
    given = [str(path), "--name", "白云保护地", "--from", since, "--by", by.username, "--json"]
    call_command("load_protected", *given, *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("demo")
class TestLoad:
    def test_a_dry_run_writes_nothing(self, areas, steward):
        assert load(areas, steward) == {"areas": {"water": 1, "forest": 1}, "committed": False}
        assert not ProtectedArea.objects.exists()

    def test_what_is_kept_follows_the_former_of_the_source(self, areas, steward):
        load(areas, steward, "--commit")
        load(areas, steward, "--commit", since="2025-01-01")
        assert ProtectedArea.objects.on(date(2024, 6, 1)).count() == 2
        assert ProtectedArea.objects.on(date(2025, 6, 1)).count() == 2
        assert ProtectedArea.objects.count() == 4
        with pytest.raises(CommandError, match="already"):
            load(areas, steward, "--commit", since="2024-06-01")
        load(areas, steward, "--commit", "--replace", since="2024-01-01")
        assert ProtectedArea.objects.count() == 2
        assert AuditEntry.objects.filter(operation="load_protected").count() == 3

    def test_a_row_that_cannot_be_used_is_named_and_nothing_kept(self, tmp_path, steward):
        bad = collection(
            tmp_path / "bad.geojson", feature("water", 113.2, 23.2), feature("castle", 113.2, 23.2)
        )
        with pytest.raises(CommandError, match="Row 2: “castle” is no kind"):
            load(bad, steward, "--commit")
        with pytest.raises(CommandError, match="no kind"):
            load(bad, steward, "--kind", "castle")
        bow = {"type": "Polygon", "coordinates": [[[113, 23], [114, 24], [114, 23], [113, 24],
                                                   [113, 23]]]}  # fmt: skip
        crossed = {"type": "Feature", "geometry": bow, "properties": {"kind": "water"}}
        with pytest.raises(CommandError, match="Row 1"):
            load(collection(tmp_path / "bow.geojson", crossed), steward, "--commit")
        assert not ProtectedArea.objects.exists()

    def test_is_for_stewards_of_the_area(self, areas, make_user, planner):
        with pytest.raises(CommandError):
            load(areas, planner, "--commit")
        with pytest.raises(CommandError):
            load(areas, make_user("data_steward", "440117"), "--commit")


@pytest.mark.usefixtures("demo")
class TestSitingAroundThem:
    def test_rules_of_the_land_leave_places_out_and_are_cited(self, areas, steward, planner,
                                                              client_as):  # fmt: skip
        asked = question(grid_m=500.0)
        before = read_ground(question=asked, category="FUN-CEM-BIZ", within=BAIYUN, at=DAY)
        load(areas, steward, "--commit", "--synthetic")
        found = run(make(planner, category="FUN-CEM-BIZ", asked=asked))
        out = found.result["candidates"]["excluded"]["F02:forest"]
        assert 0 < out < len(before.ground.candidates)
        assert found.synthetic
        (zone_,) = found.result["zones"]
        assert zone_["shape"]["type"] in ("Polygon", "MultiPolygon")
        url = reverse("facilities:scenario", args=[found.pk])
        text = body(client_as("viewer", language="en").get(url))
        assert "第十条" in text
        assert "on forest land" in text
        assert "no area on record" in text
        paper = reverse("facilities:scenario_file", args=[found.pk, "html"])
        assert "第十条" in body(client_as("viewer").get(paper))

    def test_a_local_rule_sets_the_distance_from_its_day_on(self, areas, steward):
        load(areas, steward, "--commit")
        national = Target.objects.get(target_id="F01", jurisdiction="")
        local = Target.objects.get(pk=national.pk)
        local.pk, local.jurisdiction = None, "4401"
        local.parameters = {**national.parameters, "limits": {"distance_water_m": "1500"}}
        local.period = (date(2024, 1, 1), None)
        local.save()
        counts = {}
        for at in (date(2023, 12, 31), DAY):
            rules = place_rules(category="FUN-COLUM", within=BAIYUN, at=at)
            counts[at] = [keep.metres for rule in rules for keep in rule.keeps]
        assert counts == {date(2023, 12, 31): [], DAY: [1500.0]}
        found = read_ground(question=question(grid_m=500.0), category="FUN-COLUM", within=BAIYUN,
                            at=DAY)  # fmt: skip
        assert found.ground.excluded["F01:distance_water_m"] > 0

    def test_own_distances_hold_for_any_category(self, areas, steward, planner, client_as):
        load(areas, steward, "--commit")
        found = run(make(planner, asked=question(grid_m=500.0, keep=(("water", 800.0),))))
        assert found.result["candidates"]["excluded"]["own:water"] > 0
        text = body(client_as("viewer", language="en").get(
            reverse("facilities:scenario", args=[found.pk])))  # fmt: skip
        assert "nearer than 800 m to waters" in text
        assert "not of a rule" in text
        with pytest.raises(BadInput, match="distance from"):
            make(planner, asked=question(keep=(("castle", 1.0),)))
