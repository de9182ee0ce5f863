"""Two inspectors and a marker that was moved: found, measured, put back with both sides there."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
NUMBER = "440104-440106001Q"


class TestMarkersInTheBrowser:
    def test_a_moved_marker_is_measured_and_put_back(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", f"/markers/{NUMBER}/")
        where = page.locator("dl.facts").inner_text()
        assert "CGCS2000" in where
        page.get_by_role("link", name="登记巡查").click()
        page.get_by_label("移位").check()
        feature = page.request.get(f"/ogc/collections/markers/items/{NUMBER}?f=json").json()
        lon, lat = feature["geometry"]["coordinates"]
        page.get_by_label("实测经度").fill(f"{lon + 0.0002:.7f}")
        page.get_by_label("实测纬度").fill(f"{lat:.7f}")
        page.get_by_label("精度（米）").fill("0.1")
        assert_accessible(page)
        page.get_by_role("button", name="登记").click()
        page.wait_for_url(f"**/markers/{NUMBER}/**")
        first = page.locator(".marker-visit").first
        assert "已移位" in first.inner_text() and "东" in first.inner_text()
        assert first.locator("svg").is_visible()
        assert_accessible(page)
        # Put back, at first without the other side.
        page.get_by_role("link", name="登记巡查").click()
        page.get_by_label("移位", exact=True).check()
        page.get_by_label("处理").first.select_option("remade")
        page.get_by_role("button", name="登记").click()
        assert "毗邻方在场" in page.locator(".error-summary").inner_text()
        page.get_by_label("双方均到场").check()
        page.get_by_role("button", name="登记").click()
        page.wait_for_url(f"**/markers/{NUMBER}/**")
        assert "完好" in page.locator(".record-head").inner_text()

    def test_the_list_and_the_line_show_it(self, open_page: Callable[..., Any]) -> None:
        page = open_page("viewer", "/lines/440104-440106/", phone=True)
        page.get_by_text("界桩列表").click()
        page.get_by_role("link", name=NUMBER).first.click()
        assert page.locator("h1").inner_text() == NUMBER
        page = open_page("viewer", "/markers/?condition=lost", language="en")
        assert page.locator("#results tr").count() >= 1
        assert_accessible(page)
