"""The search box: every way in, in order of closeness, on a day, inside a jurisdiction."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from gazetteer.models import NameKind, Place, PlaceName
from gazetteer.queries.search import FoundName, search_names

DAY = date(2024, 5, 1)
pytestmark = pytest.mark.usefixtures("demo")


def find(text: str, **options: Any) -> list[FoundName]:
    return search_names(text=text, at=options.pop("at", DAY), near="4401", **options)


class TestSearchNames:
    def test_the_exact_name_comes_first_and_says_so(self) -> None:
        best = find("天河路")[0]
        assert (best.text, best.why) == ("天河路", "exact")

    def test_a_beginning_finds_the_most_important_first(self) -> None:
        found = find("天河")
        assert (found[0].text, found[0].why) == ("天河区", "prefix")

    def test_one_and_two_characters_inside_are_found(self) -> None:
        assert "番禺区" in [hit.text for hit in find("禺")]
        hit = next(hit for hit in find("河路", limit=50) if hit.text == "天河路")
        assert hit.why == "contains"

    @pytest.mark.parametrize(
        "typed",
        ["tianhelu", "tianhe lu", "tiān hé lù", "Tiānhé Lù", "tian1he2lu4", "ＴＩＡＮＨＥＬＵ"],
    )
    def test_pinyin_is_found_however_it_is_typed(self, typed: str) -> None:
        best = find(typed)[0]
        assert (best.text, best.why) == ("天河路", "pinyin")

    def test_tones_that_were_typed_must_fit(self) -> None:
        assert find("tian2he1lu4") == []

    def test_initials_find_the_road(self) -> None:
        hits = find("thl")
        assert ("天河路", "initials") in [(hit.text, hit.why) for hit in hits]

    def test_the_spelling_on_a_sign_finds_its_road(self) -> None:
        assert find("ZHONGSHAN 5 LU")[0].text == "中山五路"

    def test_an_apostrophe_divides_syllables(self) -> None:
        assert find("xi'an")[0].pinyin.startswith("Xī'")
        assert not find("xian")[0].pinyin.startswith("Xī'")

    def test_digits_are_a_division_code(self) -> None:
        best = find("440113")[0]
        assert (best.text, best.why) == ("番禺区", "code")

    def test_better_ways_never_come_after_worse_ones(self) -> None:
        order = ["exact", "prefix", "contains", "pinyin", "initials"]
        for typed in ("天河", "北", "大道", "tianhe", "zs"):
            hits = find(typed, limit=60)
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        ranks = [order.index(hit.why) for hit in find("天河", limit=60)]
        assert ranks == sorted(ranks)

    def test_only_inside_the_jurisdiction_when_asked(self) -> None:
        hits = find("中山", within="440104", limit=60)
        assert hits
        assert {hit.division_code[:6] for hit in hits} == {"440104"}

    def test_a_name_is_found_on_its_days_only(self, road: Place) -> None:
        name = road.names.get()
        end = DAY + timedelta(days=100)
        name.period = DateRange(name.period.lower, end)
        name.save()
        successor = PlaceName.objects.get(pk=name.pk)
        successor.pk, successor.text, successor.period = None, "天河新名路", DateRange(end, None)
        successor.search_pinyin = "tianhexinminglu"
        successor.save()
        assert find("天河路")[0].text == "天河路"
        assert "天河新名路" not in [hit.text for hit in find("天河新名路")]
        assert find("天河新名路", at=end)[0].place_id == road.pk
        assert "天河路" not in [hit.text for hit in find("天河路", at=end)]

    def test_other_names_lead_to_the_place_too(self, road: Place) -> None:
        PlaceName.objects.create(
            place=road, text="体育大街", kind=NameKind.ALIAS, period=DateRange(None, None)
        )
        assert find("体育大街")[0].place_id == road.pk

    @pytest.mark.parametrize("typed", ["", "  ", "%", "_", "'", "\\", "💥", "ˇ", "99999999999999"])
    def test_odd_input_finds_nothing_and_breaks_nothing(self, typed: str) -> None:
        assert find(typed) == []

    def test_where_it_lies_tells_equals_apart(self, road: Place) -> None:
        hit = next(hit for hit in find("天河路") if hit.place_id == road.pk)
        with translation.override("zh-hans"):
            assert hit.within == "广东省广州市天河区"
        with translation.override("en"):
            assert hit.within == "Tianhe Qu, Guangzhou Shi, Guangdong Sheng"
        assert hit.synthetic
        assert hit.approximate
        assert hit.point is not None

    @pytest.mark.parametrize(
        ("condition", "index"),
        [
            ("folded LIKE '天河%'", "searchkey_folded"),
            ("written <> ''", "searchkey_variants"),
            ("pinyin LIKE 'tianhe%'", "searchkey_pinyin"),
            ("initials LIKE 'thl%'", "searchkey_initials"),
            ("division_code LIKE '440106%'", "searchkey_division"),
            ("gazetteer_search_grams(folded) @> ARRAY[hashtext('禺')]", "searchkey_grams"),
        ],
    )
    def test_every_way_in_has_an_index(self, condition: str, index: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT 1 FROM gazetteer_searchkey WHERE {condition}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert index in plan
