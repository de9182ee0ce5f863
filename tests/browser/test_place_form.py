"""A place is drawn, typed, checked as one types and registered; names alike stand in pairs."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser


def look(page: Any, name: str) -> None:
    """Keep a picture where a person asked for them."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def draw_line(page: Any) -> None:
    page.wait_for_selector("[data-map][data-drawing=true]", timeout=30_000)
    page.get_by_role("button", name="线", exact=True).click()
    canvas = page.locator(".draw-map [data-canvas]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for x, y in ((260, 200), (320, 215), (321, 215)):
        page.mouse.move(box["x"] + x - 6, box["y"] + y)
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(300)


class TestPlaceForm:
    def test_draw_type_see_findings_and_save(self, open_page: Callable[..., Any]) -> None:
        page = open_page("tianhe", "/places/new/")
        assert_accessible(page)

        # A duplicate is told while it is typed.
        page.fill("#id_text", "天河路")
        page.fill("#id_division_code", "440106")
        expect(page.locator("[data-findings] .finding").first).to_contain_text("天河路")
        expect(page.locator("[data-live-spelling]")).to_contain_text("TIANHE LU")
        page.fill("#id_text", "试验一横路")
        expect(page.locator("[data-live-spelling]")).to_contain_text("SHIYAN")

        # The class is found by word; its own fields appear.
        page.fill("#class-search", "主干路")
        page.select_option("#id_class_code", "23420")
        page.select_option("#id_attribute_level", "main")

        # Typed coordinates are shown and judged, drawn ones written into the form.
        page.fill("#id_coordinates", "113.33, 23.135\n113.34, 23.136")
        page.select_option("#id_shape", "line")
        expect(page.locator("[data-draw-told]")).to_contain_text("天河区")
        page.wait_for_timeout(800)
        draw_line(page)
        expect(page.locator("#id_coordinates")).not_to_have_value("113.33, 23.135\n113.34, 23.136")
        assert len(page.input_value("#id_coordinates").splitlines()) == 2
        expect(page.locator("[data-draw-told]")).to_contain_text("天河区")
        look(page, "place-form")

        page.fill("#id_approved_by", "广州市人民政府")
        page.fill("#id_document", "穗府〔2001〕1号")
        page.fill("#id_approved_on", "2001-02-03")
        page.get_by_role("button", name="保存", exact=True).click()
        # The map of the record writes its view behind the #.
        page.wait_for_url(re.compile(r"/places/[0-9a-f-]{36}/"))
        expect(page.locator("h1")).to_contain_text("试验一横路")
        page.wait_for_selector(".bars")
        expect(page.locator(".permanent input")).to_have_value(
            re.compile("/id/place/[0-9a-f-]{36}$")
        )
        page.get_by_role("button", name="复制", exact=True).click()
        expect(page.get_by_role("button", name="已复制", exact=True)).to_be_visible()
        assert_accessible(page)
        look(page, "place-registered")

    def test_on_a_phone(self, open_page: Callable[..., Any]) -> None:
        page = open_page("tianhe", "/places/new/", phone=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
        assert_accessible(page)
        look(page, "place-form-phone")


class TestAlike:
    def test_pairs_lead_to_their_names(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/places/alike/", language="en")
        first = page.locator(".alike-pair").first
        expect(first).to_be_visible()
        assert first.locator("tr").count() == 2
        first.locator("tr").first.click(position={"x": 5, "y": 5})
        expect(page.locator("[data-drawer] h2")).to_be_visible()
        assert_accessible(page)
        first.locator("a").first.click()
        page.wait_for_url(re.compile(r"/places/[0-9a-f-]{36}/"))
