"""An agreed line and the polygons beside it: moved to it by two people, and back again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
LINE = "440106-440112"
PAGE = f"/lines/{LINE}/corrections/"


def areas(page: Any) -> list[list[str]]:
    """What the first table says of each division: its code, gains, losses and areas."""
    rows = page.locator("table").first.locator("tbody tr").all()
    return [row.locator(".code, .num").all_inner_texts() for row in rows]


def says(page: Any, text: str) -> None:
    page.locator("main").filter(has_text=text).wait_for()


class TestACorrectionInTheBrowser:
    def test_is_proposed_written_by_another_and_undone(self, open_page: Callable[..., Any]) -> None:
        page = open_page("tianhe-boundary", f"/lines/{LINE}/")
        page.locator(f"main a[href^='{PAGE}']").first.click()
        page.wait_for_url(f"**{PAGE}**")
        page.wait_for_selector('[data-map][data-ready="true"]')
        proposed = areas(page)
        assert {"440106", "440112"} <= {row[0] for row in proposed}
        assert_accessible(page)
        # Without a reason nothing is proposed, with one it waits for somebody else.
        page.get_by_role("button", name="建议更正").click()
        page.locator(".error-summary").wait_for()
        page.locator("[name=reason]").fill("按协议界线实测更正")
        page.get_by_role("button", name="建议更正").click()
        says(page, "更正已提出：须由他人写入。")
        says(page, "由您提出：须由他人写入。")
        assert page.get_by_role("button", name="写入更正").count() == 0
        assert areas(page) == proposed
        assert_accessible(page)

        # The signer of one side alone writes nothing: it is the land of both.
        one = open_page("tianhe-signer", PAGE)
        assert one.get_by_role("button", name="写入更正").count() == 0
        other = open_page("approver", PAGE)
        other.get_by_role("button", name="写入更正").click()
        says(other, "政区面已更正。")
        says(other, "政区面已沿协议界线相接：无需移动。")
        assert_accessible(other)

        other.locator("summary").filter(has_text="撤销更正").click()
        other.locator("form[action*='/undo/'] [name=reason]").fill("演练：恢复原状")
        other.get_by_role("button", name="撤销", exact=True).click()
        says(other, "政区面已恢复原状。")
        assert areas(other) == proposed

    def test_reads_on_a_phone_in_english(self, open_page: Callable[..., Any]) -> None:
        page = open_page("viewer", PAGE, language="en", phone=True)
        assert page.get_by_role("heading", name="What would move").is_visible()
        assert page.get_by_role("button", name="Propose the correction").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
