"""The finder of names alike, the checks as one types, overriding a finding, the command."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry, Rule
from gazetteer.models import BuiltUpArea, Place, RuleOverride
from gazetteer.operations.edit_name import CannotEditName, edit_name
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.operations.override_finding import (
    CannotOverride,
    override_finding,
    withdraw_override,
)
from gazetteer.queries.alike import alike_pairs
from gazetteer.queries.naming_checks import CheckedRule, check_proposal

ClientAs = Callable[..., Client]
NOW = date(2024, 6, 1)
TIANHE = "440106"
pytestmark = pytest.mark.usefixtures("demo")


def add(text: str, category: str, code: str) -> Place:
    row = NewName(text, category, code, period_from=date(1990, 1, 1))
    (key,) = create_names_in_bulk([row])
    return Place.objects.get(pk=key)


@pytest.fixture
def pair() -> tuple[Place, Place]:
    cache.clear()
    return add("新测村委会", "COMMITTEE_SEAT", "440106001998"), add(
        "新测村委会", "COMMITTEE_SEAT", "440106002999"
    )


def checked(place: Place, at: date = NOW) -> CheckedRule:
    found = check_proposal(
        text="新测村委会",
        category=place.legal_category,
        division_code=place.division_code,
        place=place,
        at=at,
    )
    return next(each for each in found if each.rule_id == "N09B")


def text_of(response: Any) -> str:
    return str(response.content.decode())


class TestOverride:
    def override(self, by: Any, place: Place, **facts: Any) -> RuleOverride:
        facts = {"reason": "历史地名，予以保留", "at": NOW, **facts}
        return override_finding(
            by=by, subject=place, jurisdiction=place.division_code, checked=checked(place), **facts
        )

    def test_shows_the_reason_and_no_longer_blocks(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        assert checked(pair[0]).blocks
        self.override(make_user("reviewer", TIANHE), pair[0])
        after = checked(pair[0])
        assert not after.blocks
        assert after.override is not None and after.override.reason == "历史地名，予以保留"
        assert checked(pair[1]).blocks

    def test_writes_one_line_of_history(self, make_user: Any, pair: tuple[Place, Place]) -> None:
        self.override(make_user("reviewer", TIANHE), pair[0])
        line = AuditEntry.objects.get(operation="override_finding")
        assert line.details["finding"]["rule"] == "N09B"

    def test_ends_on_its_day_and_with_its_edition(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        row = self.override(make_user("reviewer", TIANHE), pair[0], expires=date(2024, 7, 1))
        assert not checked(pair[0], date(2024, 6, 30)).blocks
        assert checked(pair[0], date(2024, 7, 1)).blocks
        assert checked(pair[0], date(2024, 5, 31)).blocks
        other = Rule.objects.exclude(pk=row.edition_id).first()
        RuleOverride.objects.filter(pk=row.pk).update(edition=other)
        assert checked(pair[0]).blocks

    def test_refuses_outside_and_without_the_role(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        with pytest.raises(NotInScope):
            self.override(make_user("reviewer", "440104"), pair[0])
        with pytest.raises(NotPermitted):
            self.override(make_user("place_name_officer", TIANHE), pair[0])

    def test_nobody_decides_on_their_own_case(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        reviewer = make_user("reviewer", TIANHE)
        with pytest.raises(CannotOverride, match="own case"):
            self.override(reviewer, pair[0], applicants=[reviewer])

    def test_asks_for_a_reason_and_a_later_day(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        reviewer = make_user("reviewer", TIANHE)
        with pytest.raises(BadInput, match="reason"):
            self.override(reviewer, pair[0], reason="  ")
        with pytest.raises(BadInput, match="last day"):
            self.override(reviewer, pair[0], expires=NOW)

    def test_twice_is_refused_and_withdrawing_blocks_again(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        reviewer = make_user("reviewer", TIANHE)
        row = self.override(reviewer, pair[0])
        with pytest.raises(CannotOverride, match="already"):
            self.override(reviewer, pair[0])
        withdraw_override(by=reviewer, override=row)
        assert checked(pair[0]).blocks

    def test_a_leaders_name_knows_no_exception(self, make_user: Any, road: Place) -> None:
        row = Rule.objects.get(rule_id="N05")
        Rule.objects.filter(pk=row.pk).update(parameters={"leaders": ["天河"]})
        (found,) = [
            each
            for each in check_proposal(
                text="天河路", category="STREET", division_code=TIANHE, place=road, at=NOW
            )
            if each.rule_id == "N05"
        ]
        with pytest.raises(CannotOverride, match="no exception"):
            override_finding(
                by=make_user("reviewer", TIANHE),
                subject=road,
                jurisdiction=TIANHE,
                checked=found,
                at=NOW,
                reason="历史地名",
            )


class TestEditing:
    def test_a_correction_may_not_make_a_duplicate(
        self, make_user: Any, pair: tuple[Place, Place]
    ) -> None:
        third = add("另测村委会", "COMMITTEE_SEAT", "440106003999")
        with pytest.raises(CannotEditName, match="duplicate"):
            edit_name(
                by=make_user("place_name_officer", TIANHE), place=third, at=NOW, text="新测村委会"
            )


class TestFinder:
    def test_shows_each_pair_once_with_its_rule(self, pair: tuple[Place, Place]) -> None:
        page = alike_pairs(within=TIANHE, at=NOW, kind="same", category="COMMITTEE_SEAT")
        found = [each for each in page.pairs if each.one.text == "新测村委会"]
        assert len(found) == 1
        assert set(found[0].places) == {str(place.pk) for place in pair}
        assert found[0].rule_id == "N09B"

    def test_both_places_are_shown_by_their_division_where_they_have_no_point(
        self, pair: tuple[Place, Place]
    ) -> None:
        Place.objects.filter(pk=pair[1].pk).update(geometry="SRID=4490;POINT (113.3 23.1)")
        page = alike_pairs(within=TIANHE, at=NOW, kind="same", category="COMMITTEE_SEAT")
        assert page.points[str(pair[0].pk)].of_division
        own = page.points[str(pair[1].pk)]
        assert (own.lon, own.lat, own.of_division) == (113.3, 23.1, False)

    def test_a_new_name_is_found_at_once(self, pair: tuple[Place, Place]) -> None:
        before = alike_pairs(within=TIANHE, at=NOW).counts["same"]
        add("新测村委会", "COMMITTEE_SEAT", "440106004999")
        assert alike_pairs(within=TIANHE, at=NOW).counts["same"] == before + 2

    def test_page_in_both_languages(self, client_as: ClientAs, pair: tuple[Place, Place]) -> None:
        for language, word in (("zh-hans", "重名"), ("en", "duplicate")):
            page = client_as("viewer", language=language).get("/places/alike/?within=440106")
            assert page.status_code == 200
            assert "新测村委会" in text_of(page) and word in text_of(page)

    def test_only_reviewers_are_offered_to_let_a_name_stand(
        self, client_as: ClientAs, pair: tuple[Place, Place]
    ) -> None:
        address = reverse("gazetteer:override_new", args=[pair[0].pk, "N09B"])
        assert address in text_of(client_as("reviewer").get("/places/alike/?within=440106"))
        assert address not in text_of(client_as("viewer").get("/places/alike/?within=440106"))

    def test_an_empty_page_says_what_belongs_there(self, client_as: ClientAs) -> None:
        page = client_as().get("/places/alike/?within=440106&category=OTHER&at=2023-07-01")
        assert "没有重名或同音地名" in text_of(page)

    def test_pages_go_there_and_back(self, client_as: ClientAs) -> None:
        cache.clear()
        for number in range(30):
            for code in ("001", "002"):
                add(
                    f"测{chr(0x4E00 + number * 40)}村委会",
                    "COMMITTEE_SEAT",
                    f"440106{code}{900 + number}",
                )
        first = text_of(client_as().get("/places/alike/?within=440106&kind=same"))
        assert "from=25" in first
        second = text_of(client_as().get("/places/alike/?within=440106&kind=same&from=25"))
        assert "data-key" in second and 'rel="prev"' in second

    def test_the_day_stays_in_every_address(
        self, client_as: ClientAs, pair: tuple[Place, Place]
    ) -> None:
        page = text_of(client_as().get("/places/alike/?within=440106&at=2023-07-01"))
        links = re.findall(r'href="(/places/alike/\?[^"]*kind=[^"]*)"', page)
        assert len(links) == 5 and all("at=2023-07-01" in link for link in links)

    @pytest.mark.parametrize(
        "query", ["within=", "within=44x", "kind=like", "category=X", "from=-1", "from=x"]
    )
    def test_says_what_is_wrong_with_the_address(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/places/alike/?{query}").status_code == 400


class TestAsTyped:
    def test_shows_findings_with_the_other_place(
        self, client_as: ClientAs, pair: tuple[Place, Place]
    ) -> None:
        query = {"text": "新测村委会", "category": "COMMITTEE_SEAT", "division": "440106003"}
        text = text_of(client_as().get("/places/check/", query))
        assert "重名" in text and str(pair[0].pk) in text and "第九条" in text

    def test_says_when_every_rule_is_kept(self, client_as: ClientAs) -> None:
        query = {"text": "无名路", "category": "STREET", "division": TIANHE}
        assert "符合现行各项命名规则" in text_of(client_as().get("/places/check/", query))

    @pytest.mark.parametrize(
        "query", ["text=a&category=X&division=4401", "text=a&category=STREET&division=x"]
    )
    def test_says_what_it_needs(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/places/check/?{query}").status_code == 400


class TestOverridePage:
    def test_a_reviewer_lets_a_name_stand(
        self, client_as: ClientAs, pair: tuple[Place, Place]
    ) -> None:
        address = reverse("gazetteer:override_new", args=[pair[0].pk, "N09B"])
        client = client_as("reviewer", TIANHE)
        assert "新测村委会" in text_of(client.get(address))
        kept = client.post(address, {"reason": "短", "expires": ""})
        assert "短" in text_of(kept) and kept.status_code == 200
        done = client.post(address, {"reason": "历史地名，予以保留", "expires": ""})
        assert done.status_code == 302
        assert RuleOverride.objects.get().subject_id == str(pair[0].pk)
        listed = text_of(client.get("/places/alike/?within=440106"))
        assert "历史地名，予以保留" in listed

    def test_there_is_nothing_to_override_where_the_rule_is_kept(
        self, client_as: ClientAs, road: Place
    ) -> None:
        address = reverse("gazetteer:override_new", args=[road.pk, "N01"])
        assert client_as("reviewer", TIANHE).get(address).status_code == 404


class TestCommand:
    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("check_names", *args, "--at", NOW.isoformat(), stdout=out)
        return out.getvalue()

    @pytest.mark.parametrize("code", ["99", "9999", "999999", "440106999999"])
    def test_a_division_that_is_none_is_not_told_as_faultless(self, code: str) -> None:
        with pytest.raises(CommandError, match=f"No division with the code {code}"):
            self.run("--within", code)

    def test_json_holds_every_name_with_findings(self, pair: tuple[Place, Place]) -> None:
        told = json.loads(self.run("--within", TIANHE, "--rule", "N09B", "--json"))
        names = [each["place"] for each in told["findings"]]
        assert {str(place.pk) for place in pair} <= set(names)
        assert told["with_findings"] == len(names) and told["names"] > len(names)
        assert sum(each["names"] for each in told["counts"]) == len(names)

    def test_a_summary_has_no_single_names(self, pair: tuple[Place, Place]) -> None:
        told = json.loads(self.run("--within", TIANHE, "--summary", "--json"))
        assert "findings" not in told and told["counts"]
        assert "新测村委会" not in self.run("--within", TIANHE, "--summary")

    def test_prints_sentences(self, pair: tuple[Place, Place]) -> None:
        assert "新测村委会" in self.run("--within", TIANHE)

    def test_marks_what_was_overridden(self, make_user: Any, pair: tuple[Place, Place]) -> None:
        TestOverride().override(make_user("reviewer", TIANHE), pair[0])
        told = json.loads(self.run("--within", TIANHE, "--rule", "N09B", "--json"))
        (name,) = [each for each in told["findings"] if each["place"] == str(pair[0].pk)]
        assert name["checked"][0]["blocks"] is False

    @pytest.mark.parametrize(
        "args",
        [["--within", "44x"], ["--within", "440"], ["--within", "4401", "--rule", "N99"]],
    )
    def test_ends_with_one_sentence_on_bad_input(self, args: list[str]) -> None:
        with pytest.raises(CommandError):
            self.run(*args)

    def test_a_day_that_is_none(self) -> None:
        with pytest.raises(CommandError, match="not a day"):
            call_command("check_names", "--within", "4401", "--at", "2024")


class TestBuiltUpAreas:
    def test_the_demonstration_set_marks_its_own(self) -> None:
        rows = list(BuiltUpArea.objects.all())
        assert rows
        assert all(row.synthetic and row.approximate for row in rows)
        assert all(row.period.lower <= NOW - timedelta(days=1) for row in rows)
