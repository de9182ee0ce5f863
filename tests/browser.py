"""Debian's headless Chromium, driven by Playwright against a real server process."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.databases import copy_of, database_url
from tests.servers import ROOT, Site, serving

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "diming-demo"
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A server on its own copy of the demonstration set: ``site.url``, ``site.database_url``."""
    with django_db_blocker.unblock():
        connection.close()
        name = connection.settings_dict["NAME"]
    folder = tmp_path_factory.mktemp("site")
    # The pictures of the set are files beside the database: a copy of one has both.
    for pictures in Path(settings.MEDIA_ROOT).glob("*/demo"):
        shutil.copytree(pictures, folder / "media" / pictures.parent.name / pictures.name)
    with copy_of(name) as own, serving(database_url(own), folder) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        reason = "No browser: apt-get install chromium-headless-shell fontconfig fonts-wqy-microhei"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which makes Django suspect async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in_states() -> dict[str, Any]:
    """Cookies of the accounts that have signed in already: the login is throttled and slow."""
    return {}


@pytest.fixture
def open_page(
    site: Site, chromium: Any, signed_in_states: dict[str, Any]
) -> Iterator[Callable[..., Any]]:
    """``open_page("officer", "/signs/", language="en", phone=True)``: a page, signed in.

    ``None`` as user name stays signed out. At the end of the test a page that raised a script
    error, was stopped by its Content-Security-Policy or asked another host fails the test.
    """
    contexts: list[Any] = []
    faults: list[str] = []

    def watch(page: Any) -> Any:
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda message: faults.extend(_fault_in(message)))
        page.on("request", lambda request: faults.extend(_outside(request.url, site.url)))
        return page

    def open_(
        username: str | None = "officer",
        path: str = "/",
        *,
        language: str = "zh-hans",
        phone: bool = False,
        **options: Any,
    ) -> Any:
        context = chromium.new_context(
            base_url=site.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            accept_downloads=True,
            storage_state=signed_in_states.get(username or ""),
            **options,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        page = watch(context.new_page())
        if username and username not in signed_in_states:
            page.goto("/accounts/login/")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
            state = context.storage_state()
            state["cookies"] = [c for c in state["cookies"] if c["name"] != "django_language"]
            signed_in_states[username] = state
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults, "The browser complained:\n" + "\n".join(faults)


def _fault_in(message: Any) -> list[str]:
    # A refusal answers 403, 404 or 409, which the console reports as a failed resource.
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [f"console: {message.text}"]


def _outside(url: str, own: str) -> list[str]:
    parts = urlsplit(url)
    if parts.scheme in ("data", "blob", "about", "file") or url.startswith(own):
        return []
    return [f"asked another host: {url}"]


def assert_accessible(page: Any) -> None:
    """axe finds no fault on the page as it stands."""
    # A click returns when the next page begins to arrive: half a page is no page to judge.
    page.wait_for_load_state("domcontentloaded")
    # The page's policy forbids script tags from elsewhere; evaluating goes past it.
    page.evaluate((ROOT / "var/vendor/axe/axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    faults = [
        f"{fault['impact']} {fault['id']}: {fault['help']}\n      "
        + "\n      ".join(node["html"][:200] for node in fault["nodes"][:5])
        for fault in found["violations"]
    ]
    assert not faults, f"axe on {page.url}:\n" + "\n".join(faults)
