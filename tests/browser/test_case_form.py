"""A naming case in a real browser: drawn, checked as one types, opened; pages without faults."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser


def test_a_drawn_street_becomes_a_draft(open_page: Callable[..., Any]) -> None:
    page = open_page("officer", "/cases/new/")
    page.fill("#id_text", "听榕东路")
    page.select_option("#id_category", "STREET")
    page.fill("#id_applicant", "天河区住房和建设局")
    page.fill("#id_coordinates", "113.3300, 23.1300\n113.3400, 23.1310")
    page.select_option("#id_shape", "line")
    # The map, the spelling and the findings come one after the other.
    expect(page.locator("[data-draw-told]")).to_contain_text("天河区", timeout=20_000)
    spelling = page.locator("[data-live-spelling]")
    expect(spelling).to_contain_text("Tīngróng Dōnglù", timeout=20_000)
    expect(page.locator("[data-findings] .chip").first).to_be_visible(timeout=20_000)
    # Figures follow the category: a street has a length, no storeys.
    expect(page.locator("#id_length_m")).to_be_visible()
    expect(page.locator("#id_storeys")).to_be_hidden()
    assert_accessible(page)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("听榕东路")
    assert_accessible(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/cases/?q=路", "/cases/board/"])
def test_list_and_board_have_no_fault(
    open_page: Callable[..., Any], path: str, phone: bool, language: str
) -> None:
    page = open_page("reviewer", path, phone=phone, language=language)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide


def test_the_map_shows_the_case_that_is_chosen(open_page: Callable[..., Any]) -> None:
    page = open_page("officer", "/cases/")
    page.wait_for_selector("[data-map]:not([data-ready=false])")
    page.locator("#results tr").first.click(position={"x": 5, "y": 5})
    expect(page.locator("[data-drawer] h2")).to_be_visible()


@pytest.mark.parametrize("step", ["draft", "public_comment", "approved", "standard"])
def test_pages_of_cases_at_their_steps_have_no_fault(
    open_page: Callable[..., Any], step: str
) -> None:
    page = open_page("officer", f"/cases/?step={step}")
    page.locator("#results a").first.click()
    expect(page.locator(".case-way")).to_be_visible()
    assert_accessible(page)
