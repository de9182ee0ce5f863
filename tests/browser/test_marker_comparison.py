"""A marker in its inspection beside the last round: photos face by face, displacement drawn."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
LINE, NUMBER = "440104-440106", "440104-440106002Q"


def comparison(open_page: Callable[..., Any], **options: Any) -> Any:
    """The page of the planted marker, by the links that lead there."""
    page = open_page("yuexiu-boundary", "/inspections/", **options)
    page.locator("#results tr").filter(has_text=LINE).last.locator("a").first.click()
    page.wait_for_url("**/inspections/*-*/**")
    page.get_by_role("link", name=NUMBER).first.click()
    page.wait_for_url(f"**/{NUMBER}/**")
    return page


class TestThePhotosOfTwoRounds:
    def test_stand_side_by_side_and_are_shown(self, open_page: Callable[..., Any]) -> None:
        page = comparison(open_page)
        rows = page.locator(".marker-pairs tbody tr")
        assert rows.locator("th").all_inner_texts() == ["全貌", "越秀区", "天河区"]
        for row in rows.all():
            for cell in row.locator("td").all():
                picture = cell.locator("img").first
                picture.scroll_into_view_if_needed()
                picture.evaluate("image => image.decode()")
                assert picture.evaluate("image => image.naturalWidth") > 100
                assert re.search(r"\d{4}-\d\d-\d\d", cell.inner_text())
        before, now = rows.first.locator("td").all()
        assert before.inner_text() != now.inner_text()
        assert "倾斜" in page.locator("main").inner_text()
        assert_accessible(page)

    def test_fit_a_phone(self, open_page: Callable[..., Any]) -> None:
        page = comparison(open_page, phone=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)


class TestTheDisplacementPlot:
    def test_is_drawn_to_the_numbers_beside_it(self, open_page: Callable[..., Any]) -> None:
        page = open_page("viewer", f"/markers/{NUMBER}/", language="en")
        # Another story may have registered the marker anew since: the visit that found it farthest.
        visit, found = max(
            (
                (visit, re.search(r"([\d.]+) m .*\((\d+)°\)", visit.inner_text()))
                for visit in page.locator(".marker-visit").filter(has_text="moved").all()
            ),
            key=lambda each: float(each[1][1]) if each[1] else 0.0,
        )
        plot, told = visit.locator("svg"), visit.locator("figcaption").inner_text()
        sigma = re.search(r"both measurements ([\d.]+) m", told)
        assert found and sigma
        metres, azimuth = float(found[1]), int(found[2])
        assert 8 - 3 * 1.5 < metres < 40 + 3 * 1.5
        drawn = plot.evaluate(
            """svg => {
                const dot = svg.querySelector(".found"), far = svg.querySelector(".far");
                const value = (node, name) => Number(node.getAttribute(name));
                return [value(dot, "cx"), value(dot, "cy"), value(far, "r")];
            }"""
        )
        x, y, far = drawn
        scale = (x * x + y * y) ** 0.5 / metres
        assert far == pytest.approx(3 * float(sigma[1]) * scale, abs=0.5)
        heading = page.evaluate("([x, y]) => Math.atan2(x, -y) * 180 / Math.PI", [x, y]) % 360
        assert abs((heading - azimuth + 180) % 360 - 180) < 1
        assert str(metres) in (plot.get_attribute("aria-label") or "")
        assert_accessible(page)
