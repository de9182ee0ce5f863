"""Filters of the search as typed, and providers that are asked no more than needed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from common import registries
from common.errors import BadInput
from common.registries import Hit, SearchTraits
from common.searching import SearchFilters, find_everywhere, read_filters

DAY = date(2024, 5, 1)


def hit(title: str, score: float) -> Hit:
    return Hit(kind="place", key=title, title=title, subtitle="", url="/", why="exact", score=score)


class TestReadFilters:
    def test_reads_what_is_typed(self) -> None:
        typed = {"within": "4401", "category": "STREET", "point": "113.3，23.1", "within_m": "900"}
        filters = read_filters(typed, categories=["STREET"], near="44")
        assert filters == SearchFilters("4401", "STREET", (113.3, 23.1), 900, "44")

    @pytest.mark.parametrize(
        "typed",
        [
            {"within": "abc"},
            {"within": "1234567890123"},
            {"within": "٤٤"},
            {"category": "ROAD"},
            {"point": "200,10"},
            {"point": "nan,0"},
            {"point": "1"},
            {"within_m": "900"},
            {"point": "113,23", "within_m": "inf"},
            {"point": "113,23", "within_m": "0"},
        ],
    )
    def test_says_in_a_sentence_what_is_wrong(self, typed: dict[str, str]) -> None:
        with pytest.raises(BadInput):
            read_filters(typed, categories=["STREET"], near="")


class TestFindEverywhere:
    def ask(self, monkeypatch: pytest.MonkeyPatch, filters: SearchFilters, limit: int) -> list[str]:
        def strong(**asked: Any) -> list[Hit]:
            return [hit(f"strong{number}", 0.9) for number in range(3)]

        def weak(**asked: Any) -> list[Hit]:
            return [hit("weak", 0.2)]

        traits = {
            strong: SearchTraits(understands=frozenset({"category"})),
            weak: SearchTraits(best=0.2),
        }
        monkeypatch.setattr(registries._registries, "search_traits", traits)
        found = find_everywhere([weak, strong], text="x", at=DAY, filters=filters, limit=limit)
        return [each.title for each in found]

    def test_who_could_only_be_crowded_out_is_not_asked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "weak" not in self.ask(monkeypatch, SearchFilters(), 3)
        assert "weak" in self.ask(monkeypatch, SearchFilters(), 4)

    def test_who_does_not_understand_a_filter_is_not_asked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "weak" not in self.ask(monkeypatch, SearchFilters(category="STREET"), 10)


class TestPage:
    def test_filters_narrow_what_is_shown(
        self, demo: Any, client_as: Callable[..., Client]
    ) -> None:
        page = client_as("viewer", language="en").get(
            "/search/", {"q": "天河", "category": "STREET", "within": "440106"}
        )
        hits = [entry["hit"] for group in page.context["groups"] for entry in group["hits"]]
        assert hits
        assert {each.kind for each in hits} == {"place"}
        assert "Tianhe Qu, Guangzhou Shi" in page.content.decode()

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"within": "abc"}, "is not the beginning of a division code"),
            ({"point": "999,1"}, "is no point on the globe"),
            ({"category": "x"}, "There is no class"),
        ],
    )
    def test_a_bad_filter_gets_a_sentence_and_stays_in_its_field(
        self, demo: Any, client_as: Callable[..., Client], typed: dict[str, str], sentence: str
    ) -> None:
        page = client_as("viewer", language="en").get("/search/", {"q": "天河", **typed})
        assert page.status_code == 400
        assert sentence in page.content.decode()
        assert 'name="q" value="天河"' in page.content.decode()
