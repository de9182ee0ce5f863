"""What every page has: the day, the language, the way out, a sentence when something is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from common import views
from common.registries import Card


@pytest.fixture
def viewer(demo: Any, client_as: Callable[..., Client]) -> Client:
    return client_as("viewer", language="en")


class TestHome:
    def test_has_one_search_box_a_map_and_its_note(self, viewer: Client) -> None:
        page = viewer.get("/").content.decode()
        assert page.count('id="search"') == 1
        assert page.count("data-map ") == 1
        assert "Sketch map, not the legal boundary" in page

    def test_shows_the_cards_with_what_is_due(
        self, viewer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = Card("x", "Wells", "droplet", "/w/", 12345, "wells", [("wrong", "3 late", "/l/")])
        monkeypatch.setattr(views, "cards", lambda **asked: [card])
        page = viewer.get("/").content.decode()
        assert "12,345" in page
        assert "3 late" in page

    def test_says_what_belongs_there_when_nothing_is_loaded(
        self, viewer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "cards", lambda **asked: [])
        assert "Nothing to count yet" in viewer.get("/").content.decode()


class TestDay:
    def test_is_told_in_a_band_when_it_is_not_today(self, viewer: Client) -> None:
        assert "not today" in viewer.get("/search/?at=2024-02-29").content.decode()

    def test_today_has_no_band(self, viewer: Client) -> None:
        today = timezone.localdate().isoformat()
        assert "not today" not in viewer.get(f"/search/?at={today}").content.decode()

    def test_stays_in_the_addresses_of_the_rail(self, viewer: Client) -> None:
        page = viewer.get("/search/?at=2024-02-29").content.decode()
        assert '/divisions/?at=2024-02-29"' in page

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_beyond_the_calendar_is_refused_in_a_sentence(self, viewer: Client, day: str) -> None:
        told = viewer.get(f"/signs/campaign/?at={day}")
        assert told.status_code == 400 and "too far off" in told.content.decode()

    def test_change_keeps_the_filters(self, viewer: Client) -> None:
        page = viewer.get("/search/?q=abc&at=2024-02-29&page=3").content.decode()
        assert '<input type="hidden" name="q" value="abc">' in page
        assert 'name="page"' not in page

    @pytest.mark.parametrize(
        "text", ["garbage", "2023-02-29", "20240101", "2024-1-1", "0000-00-00"]
    )
    def test_that_is_none_is_refused_in_a_sentence(self, viewer: Client, text: str) -> None:
        response = viewer.get("/search/", {"at": text})
        assert response.status_code == 400
        assert f"“{text}” is not a day" in response.content.decode()


class TestAddress:
    @pytest.mark.parametrize("address", ["/search/?q=a%00b", "/search/?%00=a", "/signs/%00/"])
    def test_with_a_null_character_is_refused(self, viewer: Client, address: str) -> None:
        response = viewer.get(address)
        assert response.status_code == 400
        assert "cannot be read" in response.content.decode()


class TestLanguage:
    def test_is_chinese_unless_chosen(self, demo: Any) -> None:
        page = Client().get("/accounts/login/").content.decode()
        assert '<html lang="zh-Hans"' in page
        assert "登录" in page

    def test_switch_comes_back_to_the_same_page(self, viewer: Client) -> None:
        response = viewer.post(
            "/i18n/setlang/", {"language": "zh-hans", "next": "/search/?q=a#map=9/23/113"}
        )
        assert response["Location"] == "/search/?q=a#map=9/23/113"
        assert '<html lang="zh-Hans"' in viewer.get("/search/").content.decode()

    def test_switch_leads_to_no_other_site(self, viewer: Client) -> None:
        response = viewer.post(
            "/i18n/setlang/", {"language": "en", "next": "https://elsewhere.example/"}
        )
        assert "elsewhere" not in response["Location"]

    def test_works_before_sign_in(self, demo: Any) -> None:
        client = Client()
        client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
        assert "Sign in" in client.get("/accounts/login/").content.decode()


class TestRefusals:
    def test_unknown_address_is_told_in_words(self, viewer: Client) -> None:
        response = viewer.get("/nothing/here/")
        assert response.status_code == 404
        assert "There is nothing at this address." in response.content.decode()

    def test_fault_needs_neither_person_nor_database(self) -> None:
        response = views.fault(None)  # type: ignore[arg-type]
        assert response.status_code == 500
        assert b"500" in response.content

    def test_policy_forbids_inline_script_and_style(self, viewer: Client) -> None:
        response = viewer.get("/")
        policy = response["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy
        page = response.content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


class TestHealth:
    def test_is_open_and_asks_the_database(self, db: Any) -> None:
        assert Client().get("/health").json() == {"status": "ok"}

    def test_says_when_the_database_is_gone(self, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.db import OperationalError

        def gone() -> None:
            raise OperationalError

        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", gone)
            response = Client().get("/health")
        assert response.status_code == 503
