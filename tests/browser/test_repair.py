"""A repair of the polygons: proposed on the page, written by an approver who sees the result."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.browser import assert_accessible
from tests.databases import connect
from tests.servers import Site

pytestmark = pytest.mark.browser
QUERY = "?within=4401&at=2024-05-01"
PAGE = f"/divisions/faults/repair/{QUERY}"
# A hole about 20 m wide in Huadu, so many degrees beside a point within it.
HOLE = """UPDATE boundaries_divisionversion SET geometry = ST_Multi(ST_Difference(geometry,
        ST_Buffer(ST_Translate(ST_PointOnSurface(geometry), %s, 0), 0.0001)))
    WHERE code = '440114' AND period @> '2024-05-01'::date"""


def dig(site: Site, aside: float) -> None:
    name = site.database_url.rsplit("/", 1)[1]
    with closing(connect(name, site.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(HOLE, [aside])
        assert cursor.rowcount == 1


def wait_for(page: Any, text: str) -> None:
    page.locator("main").filter(has_text=text).wait_for(timeout=60_000)


class TestARepairInTheBrowser:
    def test_is_proposed_refused_once_outdated_and_written(
        self, site: Site, open_page: Callable[..., Any]
    ) -> None:
        dig(site, 0)
        page = open_page("boundary", f"/divisions/faults/{QUERY}")
        page.get_by_role("button", name="立即检查").click()
        page.get_by_role("link", name="查看结果").click(timeout=60_000)
        page.get_by_role("link", name="拟定修复方案").click()
        page.wait_for_selector('[data-map][data-ready="true"]')
        (row,) = page.locator("tbody tr").filter(has_text="440114").all()
        gained, lost, width = (
            float(c.replace(",", "")) for c in row.locator(".num").all_inner_texts()
        )
        assert 300 < gained < 400 and lost == 0 and 15 < width < 25
        assert page.get_by_role("button", name="写入修复").count() == 0
        assert_accessible(page)

        approver = open_page("approver", PAGE)
        dig(site, 0.01)
        approver.get_by_role("button", name="写入修复").click()
        wait_for(approver, "边界面已与提出方案时不同")
        assert_accessible(approver)

        approver.goto(PAGE)
        assert (
            float(
                approver.locator("tbody tr")
                .filter(has_text="440114")
                .locator(".num")
                .first.inner_text()
                .replace(",", "")
            )
            > 1.9 * gained
        )
        approver.get_by_role("button", name="写入修复").click()
        wait_for(approver, "已变更的边界面")
        approver.get_by_role("link", name="查看结果").click()
        assert "花都区" not in approver.inner_text("#pane-list")
        approver.goto(PAGE)
        assert approver.locator("tbody tr").filter(has_text="440114").count() == 0

    def test_reads_on_a_phone_in_english(self, open_page: Callable[..., Any]) -> None:
        page = open_page("viewer", PAGE, language="en", phone=True)
        page.get_by_role("heading", name="Repair of the polygons").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
