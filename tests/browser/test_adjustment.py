"""A change of divisions from its draft to its effect, by two people, in a browser."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
# Towns at the eastern edge of Tianhe with a point in each, and one more beside them.
TOWNS = {"440106010": [113.43, 23.141], "440106015": [113.4158, 23.1176]}
BESIDE_THEM = [113.4081, 23.1371]
ON_SCREEN = """place => { const { map } = document.querySelector("[data-map]").diming;
    const { x, y } = map.project(place), box = map.getCanvas().getBoundingClientRect();
    return [box.x + x, box.y + y]; }"""

DRAWN = """() => {
    const { map } = document.querySelector("[data-map]").diming;
    const many = (name) => map.getSource(name).serialize().data.features.length;
    return { line: many("td-linestring"), point: many("td-point") };
}"""


class TestAdjustmentInTheBrowser:
    def test_is_drawn_up_tried_approved_and_put_into_effect(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("boundary", "/adjustments/new/")
        page.locator("[name=title]").fill("两区合并试验")
        page.locator("[name=happens_on]").fill("2026-11-01")
        page.locator("#change-act").select_option("merge")
        page.locator("#change-units").fill("440103 440104")
        page.locator("#change-code").fill("440104")
        page.locator("#change-name").fill("越秀区")
        page.locator("[data-add]").click()
        assert page.locator("[data-changes] li").count() == 1
        page.get_by_role("button", name="试算").click()
        page.locator("#simulation").wait_for()
        assert "440103 荔湾区" in page.locator("#simulation").inner_text()
        assert_accessible(page)
        for field in page.locator("fieldset input[name]").all():
            if field.get_attribute("name") in (
                "application", "facts", "risk_assessment", "expert_review",
                "public_consultation", "maps",
            ):  # fmt: skip
                field.fill("已归档")
        page.get_by_role("button", name="保存方案").click()
        page.wait_for_url(re.compile(r"/adjustments/[0-9a-f-]{36}/"))
        assert not page.locator(".error-summary, .field-error").all_inner_texts()
        draft = page.url.split("#")[0]
        page.get_by_role("link", name="提交").click()
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(f"{draft}*")

        approver = open_page("approver", draft)
        approver.get_by_role("link", name="登记批复").click()
        approver.locator("[name=authority]").fill("国务院")
        approver.locator("[name=document]").fill("国函〔2026〕1号")
        approver.locator("[name=approved_on]").fill("2026-10-20")
        approver.locator("main form button[type=submit]").click()
        approver.wait_for_url(f"{draft}*")
        assert_accessible(approver)
        assert approver.request.get(f"{draft}paper.pdf").body()[:5] == b"%PDF-"

    def test_towns_picked_on_the_map_go_to_the_neighbour(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("boundary", "/adjustments/new/#map=13/23.13/113.42")
        page.locator("[name=title]").fill("两街道划归黄埔试验")
        page.locator("[name=happens_on]").fill("2026-12-15")
        page.locator("#change-act").select_option("transfer")
        page.wait_for_selector('[data-map][data-ready="true"]')
        page.locator(".map-canvas").scroll_into_view_if_needed()
        # A second click lets a town go again.
        for place in (*TOWNS.values(), BESIDE_THEM, BESIDE_THEM):
            x, y = page.evaluate(ON_SCREEN, place)
            page.mouse.click(x, y)
            page.wait_for_timeout(300)
        assert page.input_value("#change-units").split() == list(TOWNS)
        page.locator("#change-to").fill("440112")
        page.locator("[data-add]").click()
        (change,) = page.locator("[data-changes] li").all_inner_texts()
        assert all(code in change for code in (*TOWNS, "440112"))
        page.get_by_role("button", name="试算").click()
        simulation = page.locator("#simulation")
        simulation.wait_for()
        told = simulation.inner_text()
        assert told.count("的面积精确到平方米守恒") == 2
        # Each town keeps its land under a code of Huangpu, and its villages go with it.
        assert re.search("440106010 兴华街道\\s+440112\\d{3} 兴华街道", told)
        assert re.search("440106015001 \\S+\\s+440112\\d{3}001", told)
        assert_accessible(page)

    def test_a_district_is_divided_by_its_towns(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/adjustments/new/")
        page.locator("[name=title]").fill("天河北部设区试验")
        page.locator("[name=happens_on]").fill("2026-12-15")
        expect(page.locator("#change-codes")).to_be_visible()
        page.locator("#change-act").select_option("rename")
        expect(page.locator("#change-codes")).to_be_hidden()
        page.locator("#change-act").select_option("split")
        page.locator("#change-units").fill("440106")
        page.locator("#change-code").fill("440119")
        page.locator("#change-name").fill("天北区")
        page.locator("#change-codes").fill("440106001 440106002=440119008")
        page.locator("[data-add]").click()
        expect(page.locator("[data-changes] li")).to_contain_text("440106002=440119008")
        page.get_by_role("button", name="试算").click()
        simulation = page.locator("#simulation")
        expect(simulation).to_contain_text("440119008 员村街道")
        expect(simulation).to_contain_text("440119001 五山街道")

    def test_the_line_stays_while_its_side_is_marked(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/adjustments/new/#map=10/23.16/113.36")
        page.locator("#change-act").select_option("split")
        page.wait_for_selector('[data-map][data-ready="true"]')
        page.locator(".map-canvas").scroll_into_view_if_needed()
        tools = page.locator("[data-draw-tools] button")
        tools.nth(1).click()
        end = [113.375, 23.3]
        for place in ([113.375, 23.05], end, end):
            page.mouse.click(*page.evaluate(ON_SCREEN, place))
            page.wait_for_timeout(400)
        told = page.locator("[data-drawn]")
        expect(told).to_contain_text("请点击划出的一侧")
        page.locator("#change-act").select_option("boundary")
        expect(told).not_to_contain_text("请点击")
        page.locator("#change-act").select_option("split")
        tools.nth(0).click()
        page.mouse.click(*page.evaluate(ON_SCREEN, [113.41, 23.18]))
        page.wait_for_timeout(400)
        assert page.evaluate(DRAWN) == {"line": 1, "point": 1}
        page.locator("#change-units").fill("440106")
        page.locator("[data-add]").click()
        page.wait_for_timeout(400)
        assert page.evaluate(DRAWN) == {"line": 0, "point": 0}
        (change,) = json.loads(page.input_value("#id_changes"))
        assert len(change["line"]) == 2 and len(change["points"]) == 1
        # What is no longer drawn is not sent either.
        tools.nth(1).click()
        for place in ([113.375, 23.05], end, end):
            page.mouse.click(*page.evaluate(ON_SCREEN, place))
            page.wait_for_timeout(400)
        tools.nth(0).click()
        page.mouse.click(*page.evaluate(ON_SCREEN, [113.41, 23.18]))
        page.wait_for_timeout(400)
        tools.nth(4).click()
        page.locator("#change-units").fill("440106")
        page.locator("[data-add]").click()
        page.wait_for_timeout(400)
        assert "points" not in json.loads(page.input_value("#id_changes"))[1]

    def test_a_second_click_keeps_no_second_draft(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/adjustments/new/")
        page.locator("[name=title]").fill("双击试验")
        page.locator("[name=happens_on]").fill("2027-03-01")
        page.locator("summary").filter(has_text="JSON").click()
        page.locator("#id_changes").fill('[{"act": "rename", "units": ["440105"], "name": "珠区"}]')
        sent: list[str] = []
        page.on("request", lambda each: each.method == "POST" and sent.append(each.url))
        button = page.get_by_role("button", name="保存方案")
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        for _click in range(2):
            page.mouse.click(box["x"] + 9, box["y"] + 9)
            page.wait_for_timeout(60)
        page.wait_for_url(re.compile(r"/adjustments/[0-9a-f-]{36}/"))
        assert len(sent) == 1

    def test_a_list_with_a_slip_is_not_thrown_away(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/adjustments/new/")
        page.locator("summary").filter(has_text="JSON").click()
        typed = '[{"act": "rename", "units": ["440106"], "name": "甲区"},]'
        page.locator("#id_changes").fill(typed)
        page.locator("#change-act").select_option("rename")
        page.locator("#change-units").fill("440105")
        page.locator("#change-name").fill("乙区")
        page.locator("[data-add]").click()
        expect(page.locator("[data-drawn]")).to_have_text("变更列表无法读取：请先改正。")
        assert page.input_value("#id_changes") == typed
