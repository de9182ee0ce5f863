"""Faces to scale and workshop sheets in the browser: on the office screen and beside the road."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import PHONE, assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


class TestFacesInTheBrowser:
    def test_both_faces_stand_beside_each_other_in_one_scale(self, open_page: OpenPage) -> None:
        page = open_page("officer", "/signs/?state=wrong&rule=R05", language="en")
        page.locator("#results a").first.click()
        page.wait_for_selector(".sign-differences")
        stands = page.get_by_role("img", name="As it stands").bounding_box()
        required = page.get_by_role("img", name="As required").bounding_box()
        assert abs(stands["y"] - required["y"]) < 2 and required["x"] > stands["x"]
        assert abs(stands["width"] - required["width"]) < 1
        # Text keeps to its place whatever type this machine has.
        for line in page.locator(".sign-face svg text").all():
            text = line.bounding_box()
            face = stands if text["x"] < required["x"] else required
            assert text["x"] >= face["x"] - 1
            assert text["x"] + text["width"] <= face["x"] + face["width"] + 1
        assert_accessible(page)

    def test_a_workshop_takes_the_sheet_along(self, open_page: OpenPage) -> None:
        page = open_page("officer", "/signs/workshop/")
        assert_accessible(page)
        tick = page.locator('.workshop-table input[type="checkbox"]').first
        tick.check()
        page.get_by_role("button", name="仅保留勾选的整改单", exact=True).click()
        page.wait_for_url("**order=*")
        assert page.locator(".workshop-table tbody tr").count() == 1
        with page.expect_download() as waited:
            page.get_by_role("link", name="下载PDF").click()
        assert waited.value.suggested_filename.endswith(".pdf")

    def test_both_pages_fit_a_phone(self, open_page: OpenPage) -> None:
        page = open_page("officer", "/signs/workshop/", phone=True, language="en")
        page.locator(".workshop-table a").first.click()
        page.wait_for_selector(".sign-faces")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"]
        assert_accessible(page)
