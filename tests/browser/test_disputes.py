"""A dispute in a browser: drawn, seen by each side, settled."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
READY = '[data-map][data-ready="true"]'
# The edge of Tianhe and Baiyun.
PLACE = (113.40, 23.235)
LOOK_AT = """center => document.querySelector("[data-map]").diming.map
    .jumpTo({ zoom: 14, center })"""


DRAWN = """id => { const { map } = document.querySelector("[data-map]").diming;
    return map.getLayer(id) && map.queryRenderedFeatures({ layers: [id] }).length > 0; }"""


def until(page: Any, question: str, about: str) -> None:
    """Ask again and again: Playwright's own waiting needs what the page's policy forbids."""
    for _ in range(100):
        if page.evaluate(question, about):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"in vain: {question} ({about})")


class TestDisputes:
    def test_is_drawn_seen_by_each_side_and_settled(self, open_page: OpenPage) -> None:
        x, y = PLACE
        page = open_page("boundary", f"/divisions/disputed/new/#map=14/{y}/{x}")
        page.wait_for_selector(READY)
        page.fill("[name=name]", "试验水塘")
        page.fill("[name=since]", "2026-01-01")
        for number, (code, half) in enumerate((("440106", 60), ("440111", 40)), start=1):
            page.fill(f"[name=claim{number}-code]", code)
            page.fill(f"[name=claim{number}-grounds]", "管护记录")
            page.locator(f"[data-claim=claim{number}] [data-draw-claim]").click()
            canvas = page.locator(".map-canvas")
            canvas.scroll_into_view_if_needed()
            box = canvas.bounding_box()
            cx, cy = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            for dx, dy in ((-half, -half), (half, -half), (half, half), (-half, half)):
                page.mouse.move(cx + dx, cy + dy)
                page.mouse.click(cx + dx, cy + dy)
                page.wait_for_timeout(120)
            page.keyboard.press("Enter")
            outline = f"id_claim{number}-outline"
            until(page, "id => document.getElementById(id).value !== ''", outline)
            assert len(page.input_value(f"#{outline}").splitlines()) == 4
            page.evaluate(LOOK_AT, [x, y])
        assert_accessible(page)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(re.compile(r"/divisions/disputed/[0-9a-f-]{36}/"))
        record = page.url.split("#")[0]
        assert_accessible(page)

        page.goto(f"/#map=14/{y}/{x}")
        page.wait_for_selector(READY)
        choice = page.locator("[data-layer-view=divisions]")
        assert choice.input_value() == ""
        choice.select_option("440106")
        until(page, "code => location.hash.includes(code)", "440106")
        # The claim is drawn; the dispute keeps its dotted edge in every view.
        for layer in ("divisions-claim-fill", "divisions-claim-line", "divisions-disputed-line"):
            until(page, DRAWN, layer)
        assert_accessible(page)
        page.reload()
        page.wait_for_selector(READY)
        assert choice.input_value() == "440106"

        page.goto(f"{record}settle/")
        page.fill("[name=document]", "协议〔2026〕1号")
        page.fill("[name=on]", "2026-10-01")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(f"{record}*")
        assert "协议〔2026〕1号" in page.locator("main").inner_text()
