"""Steps of a naming case as a person takes them in the browser."""

import re
from typing import Any
from urllib.parse import urlsplit

SUBMIT = ".form-column button[type=submit]"


def arrive(page: Any, path: str) -> None:
    """Wait for a page by its path, whatever the map writes behind it."""
    page.wait_for_url(lambda url: re.fullmatch(path, urlsplit(url).path) is not None)


def fill(page: Any, **values: str) -> None:
    """Write into fields by their names and send the form."""
    for name, value in values.items():
        field = page.locator(f"[name={name}]:not([type=hidden])").first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator(SUBMIT).first.click()


def write(page: Any, case: str, kind: str, *items: str) -> None:
    """A paper of the case, each item with a sentence."""
    page.goto(f"{case}papers/{kind}/")
    fill(page, **{f"item_{item}": "情况属实。" for item in items})
    arrive(page, case)


def move(page: Any, case: str, step: str, **values: str) -> None:
    """Take a step by its button on the page of the case."""
    page.goto(case)
    page.locator(f'main a[href$="/moves/{step}/"]').first.click()
    arrive(page, f"{case}moves/{step}/")
    fill(page, **values)
    arrive(page, case)
