"""Ways that forgive: variants, sounds, look-alikes, slips; filters; at home first; few queries."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from gazetteer.models import LegalCategory, Place, PlaceName
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.queries.search import FoundName, search_names

DAY = date(2024, 5, 1)
MOST_QUERIES = 12
pytestmark = pytest.mark.usefixtures("demo")


def find(text: str, **options: Any) -> list[FoundName]:
    return search_names(text=text, at=options.pop("at", DAY), **{"near": "4401"} | options)


def why(text: str, name: str, **options: Any) -> str:
    """Why ``name`` was found by ``text``; "" where it was not."""
    return next((hit.why for hit in find(text, **options) if hit.text == name), "")


class TestForgivingWays:
    @pytest.mark.parametrize(
        ("typed", "name", "reason"),
        [
            ("臺山", "台山市", "variant"),
            ("廣州市", "广州市", "variant"),
            ("東涌鎮", "东涌镇", "variant"),
            ("东冲镇", "东涌镇", "variant"),
            ("番愚区", "番禺区", "typo"),
            ("番区", "番禺区", "typo"),
            ("禺番区", "番禺区", "typo"),
            ("番番禺区", "番禺区", "typo"),
            ("盘鱼区", "番禺区", "sound"),
            ("tianghe", "天河区", "typo"),
            ("tinahe", "天河区", "typo"),
            ("tianhequu", "天河区", "typo"),
        ],
    )
    def test_what_was_meant_is_found_and_says_why(self, typed: str, name: str, reason: str) -> None:
        if not PlaceName.objects.filter(text=name).exists():
            create_names_in_bulk(
                [NewName(text=name, legal_category="DIVISION", division_code="440781")]
            )
        assert why(typed, name, limit=60) == reason

    def test_characters_that_look_alike_come_before_any_other_slip(self) -> None:
        create_names_in_bulk(
            [
                NewName(text=text, legal_category="STREET", division_code="440106")
                for text in ("未央横路", "东央横路")
            ]
        )
        found = [(hit.text, hit.why) for hit in find("末央横路")]
        assert found[:2] == [("未央横路", "shape"), ("东央横路", "typo")]

    @pytest.mark.parametrize("typed", ["栖霞村", "栖霞村委会", "栖霞村尾会", "栖霞村民委员会"])
    def test_a_committee_is_found_by_its_place_in_every_form(self, typed: str) -> None:
        name = NewName(
            text="栖霞村民委员会", legal_category="COMMITTEE_SEAT", division_code="440106001"
        )
        create_names_in_bulk([name])
        assert find(typed)[0].text == "栖霞村民委员会"

    def test_reasons_stand_in_their_order(self) -> None:
        texts = ("栖霞", "栖霞东路", "上栖霞路", "栖峡")
        create_names_in_bulk(
            [NewName(text=t, legal_category="STREET", division_code="440106") for t in texts]
        )
        reasons = [hit.why for hit in find("栖霞") if hit.text in texts]
        assert reasons == ["exact", "prefix", "contains", "sound"]


class TestFilters:
    def test_by_class(self) -> None:
        hits = find("天河", category=LegalCategory.STREET, limit=60)
        assert hits
        assert {hit.category for hit in hits} == {"STREET"}

    def test_by_division_also_with_the_zeros_of_its_code(self) -> None:
        assert find("中山", within="440104") == find("中山", within="440104", near="4401")
        assert [h.text for h in find("天河", within="440100")] == [
            h.text for h in find("天河", within="4401")
        ]

    def test_by_distance_the_nearest_first(self, road: Place) -> None:
        point = (road.geometry.point_on_surface.x, road.geometry.point_on_surface.y)
        hits = find("路", category="STREET", near_point=point, within_m=1500, limit=60)
        distances = [hit.distance_m for hit in hits]
        assert distances
        assert all(metres is not None and metres <= 1500 for metres in distances)
        same_way = [hit.distance_m for hit in hits if hit.why == hits[0].why]
        assert same_way == sorted(same_way)  # type: ignore[type-var]

    def test_a_day_before_the_records_finds_nothing(self) -> None:
        assert find("天河路", at=date(1900, 1, 1)) == []

    def test_who_works_in_a_county_finds_what_is_there_first(self) -> None:
        create_names_in_bulk(
            [
                NewName(text=text, legal_category="COMMITTEE_SEAT", division_code=code)
                for text, code in (
                    *(("栖霞村委会", f"4402050{n:02}") for n in range(10, 20)),
                    ("东栖霞村委会", "440106001"),
                )
            ]
        )
        elsewhere = find("栖霞村委会", limit=5)
        at_home = find("栖霞村委会", limit=5, near="440106")
        assert "东栖霞村委会" not in [hit.text for hit in elsewhere]
        assert [hit.text for hit in at_home][:3] == ["栖霞村委会", "栖霞村委会", "东栖霞村委会"]


class TestOddInput:
    @pytest.mark.parametrize(
        "typed",
        ["番" * 10_000, "，。！？", "%%%%", "____", "🏮🏮", "a" * 5000, "'; --", "天河\\", "͏", "‎"],
    )
    def test_breaks_nothing(self, typed: str) -> None:
        for suggest in (False, True):
            assert isinstance(find(typed, suggest=suggest), list)

    def test_wildcards_stand_for_themselves(self) -> None:
        assert [hit for hit in find("天%区", limit=60) if hit.why != "typo"] == []


class TestWork:
    @pytest.mark.parametrize("typed", ["天", "天河", "天河路", "t", "thl", "tianhelu", "天何路"])
    def test_no_question_takes_many_statements(self, typed: str) -> None:
        find(typed)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find(typed, limit=60)
        assert len(queries) <= MOST_QUERIES

    def test_a_place_that_has_one_text_twice_is_shown_once(self, road: Place) -> None:
        PlaceName.objects.create(
            place=road, text="天河路", kind="alias", period=DateRange(None, None)
        )
        assert [hit.text for hit in find("天河路")].count("天河路") == 1
