"""A street is renamed; its signs are ordered, one is put right, and the campaign tells of it."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser import assert_accessible
from tests.cases_on_pages import arrive, fill, move, write

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]

NAME = "穗樟路"


def picture(path: Path, size: tuple[int, int]) -> Path:
    written = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(written, "JPEG")
    path.write_bytes(written.getvalue())
    return path


def non_standard(page: Any) -> int:
    """How many signs the campaign counts as non-standard; its rate stands above them."""
    page.goto("/signs/campaign/")
    page.locator("[data-rate]").wait_for()
    cells = page.locator("#results tr td:nth-child(4)").all_inner_texts()
    return sum(int(cell.replace(",", "")) for cell in cells if cell != "—")


class TestRenamedSigns:
    def test_a_renaming_orders_the_signs_and_a_fix_closes_one(
        self, open_page: OpenPage, tmp_path: Path
    ) -> None:
        officer = open_page("officer", "/")
        before = non_standard(officer)
        case = self.rename(open_page, officer)
        self.approve(open_page, case)

        sign, many = self.order(officer, before)
        self.fix(open_page, sign, tmp_path)
        assert non_standard(officer) == before + many - 1

    def rename(self, open_page: OpenPage, officer: Any) -> str:
        """The officer begins at a sign that is right, and goes by its street to the case."""
        officer.goto("/signs/?state=ok&within=440106")
        officer.locator("#results a").first.click()
        officer.wait_for_url(re.compile(r"/signs/GZ-[\d-]+/"))
        officer.locator('main a[href^="/places/"]').first.click()
        arrive(officer, r"/places/[0-9a-f-]{36}/")
        officer.get_by_role("link", name="发起更名").click()
        arrive(officer, "/cases/new/")
        fill(
            officer,
            text=NAME,
            meaning="沿路多樟树，原名与相邻道路读音相近。",
            position="走向不变",
            applicant="天河区住房和建设局",
        )
        arrive(officer, r"/cases/[0-9a-f-]{36}/")
        case = str(officer.evaluate("location.pathname"))
        write(officer, case, "application", "plan_and_reasons", "location", "size", "nature")
        move(officer, case, "submit")
        return case

    def approve(self, open_page: OpenPage, case: str) -> None:
        reviewer = open_page("reviewer", case)
        move(reviewer, case, "accept")
        items = "legality feasibility controllability social_effects risks responses"
        write(reviewer, case, "assessment_report", *items.split())
        move(reviewer, case, "to_approval")
        approver = open_page("approver", case)
        write(approver, case, "approval", "decision")
        move(approver, case, "approve", body="广州市人民政府", document="穗府函〔2026〕88号")
        publisher = open_page("publisher", case)
        write(publisher, case, "filing_report", "statement")
        move(publisher, case, "file")
        move(publisher, case, "announce")
        publisher.goto(case)
        if publisher.locator('main a[href$="/moves/take_effect/"]').count():
            move(publisher, case, "take_effect")

    def order(self, officer: Any, before: int) -> tuple[str, int]:
        """The signs of the new name stand there with their cost; one click orders them all."""
        officer.goto("/signs/renamed/")
        row = officer.locator("tbody tr", has_text=f"→ {NAME}")
        assert_accessible(officer)
        many = int(row.locator("td").nth(2).inner_text())
        assert many > 0
        assert re.search(r"\d", row.locator("td").nth(4).inner_text())
        assert non_standard(officer) == before + many
        officer.goto("/signs/renamed/")
        row = officer.locator("tbody tr", has_text=f"→ {NAME}")
        listed = row.locator("td a").first.get_attribute("href")
        row.get_by_role("button").click()
        officer.wait_for_url(re.compile(r"/signs/(sheets/[0-9a-f-]{36}|orders)/"))
        assert_accessible(officer)
        officer.goto(listed.replace("state=all", "state=due"))
        href = officer.locator("#results a").first.get_attribute("href")
        return href.split("?")[0], many

    def fix(self, open_page: OpenPage, record: str, tmp_path: Path) -> None:
        page = open_page("inspector", record)
        label = page.get_by_role("img", name="应有样式").get_attribute("aria-label")
        hanzi, pinyin, *_number, colour = label.split(":", 1)[1].strip().split(", ")
        assert hanzi == NAME
        page.get_by_role("link", name="登记整改").click()
        page.get_by_label("汉字").fill(hanzi)
        page.get_by_label("罗马字母拼写").fill(pinyin)
        page.get_by_label("底色").select_option(label=colour)
        before, after = tmp_path / "整改前.jpg", tmp_path / "整改后.jpg"
        page.get_by_label("整改前照片").set_input_files(picture(before, (1000, 750)))
        page.get_by_label("标志现状照片").set_input_files(picture(after, (1200, 900)))
        page.get_by_role("button", name="登记整改").click()
        page.wait_for_url(f"**{record}")
        for person, link in (("reviewer", "复核整改"), ("approver", "办结整改单")):
            page = open_page(person, record)
            page.get_by_role("link", name=link).click()
            page.locator(".form-buttons .btn-primary").click()
            page.wait_for_url(f"**{record}")
        page.get_by_role("link", name="整改单与证据").click()
        page.locator("[data-overlay].overlay-on").wait_for()
