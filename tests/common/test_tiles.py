"""Vector tiles: what exists, what the browser may keep, what a day changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

# The tile of zoom 9 that holds the middle of Guangzhou.
GUANGZHOU = "/tiles/divisions/9/417/222.mvt"


@pytest.fixture
def viewer(demo: Any, client_as: Callable[..., Client]) -> Client:
    return client_as("viewer")


class TestTile:
    def test_holds_the_districts_by_name(self, viewer: Client) -> None:
        response = viewer.get(GUANGZHOU)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
        assert "番禺区".encode() in response.content

    def test_is_kept_by_the_browser_but_asked_for_again(self, viewer: Client) -> None:
        first = viewer.get(GUANGZHOU)
        assert first["Cache-Control"] == "private, no-cache"
        again = viewer.get(GUANGZHOU, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert again.content == b""

    def test_can_be_asked_for_without_the_tile(self, viewer: Client) -> None:
        whole, head = viewer.get(GUANGZHOU), viewer.head(GUANGZHOU)
        assert (head.status_code, head["ETag"], head.content) == (200, whole["ETag"], b"")

    def test_of_another_day_has_another_tag(self, viewer: Client) -> None:
        now, before = viewer.get(GUANGZHOU), viewer.get(GUANGZHOU + "?at=1950-01-01")
        assert before.status_code == 200
        assert "番禺区".encode() not in before.content
        assert now["ETag"] != before["ETag"]

    def test_over_the_ocean_is_empty(self, viewer: Client) -> None:
        response = viewer.get("/tiles/divisions/9/0/222.mvt")
        assert (response.status_code, response.content) == (200, b"")

    @pytest.mark.parametrize(
        "address",
        [
            "/tiles/nothing/9/417/222.mvt",
            "/tiles/divisions/19/0/0.mvt",
            "/tiles/divisions/2/4/0.mvt",
            "/tiles/divisions/2/0/4.mvt",
            "/tiles/divisions/2/-1/0.mvt",
            "/tiles/divisions/2/a/0.mvt",
            "/tiles/divisions/99999999999999999999/0/0.mvt",
        ],
    )
    def test_that_cannot_exist_is_not_found(self, viewer: Client, address: str) -> None:
        assert viewer.get(address).status_code == 404

    def test_needs_sign_in(self, demo: Any) -> None:
        answer = Client().get(GUANGZHOU)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert Client().get(GUANGZHOU, headers={"Accept": "text/html"}).status_code == 302
