"""The rules against the gazetteer: scopes on a day, built-up areas, one name and all of them."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from gazetteer.models import BuiltUpArea, Place, PlaceName
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.queries.naming_audit import audit_names
from gazetteer.queries.naming_checks import CheckedRule, check_proposal

NOW = date(2024, 6, 1)
TIANHE, YUEXIU = "440106", "440104"
WEST, EAST = (113.30, 23.10, 113.35, 23.15), (113.40, 23.10, 113.45, 23.15)


def add(text: str, category: str, code: str, **facts: Any) -> Place:
    facts = {"period_from": date(1990, 1, 1), **facts}
    (key,) = create_names_in_bulk([NewName(text, category, code, **facts)])
    return Place.objects.get(pk=key)


def line(box: tuple[float, ...]) -> LineString:
    return LineString((box[0], box[1]), (box[2], box[3]), srid=4490)


def draw(name: str, box: tuple[float, ...], since: date = date(2000, 1, 1)) -> BuiltUpArea:
    return BuiltUpArea.objects.create(
        name=name,
        division_code="440100",
        period=DateRange(since, None),
        geometry=MultiPolygon(Polygon.from_bbox(box), srid=4490),
    )


def check(
    text: str, category: str, code: str, at: date = NOW, **facts: Any
) -> dict[str, CheckedRule]:
    found = check_proposal(text=text, category=category, division_code=code, at=at, **facts)
    return {each.rule_id: each for each in found}


class TestScopes:
    """Domain reference §10, case 2."""

    @pytest.fixture
    def town(self, demo: Any) -> Place:
        return add("新测镇", "DIVISION", "440205999")

    def test_a_town_of_the_province_fails_in_2023(self, town: Place) -> None:
        found = check("新测镇", "DIVISION", TIANHE, date(2023, 1, 1))["N09A"]
        assert found.blocks
        assert [each.place_id for each in found.evidence] == [str(town.pk)]
        assert found.evidence[0].text == "新测镇"

    def test_and_passes_in_2010_when_the_scope_was_the_county(self, town: Place) -> None:
        assert "N09A" not in check("新测镇", "DIVISION", TIANHE, date(2010, 1, 1))

    def test_in_its_own_county_it_failed_in_2010_too(self, town: Place) -> None:
        found = check("新测镇", "DIVISION", "440205", date(2010, 1, 1))["N09A"]
        assert found.blocks and "1986" in found.edition.authority

    def test_in_another_province_it_passes(self, town: Place) -> None:
        assert "N09A" not in check("新测镇", "DIVISION", "350102", date(2023, 1, 1))

    def test_counties_are_unique_in_the_country(self, demo: Any) -> None:
        assert check("天河区", "DIVISION", "350100")["N08"].blocks

    def test_committees_are_unique_in_their_county(self, demo: Any) -> None:
        add("新测村委会", "COMMITTEE_SEAT", "440106001999")
        assert check("新测村委会", "COMMITTEE_SEAT", "440106002")["N09B"].blocks
        assert "N09B" not in check("新测村委会", "COMMITTEE_SEAT", "440104002")

    def test_names_of_other_days_are_no_duplicates(self, demo: Any) -> None:
        add("新测村委会", "COMMITTEE_SEAT", "440106001999", period_to=date(2020, 1, 1))
        assert "N09B" not in check("新测村委会", "COMMITTEE_SEAT", "440106002")

    def test_secret_places_are_no_evidence(self, demo: Any) -> None:
        place = add("新测村委会", "COMMITTEE_SEAT", "440106001999")
        Place.objects.filter(pk=place.pk).update(secrecy="secret")
        assert "N09B" not in check("新测村委会", "COMMITTEE_SEAT", "440106002")

    def test_a_new_hill_is_not_called_like_a_famous_one(self, demo: Any) -> None:
        found = check("泰山", "NATURAL", TIANHE)["N08"]
        assert found.result == "warn" and found.evidence[0].text == "泰山"


class TestBuiltUpAreas:
    """Domain reference §10, case 2: the same street in two areas passes, in one it fails."""

    @pytest.fixture
    def street(self, demo: Any) -> Place:
        BuiltUpArea.objects.all().delete()
        return add("新测路", "STREET", TIANHE, geometry=line(WEST))

    def test_in_one_area_it_fails(self, street: Place) -> None:
        draw("西", WEST)
        draw("东", EAST)
        assert check("新测路", "STREET", TIANHE, geometry=line(WEST))["N09C"].blocks

    def test_in_another_area_it_passes(self, street: Place) -> None:
        draw("西", WEST)
        draw("东", EAST)
        assert "N09C" not in check("新测路", "STREET", TIANHE, geometry=line(EAST))

    def test_an_area_may_span_districts(self, street: Place) -> None:
        draw("西", WEST)
        assert check("新测路", "STREET", YUEXIU, geometry=line(WEST))["N09C"].blocks

    def test_a_street_that_is_not_on_the_map_counts_in_its_county(self, street: Place) -> None:
        draw("东", EAST)
        add("无图路", "STREET", TIANHE)
        assert check("无图路", "STREET", TIANHE, geometry=line(EAST))["N09C"].blocks
        assert "N09C" not in check("无图路", "STREET", YUEXIU, geometry=line(EAST))

    def test_where_none_is_drawn_the_county_stands_for_it_and_says_so(self, street: Place) -> None:
        found = check("新测路", "STREET", TIANHE, geometry=line(WEST))["N09C"]
        assert found.blocks
        assert "no built-up area is drawn" in str(found.finding.values["scope"])
        assert "N09C" not in check("新测路", "STREET", YUEXIU, geometry=line(WEST))

    def test_the_area_of_the_day_counts(self, street: Place) -> None:
        draw("西", WEST, since=date(2024, 1, 1))
        assert "N09C" not in check(
            "新测路", "STREET", YUEXIU, date(2023, 6, 1), geometry=line(WEST)
        )

    @pytest.mark.parametrize(
        ("text", "severity"), [("新册路", "warn"), ("辛策路", "warn"), ("新侧街", None)]
    )
    def test_sounds(self, street: Place, text: str, severity: str | None) -> None:
        found = check(text, "STREET", TIANHE, geometry=line(WEST)).get("N09C")
        assert (found and str(found.severity)) == severity

    def test_look_alikes(self, street: Place) -> None:
        add("未名路", "STREET", TIANHE, geometry=line(WEST))
        found = check("末名路", "STREET", TIANHE, geometry=line(WEST))["N09C"]
        assert [str(each.likeness) for each in found.evidence] == ["shape"]


class TestCheckProposal:
    def test_a_place_is_not_its_own_duplicate(self, road: Place) -> None:
        found = check("天河路", "STREET", TIANHE, place=road)
        assert not any(each.blocks for each in found.values())

    def test_an_abolished_name_is_told_of(self, demo: Any) -> None:
        add("新测路", "STREET", TIANHE, kind="abolished", status="abolished")
        assert check("新测路", "STREET", TIANHE)["N12"].result == "warn"

    def test_a_facility_is_compared_with_what_lies_here(self, demo: Any) -> None:
        assert "N11" not in check("天河客运站", "FACILITY", TIANHE)
        assert "N11" in check("远方客运站", "FACILITY", TIANHE)

    def test_facts_and_exemptions_come_as_details(self, demo: Any) -> None:
        small = check("新测大厦", "RES_BUILDING", TIANHE, details={"storeys": 3, "floor_m2": 900})
        assert small["N03"].result == "fail"
        exempt = check("孙悟空路", "STREET", TIANHE, details={"exempt": ["N05"]})
        assert "N05" not in exempt

    @pytest.mark.parametrize("category", ["STREET", "DIVISION", "COMMITTEE_SEAT", "FACILITY"])
    def test_few_queries_whatever_the_name(self, demo: Any, category: str) -> None:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            check("新测路", category, TIANHE, geometry=line(WEST))
        assert len(captured) <= 5

    def test_as_json_for_what_a_case_keeps(self, demo: Any) -> None:
        add("新测镇", "DIVISION", "440205999")
        kept = check("新测镇", "DIVISION", TIANHE)["N09A"].as_json()
        assert kept["blocks"] is True and kept["class"] == "CHONG-SAME"
        assert kept["evidence"][0]["likeness"] == "same"


class TestAudit:
    def signature(self, checked: Any) -> list[tuple[Any, ...]]:
        return sorted(
            (
                each.rule_id,
                str(each.severity),
                each.finding.message,
                tuple(sorted((e.place_id, str(e.likeness)) for e in each.evidence if e.place_id)),
            )
            for each in checked
        )

    def test_says_of_random_names_what_the_single_check_says(self, demo: Any) -> None:
        draw("西", WEST)
        for text in ("新测路", "新册路", "新测街", "末名路", "未名路"):
            add(text, "STREET", TIANHE, geometry=line(WEST))
        add("新测路", "STREET", YUEXIU, geometry=line(WEST))
        add("新测路", "STREET", TIANHE)
        add("太平镇", "DIVISION", "440205999")
        add("太坪镇", "DIVISION", "440106999")
        audited = {name.other.place_id: name.checked for name in audit_names(within="4401", at=NOW)}
        assert len(audited) > 5
        names = PlaceName.objects.on(NOW).standard().within("4401").select_related("place")
        with_findings = list(names.filter(place_id__in=list(audited))[:60])
        for name in with_findings + random.Random(7).sample(list(names), 60):
            place = name.place
            single = check_proposal(
                text=name.text,
                category=place.legal_category,
                division_code=place.division_code,
                place=place,
                at=NOW,
            )
            assert self.signature(single) == self.signature(audited.get(str(place.pk), ())), name

    def test_no_query_per_name(
        self, demo: Any, django_assert_max_num_queries: Callable[[int], Any]
    ) -> None:
        with django_assert_max_num_queries(5):
            audit = audit_names(within="4401", at=NOW)
            list(audit)
        assert audit.total > 100

    def test_only_the_rules_asked_for(self, demo: Any) -> None:
        add("新测镇", "DIVISION", "440106999")
        add("新测镇", "DIVISION", "440205999")
        found = list(audit_names(within="440106", at=NOW, rules=["CHONG-SAME"]))
        assert "440106999" in [name.other.division_code for name in found]
        classes = {each.finding.class_id for name in found for each in name.checked}
        assert classes == {"CHONG-SAME"}

    def test_names_outside_are_compared_with_and_not_told_of(self, demo: Any) -> None:
        add("新测镇", "DIVISION", "440106999")
        add("新测镇", "DIVISION", "440205999")
        audit = audit_names(within="440106", at=NOW, rules=["N09A"])
        assert [name.other.division_code for name in audit] == ["440106999"]
