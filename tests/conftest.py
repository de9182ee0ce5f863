"""One database with the small demonstration set, people in any role, and a real browser.

Every test runs in a transaction that is rolled back, so the set is loaded once per session.
Run again with ``--reuse-db`` to keep it between sessions (``--create-db`` after changing data).
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client, override_settings
from hypothesis import settings

from tests.databases import copy_of, database_url, run_sql
from tests.servers import wait_until

pytest_plugins = ["tests.browser", "tests.photos"]

# pytest-xdist runs the files in several processes, each on a database of its own.
FIRST_WORKER = "gw0"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", FIRST_WORKER)
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
GRANTED_SINCE = date(2023, 6, 30)
_numbers = itertools.count(1)

# A busy machine is no fault: no test asserts how long something takes.
settings.register_profile("diming", deadline=None)
settings.load_profile("diming")


# The first worker loads the set for its first file; the second may begin with what needs none.
# What takes minutes begins early, lest one worker is left alone with it at the end.
FIRST = ("tests/test_access.py", "tests/ops/test_crashes.py", "tests/ops/", "tests/browser/")


def _rank(item: pytest.Item) -> int:
    return next((n for n, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that truncates tables would take the demonstration set from all the others."""
    items.sort(key=_rank)
    for item in items:
        for marker in item.iter_markers("django_db"):
            if marker.kwargs.get("transaction") or "transactional_db" in item.fixturenames:
                raise pytest.UsageError(
                    f"{item.nodeid}: use the fixture own_database instead of transaction=True."
                )


@pytest.fixture(scope="session", autouse=True)
def compiled_translations() -> None:
    call_command("compile_translations", stdout=StringIO())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Browser tests alone ask for no database by mark: they too get a test database.

    Without this such a run would load the set into the database of DATABASE_URL itself.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pytest_django.fixtures._get_databases_for_setup", lambda items: ({"default"}, set())
        )
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    return django_db_keepdb or WORKER != FIRST_WORKER


@pytest.fixture(scope="session")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the first worker makes once every other has its copy of the set."""
    made = tmp_path_factory.getbasetemp().parent / "demonstration-set-is-copied"
    if WORKER != FIRST_WORKER:
        wait_until(made.exists, seconds=1800, what="the set that the first worker loads")
    return made


@pytest.fixture(scope="session")
def django_db_setup(
    loaded_once: Path, django_db_setup: None, django_db_blocker: Any, compiled_translations: None
) -> Iterator[None]:
    """The demonstration set, loaded by the first worker and copied for the others."""
    # The test runner turns DEBUG off, without which there are no demonstration accounts.
    with django_db_blocker.unblock(), override_settings(DEBUG=True):
        call_command("load_demo", small=True, stdout=StringIO())
        connection.close()
        own = str(connection.settings_dict["NAME"])
        if WORKER == FIRST_WORKER:
            for number in range(1, WORKERS):
                copy = own.removesuffix(FIRST_WORKER) + f"gw{number}"
                run_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", copy)
                run_sql("CREATE DATABASE {} TEMPLATE {}", copy, own)
            if WORKERS > 1:
                loaded_once.touch()
    yield
    if WORKER != FIRST_WORKER:
        with django_db_blocker.unblock():
            connection.close()
            run_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", own)


@pytest.fixture
def demo(db: None) -> SimpleNamespace:
    """The demonstration set is there; names of what tests most often start from."""
    return SimpleNamespace(city="440100", district="440106", other_district="440104")


@pytest.fixture
def make_user(db: None) -> Callable[..., Any]:
    """``make_user("viewer", "4401")``: a person with one role in one jurisdiction."""

    def make(
        role: str = "viewer",
        jurisdiction: str = "4401",
        *,
        username: str = "",
        password: str | None = None,
    ) -> Any:
        from accounts.models import Grant, User

        user = User.objects.create_user(
            username=username or f"{role}-{jurisdiction or 'all'}-{next(_numbers)}",
            password=password,
            display_name=f"测试 {role}",
        )
        period = DateRange(GRANTED_SINCE, None)
        Grant.objects.create(user=user, role=role, jurisdiction=jurisdiction, period=period)
        return user

    return make


@pytest.fixture
def client_as(make_user: Callable[..., Any]) -> Callable[..., Client]:
    """``client_as("viewer", "4401", language="en")``: a signed-in test client (``.user``)."""

    def sign_in(
        role: str = "viewer", jurisdiction: str = "4401", *, language: str = "zh-hans"
    ) -> Client:
        client = Client()
        client.user = make_user(role, jurisdiction)  # type: ignore[attr-defined]
        client.force_login(client.user, backend="accounts.backends.PersonBackend")  # type: ignore[attr-defined]
        client.cookies["django_language"] = language
        return client

    return sign_in


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the demonstration set for a test that commits; yields its DATABASE_URL."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        shared = connection.settings_dict["NAME"]
        connection.close()
        own = stack.enter_context(copy_of(shared))
        connection.settings_dict["NAME"] = own
        try:
            yield database_url(own)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = shared
