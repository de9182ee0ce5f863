"""The search keys follow every way of writing at once: ORM, raw SQL, COPY, deletion, secrecy."""

import io
import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from gazetteer.models import NameKind, NameStatus, Place, PlaceName, SearchKey
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.queries.search import search_names

DAY = date(2024, 5, 1)
pytestmark = pytest.mark.usefixtures("demo")


def texts(query: str, at: date = DAY) -> list[str]:
    return [hit.text for hit in search_names(text=query, at=at, near="4401")]


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


class TestFreshness:
    def test_every_name_that_may_be_found_has_a_key(self) -> None:
        shown = PlaceName.objects.exclude(status="proposed").exclude(place__secrecy="secret")
        assert SearchKey.objects.count() == shown.count()

    def test_a_name_made_by_the_orm_is_found(self, road: Place) -> None:
        PlaceName.objects.create(
            place=road, text="栖霞新径", kind=NameKind.ALIAS, period=DateRange(None, None)
        )
        assert "栖霞新径" in texts("栖霞新径")

    def test_a_text_changed_by_raw_sql_is_found_under_the_new_one_only(self, road: Place) -> None:
        run("UPDATE gazetteer_placename SET text = '栖霞二路' WHERE place_id = %s", road.pk)
        assert texts("栖霞二路") == ["栖霞二路"]
        assert "天河路" not in texts("天河路")

    def test_names_written_by_copy_are_found(self) -> None:
        names = [
            NewName(text=f"栖霞{number}路", legal_category="STREET", division_code="440106")
            for number in "甲乙丙"
        ]
        create_names_in_bulk(names)
        assert sorted(texts("栖霞")) == ["栖霞丙路", "栖霞乙路", "栖霞甲路"]
        assert "栖霞甲路" in texts("qixiajialu")

    def test_a_name_copied_in_before_its_place_is_found(self) -> None:
        place = uuid.uuid4()
        run("SET CONSTRAINTS ALL DEFERRED")
        columns = (
            "place_id, text, kind, status, specific, generic, pinyin_plain, pinyin_toned,"
            " pinyin_sign, reading_source, approved_by, document, search_pinyin,"
            " search_initials, synthetic, approximate, period"
        )
        row = f'{place},栖霞山道,standard,standard,,,,,,,,,,,f,f,"[2020-01-01,)"\n'
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY gazetteer_placename ({columns}) FROM STDIN WITH"
                " (FORMAT csv, FORCE_NOT_NULL (specific, generic, pinyin_plain, pinyin_toned,"
                " pinyin_sign, reading_source, approved_by, document, search_pinyin,"
                " search_initials))",
                io.StringIO(row),
            )
        assert texts("栖霞山道") == []
        Place.objects.create(pk=place, legal_category="STREET", division_code="440106")
        assert texts("栖霞山道") == ["栖霞山道"]

    def test_a_deleted_name_is_found_no_more(self, road: Place) -> None:
        run("DELETE FROM gazetteer_placename WHERE place_id = %s", road.pk)
        assert "天河路" not in texts("天河路")

    def test_a_deleted_place_takes_its_names_along(self) -> None:
        create_names_in_bulk(
            [NewName(text="栖霞甲路", legal_category="STREET", division_code="440106")]
        )
        Place.objects.get(names__text="栖霞甲路").delete()
        assert texts("栖霞甲路") == []

    def test_a_name_moved_to_another_place_leads_there(self, road: Place, district: Place) -> None:
        name = PlaceName.objects.create(
            place=road, text="栖霞新径", kind=NameKind.ALIAS, period=DateRange(None, None)
        )
        PlaceName.objects.filter(pk=name.pk).update(place=district)
        hit = search_names(text="栖霞新径", at=DAY)[0]
        assert (hit.place_id, hit.division_code) == (district.pk, "440113")
        assert SearchKey.objects.get(pk=name.pk).place_id == district.pk

    def test_a_place_moved_to_another_division_is_found_there(self, road: Place) -> None:
        run("UPDATE gazetteer_place SET division_code = '440104' WHERE id = %s", road.pk)
        found = search_names(text="天河路", at=DAY, within="440104")
        assert [hit.place_id for hit in found] == [road.pk]

    def test_a_closed_period_holds_from_its_day_on(self, road: Place) -> None:
        road.names.update(period=DateRange(date(2000, 1, 1), DAY))
        assert "天河路" not in texts("天河路")
        assert "天河路" in texts("天河路", at=date(2023, 5, 1))


class TestSecrecy:
    def test_a_secret_place_is_found_by_nothing(self, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        for query in ("天河路", "tianhelu", "thl", "天何路", "河路"):
            assert road.pk not in [hit.place_id for hit in search_names(text=query, at=DAY)]
        assert not SearchKey.objects.filter(place_id=road.pk).exists()

    def test_it_is_found_again_once_it_is_public(self, road: Place) -> None:
        for secrecy in ("secret", "public"):
            Place.objects.filter(pk=road.pk).update(secrecy=secrecy)
        assert "天河路" in texts("天河路")


class TestKinds:
    def test_a_proposed_name_is_not_found(self, road: Place) -> None:
        PlaceName.objects.create(
            place=road,
            text="栖霞拟路",
            kind=NameKind.PROPOSED,
            status=NameStatus.PROPOSED,
            period=DateRange(None, None),
        )
        assert texts("栖霞拟路") == []

    @pytest.mark.parametrize("kind", [NameKind.ALIAS, NameKind.FORMER, NameKind.HISTORIC])
    def test_a_name_of_another_kind_is_found_and_says_so(self, road: Place, kind: NameKind) -> None:
        PlaceName.objects.create(
            place=road, text="栖霞旧街", kind=kind, status="recorded", period=DateRange(None, None)
        )
        hit = search_names(text="栖霞旧街", at=DAY)[0]
        assert (hit.kind, hit.standard, hit.place_id) == (kind, False, road.pk)
