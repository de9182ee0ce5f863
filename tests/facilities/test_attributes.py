"""Attributes of facilities by category: what fits, what does not and why, stages by day."""

from datetime import date

import pytest
from jsonschema import Draft202012Validator

from facilities.domain.attributes import (
    Stage,
    all_properties,
    attribute_properties,
    check_attributes,
    stage_on,
)


def sentences(category, values):
    return [str(fault) for fault in check_attributes(category, values)]


class TestTheData:
    def test_every_property_is_a_schema_in_both_languages(self):
        for key, rule in all_properties().items():
            Draft202012Validator.check_schema(rule)
            assert rule["title_zh"] and rule["title_en"], key
            listed = rule.get("items", rule)
            assert set(listed.get("enum", [])) == set(listed.get("labels", {})), key

    def test_a_category_has_its_own_beside_the_common_ones(self):
        assert "client_groups" in attribute_properties("FAM-CTR")
        assert "client_groups" not in attribute_properties("FUN-HALL")
        assert "level" in attribute_properties("CHAR-SHOP")


class TestCheckAttributes:
    def test_what_fits_has_no_fault(self):
        values = {
            "level": "street",
            "annual_funding_yuan": 1_950_000,
            "staff_total": 20,
            "staff_social_work": 10,
            "staff_psychology": 4,
            "client_groups": ["families", "elders"],
            "planned_on": "2022-03-01",
            "construction_on": "2022-09-01",
        }
        assert check_attributes("FAM-CTR", values) == []
        assert check_attributes("FAM-CTR", {}) == []

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"staff_total": -1}, "staff_total", "too small"),
            ({"staff_total": 2.5}, "staff_total", "not a whole number"),
            ({"annual_funding_yuan": "many"}, "annual_funding_yuan", "not a number"),
            ({"annual_funding_yuan": 1e12}, "annual_funding_yuan", "too large"),
            ({"level": "country"}, "level", "none of the choices"),
            ({"client_groups": ["cats"]}, "client_groups", "none of the choices"),
            ({"client_groups": ["elders", "elders"]}, "client_groups", "not written"),
            ({"planned_on": "2024-02-30"}, "planned_on", "not a day"),
            ({"functions": ["meals"]}, "functions", "no attribute"),
            ({"staff_total": 3, "staff_social_work": 4}, "staff_total", "more than the 3"),
            (
                {"planned_on": "2024-05-01", "construction_on": "2024-04-01"},
                "construction_on",
                "before it was planned",
            ),
        ],
    )
    def test_each_fault_names_its_field_and_says_why(self, values, field, words):
        (fault,) = check_attributes("FAM-CTR", values)
        assert fault.field == field
        assert words in str(fault)

    def test_a_profession_that_is_no_number_is_told_once(self):
        assert sentences("FAM-CTR", {"staff_social_work": "x", "staff_total": 3}) == [
            "“x” is not a whole number."
        ]


class TestStageOn:
    DAYS = {"opens": date(2025, 1, 1), "closes": date(2026, 1, 1)}
    TOLD = {"planned_on": "2023-05-01", "construction_on": "2024-03-01"}

    @pytest.mark.parametrize(
        ("day", "stage"),
        [
            (date(2023, 4, 30), None),
            (date(2023, 5, 1), Stage.PLANNED),
            (date(2024, 3, 1), Stage.BUILDING),
            (date(2025, 1, 1), Stage.IN_SERVICE),
            (date(2025, 12, 31), Stage.IN_SERVICE),
            (date(2026, 1, 1), None),
        ],
    )
    def test_follows_the_days_on_record(self, day, stage):
        assert stage_on(day, attributes=self.TOLD, **self.DAYS) == stage

    def test_without_a_record_of_planning_it_is_nowhere_before_it_opens(self):
        assert stage_on(date(2024, 12, 31), attributes={}, **self.DAYS) is None
        assert (
            stage_on(date(1990, 1, 1), opens=None, closes=None, attributes={}) is Stage.IN_SERVICE
        )
