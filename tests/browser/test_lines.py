"""A boundary inspector finds an overdue line, records its joint inspection, and the list agrees."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


class TestLinesInTheBrowser:
    def test_an_overdue_line_is_inspected_and_its_state_changes(self, open_page: OpenPage) -> None:
        page = open_page("boundary", "/lines/?within=4401&state=wrong")
        map_drawn(page)
        assert_accessible(page)
        row = page.locator("#results tr").first
        code = row.get_attribute("data-key")
        assert "逾期" in row.inner_text()
        row.get_by_role("link").first.click()

        page.wait_for_url(f"**/lines/{code}/")
        map_drawn(page)
        assert_accessible(page)
        leads = page.locator("dt", has_text="下轮牵头方").locator("xpath=following-sibling::dd")
        name = leads.inner_text().split()[0]
        page.get_by_role("link", name="补录往年联检").click()

        page.wait_for_url(f"**/lines/{code}/inspections/new/")
        assert_accessible(page)
        assert page.get_by_label(name).is_checked()
        page.get_by_label("检查日期").fill(timezone.localdate().isoformat())
        page.get_by_label("检查情况").fill("界桩完好，双方到场。")
        page.get_by_role("button", name="登记", exact=True).click()

        page.wait_for_url(re.compile(rf"/lines/{code}/$"))
        assert "联合检查已登记" in page.inner_text("main")
        assert "界桩完好，双方到场。" in page.inner_text(".panel-timeline")
        page.goto(f"/lines/?within=4401&q={code}")
        assert "按期检查" in page.inner_text(f'#results tr[data-key="{code}"]')

    def test_a_row_of_the_list_and_its_line_on_the_map_answer_each_other(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("viewer", "/lines/?within=440106", language="en")
        map_drawn(page)
        row = page.locator("#results tr").first
        row.locator("td").last.click()
        drawer = page.locator("[data-drawer]")
        drawer.get_by_role("link", name="Open").wait_for()
        assert row.get_attribute("data-key") in drawer.inner_text()

    def test_the_list_works_on_a_phone(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/lines/", phone=True)
        assert page.locator("#results tr").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
