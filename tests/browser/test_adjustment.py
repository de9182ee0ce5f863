"""A change of divisions from its draft to its effect, by two people, in a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser


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
