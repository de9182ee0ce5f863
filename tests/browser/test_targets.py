"""Somebody reads how the city stands to its targets, finds where it is short, takes files out."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def marks_of(page: Any, target: str) -> str:
    """State and numbers of a target's row on the scorecard, as they are read."""
    return str(page.locator(".score-table tr", has_text=target).first.inner_text())


class TestTargetsInTheBrowser:
    def test_from_the_scorecard_to_the_street_that_has_none(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/targets/?at=2026-06-01", language="en")
        assert_accessible(page)
        assert "short by at least 1 facility" in marks_of(page, "T01")
        assert "not recorded: beds" in marks_of(page, "T01")
        page.get_by_role("link", name=re.compile("^T01 ")).click()
        page.wait_for_url(re.compile("/targets/T01/"))
        page.wait_for_selector('[data-map][data-ready="true"]')
        assert_accessible(page)
        table = page.locator("#results")
        assert "short" in table.locator("tr", has_text="Tianhe Qu").inner_text()
        assert "met" in table.locator("tr", has_text="Huadu Qu").inner_text()
        assert "unknown" in table.locator("tr", has_text="Nansha Qu").inner_text()
        assert "under construction" in page.locator(".target-body").inner_text()

        # The chart and the table behind it hold the same years.
        chart = page.locator("[data-chart]")
        chart.locator("summary").click()
        years = [row.locator("th").inner_text() for row in chart.locator("tbody tr").all()]
        assert years == ["2023-12-31", "2024-12-31", "2025-12-31", "2026-06-01"]

        # The day goes with every step; a district answers for itself and shows its streets.
        page.get_by_role("link", name="All targets").click()
        page.get_by_role("link", name=re.compile("^T03 ")).click()
        page.get_by_role("link", name="Tianhe Qu", exact=True).first.click()
        page.wait_for_url(re.compile(r"/targets/T03/\?within=440106&at=2026-06-01"))
        assert page.locator("#results tr").count() == 21
        assert_accessible(page)

    def test_files_hold_what_is_shown(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/targets/?state=short")
        assert page.locator(".score-table tr", has_text="T12").count() == 1
        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile("Word")).click()
        assert waiting.value.suggested_filename.endswith(".docx")
        page.get_by_role("link", name="导出").click()
        page.wait_for_url(re.compile("/export/targets/"))
        page.get_by_label("格式").select_option("xlsx")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="导出").click()
        assert waiting.value.suggested_filename.endswith(".xlsx")

    def test_a_planner_records_a_figure_and_the_target_is_met_again(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("planner", "/targets/T12/")
        assert "未达标" in page.locator(".target-big").inner_text()
        page.get_by_role("link", name="登记数值").click()
        assert_accessible(page)
        page.get_by_label("数值", exact=True).select_option("low_income_line")
        page.get_by_label("元/月").fill("1650")
        page.get_by_label("批准文件").fill("穗民〔2026〕1号")
        page.get_by_role("button", name="保存").click()
        page.wait_for_url(re.compile("/targets/T12/"))
        assert "达标" in page.locator(".target-big .chip").first.inner_text()
        assert "1.50" in page.locator(".target-big").inner_text()

    def test_on_a_phone_nothing_runs_off_the_page(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/targets/", phone=True)
        for path in ("/targets/", "/targets/T04/", "/targets/T10/?within=440106"):
            page.goto(path)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.get_by_role("tab", name="地图").click()
        page.wait_for_selector('[data-map][data-ready="true"]')
