"""A report from the street: sent without signing in, found alike, merged, ordered, answered."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser import PHONE, assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
NAME, CONTACT = "陈某某", "13800138000"


def picture(path: Path, colour: str) -> Path:
    held = BytesIO()
    Image.new("RGB", (640, 480), colour).save(held, "JPEG")
    path.write_bytes(held.getvalue())
    return path


def a_sign(page: Any) -> str:
    """The number of a sign of Tianhe that nothing is wrong with."""
    page.goto("/signs/?state=ok&within=440106")
    number = page.locator("[data-row] .code, tbody .code").first.inner_text()
    return str(number).strip()


def send(open_page: OpenPage, facts: str, *, sign: str = "", photo: Path | None = None) -> str:
    """The receipt's address, as somebody who reports sees it, on a phone."""
    page = open_page(None, f"/signs/reports/new/?sign={sign}", phone=True, language="en")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page)
    page.get_by_label("What is wrong").select_option("damaged")
    page.get_by_label("What was seen").fill(facts)
    page.get_by_label("Name of whoever reports").fill(NAME)
    page.get_by_label("Telephone or address").fill(CONTACT)
    if photo is not None:
        page.set_input_files("[name=photo]", str(photo))
    page.get_by_role("button", name="Send the report").click()
    page.wait_for_url("**/receipt/")
    assert_accessible(page)
    assert NAME not in page.content() and CONTACT not in page.content()
    return str(page.evaluate("location.pathname"))


class TestReports:
    def test_two_reports_of_one_sign_become_one_order_and_both_hear_of_it(
        self, open_page: OpenPage, tmp_path: Path
    ) -> None:
        officer = open_page("officer", "/signs/", language="en")
        sign = a_sign(officer)
        first = send(open_page, "牌面被撞弯了", sign=sign, photo=picture(tmp_path / "a.jpg", "red"))
        second = send(open_page, "路牌歪了，看不清", sign=sign)

        officer.goto("/signs/reports/?state=new")
        assert_accessible(officer)
        officer.goto(second.replace("receipt/", ""))
        assert NAME not in officer.content() and CONTACT not in officer.content()
        alike = officer.locator(".report-alike").filter(has_text="牌面被撞弯了")
        assert "the same sign" in alike.inner_text() and "the same kind" in alike.inner_text()
        assert_accessible(officer)
        alike.get_by_role("button", name="Merge into this one").click()
        officer.wait_for_url("**" + first.replace("receipt/", ""))
        officer.get_by_role("heading", name="Reports of the same thing").wait_for()
        officer.get_by_role("link", name="Order a fix").click()
        officer.get_by_role("button", name="Order the fix").click()
        officer.get_by_role("link", name="The order that answers it").wait_for()
        assert_accessible(officer)
        officer.get_by_role("link", name="The order that answers it").click()
        officer.wait_for_url("**/signs/orders/**")
        # What was sent in shows the sign before the fix.
        assert officer.locator("img[alt*='Photo']").count() >= 1

        for receipt in (first, second):
            told = open_page(None, receipt, language="en")
            assert "being put right" in told.inner_text("main")
            assert "An order was given" in told.inner_text("main")
            assert NAME not in told.content()

    def test_an_answer_without_an_order_reaches_who_reported(self, open_page: OpenPage) -> None:
        officer = open_page("officer", "/signs/", language="en")
        receipt = send(open_page, "这块牌挡住了我的窗户", sign=a_sign(officer))
        officer.goto(receipt.replace("receipt/", ""))
        officer.get_by_role("link", name="Answer without an order").click()
        officer.get_by_label("Answer").fill("经现场查看，设置符合标准。")
        officer.get_by_role("button", name="Close the report").click()
        officer.get_by_text("经现场查看").first.wait_for()
        told = open_page(None, receipt, language="en")
        assert "经现场查看，设置符合标准。" in told.inner_text("main")

    def test_who_reported_is_read_by_a_role_for_a_purpose_and_by_no_other(
        self, open_page: OpenPage
    ) -> None:
        officer = open_page("officer", "/signs/", language="en")
        receipt = send(open_page, "牌面脏污", sign=a_sign(officer))
        record = receipt.replace("receipt/", "")
        for user in ("officer", "viewer", "inspector", "publisher"):
            page = open_page(user, record, language="en")
            assert NAME not in page.content() and CONTACT not in page.content()
            answer = page.goto(f"{record}reporter/")
            assert answer.status in (403, 404) and NAME not in page.content()
        reviewer = open_page("reviewer", record, language="en")
        reviewer.get_by_role("link", name="Read it for a purpose").click()
        reviewer.get_by_label("What you need the name for").wait_for()
        assert NAME not in reviewer.content()
        reviewer.get_by_label("What you need the name for").fill("电话核实位置")
        reviewer.locator("main form[method=post] button[type=submit]").click()
        reviewer.get_by_text(NAME).wait_for()
        assert CONTACT in reviewer.inner_text("main")
        assert_accessible(reviewer)
