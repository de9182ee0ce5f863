"""The shell in a real browser: map with its words, search by keyboard, languages, accessibility."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
READY = '[data-map][data-ready="true"]'
PAGES = [
    "/",
    "/search/?q=番禺",
    "/search/",
    "/here/?point=113.32,23.13",
    "/jobs/",
    "/data/",
    "/accounts/me/",
    "/?at=garbage",
]


def drawn(page: Any, selector: str) -> Image.Image:
    page.wait_for_selector(READY)
    return Image.open(BytesIO(page.locator(selector).screenshot())).convert("RGB")


class TestForms:
    def test_another_form_of_a_file_is_sent_at_once(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/export/place-names/?category=STREET")
        for form in ("csv", "geojson"):
            page.select_option("[name=format]", form)
            with page.expect_download(timeout=3_000) as download:
                page.locator("main form[method=post] button[type=submit]").last.click()
            assert download.value.suggested_filename.endswith(form)


class TestHomeMap:
    def test_draws_districts_and_their_names(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer")
        page.wait_for_selector(READY)
        names = page.evaluate(
            """() => document.querySelector("[data-map]").diming.map
                 .queryRenderedFeatures({layers: ["divisions-label-3"]})
                 .map((feature) => feature.properties.name)"""
        )
        assert "番禺区" in names
        colours = drawn(page, ".map-canvas").getcolors(maxcolors=1_000_000)
        assert colours is not None and len(colours) > 50

    @pytest.mark.parametrize("text", ["番禺", "Panyu"])
    def test_has_glyphs_for_chinese_and_latin(
        self, open_page: Callable[..., Any], text: str
    ) -> None:
        page = open_page("officer")
        page.wait_for_selector(READY)
        # A missing glyph is drawn as nothing: each letter must leave ink of its own.
        inked = page.evaluate(
            """async (text) => {
                const manager = document.querySelector("[data-map]").diming.map.style.glyphManager;
                const stack = Object.keys(manager.entries)[0];
                const found = await manager.getGlyphs({[stack]: {default: [...text]}});
                const inked = (glyph) => glyph.bitmap.data.some((value) => value > 100);
                return [...text].map((letter) => inked(found[stack].default[letter]));
            }""",
            text,
        )
        assert all(inked)

    def test_keeps_its_view_in_the_address(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/#map=11/23.1/113.3")
        page.wait_for_selector(READY)
        page.locator(".maplibregl-canvas").focus()
        page.keyboard.press("+")
        page.wait_for_url(lambda url: "map=12/" in url)
        page.reload()
        page.wait_for_selector(READY)
        zoom = page.evaluate('() => document.querySelector("[data-map]").diming.map.getZoom()')
        assert zoom == pytest.approx(12)

    def test_legend_switches_a_layer_off(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer")
        page.wait_for_selector(READY)
        page.uncheck('[data-layer="divisions"]')
        seen = page.evaluate(
            """() => document.querySelector("[data-map]").diming.map
                 .getLayoutProperty("divisions-county-fill", "visibility")"""
        )
        assert seen == "none"
        assert "divisions" in page.url.split("off=")[1]

    def test_says_so_where_the_browser_cannot_draw(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/data/")
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
        page.goto("/")
        page.wait_for_selector('[data-map][data-ready="none"]')
        assert "WebGL" in page.inner_text("[data-loading]")


class TestListAndMap:
    def test_a_chosen_row_is_told_in_the_drawer_and_the_address(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("officer", "/signs/")
        page.wait_for_selector(READY)
        page.locator("tr[data-key]").nth(1).locator("td").nth(1).click()
        key = page.get_attribute("tr.is-selected", "data-key")
        assert f"sel={key}" in page.url
        assert page.locator("[data-drawer] h2").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("[data-drawer] h2").count() == 0

    def test_letters_walk_down_the_list_and_enter_opens(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("officer", "/signs/")
        page.wait_for_selector(READY)
        page.keyboard.press("j")
        page.keyboard.press("j")
        key = page.get_attribute("tr.is-selected", "data-key")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/signs/{key}/**")

    def test_a_click_on_a_district_offers_its_page(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/divisions/#map=9.5/23.3/113.75")
        page.wait_for_selector(READY)
        box = page.locator(".map-canvas").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_function("location.hash.includes('sel=440118')")

    def test_phone_shows_list_and_map_as_tabs(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/signs/", phone=True)
        assert page.is_visible("#pane-list") and not page.is_visible("#pane-map")
        page.click("#tab-map")
        page.wait_for_selector(READY)
        assert page.is_visible("#pane-map") and not page.is_visible("#pane-list")
        page.wait_for_function("document.querySelector('[data-map]').diming.map.getZoom() > 7")


class TestSearchByKeyboard:
    def test_question_mark_shows_the_keys(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/jobs/")
        page.keyboard.press("?")
        page.wait_for_selector("#keys[open]")
        assert_accessible(page)
        page.keyboard.press("Escape")
        assert page.locator("#keys[open]").count() == 0

    def test_e_edits_the_record(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/places/")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector(".actions")
        page.keyboard.press("e")
        page.wait_for_url(re.compile("/(edit|record)/"))

    def test_goes_from_slash_to_the_division(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/search/")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("/")
        page.keyboard.type("番禺")
        page.wait_for_selector("[role=option]")
        page.keyboard.press("ArrowDown")
        chosen = page.get_attribute("#search", "aria-activedescendant")
        assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
        page.keyboard.press("Enter")
        page.wait_for_url("**/divisions/440113/**")

    def test_escape_closes_the_suggestions(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/search/")
        page.fill("#search", "天河")
        page.wait_for_selector("[role=option]")
        page.keyboard.press("Escape")
        assert page.get_attribute("#search", "aria-expanded") == "false"


class TestSwitches:
    def test_language_keeps_page_and_map_view(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/#map=10/23.1/113.3")
        page.wait_for_selector(READY)
        page.click("text=English")
        page.wait_for_selector('html[lang="en"]')
        assert "map=10/" in page.url
        page.click("text=中文")
        page.wait_for_selector('html[lang="zh-Hans"]')

    def test_theme_is_remembered(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/search/")
        page.click("[data-theme-switch]")
        page.reload()
        assert page.get_attribute("html", "data-bs-theme") == "dark"

    def test_day_is_typed_and_shown_in_a_band(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/search/?q=番禺")
        page.fill("#day", "2024-05-01")
        page.press("#day", "Enter")
        page.wait_for_selector(".day-band")
        assert "at=2024-05-01" in page.url
        assert "q=" in page.url

    def test_first_tab_offers_the_way_past_the_rail(self, open_page: Callable[..., Any]) -> None:
        page = open_page("officer", "/search/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


class TestAccessible:
    @pytest.mark.parametrize("path", PAGES)
    def test_in_chinese(self, open_page: Callable[..., Any], path: str) -> None:
        assert_accessible(open_page("admin", path))

    @pytest.mark.parametrize("path", PAGES)
    def test_in_english_and_dark(self, open_page: Callable[..., Any], path: str) -> None:
        assert_accessible(open_page("admin", path, language="en", color_scheme="dark"))

    @pytest.mark.parametrize("path", PAGES)
    def test_on_a_phone(self, open_page: Callable[..., Any], path: str) -> None:
        page = open_page("admin", path, phone=True)
        assert_accessible(page)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_at_the_door(self, open_page: Callable[..., Any], language: str) -> None:
        assert_accessible(open_page(None, "/accounts/login/", language=language))
