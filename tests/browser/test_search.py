"""Finding a place by keyboard alone, and correcting its name where one may."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


class TestSearchInTheBrowser:
    def test_panyu_is_found_by_keyboard_and_its_map_is_drawn(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/places/")
        page.keyboard.press("/")
        page.keyboard.type("番禺")
        page.wait_for_selector("#suggestions [role=option]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/divisions/440113/**")
        map_drawn(page)
        assert "番禺区" in page.locator("h1").inner_text()

    @pytest.mark.parametrize("typed", ["thl", "tianhe lu", "tiān hé lù", "天河路"])
    def test_the_road_is_found_however_it_is_typed(self, open_page: OpenPage, typed: str) -> None:
        page = open_page("viewer", "/places/")
        page.fill("#search", typed)
        hit = page.locator("#suggestions [role=option]", has_text="天河路").first
        hit.wait_for()
        hit.click()
        page.wait_for_url("**/places/**")
        map_drawn(page)
        assert page.locator("h1").inner_text() == "天河路"
        assert_accessible(page)

    def test_an_officer_corrects_a_reading(self, open_page: OpenPage) -> None:
        page = open_page("tianhe", "/places/?q=体育东路&category=STREET")
        map_drawn(page)
        assert_accessible(page)
        page.locator("#results").get_by_role("link", name="体育东路").first.click()
        page.get_by_role("link", name="更正名称").click()
        assert_accessible(page)
        page.fill("#id_text", "体育五路")
        page.locator("[data-spelling]", has_text="TIYU 5 LU").wait_for()
        page.fill("#id_text", "体育东路")
        page.fill("#id_reading", "Tǐyù Dōnglù")
        page.fill("#id_reason", "现场核对")
        page.get_by_role("button", name="保存").click()
        page.get_by_text("审定读音").first.wait_for()
        assert "现场核对" in page.locator(".panel-timeline").inner_text()
