"""A round is planned; two sides inspect a line, handle a moved marker, sign, file; the report."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
LINE = "440104-440106"


def says(page: Any, where: str, text: str) -> None:
    """Wait until the page that follows a click says so."""
    page.locator(where).filter(has_text=text).first.wait_for()


class TestARound:
    def test_is_proposed_and_lines_move_between_years(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/rounds/")
        page.get_by_role("link", name="生成联检计划").click()
        page.locator("[name=name]").fill("下一轮")
        page.get_by_label("起始年").fill("2028")
        page.get_by_label("结束年").fill("2032")
        assert_accessible(page)
        page.get_by_role("button", name="生成建议").click()
        page.wait_for_url("**/rounds/*-*/")
        first = page.locator('[data-year="2028"]')
        before = first.locator("[data-line]").count()
        assert before > 0 and page.locator("[data-year]").count() == 5
        card = first.locator("[data-line]").first
        code = card.get_attribute("data-line")
        # By keys alone: from the card's link to its year, the last year, the button.
        card.locator("a").focus()
        for key in ("Tab", "End", "Tab", "Enter"):
            page.keyboard.press(key)
        moved = page.locator(f'[data-year="2032"] [data-line="{code}"]')
        moved.wait_for()
        assert first.locator("[data-line]").count() == before - 1
        assert page.evaluate("document.activeElement.id") == f"year-{code}"
        said = page.locator("[role=status][data-plan-said]").inner_text()
        assert "→ 2032" in said and f"2028 年：{before - 1} 条" in said and "2032 年：" in said
        # Back by dragging.
        moved.drag_to(page.locator('[data-year="2028"] h2'))
        page.locator(f'[data-year="2028"] [data-line="{code}"]').wait_for()
        assert_accessible(page)


class TestAnInspection:
    def test_by_two_sides_to_its_report(self, open_page: Callable[..., Any]) -> None:
        page = open_page("yuexiu-boundary", f"/lines/{LINE}/")
        page.get_by_role("link", name="定期").first.click()
        page.wait_for_url("**/inspections/*/")
        desk = page.url
        says(page, "main", "该方记录提交后方可查阅")
        # The last marker was moved: measured, put back with the other side there.
        page.get_by_role("link", name="登记").last.click()
        page.wait_for_url("**/visit/?inspection=*")
        assert "记入联合检查的本方记录" in page.locator("main").inner_text()
        number = page.url.split("/markers/")[1].split("/")[0]
        feature = page.request.get(f"/ogc/collections/markers/items/{number}?f=json").json()
        lon, lat = feature["geometry"]["coordinates"]
        page.get_by_label("移位").first.check()
        page.get_by_label("实测经度").fill(f"{lon + 0.0002:.7f}")
        page.get_by_label("实测纬度").fill(f"{lat:.7f}")
        page.get_by_label("精度（米）").fill("0.1")
        page.get_by_label("处理").first.select_option("remade")
        page.get_by_label("双方均到场").check()
        page.get_by_role("button", name="登记").click()
        page.wait_for_url(desk)
        page.get_by_text("登记问题").click()
        page.locator("[name=about]").fill(number)
        page.locator("[name=what]").fill("界桩移位，已按协议位置恢复")
        page.get_by_role("button", name="保存").last.click()
        says(page, "main", "问题已登记")
        page.get_by_text("修改报告内容").click()
        today = timezone.localdate().isoformat()
        page.locator("[name=inspected_on]").fill(today)
        page.locator("form[action$='/report/']").get_by_role("button", name="保存").click()
        says(page, "main", "报告内容已保存")
        assert_accessible(page)
        page.get_by_role("button", name="提交本方记录").click()
        says(page, "main", "已提交")

        other = open_page("tianhe-boundary", desk)
        assert number in other.content() and "该方记录提交后方可查阅" not in other.content()
        other.get_by_role("button", name="提交本方记录").click()
        says(other, ".record-head", "待签署")

        for who in ("yuexiu-signer", "tianhe-signer"):
            signer = open_page(who, desk)
            signer.get_by_role("button", name="签署此内容").click()
            says(signer, "main", "您已签署")
        says(signer, ".record-head", "双方已签署")

        other.goto(desk)
        other.get_by_label("报备机关").fill("广州市民政局")
        other.get_by_role("button", name="报备").click()
        says(other, ".record-head", "已报备")
        assert_accessible(other)
        path = desk.rstrip("/")
        assert other.request.get(f"{path}/report.pdf").body()[:5] == b"%PDF-"
        assert other.request.get(f"{path}/report.docx").body()[:2] == b"PK"
        assert other.request.get(f"{path}/pack.zip").body()[:2] == b"PK"
        other.goto(other.url.split("/inspections/")[0] + f"/lines/{LINE}/")
        assert today in other.content()

    def test_the_desk_on_a_phone(self, open_page: Callable[..., Any]) -> None:
        page = open_page("boundary", "/inspections/", language="en", phone=True)
        page.locator("#results a").first.click()
        page.wait_for_url("**/inspections/*/")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        assert_accessible(page)
