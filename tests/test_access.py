"""The access table holds: sign-in first, then the jurisdiction, then the role."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.domain.roles import Role, may, roles_with
from tests.access_route import DISTRICT, OUTSIDE, Route
from tests.access_table import ROUTES

EDITING = [route for route in ROUTES if route.outside is not None]


def url_names(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = pattern.namespace
            yield from url_names(pattern.url_patterns, f"{namespace}{inner}:" if inner else "")
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def values(given: Any) -> dict[str, Any]:
    return dict(given() if callable(given) else given)


def ask(client: Client, route: Route) -> int:
    address = reverse(route.name, kwargs=values(route.kwargs)) + route.query
    send = {"GET": client.get, "POST": client.post}[route.method]
    return int(send(address, values(route.data)).status_code)


def in_words(routes: list[Route]) -> Any:
    return pytest.mark.parametrize("route", routes, ids=[route.label for route in routes])


class TestAccessTable:
    def test_has_a_row_for_every_address(self) -> None:
        missing = set(url_names(get_resolver().url_patterns)) - {route.name for route in ROUTES}
        assert not missing, f"Add rows to tests/access_table.py for: {sorted(missing)}"

    def test_names_no_address_that_is_gone(self) -> None:
        gone = {route.name for route in ROUTES} - set(url_names(get_resolver().url_patterns))
        assert not gone, f"These rows of tests/access_table.py name no address: {sorted(gone)}"


class TestSignedOut:
    @in_words(ROUTES)
    def test_only_open_pages_answer(self, route: Route, demo: Any) -> None:
        client = Client()
        address = reverse(route.name, kwargs=values(route.kwargs)) + route.query
        send = {"GET": client.get, "POST": client.post}[route.method]
        response = send(address, values(route.data))
        if route.open:
            assert response.status_code == route.ok
        elif route.signed_out != 302:
            assert response.status_code == route.signed_out
            assert response["Content-Type"] == "application/problem+json"
        else:
            assert response.status_code == 302
            assert response["Location"].startswith(resolve_url(settings.LOGIN_URL))


class TestRoles:
    @in_words([route for route in ROUTES if not route.open])
    @pytest.mark.parametrize("role", [role.value for role in Role])
    def test_get_what_the_table_says(
        self, route: Route, role: str, client_as: Callable[..., Client]
    ) -> None:
        allowed = route.needs is None or may(Role(role), route.needs)
        jurisdiction = "" if role in ("administrator", "auditor") else DISTRICT
        assert ask(client_as(role, jurisdiction), route) == (route.ok if allowed else route.refused)


class TestOutsideTheJurisdiction:
    @in_words(EDITING)
    def test_edit_pages_are_not_found(self, route: Route, client_as: Callable[..., Client]) -> None:
        role = roles_with(route.needs)[0] if route.needs else Role.VIEWER
        assert ask(client_as(role, OUTSIDE), route) == route.outside
