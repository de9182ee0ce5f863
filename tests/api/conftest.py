"""Clients with keys."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.test import Client

from accounts.domain.keys import digest_of, new_key
from accounts.operations.keys import make_key
from tests.servers import Site


@pytest.fixture
def key_of(make_user: Callable[..., Any]) -> Callable[..., str]:
    """``key_of("viewer", "440106", writes=True)``: a key of a person with this role."""

    def make(role: str = "viewer", jurisdiction: str = "4401", *, writes: bool = False) -> str:
        scopes = ["read", "write"] if writes else ["read"]
        _record, key = make_key(
            by=make_user(role, jurisdiction), name="测试", scopes=scopes, at=date(2024, 5, 1)
        )
        return key

    return make


@pytest.fixture
def program(demo: Any, key_of: Callable[..., str]) -> Client:
    """A client that reads with a key and understands English."""
    return Client(
        headers={"Authorization": f"Bearer {key_of()}", "Accept-Language": "en"},
    )


def dsn(site: Site) -> str:
    return site.database_url.replace("postgis://", "postgresql://")


@pytest.fixture(scope="session")
def key(site: Site) -> str:
    """A key of the data steward in the database of the running server."""
    made = new_key()
    with psycopg2.connect(dsn(site)) as connection, connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO accounts_apikey
                   (user_id, name, start, digest, scopes, per_minute, created_at)
               SELECT id, 'test', 'dm_', %s, '{read,write}', 3000, now()
               FROM accounts_user WHERE username = 'steward'""",
            [digest_of(made)],
        )
    return made
