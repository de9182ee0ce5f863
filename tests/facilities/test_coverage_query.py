"""Coverage on the demonstration rows: against PostGIS, through files, command and home card."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from common.registries import cards
from facilities.domain.coverage import CoverageInputRefused
from facilities.exports.coverage_table import as_csv, as_geojson, as_values
from facilities.models import Facility, PopulationCell
from facilities.queries.coverage import (
    CoverageQuestion,
    UnknownCategory,
    UnknownDivision,
    measure_coverage,
)
from facilities.queries.tiers import distance_presets

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)

BY_POSTGIS = """
    SELECT left(division_code, 6), sum(people), sum(people_60_plus),
           coalesce(sum(people) FILTER (WHERE near >= %(k)s), 0),
           coalesce(sum(people_60_plus) FILTER (WHERE near >= %(k)s), 0)
    FROM (SELECT cell.*, (
              SELECT count(*) FROM facilities_facility facility
              WHERE facility.category_id = %(category)s AND facility.period @> %(at)s::date
                AND ST_DWithin(ST_Transform(cell.centre, 4547),
                               ST_Transform(facility.location, 4547), %(distance)s)) AS near
          FROM facilities_populationcell cell WHERE cell.period @> %(at)s::date) counted
    GROUP BY 1 ORDER BY 1
"""


def ask(**values):
    values = {"at": DAY, "category": "ELD-INST", "distance_m": 3000.0} | values
    return measure_coverage(question=CoverageQuestion(**values))


class TestMeasureCoverage:
    @pytest.mark.parametrize(("distance", "k"), [(500, 1), (3000, 1), (9000, 2), (20000, 3)])
    def test_equals_postgis_on_the_same_rows(self, distance, k):
        result = ask(distance_m=distance, at_least=k)
        values = {"at": DAY, "category": "ELD-INST", "distance": distance, "k": k}
        with connection.cursor() as cursor:
            cursor.execute(BY_POSTGIS, values)
            expected = cursor.fetchall()
        tallies = [row.tally for row in result.rows]
        assert [
            (t.group, t.people, t.elders, t.covered_people, t.covered_elders) for t in tallies
        ] == expected

    @pytest.mark.parametrize("by", ["district", "street"])
    def test_the_rows_add_up_to_the_total(self, by):
        result = ask(by=by)
        assert sum(row.tally.people for row in result.rows) == result.total.people == 12_701_948
        assert sum(row.tally.covered_elders for row in result.rows) == result.total.covered_elders

    def test_covered_and_uncovered_cells_make_up_everybody(self):
        result = ask()
        left_out = float(result.uncovered.people.sum())
        assert left_out + result.total.covered_people == result.total.people

    def test_facilities_beyond_the_border_count_too(self):
        """A home just outside covers people of the neighbouring district."""
        cell = PopulationCell.objects.filter(division_code__startswith="440104").first()
        Facility.objects.filter(category="ELD-INST").delete()
        Facility.objects.create(
            category_id="ELD-INST",
            name="邻区护老院",
            location=cell.centre,
            division_code="440106",
            period=(date(2023, 6, 30), None),
        )
        result = ask(within="440104", distance_m=100)
        assert result.total.covered_people == cell.people
        assert [row.facilities for row in result.rows] == [0]

    def test_a_facility_counts_only_while_it_is_in_service(self):
        Facility.objects.filter(category="ELD-INST").update(
            period=(date(2023, 6, 30), date(2024, 5, 1))
        )
        assert ask(at=date(2024, 4, 30)).total.covered_people > 0
        assert ask(at=DAY).total.covered_people == 0

    def test_a_category_without_facilities_covers_nobody(self):
        result = ask(category="FUN-CREM")
        assert result.total.elders_share == 0.0
        assert result.supply.facilities == 0

    def test_says_what_the_numbers_rest_on(self):
        result = ask()
        assert result.base_on == date(2010, 11, 1)
        assert result.synthetic
        assert {row.division.code for row in result.rows if row.approximate} == {"440113", "440115"}

    def test_refuses_what_does_not_exist(self):
        with pytest.raises(UnknownCategory):
            ask(category="NOTHING")
        with pytest.raises(UnknownDivision):
            ask(within="9999")
        with pytest.raises(UnknownDivision):
            ask(within="44%")
        with pytest.raises(CoverageInputRefused):
            ask(distance_m=float("nan"))

    def test_before_the_records_begin_there_are_no_divisions(self):
        with pytest.raises(UnknownDivision):
            ask(at=date(1979, 12, 31))


class TestDistancePresets:
    def test_come_from_the_rule_with_its_status(self):
        presets = distance_presets(at=DAY)
        assert [(tier.distance_m, tier.minutes) for tier in presets] == [
            (300, 5),
            (500, 10),
            (1000, 15),
        ]
        assert not any(tier.verified for tier in presets)

    def test_there_are_none_before_the_standard(self):
        assert distance_presets(at=date(2010, 1, 1)) == []


class TestTables:
    def test_csv_holds_every_division_the_total_and_the_marks(self):
        result = ask()
        rows = list(csv.DictReader(StringIO(as_csv(result))))
        assert len(rows) == len(result.rows) + 1
        assert float(rows[-1]["people"]) == 12_701_948
        assert {row["synthetic"] for row in rows} == {"True"}
        assert rows[0]["base_on"] == "2010-11-01"

    def test_geojson_draws_every_division_in_degrees(self):
        made = as_geojson(ask())
        assert len(made["features"]) == 11
        for feature in made["features"]:
            assert feature["geometry"]["type"] == "MultiPolygon"
            x, y = feature["geometry"]["coordinates"][0][0][0]
            assert 112 < x < 115
            assert 22 < y < 24

    def test_values_are_fit_for_json(self):
        assert json.loads(json.dumps(as_values(ask())))["rows"][0]["code"] == "440103"


class TestCommand:
    def run(self, *options):
        out = StringIO()
        call_command("coverage", *options, stdout=out)
        return out.getvalue()

    def test_prints_a_table(self):
        text = self.run("--category", "ELD-INST", "--distance", "3000", "--at", "2024-05-01")
        assert "440103" in text
        assert "12,701,948" in text
        assert "synthetic" in text

    def test_gives_json_that_equals_the_query(self):
        text = self.run(
            "--category", "ELD-INST", "--distance", "3000", "--at", "2024-05-01", "--json"
        )
        assert json.loads(text) == json.loads(json.dumps(as_values(ask())))

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            (["--category", "ELD", "--distance", "300"], "not a category"),
            (["--category", "ELD-INST", "--distance", "far"], "numbers"),
            (["--category", "ELD-INST", "--distance", "-1"], "0 or more"),
            (["--category", "ELD-INST", "--distance", "nan"], "0 or more"),
            (["--category", "ELD-INST", "--distance", "99999999"], "at most"),
            (["--category", "ELD-INST", "--distance", "300", "--at", "today"], "not a day"),
            (["--category", "ELD-INST", "--distance", "300", "--within", "77"], "no division"),
            (["--category", "ELD-INST", "--distance", "300", "--by", "house"], "district or"),
        ],
    )
    def test_refuses_bad_input_in_one_line(self, options, why):
        with pytest.raises(CommandError, match=why) as refused:
            self.run(*options)
        assert "\n" not in str(refused.value)


class TestHomeCard:
    def test_counts_what_is_in_service(self):
        with translation.override("en"):
            card = next(c for c in cards(at=DAY, jurisdiction="4401") if c.key == "facilities")
        assert card.count == Facility.objects.on(DAY).count()
        assert any("of people 60+" in text for _, text, _ in card.lines)
