"""A planner records a facility, draws its footprint, moves it, counts its beds, closes it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def save(page: Any, record: str) -> None:
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(record))


class TestALife:
    def test_opened_drawn_moved_counted_and_closed_with_their_days(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("planner", "/facilities/new/", language="en")
        assert_accessible(page)
        page.get_by_label("Category").select_option("ELD-INST")
        page.get_by_label("Name", exact=True).fill("试验养老院")
        page.get_by_label(re.compile("^Beds")).fill("60")
        page.get_by_label("Longitude").fill("113.33")
        page.get_by_label("Latitude").fill("23.13")
        page.get_by_label("In service from").fill("2025-01-01")
        page.get_by_label("Document").fill("穗民〔2025〕1号")
        save(page, r"/facilities/[0-9a-f-]{36}/")
        record = re.search(r"/facilities/[0-9a-f-]{36}/", page.url)[0]
        assert page.get_by_role("heading", name="试验养老院").is_visible()

        page.get_by_role("link", name="Correct the record").click()
        page.wait_for_selector('[data-drawing="true"]')
        page.get_by_role("button", name="Area", exact=True).click()
        box = page.locator("[data-facility-draw] canvas").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for dx, dy in ((-50, -50), (50, -50), (50, 50), (-50, 50), (-50, 50)):
            page.mouse.click(x + dx, y + dy)
            page.wait_for_timeout(350)
        page.wait_for_function(
            "document.getElementById('id_footprint').value.split('\\n').length > 3"
        )
        page.get_by_label("Reason").fill("测量")
        assert_accessible(page)
        save(page, f"{record}(\\?|#|$)")
        footprint = page.locator(".fact", has_text="Footprint")
        assert "recorded" in footprint.inner_text()

        page.get_by_role("link", name="Record a change").click()
        page.get_by_label("What changed").select_option("moved")
        page.get_by_label("From", exact=True).fill("2025-06-01")
        page.get_by_label("Document").fill("穗民〔2025〕2号")
        page.get_by_label("Longitude").fill("113.36")
        save(page, f"{record}(\\?|#|$)")

        page.get_by_role("link", name="Count of occupied beds").click()
        page.get_by_label("Counted on").fill("2025-07-01")
        page.get_by_label("Beds occupied").fill("61")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("61 occupied beds are more than the 60").wait_for()
        page.get_by_label("Beds occupied").fill("55")
        save(page, f"{record}(\\?|#|$)")

        page.get_by_role("link", name="Out of service").click()
        page.get_by_label("Out of service from").fill("2025-12-01")
        page.get_by_label("Document").fill("穗民〔2025〕9号")
        save(page, f"{record}(\\?|#|$)")
        text = page.locator("main").inner_text()
        for told in ("2025-01-01", "2025-06-01", "2025-07-01", "2025-12-01", "55 beds occupied"):
            assert told in text
        assert_accessible(page)
        # Each day has its own state.
        page.goto(f"{record}?at=2025-03-01")
        assert "113.33000" in page.locator("main").inner_text()
        page.goto(f"{record}?at=2025-08-01")
        assert "113.36000" in page.locator("main").inner_text()


class TestZonesAndCircles:
    @pytest.mark.parametrize("phone", [False, True])
    def test_zones_are_drawn_and_circles_told(self, open_page: OpenPage, phone: bool) -> None:
        page = open_page("planner", "/coverage/?distance=2000", language="en", phone=phone)
        tiers = page.locator(".coverage-tiers tbody tr")
        assert tiers.count() == 12
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert_accessible(page)
        if phone:
            return
        page.wait_for_selector('[data-map][data-coverage="drawn"]')
        with page.expect_response(re.compile(r"/coverage/zones\.json")) as waiting:
            page.locator("[data-zones-switch]").check()
        (zone,) = waiting.value.json()["features"]
        assert zone["properties"]["label"] == "straight line"
        page.wait_for_selector('[data-map][data-zones="1"]')
