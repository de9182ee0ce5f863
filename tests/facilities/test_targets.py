"""Targets on the demonstration set: editions by day and place, what was planted is found."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from uuid import uuid4

import fiona
import numpy as np
import pytest
import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from demo.facility_attributes import CEMETERIES, CENTRES, HOME_CARE
from facilities.domain.attributes import attribute_properties, check_attributes
from facilities.domain.targets import Outcome, Rounding, read_parameters
from facilities.exports.target_words import result_text
from facilities.models import Facility, FacilityCategory, PolicyFigure, Target
from facilities.queries.coverage import UnknownDivision
from facilities.queries.targets import UnknownTarget, scorecard, target_sheet

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)
PLAN_DAY = date(2012, 6, 30)
IDS = [*(f"T{n:02}" for n in range(1, 13)), "C01", "C02", "C03", *(f"F0{n}" for n in range(1, 6))]


def measured(target_id, *, at=DAY, within="4401"):
    return scorecard(at=at, within=within, target_id=target_id).rows[0].measured


def codes(results):
    return {each.code for each in results}


class TestTheRows:
    def test_every_target_of_the_plan_is_there(self):
        assert set(Target.objects.values_list("target_id", flat=True)) == set(IDS)

    def test_each_can_be_measured_and_names_its_source(self):
        for row in Target.objects.all():
            read_parameters(row.as_rule())
            assert row.authority and row.source, row
            assert row.title_zh and row.title_en, row

    def test_what_they_ask_for_can_be_recorded(self):
        """A target may only ask for attributes and categories that exist."""
        known = set(FacilityCategory.objects.values_list("code", flat=True))
        for row in Target.objects.exclude(target_id__in=("C01", "C02", "T12")):
            told = row.parameters
            categories = set(told.get("categories", [])) | set(told.get("levels", {}))
            assert categories <= known, row
            asked = set(told.get("limits", {})) | set(told.get("professions", []))
            asked |= {told["attribute"]} if "attribute" in told else set()
            for category in categories:
                assert asked <= {*attribute_properties(category), "beds"}, (row, category)

    def test_confidence_follows_the_reference(self):
        row = Target.objects.get(target_id="T03")
        assert (row.confidence, row.reconstructed) == ("unsure", True)
        assert Target.objects.get(target_id="T01").confidence == "verified"

    def test_the_fixture_is_what_is_loaded(self):
        path = Path(settings.BASE_DIR) / "fixtures/reference/targets.json"
        assert Target.objects.count() == len(json.loads(path.read_text("utf-8")))

    def test_two_editions_of_a_day_are_refused_by_the_database(self):
        row = Target.objects.get(target_id="T03")
        row.pk, row.period = None, DateRange(date(2024, 1, 1), None)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()

    def test_what_nobody_verified_cannot_block(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.filter(target_id="T03").update(severity="block")

    def test_parameters_that_cannot_be_measured_are_told(self):
        row = Target.objects.get(target_id="T05")
        row.parameters = {"share": "most"}
        with pytest.raises(ValidationError, match="T05"):
            row.clean()

    def test_the_roundings_are_those_of_the_rules(self):
        assert set(Target.Rounding.values) == {str(each) for each in Rounding}


class TestThePlanDay:
    """The scope of 30 June 2012: twelve districts, no register, no list of streets."""

    def test_home_care_is_asked_of_the_city_and_twelve_districts(self):
        found = measured("T02", at=PLAN_DAY)
        assert (found.outcome, found.wanted) == (Outcome.UNKNOWN, 13)

    def test_six_incubator_bases_are_asked_for(self):
        assert measured("T07", at=PLAN_DAY).wanted == 6
        assert measured("T07", at=DAY).wanted == 6

    def test_the_five_listed_divisions_stand_as_they_were_coded(self):
        expected = {"440106", "440114", "440115", "440116", "440184"}
        assert codes(measured("T01", at=PLAN_DAY).results) == expected

    def test_nothing_is_guessed(self):
        card = scorecard(at=PLAN_DAY, within="4401")
        assert {row.measured.outcome for row in card.rows} == {Outcome.UNKNOWN}
        assert all(row.measured.missing for row in card.rows)
        assert {row.measured.value for row in card.rows} == {None}, "not even zero"
        assert not card.recorded and card.begins == date(2023, 6, 30)
        assert len(card.below) == 12

    def test_targets_of_later_standards_are_not_in_force(self):
        ids = {row.edition.target_id for row in scorecard(at=PLAN_DAY, within="4401").rows}
        assert not ids & {"C01", "C02", "C03", "F01"}


class TestEditions:
    @pytest.mark.parametrize(
        ("day", "beds"),
        [(date(2012, 6, 30), 30), (date(2018, 1, 1), 35), (date(2024, 5, 1), 40)],
    )
    def test_beds_are_asked_by_the_edition_of_the_day(self, day, beds):
        row = scorecard(at=day, within="4401", target_id="T10").rows[0]
        assert float(row.edition.parameters["threshold"]) == beds

    def test_a_local_edition_goes_before_the_wider_one_in_its_place(self):
        national = Target.objects.get(target_id="F03", jurisdiction="")
        national.pk, national.jurisdiction = None, "440114"
        national.parameters |= {"limits": {"grave_area_ash_m2": "1"}}
        national.save()
        row = scorecard(at=DAY, within="4401", target_id="F03").rows[0]
        assert row.measured.outcome == Outcome.UNKNOWN
        assert row.edition.jurisdiction == ""
        assert row.below["440114"].edition.jurisdiction == "440114"

    def test_other_places_know_only_what_holds_for_the_country(self):
        ids = {row.edition.target_id for row in scorecard(at=DAY, within="4403").rows}
        assert "T01" not in ids
        assert {"T10", "F02"} <= ids
        with pytest.raises(UnknownTarget):
            scorecard(at=DAY, within="4403", target_id="T01")

    def test_a_division_that_is_none_is_refused(self):
        with pytest.raises(UnknownDivision):
            scorecard(at=DAY, within="440199")
        with pytest.raises(UnknownTarget):
            scorecard(at=DAY, within="4401", target_id="T99")


class TestWhatWasPlanted:
    def centres(self):
        rows = Facility.objects.on(DAY).filter(category="FAM-CTR")
        by_told = {json.dumps(told, sort_keys=True): mark for told, mark in CENTRES}
        return {
            str(row.pk): by_told[json.dumps(row.attributes, sort_keys=True)].split() for row in rows
        }

    @pytest.mark.parametrize(
        ("target_id", "place"), [("T04", 0), ("T05", 1), ("T06", 2), ("T09", 3)]
    )
    def test_each_centre_is_judged_as_planted(self, target_id, place):
        words = {"met": "m", "short": "s", "unknown": "u"}
        found = {
            each.key: words[each.outcome] + (f"{each.short_by:g}" if each.short_by else "")
            for each in measured(target_id).results
        }
        assert found == {key: marks[place] for key, marks in self.centres().items()}

    def test_the_lack_of_the_city_is_the_sum_of_what_the_centres_lack(self):
        marks = [planted[0] for planted in self.centres().values()]
        found = measured("T04")
        assert found.short_by == sum(int(mark[1:]) for mark in marks if mark[0] == "s")
        assert found.at_least == ("u" in marks)
        assert found.synthetic

    def test_home_care_and_funeral_patterns_are_found(self):
        for target_id, patterns in (("T08", HOME_CARE), ("F02", CEMETERIES), ("F04", CEMETERIES)):
            found = {each.outcome for each in measured(target_id).results}
            assert Outcome.SHORT in found and Outcome.UNKNOWN in found, (target_id, patterns)

    def test_care_homes_of_the_five_divisions(self):
        found = {each.code: each for each in measured("T01").results}
        assert found["440106"].outcome == Outcome.SHORT
        assert found["440112"].outcome == Outcome.MET
        assert found["440114"].stages == ("planned",)
        later = {each.code: each for each in measured("T01", at=date(2026, 6, 1)).results}
        assert later["440114"].stages == ("under_construction",)
        # Real homes whose beds nobody recorded leave their district unknown.
        assert {m.what for m in found["440115"].missing} == {"beds"}

    def test_a_home_that_is_being_built_is_in_no_other_count(self):
        building = Facility.objects.get(name="花都区新建养老院")
        assert building not in Facility.objects.on(DAY)
        assert str(building.pk) not in {each.key for each in measured("T10").results}

    def test_what_stands_is_not_planned_once_more_by_its_later_state(self):
        """A file that is brought in may tell of the plan again with more beds."""
        row = Facility.objects.get(name="花都区新建养老院")
        enlarged = date(2026, 1, 1)
        row.period, row.beds = DateRange(date(2024, 1, 1), enlarged), 100
        row.save()
        row.pk, row.beds, row.begun_by = uuid4(), 300, Facility.Change.CAPACITY
        row.period = DateRange(enlarged, None)
        row.save(force_insert=True)
        found = {each.code: each for each in measured("T01").results}
        assert found["440114"].outcome != Outcome.MET and not found["440114"].stages
        later = {each.code: each for each in measured("T01", at=enlarged).results}
        assert later["440114"].outcome == Outcome.MET

    def test_the_low_income_line_leaves_the_limit_in_2025(self):
        sheet = target_sheet(at=date(2026, 6, 1), within="4401", target_id="T12")
        assert [(point.day.year, point.standing.measured.outcome) for point in sheet.course] == [
            (2023, Outcome.MET),
            (2024, Outcome.MET),
            (2025, Outcome.SHORT),
            (2026, Outcome.SHORT),
        ]

    def test_attributes_fit_their_schema_and_real_facilities_have_none(self):
        for row in Facility.objects.all():
            assert check_attributes(row.category_id, row.attributes) == [], row
            assert row.synthetic or not row.attributes, row


class TestScorecard:
    def test_a_district_has_the_result_that_the_city_shows_for_it(self):
        city = scorecard(at=DAY, within="4401")
        own = {row.edition.target_id: row for row in scorecard(at=DAY, within="440106").rows}
        for row in city.rows:
            shown = row.below["440106"].measured
            assert own[row.edition.target_id].measured == shown, row.edition

    def test_the_parts_of_a_city_make_its_whole(self):
        row = scorecard(at=DAY, within="4401", target_id="T03").rows[0]
        parts = [each.measured for each in row.below.values()]
        assert row.measured.short_by == sum(part.short_by or 0 for part in parts)
        assert row.measured.wanted == sum(part.wanted or 0 for part in parts) == 142

    def test_a_street_has_no_parts(self):
        card = scorecard(at=DAY, within="440106001")
        assert card.below == []
        assert {row.measured.outcome for row in card.rows if row.edition.target_id == "T02"} == {
            Outcome.NONE
        }

    def test_says_since_when_the_register_is_whole(self):
        assert scorecard(at=DAY, within="440106").register.start == date(2023, 6, 30)
        assert scorecard(at=PLAN_DAY, within="4401").register is None

    def test_takes_few_queries_whatever_the_number_of_divisions(self, django_assert_num_queries):
        with django_assert_num_queries(11):
            scorecard(at=DAY, within="4401")
        with django_assert_num_queries(11):
            scorecard(at=DAY, within="440106")

    def test_parts_of_a_division_stand_as_if_they_were_measured_alone(self):
        card = scorecard(at=DAY, within="4401")
        for unit in card.below:
            alone = {
                row.edition: row.measured for row in scorecard(at=DAY, within=unit.prefix).rows
            }
            for row in card.rows:
                standing = row.below[unit.code]
                assert standing.measured == alone[standing.edition], (row.edition, unit)

    def test_a_course_of_years_takes_no_more(self, django_assert_num_queries):
        # One day alone needs no sums of other days.
        for day, queries in ((date(2023, 12, 1), 9), (date(2026, 6, 1), 10)):
            with django_assert_num_queries(queries):
                sheet = target_sheet(at=day, within="4401", target_id="C01")
            assert len(sheet.course) == day.year - 2022

    def test_figures_of_a_district_are_its_own(self):
        PolicyFigure.objects.create(
            key="low_income_line", division_code="440106", value=1501, period=(DAY, None)
        )
        assert measured("T12", within="440106").outcome == Outcome.SHORT
        assert measured("T12", within="440104").outcome == Outcome.MET


class TestLivingCircles:
    """C01 along streets where a walking network is kept, elsewhere by straight line."""

    @pytest.fixture
    def network(self, tmp_path):
        """A grid of footways over 越秀, coarse, so that ways are longer than lines."""
        path = tmp_path / "paths.gpkg"
        schema = {"geometry": "LineString", "properties": {"fclass": "str"}}
        xs, ys = np.linspace(113.24, 113.31, 8), np.linspace(23.10, 23.17, 8)
        rows = [[(x, y) for x in xs] for y in ys] + [[(x, y) for y in ys] for x in xs]
        with fiona.open(path, "w", driver="GPKG", crs="EPSG:4490", schema=schema) as out:
            for row in rows:
                geometry = shapely.LineString(row).__geo_interface__
                out.write({"geometry": geometry, "properties": {"fclass": "footway"}})
        options = ["--mode", "walk", "--from", "2024-01-01", "--by", "steward", "--commit"]
        call_command("load_network", str(path), "--name", "步道", *options, stdout=StringIO())

    def shares(self, at=DAY):
        results = measured("C01", at=at, within="440104").results
        return {each.key: (each.value, each.along_streets) for each in results}

    def test_follow_the_streets_from_the_day_of_the_network_on(self, network):
        before, after = self.shares(date(2023, 12, 1)), self.shares()
        assert {along for _value, along in before.values()} == {0.0}
        assert all(along > 0.9 for _value, along in after.values())
        assert all(after[key][0] <= before[key][0] for key in before)
        assert any(after[key][0] < before[key][0] for key in before)

    def test_say_so(self, network):
        row = scorecard(at=DAY, within="440104", target_id="C01").rows[0]
        with translation.override("en"):
            assert "along streets for" in result_text(row.edition, row.measured.results[0])
