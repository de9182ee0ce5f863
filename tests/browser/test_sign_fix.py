"""A sign from finding to closed: four people, one photo, and the list that follows them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]


def map_drawn(page: Any) -> None:
    page.wait_for_selector('[data-map][data-ready="true"]')


def picture(path: Path, size: tuple[int, int]) -> Path:
    written = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(written, "JPEG")
    path.write_bytes(written.getvalue())
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return picture(tmp_path / "现场.jpg", (1200, 900))


@pytest.fixture
def photo_before(tmp_path: Path) -> Path:
    return picture(tmp_path / "整改前.jpg", (1000, 750))


class TestSignsInTheBrowser:
    def test_a_sign_goes_from_finding_to_closed(
        self, open_page: OpenPage, photo: Path, photo_before: Path
    ) -> None:
        page = open_page("officer", "/signs/campaign/")
        map_drawn(page)
        assert_accessible(page)
        wrong_before = self.non_standard(page)
        page.goto("/signs/?state=wrong&rule=R05")
        map_drawn(page)
        assert_accessible(page)
        row = page.locator("#results tr").first
        number = row.get_attribute("data-key")
        record = f"/signs/{number}/"
        assert "R05" in row.inner_text()
        row.get_by_role("link").first.click()

        page.wait_for_url(f"**{record}")
        map_drawn(page)
        assert_accessible(page)
        assert page.get_by_role("img", name="应有样式").is_visible()
        page.get_by_role("link", name="下达整改").click()
        page.wait_for_url(f"**{record}order/")
        assert_accessible(page)
        page.get_by_label("整改要求").fill("按标准地名更换版面。")
        page.get_by_role("button", name="下达整改").click()
        page.wait_for_url(f"**{record}")
        assert "按标准地名更换版面。" in page.inner_text("main")

        required = self.required_face(page)
        page = open_page("inspector", record)
        page.get_by_role("link", name="登记整改").click()
        assert_accessible(page)
        page.get_by_label("汉字").fill(required[0])
        page.get_by_label("罗马字母拼写").fill(required[1])
        page.get_by_label("底色").select_option(label=required[2])
        page.get_by_role("button", name="登记整改").click()
        # Without a photo the form says so and keeps what was typed.
        page.get_by_text("须上传标志现状照片").wait_for()
        assert page.get_by_label("罗马字母拼写").input_value() == required[1]
        page.get_by_label("标志现状照片").set_input_files(photo)
        page.get_by_role("button", name="登记整改").click()
        page.get_by_text("须提供整改前照片").wait_for()
        page.get_by_label("整改前照片").set_input_files(photo_before)
        page.get_by_label("标志现状照片").set_input_files(photo)
        page.get_by_role("button", name="登记整改").click()
        page.wait_for_url(f"**{record}")
        assert "无不规范问题" in page.inner_text("main")

        page = open_page("reviewer", record)
        page.get_by_role("link", name="复核整改").click()
        assert_accessible(page)
        page.locator(".sign-photos img").first.wait_for()
        assert "照片未记录拍摄位置。" in page.inner_text("main")
        page.get_by_role("button", name="复核通过").click()
        page.wait_for_url(f"**{record}")

        page = open_page("approver", record)
        page.get_by_role("link", name="办结整改单").click()
        assert_accessible(page)
        page.get_by_role("button", name="办结整改单").click()
        page.wait_for_url(f"**{record}")
        assert "整改单办结" in page.inner_text(".panel-timeline")
        page.goto(f"/signs/?state=all&q={number}")
        assert "规范" in page.inner_text(f'#results tr[data-key="{number}"]')
        page.goto(f"/signs/?q={number}")
        assert page.locator("#results").count() == 0

        page.goto(record)
        page.get_by_role("link", name="整改单与证据").click()
        page.locator("[data-overlay].overlay-on").wait_for()
        map_drawn(page)
        assert_accessible(page)
        page.locator("[data-overlay-share]").fill("20")
        assert page.locator("[data-overlay]").get_attribute("style") == (
            "--share: 20%; --blend: 0.2;"
        )
        page.goto("/signs/campaign/")
        assert self.non_standard(page) == wrong_before - 1

    def non_standard(self, page: Any) -> int:
        """How many signs the campaign counts as non-standard: its rate moves with it."""
        page.locator("[data-rate]").wait_for()
        cells = page.locator("#results tr td:nth-child(4)").all_inner_texts()
        return sum(int(cell.replace(",", "")) for cell in cells if cell != "—")

    def required_face(self, page: Any) -> tuple[str, str, str]:
        """Characters, spelling and colour as the record's drawing of the right face tells them."""
        label = page.get_by_role("img", name="应有样式").get_attribute("aria-label")
        hanzi, pinyin, *_number, colour = label.split(":", 1)[1].strip().split(", ")
        return hanzi, pinyin, colour

    def test_buttons_of_others_say_why_not(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/signs/?state=wrong", language="en")
        page.locator("#results a").first.click()
        button = page.get_by_role("button", name="Order a fix")
        assert button.get_attribute("aria-disabled") == "true"
        button.hover()
        page.get_by_role("note").filter(has_text="place-name officer").first.wait_for()

    def test_row_and_map_answer_each_other_and_the_phone_fits(self, open_page: OpenPage) -> None:
        page = open_page("viewer", "/signs/", language="en")
        map_drawn(page)
        row = page.locator("#results tr").first
        row.locator("td").last.click()
        drawer = page.locator("[data-drawer]")
        drawer.get_by_role("link", name="Open").wait_for()
        assert row.get_attribute("data-key") in drawer.inner_text()
        phone = open_page("viewer", "/signs/", phone=True)
        assert phone.locator("#results tr").first.is_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(phone)
        phone.locator("#results a").first.click()
        phone.wait_for_url("**/signs/GZ-*/")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
