"""Free text of a face matched to a place: every kind of mistake by its name, the best first."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.models import Place, PlaceName
from signage.domain.matching import Candidate, Match, best_match, matches
from signage.queries.matching import match_text

TIANHE = Candidate(1, "天河路", "Tiānhé Lù", True, "天河路", "440106")
OLD = Candidate(2, "永汉路", "Yǒnghàn Lù", False, "北京路", "440104")
GUANGZHOU = Candidate(3, "广州大道", "Guǎngzhōu Dàdào", True, "广州大道", "440106")


def kind(text: str, *candidates: Candidate, **values: Any) -> Match:
    return best_match(matches(text=text, candidates=candidates, **values))


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "toned", "candidate", "expected"),
        [
            ("天河路", "Tiānhé Lù", TIANHE, Match.RIGHT),
            ("天 河 路", "Tiānhé Lù", TIANHE, Match.RIGHT),
            ("廣州大道", "Guǎngzhōu Dàdào", GUANGZHOU, Match.WRONG_FORM),
            ("永汉路", "Yǒnghàn Lù", OLD, Match.FORMER),
            ("天和路", "Tiānhé Lù", TIANHE, Match.HOMOPHONE),
            ("夭河路", "Yāohé Lù", TIANHE, Match.LOOK_ALIKE),
            ("天河马路", "Tiānhé Mǎlù", TIANHE, Match.NEARLY),
            ("某某街", "Mǒumǒu Jiē", TIANHE, Match.UNKNOWN),
        ],
    )
    def test_each_mistake_has_its_kind(
        self, text: str, toned: str, candidate: Candidate, expected: Match
    ) -> None:
        assert kind(text, candidate, toned=toned) == expected

    def test_the_right_name_of_another_district(self) -> None:
        (found,) = matches(text="天河路", division_code="440104", candidates=[TIANHE])
        assert found.match is Match.OTHER_DISTRICT
        assert found.reasons[0].values == ("440106",)

    def test_reasons_name_the_characters(self) -> None:
        (found,) = matches(text="天和路", toned="Tiānhé Lù", candidates=[TIANHE])
        assert found.reasons[0].values == ("和→河",)

    def test_the_near_place_goes_before_the_far_one(self) -> None:
        near = Candidate(7, "天河路", "", True, "天河路", "440106", distance_m=20)
        far = Candidate(6, "天河路", "", True, "天河路", "440106", distance_m=9000)
        found = matches(text="天河路", candidates=[far, near])
        assert [each.candidate.place_id for each in found] == [7, 6]
        assert found[0].score > found[1].score

    def test_a_place_is_told_once_by_its_best_name(self) -> None:
        both = [OLD, Candidate(2, "北京路", "Běijīng Lù", True, "北京路", "440104")]
        assert len(matches(text="北京路", candidates=both)) == 1
        assert kind("北京路", *both) is Match.RIGHT

    @given(st.text(max_size=12), st.text(max_size=20))
    def test_any_text_scores_between_nothing_and_one(self, text: str, pinyin: str) -> None:
        found = matches(text=text, pinyin=pinyin, candidates=[TIANHE, OLD, GUANGZHOU])
        scores = [each.score for each in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)


@pytest.mark.django_db
class TestAgainstTheGazetteer:
    @pytest.fixture
    def today(self, demo: Any) -> date:
        return timezone.localdate()

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("天河路", Match.RIGHT), ("天和路", Match.HOMOPHONE), ("并无此路名", Match.UNKNOWN)],
    )
    def test_finds_the_street(self, today: date, text: str, expected: Match) -> None:
        found = match_text(text=text, at=today, within="4401", division_code="440106")
        assert best_match(found) == expected
        if found:
            assert found[0].candidate.standard_name == "天河路"

    def test_a_former_name_leads_to_the_place(self, today: date) -> None:
        name = PlaceName.objects.standard().on(today).filter(text="天河路")[0]
        PlaceName.objects.create(
            place_id=name.place_id,
            text="旧时名路",
            kind="former",
            status="historic",
            period=DateRange(today - timedelta(days=900), None),
        )
        found = match_text(text="旧时名路", at=today, within="4401")
        assert (found[0].match, found[0].candidate.place_id) == (Match.FORMER, name.place_id)
        assert found[0].reasons[0].values == ("旧时名路", "天河路")

    def test_secret_places_are_no_candidates(self, today: date) -> None:
        name = PlaceName.objects.standard().on(today).filter(text="天河路")[0]
        Place.objects.filter(pk=name.place_id).update(secrecy="secret")
        found = match_text(text="天河路", at=today, within="440106")
        assert name.place_id not in [each.candidate.place_id for each in found]

    def test_takes_few_statements(self, today: date, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(4):
            match_text(text="天和路", pinyin="TIANHE LU", at=today, within="4401")
