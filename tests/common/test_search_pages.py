"""The search page and the suggestions: all providers in one list, in words why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common import views
from common.registries import Hit


@pytest.fixture
def viewer(demo: Any, client_as: Callable[..., Client]) -> Client:
    return client_as("viewer", language="en")


def hit(title: str, score: float, kind: str = "place", why: str = "exact") -> Hit:
    return Hit(kind, title, title, "", f"/{title}/", why, score)


class TestSearch:
    def test_finds_a_district_by_its_characters(self, viewer: Client) -> None:
        page = viewer.get("/search/", {"q": "番禺"}).content.decode()
        assert "番禺区" in page
        assert "/divisions/440113/" in page

    @pytest.mark.parametrize("text", ["花县", "hua xian", "440121"])
    def test_finds_a_county_of_a_past_day_that_has_no_place_name(
        self, viewer: Client, text: str
    ) -> None:
        address = "/divisions/440121/?at=1990-01-01"
        assert address in viewer.get("/search/", {"q": text, "at": "1990-01-01"}).content.decode()
        assert address not in viewer.get("/search/", {"q": text}).content.decode()
        groups = viewer.get("/search/suggest/", {"q": text, "at": "1990-01-01"}).json()["groups"]
        assert "花县" in [hit["title"] for group in groups for hit in group["hits"]]

    def test_names_a_district_of_a_past_day_once(self, viewer: Client) -> None:
        asked = {"q": "天河", "at": "2013-01-01"}
        groups = viewer.get("/search/suggest/", asked).json()["groups"]
        titles = [hit["title"] for group in groups for hit in group["hits"]]
        assert titles.count("天河区") == 1

    def test_says_what_to_try_when_nothing_is_found(self, viewer: Client) -> None:
        page = viewer.get("/search/", {"q": "zzzzqqqq"}).content.decode()
        assert "Nothing found" in page
        assert "pinyin" in page

    def test_explains_itself_when_nothing_was_asked(self, viewer: Client) -> None:
        page = viewer.get("/search/").content.decode()
        assert "What are you looking for?" in page

    @pytest.mark.parametrize("text", ["%", "_", "'", '"><script>', "\\", "*:*", "番" * 500])
    def test_survives_any_text(self, viewer: Client, text: str) -> None:
        response = viewer.get("/search/", {"q": text})
        assert response.status_code == 200
        assert b"<script>" not in response.content

    def test_puts_the_kind_with_the_best_hit_first(
        self, viewer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        providers = [
            lambda **asked: [hit("weak", 0.1, "sign"), hit("strong", 0.9, "sign")],
            lambda **asked: [hit("middle", 0.5, "place")],
        ]
        monkeypatch.setattr(views, "search_providers", lambda: providers)
        groups = viewer.get("/search/", {"q": "x"}).context["groups"]
        assert [group["kind"] for group in groups] == ["sign", "place"]
        assert [entry["hit"].title for entry in groups[0]["hits"]] == ["strong", "weak"]


class TestSuggestions:
    def test_say_what_was_found_and_where_it_leads(self, viewer: Client) -> None:
        found = viewer.get("/search/suggest/", {"q": "番禺", "at": "2024-05-01"}).json()
        first = found["groups"][0]["hits"][0]
        assert first["title"] == "番禺区"
        assert first["url"].endswith("?at=2024-05-01")
        assert found["none"] == ""

    def test_say_that_there_is_none(self, viewer: Client) -> None:
        found = viewer.get("/search/suggest/", {"q": "龘龘龘"}).json()
        assert found == {"groups": [], "none": "Nothing is called “龘龘龘” on this day."}

    def test_are_few(self, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        many = [hit(f"h{n}", n) for n in range(50)]
        monkeypatch.setattr(views, "search_providers", lambda: [lambda **asked: many])
        (group,) = viewer.get("/search/suggest/", {"q": "h"}).json()["groups"]
        assert len(group["hits"]) == views.SUGGESTIONS

    def test_pass_the_day_on(self, viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[dict[str, Any]] = []
        monkeypatch.setattr(
            views, "search_providers", lambda: [lambda **values: asked.append(values) or []]
        )
        viewer.get("/search/suggest/", {"q": "x", "at": "2020-05-01"})
        assert asked[0]["at"].isoformat() == "2020-05-01"
        assert asked[0]["text"] == "x"
