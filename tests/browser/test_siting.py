"""A planner finds the uncovered elders of Baiyun, sites homes, reads why, compares, exports."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def ask(page: Any, name: str, sites: int) -> None:
    """From the list to an answer."""
    page.goto("/siting/")
    page.get_by_role("link", name="New scenario").first.click()
    page.wait_for_url(re.compile("/siting/new/"))
    page.locator("#id_name").fill(name)
    page.get_by_label("Whose people").select_option("440111")
    page.get_by_label("Distance (m)").fill("3000")
    page.get_by_label("New sites").fill(str(sites))
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url(re.compile(r"/siting/[0-9a-f-]{36}/"))
    page.get_by_text("proven in").wait_for(timeout=60_000)


class TestSitingInTheBrowser:
    def test_a_planner_sites_three_homes_reads_why_compares_and_exports(
        self, open_page: OpenPage, chromium: Any, tmp_path: Path
    ) -> None:
        page = open_page(
            "planner", "/coverage/?category=ELD-INST&distance=3000&within=440111", language="en"
        )
        missed = page.locator(".coverage-table tfoot td").nth(4).inner_text()
        assert int(missed.replace(",", "")) > 0
        page.get_by_role("link", name="Find sites for those not covered").click()
        page.wait_for_url(re.compile("/siting/new/"))
        assert_accessible(page)
        asked = [page.locator(f"#id_{name}").input_value() for name in ("within", "distance")]
        # Straight lines there are ways without a detour here.
        assert [*asked, page.locator("#id_detour").input_value()] == ["440111", "3000", "1"]

        page.goto("/siting/")
        assert_accessible(page)
        ask(page, "Three homes", 3)
        page.wait_for_selector('[data-map][data-ready="true"]')
        page.wait_for_selector('[data-siting-chart][data-ready="true"]')
        assert_accessible(page)
        assert page.locator(".siting-new").count() == 3
        why = page.locator(".siting-why").first.inner_text()
        for words in ("come within 3,000 m", "Who gains", "Without it", "Best place instead"):
            assert words in why
        told = page.locator(".siting-big").inner_text()

        with page.expect_download() as waiting:
            page.get_by_role("link", name="Excel").click()
        file = tmp_path / "siting.xlsx"
        waiting.value.save_as(file)
        rows = list(load_workbook(file).active.values)
        assert [row[0] for row in rows[1:4]] == ["new site"] * 3
        for label in ("GeoPackage", "Word"):
            with page.expect_download() as waiting:
                page.get_by_role("link", name=label).click()
            assert waiting.value.failure() is None
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Map in one file").click()
        sheet_file = tmp_path / "siting.html"
        waiting.value.save_as(sheet_file)
        offline = chromium.new_context(offline=True)
        try:
            sheet = offline.new_page()
            asked: list[str] = []
            sheet.on("request", lambda request: asked.append(request.url))
            sheet.goto(sheet_file.as_uri())
            sheet.wait_for_selector("path.leaflet-interactive")
            assert told in sheet.locator("main").inner_text()
            assert asked == [sheet_file.as_uri()]
        finally:
            offline.close()

        ask(page, "Six homes", 6)
        page.goto("/siting/")
        for name in ("Three homes", "Six homes"):
            page.get_by_label(f"Compare {name}").check()
        page.get_by_role("button", name="Compare those ticked").click()
        page.wait_for_url(re.compile("/siting/compare/"))
        page.wait_for_selector('[data-siting-pareto][data-ready="true"]')
        assert_accessible(page)
        assert page.locator(".siting-compare tbody tr").count() == 2
        shares = {
            row.locator("th").inner_text().strip(): row.locator("td").nth(4).inner_text()
            for row in page.locator(".siting-compare tbody tr").all()
        }
        three, six = (
            float(next(text for name, text in shares.items() if wanted in name).rstrip(" %"))
            for wanted in ("Three homes", "Six homes")
        )
        assert three < six

    def test_on_a_phone(self, open_page: OpenPage) -> None:
        page = open_page("planner", "/siting/new/", phone=True)
        assert_accessible(page)
        page.locator("#id_name").fill("手机")
        page.locator("#id_within").select_option("440111")
        page.locator(".form-buttons button[type=submit]").click()
        page.wait_for_url(re.compile(r"/siting/[0-9a-f-]{36}/"))
        page.locator(".siting-big").wait_for(timeout=60_000)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto("/siting/")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    def test_a_long_search_is_followed_and_stopped_and_a_short_one_comes_out_alike(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("planner", "/siting/new/?within=440111&distance=3000", language="en")
        page.locator("#id_name").fill("Beds")
        page.locator("#id_model").select_option("capacitated")
        page.locator("#id_new_sites").fill("9")
        page.get_by_text("Sites with limited places", exact=True).click()
        page.locator("#id_capacity").fill("300")
        page.locator("#id_need").fill("40")
        page.get_by_text("The search", exact=True).click()
        page.locator("#id_seconds").fill("600")
        page.get_by_role("button", name="Search", exact=True).click()
        page.wait_for_url(re.compile(r"/siting/[0-9a-f-]{36}/"))
        told = page.locator("[data-siting-told]")
        told.filter(has_text="Best so far").wait_for(timeout=60_000)
        assert_accessible(page)
        page.get_by_role("button", name="Stop and keep the best so far").click()
        page.get_by_text("The search was stopped: what it had found").wait_for(timeout=90_000)
        assert "have a place within" in page.locator(".siting-big").inner_text()

        ask(page, "Again", 2)
        first = page.url
        page.get_by_role("button", name="Search again").click()
        page.get_by_text("the same sites as the first time").wait_for(timeout=60_000)
        assert page.url != first
        page.get_by_role("link", name="Ask again without this place").first.click()
        page.wait_for_url(re.compile(r"/siting/new/\?like="))
        assert_accessible(page)
        assert page.locator("#id_without").input_value()
        page.locator("#id_name").fill("Without")
        page.get_by_role("button", name="Search", exact=True).click()
        page.get_by_text("forbidden places 1").wait_for(timeout=60_000)
