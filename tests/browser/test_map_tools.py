"""Tools of the map: what is measured agrees with the ellipsoid, and the sheet says what it must."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from common.crs import area_km2, length_m
from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
READY = '[data-map][data-ready="true"]'
RING = [[113.2, 23.1], [113.9, 23.12], [113.85, 23.8], [113.21, 23.75]]
CALL = "async ([name, points]) => (await import('/static/js/map_tools.js'))[name](points)"


class TestMeasuring:
    def test_agrees_with_the_ellipsoid(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/signs/")
        page.wait_for_selector(READY)
        line, ring = shapely.LineString(RING), shapely.Polygon(RING)
        assert page.evaluate(CALL, ["length", RING]) == pytest.approx(length_m(line), rel=1e-5)
        assert page.evaluate(CALL, ["area", RING]) == pytest.approx(area_km2(ring) * 1e6, rel=1e-4)

    def test_by_clicks_with_undo_and_end(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/signs/#map=12/23.13/113.3")
        page.wait_for_selector(READY)
        page.get_by_role("button", name="量距离").click()
        box = page.locator(".map-canvas").bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for aside in (-100, 100, 160):
            page.mouse.click(middle[0] + aside, middle[1])
        page.keyboard.press("Backspace")
        told = page.inner_text("[data-measured]")
        # 200 pixels of 512-pixel tiles at zoom 12.
        expected = 200 * 40075.017 * math.cos(math.radians(23.13)) / (512 * 2**12)
        assert float(told.split()[1]) == pytest.approx(expected, rel=0.01)
        assert_accessible(page)
        page.keyboard.press("Escape")
        assert page.is_hidden("[data-measured]")

    def test_by_keyboard_alone(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/signs/#map=12/23.13/113.3", language="en")
        page.wait_for_selector(READY)
        page.get_by_role("button", name="Measure an area").press("Enter")
        for move in ("ArrowRight", "ArrowDown"):
            page.keyboard.press("Enter")
            page.keyboard.press(move)
            page.wait_for_timeout(700)
        page.keyboard.press("Enter")
        assert "Area" in page.inner_text("[data-measured]")


class TestPrinting:
    def test_the_sheet_has_title_day_legend_note_and_a_picture(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("officer", "/signs/?at=2024-05-01")
        page.wait_for_selector(READY)
        page.evaluate("() => { window.print = () => {}; }")
        page.get_by_role("button", name="打印地图").click()
        page.wait_for_selector(".map-print", state="attached")
        page.emulate_media(media="print")
        assert "2024-05-01" in page.inner_text("[data-map-title]")
        assert page.is_visible(".map-print") and page.is_visible("[data-legend]")
        assert "示意图" in page.inner_text(".map-foot")
        assert page.is_hidden(".rail") and page.is_hidden(".ws-list")
