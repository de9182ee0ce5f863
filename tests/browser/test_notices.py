"""Notices, complaints, suggestions and protected names in the browser: seen, used, accessible."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
LISTS = ("/notices/?state=all", "/complaints/?state=all", "/suggestions/?state=all", "/protected/")


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


class TestNoticesInTheBrowser:
    @pytest.mark.parametrize("path", LISTS)
    def test_lists_lead_to_records(self, open_page: OpenPage, path: str) -> None:
        page = open_page("officer", path)
        map_drawn(page)
        assert_accessible(page)
        row = page.locator("#results tr").first
        row.get_by_role("link").first.click()
        page.wait_for_selector("article.record")
        map_drawn(page)
        assert_accessible(page)

    @pytest.mark.parametrize("path", LISTS)
    def test_on_a_phone_in_english(self, open_page: OpenPage, path: str) -> None:
        page = open_page("officer", path, language="en", phone=True)
        assert_accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        page.locator("#results tr").first.get_by_role("link").first.click()
        page.wait_for_selector("article.record")
        assert_accessible(page)

    def test_a_suggestion_goes_from_the_open_page_to_its_answer(self, open_page: OpenPage) -> None:
        outside = open_page(None, "/suggestions/new/?q=体育东路")
        assert_accessible(outside)
        outside.get_by_role("link", name="体育东路", exact=True).first.click()
        assert_accessible(outside)
        outside.locator("[name=origin]").fill("因临近体育中心得名。")
        outside.locator("[name=reason]").fill("见地名志。")
        outside.get_by_role("button", name="提交", exact=True).click()
        outside.wait_for_url("**/receipts/**")
        assert_accessible(outside)
        key = outside.url.rstrip("/").rpartition("/")[2]

        page = open_page("officer", f"/suggestions/{key}/")
        map_drawn(page)
        assert_accessible(page)
        page.get_by_label("采纳", exact=True).check()
        page.get_by_role("button", name="办理", exact=True).click()
        page.wait_for_selector(".notice[role=status]")
        outside.reload()
        assert "采纳" in outside.inner_text("main")

    def test_who_complained_is_shown_once_and_for_a_purpose(self, open_page: OpenPage) -> None:
        page = open_page("reviewer", "/complaints/?state=all")
        page.locator("#results tr", has_text="电话").first.get_by_role("link").first.click()
        page.get_by_role("link", name="说明用途后查阅").click()
        assert_accessible(page)
        assert "模拟举报人" not in page.content()
        page.locator("[name=purpose]").fill("回访核实")
        page.get_by_role("button", name="显示举报人", exact=True).click()
        page.wait_for_selector(".informant dl")
        assert_accessible(page)
        assert "模拟举报人" in page.inner_text("main")

    def test_a_form_and_the_articles(self, open_page: OpenPage) -> None:
        for path in ("/notices/new/", "/notices/articles/", "/complaints/new/?by_point=1"):
            page = open_page("officer", path, phone=path.endswith("1"))
            assert_accessible(page)
