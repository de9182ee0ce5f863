"""A planner asks who lives near a facility, reads the table, exports, opens the file offline."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


def numbers_in(table: Any) -> dict[str, list[str]]:
    """Division → cells of its row, as they are read."""
    found = {}
    for row in table.locator("tbody tr").all():
        name = row.locator("th").inner_text().replace("≈", "").strip()
        found[name] = [cell.strip() for cell in row.locator("td").all_inner_texts()]
    return found


class TestCoverageInTheBrowser:
    def test_a_planner_measures_exports_and_opens_the_file_offline(
        self, open_page: OpenPage, chromium: Any, tmp_path: Path
    ) -> None:
        page = open_page("planner", "/coverage/", language="en")
        map_drawn(page)
        page.wait_for_selector('[data-map][data-coverage="drawn"]')
        assert_accessible(page)

        page.get_by_label("Category").select_option("FAM-CTR")
        page.get_by_label("Distance (m)").fill("2500")
        page.get_by_role("button", name="Measure", exact=True).click()
        page.wait_for_url(re.compile(r"category=FAM-CTR.*distance=2500"))
        page.wait_for_selector('[data-map][data-coverage="drawn"]')
        table = numbers_in(page.locator(".coverage-table"))
        assert len(table) == 11
        assert table["Tianhe Qu"][2] == "1,432,426"

        # The table is the map's list: the address brings the same answer back.
        page.reload()
        assert numbers_in(page.locator(".coverage-table")) == table
        chart = page.locator("[data-chart]")
        chart.locator("summary").click()
        charted = {
            row.locator("th").inner_text(): row.locator("td").first.inner_text()
            for row in chart.locator("tbody tr").all()
        }
        assert charted == {name: cells[0] for name, cells in table.items()}

        page.get_by_role("link", name="60+ not covered").click()
        page.wait_for_url(re.compile("sort="))
        missed = [
            int(cells[4].replace(",", ""))
            for cells in numbers_in(page.locator(".coverage-table")).values()
        ]
        assert missed == sorted(missed, reverse=True)

        page.get_by_role("button", name="Map in one file").click()
        page.wait_for_url(re.compile("/jobs/"))
        download = page.get_by_role("link", name="Download")
        download.wait_for(timeout=30_000)
        assert_accessible(page)
        with page.expect_download() as waiting:
            download.click()
        file = tmp_path / "coverage.html"
        waiting.value.save_as(file)

        offline = chromium.new_context(offline=True)
        try:
            sheet = offline.new_page()
            asked: list[str] = []
            faults: list[str] = []
            sheet.on("request", lambda request: asked.append(request.url))
            sheet.on("pageerror", lambda error: faults.append(str(error)))
            sheet.on("console", lambda line: line.type == "error" and faults.append(line.text))
            sheet.goto(file.as_uri())
            sheet.wait_for_selector("path.leaflet-interactive")
            assert numbers_in(sheet.locator("table").first) == table
            drawn = sheet.locator("path.leaflet-interactive")
            divisions_and_facilities = drawn.count()
            assert divisions_and_facilities > 11
            sheet.get_by_label("Cells not covered").check()
            assert drawn.count() > divisions_and_facilities
            drawn.nth(3).hover(force=True)
            sheet.wait_for_selector(".leaflet-tooltip")
            assert asked == [file.as_uri()]
            assert faults == []
        finally:
            offline.close()

    @pytest.mark.parametrize("phone", [False, True])
    def test_a_planner_asks_for_beds_in_reach_on_foot_and_goes_to_a_cell(
        self, open_page: OpenPage, phone: bool
    ) -> None:
        page = open_page("planner", "/coverage/", language="en", phone=phone)
        minutes, distance = page.get_by_label("Time (min)"), page.get_by_label("Distance (m)")
        assert distance.is_visible() and not minutes.is_visible()
        page.get_by_label("Measure", exact=True).select_option("e2sfca")
        page.get_by_label("Way", exact=True).select_option("walk")
        # Only the limit of the chosen way is asked for.
        assert minutes.is_visible() and not distance.is_visible()
        minutes.fill("60")
        page.get_by_role("button", name="Measure", exact=True).click()
        page.wait_for_url(re.compile(r"measure=e2sfca.*minutes=60"))
        assert page.get_by_text("No network for this mode is kept here").is_visible()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

        table = numbers_in(page.locator(".coverage-table"))
        assert len(table) == 11
        chart = page.locator("[data-chart]")
        chart.locator("summary").click()
        charted = {
            row.locator("th").inner_text(): row.locator("td").first.inner_text()
            for row in chart.locator("tbody tr").all()
        }
        assert charted == {name: cells[0] for name, cells in table.items()}

        cell = page.locator(".coverage-missed tbody a").first
        target = cell.get_attribute("href")
        cell.click()
        page.wait_for_url(re.compile(re.escape(target[:12])))
        if phone:
            # The map took the place of the list.
            assert page.locator("[data-map]").is_visible()
            page.get_by_role("tab", name="List").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Word", exact=True).click()
        assert waiting.value.suggested_filename.endswith(".docx")

    def test_uncovered_cells_appear_on_request(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/coverage/?distance=500")
        page.wait_for_selector('[data-map][data-coverage="drawn"]')
        with page.expect_response(re.compile(r"/coverage/cells\.json")) as waiting:
            page.locator("[data-cells-switch]").check()
        assert waiting.value.json()["cells"]
        # A viewer reads; exporting is refused in words.
        refused = page.get_by_role("button", name="导出单文件地图")
        assert refused.get_attribute("aria-disabled") == "true"

    @pytest.mark.parametrize("phone", [False, True])
    def test_register_and_record_are_accessible(self, open_page: OpenPage, phone: bool) -> None:
        page = open_page("planner", "/facilities/", phone=phone)
        assert_accessible(page)
        page.goto("/coverage/")
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
        page.goto("/facilities/?category=FAM-CTR")
        page.locator("#results a").first.click()
        page.wait_for_url(re.compile(r"/facilities/[0-9a-f-]{36}/"))
        assert_accessible(page)
        page.get_by_role("link", name="更正记录").click()
        page.wait_for_url(re.compile("/edit/"))
        assert_accessible(page)
