"""Divisions through time: slider, life, crosswalk; an inspector checks the polygons."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


class TestHistoryInTheBrowser:
    def test_the_slider_goes_back_to_a_day_before_a_change(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/divisions/?within=4401&at=2024-05-01")
        map_drawn(page)
        assert "440116" not in page.inner_text("#results")
        slider = page.locator("[data-time-slider]")
        days = slider.get_attribute("data-time-slider").split()
        before = max(day for day in days if day < "2014-12-01")
        slider.focus()
        while slider.input_value() != str(days.index(before)):
            with page.expect_navigation():
                page.keyboard.press("ArrowLeft")
            expect(slider).to_be_focused()
        page.wait_for_url(re.compile(f"at={before}"))
        map_drawn(page)
        assert "萝岗区" in page.inner_text("#results")
        assert slider.get_attribute("aria-valuetext") == before
        assert_accessible(page)

    def test_the_page_of_a_code_before_it_was_given_leads_on(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/divisions/440117/?at=2012-06-01")
        assert_accessible(page)
        page.click("a[href^='/divisions/440184/']")
        page.wait_for_url(re.compile("/divisions/440184/"))

    @pytest.mark.parametrize("phone", [False, True])
    def test_the_life_of_a_division_is_drawn(self, open_page: OpenPage, phone: bool) -> None:
        page = open_page("viewer", "/divisions/440112/?at=2024-05-01", language="en", phone=phone)
        graph = page.locator(".life-graph")
        graph.scroll_into_view_if_needed()
        assert "Luogang Qu" in graph.inner_text()
        assert graph.locator(".life-passage").count() >= 2
        own = graph.locator(".life-bar.is-own rect").first.bounding_box()
        assert own["width"] > 100
        assert_accessible(page)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)

    def test_who_became_whom_is_read_and_downloaded(
        self, open_page: OpenPage, tmp_path: Path
    ) -> None:
        page = open_page("viewer", "/divisions/crosswalk/")
        page.fill("#from", "2013-12-31")
        page.fill("#to", "2014-12-31")
        page.fill("#within", "4401")
        page.get_by_role("button", name="显示").click()
        row = page.locator("tbody tr", has_text="440116")
        assert "440112" in row.inner_text() and "不可逆" in row.inner_text()
        assert_accessible(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="下载 CSV").click()
        download.value.save_as(tmp_path / "crosswalk.csv")
        with (tmp_path / "crosswalk.csv").open(encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
        assert len(rows) == page.locator("tbody tr").count()
        assert ("440116", "440112") in {(row["old_code"], row["new_code"]) for row in rows}

    def test_an_impossible_day_is_refused_in_words(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/divisions/crosswalk/?from=1970-01-01&to=2014-12-31")
        assert "1980-12" in page.get_by_role("alert").inner_text()

    def test_the_polygons_of_the_city_are_checked(self, open_page: OpenPage) -> None:
        page = open_page("boundary", "/divisions/faults/?within=4401&at=2024-05-01")
        assert_accessible(page)
        page.get_by_role("button", name="立即检查").click()
        page.wait_for_url(re.compile("/jobs/"))
        page.get_by_role("link", name="查看结果").click(timeout=60_000)
        page.wait_for_url(re.compile("/divisions/faults/"))
        assert "检查于" in page.inner_text("main")
        assert_accessible(page)
