"""A local edition of the sign standard in the browser: tried before anything is written."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.browser import PHONE, assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]

FEW = re.compile(r"R35: ([\d,]+) more would fail, ([\d,]+) would pass again\.")


def count(page: Any, district: str) -> int:
    """The open findings of R35 that the list of rules tells of a district."""
    page.goto(f"/signs/standard/?within={district}")
    row = page.locator("tbody tr", has=page.get_by_role("link", name=re.compile("^R35 ")))
    return int(row.locator("td").last.inner_text().replace(",", ""))


class TestLocalEdition:
    def test_its_effect_is_seen_before_it_is_proposed_and_before_it_is_approved(
        self, open_page: OpenPage
    ) -> None:
        page = open_page("officer", "/signs/standard/", language="en")
        page.get_by_label("Applies in").select_option("440106")
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**within=440106*")
        before = count(page, "440106")
        page.get_by_role("link", name=re.compile("^R35 ")).click()
        page.get_by_role("heading", name="Another edition for Tianhe Qu").wait_for()
        assert_accessible(page)

        page.get_by_label("lowest score").fill("100")
        page.get_by_role("button", name="Preview").click()
        told = page.get_by_role("status").filter(has_text="more would fail")
        told.wait_for()
        failing, passing = map(int, FEW.search(told.inner_text()).groups())  # type: ignore[union-attr]
        assert failing > 0 and passing == 0
        assert "No finding was written." in told.inner_text()
        # Signs that would fail are named, and what was typed is still there.
        assert told.get_by_role("link").count() > 0
        assert page.get_by_label("lowest score").input_value() == "100"
        assert_accessible(page)
        assert count(page, "440106") == before

        page.go_back()
        told.wait_for()
        page.get_by_label("Document of the local standard").fill("天河区地名标志设置规范")
        page.get_by_label("Reason for the change").fill("本区要求更高")
        page.get_by_role("button", name="Propose").click()
        page.wait_for_url("**/standard/drafts/**")
        draft = page.evaluate("location.pathname")

        approver = open_page("approver", draft, language="en")
        kept = approver.get_by_role("status").filter(has_text="more would fail")
        assert FEW.search(kept.inner_text()).groups() == (str(failing), "0")  # type: ignore[union-attr]
        approver.get_by_role("button", name="Work it out again").click()
        kept.wait_for()
        assert FEW.search(kept.inner_text()).groups() == (str(failing), "0")  # type: ignore[union-attr]
        assert_accessible(approver)
        approver.get_by_label("Reason").fill("依据不足")
        approver.get_by_role("button", name="Reject").click()
        approver.get_by_text("Decided by").wait_for()
        assert count(page, "440106") == before

    def test_an_approved_edition_rules_from_its_first_day_and_in_its_district_only(
        self, open_page: OpenPage
    ) -> None:
        first = timezone.localdate() + timedelta(days=30)
        page = open_page("officer", "/signs/standard/R16/?within=440106", language="en")
        page.get_by_label("widest frame (mm)").fill("20")
        page.get_by_label("In force from").fill(first.isoformat())
        page.get_by_label("Document of the local standard").fill("天河区地名标志设置规范")
        page.get_by_label("Reason for the change").fill("本区要求更高")
        page.get_by_role("button", name="Propose").click()
        page.wait_for_url("**/standard/drafts/**")
        # Who proposes does not approve.
        assert page.get_by_role("button", name="Approve").count() == 0
        assert_accessible(page)

        approver = open_page("approver", page.evaluate("location.pathname"), language="en")
        approver.get_by_role("button", name="Approve").click()
        approver.get_by_text("Decided by").wait_for()

        eve = (first - timedelta(days=1)).isoformat()
        assert self._widest_frame(page, "440106", eve) == "25"
        assert self._widest_frame(page, "440106", first.isoformat()) == "20"
        assert self._widest_frame(page, "440104", first.isoformat()) == "25"

    @staticmethod
    def _widest_frame(page: Any, district: str, day: str) -> str:
        page.goto(f"/signs/standard/?within={district}&at={day}")
        row = page.locator("tbody tr", has=page.get_by_role("link", name=re.compile("^R16 ")))
        term = row.locator("dt", has_text="widest frame (mm)")
        return str(term.locator("xpath=following-sibling::dd[1]").inner_text().strip())

    def test_fits_a_phone(self, open_page: OpenPage) -> None:
        for path in ("/signs/standard/", "/signs/standard/R13/?within=440106"):
            page = open_page("officer", path, phone=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert_accessible(page)
