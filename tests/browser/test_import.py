"""A file of place names from the upload to the undo, as a data steward sees it."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser

HEADINGS = ["道路名称", "地名类别", "行政区划代码", "经度", "纬度", "来历"]
GOOD = [
    ["试验一路", "街路巷", "440106", "113.3354", "23.1274", "因试验得名"],
    ["试验二路", "街路巷", "440106", "113.3454", "23.1374", ""],
    ["天河路", "街路巷", "440106", "", "", "以所在的天河区得名"],
]
BAD = [
    ["试验三路", "街路行", "440106", "113.3354", "23.1474", ""],
    ["试验四路", "街路巷", "449999", "113.3354", "23.1474", ""],
    ["试验五路", "街路巷", "440106", "23.1274", "113.3354", ""],
]


def file_of(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def look(page: Any, name: str) -> None:
    """Keep a picture where a person asked for them."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def upload(page: Any, path: Path) -> None:
    page.goto("/imports/new/")
    page.set_input_files("[name=file]", str(path))
    page.click("form[data-guard] button[type=submit]")
    page.wait_for_url("**/imports/*-*/")


def check(page: Any) -> None:
    page.select_option("#datum", "GCJ-02")
    page.click("form[action$='/check/'] button[type=submit]")
    page.wait_for_selector(".filter-chips")


class TestImport:
    def test_a_faulty_file_is_explained_row_by_row(
        self, open_page: Callable[..., Any], tmp_path: Path
    ) -> None:
        page = open_page("steward", "/imports/", language="en")
        look(page, "list-empty")
        upload(page, file_of(tmp_path / "faulty.csv", GOOD + BAD))
        assert "GB18030" in page.inner_text(".facts")
        # 道路名称 stands for the standard name: guessed from what bureaus write.
        assert page.input_value("#column-category") == "地名类别"
        page.select_option("#column-name", "道路名称")
        look(page, "prepare-en")
        assert_accessible(page)
        check(page)
        assert page.locator("#results tr").count() == 3
        told = page.inner_text("#results")
        assert "街路行" in told and "Meant is perhaps" in told
        assert "449999" in told and "swapped" in told
        assert page.get_attribute("[data-refused]", "aria-disabled") == "true"
        page.wait_for_selector("[data-map][data-ready=true]", timeout=60_000)
        look(page, "faults-en")
        assert_accessible(page)
        with page.expect_download() as download:
            page.click("a[href$='faults.csv']")
        text = download.value.path().read_text("utf-8-sig")
        assert "试验五路" in text and "swapped" in text

    def test_a_good_file_is_imported_and_undone(
        self, open_page: Callable[..., Any], tmp_path: Path
    ) -> None:
        page = open_page("steward", "/imports/")
        upload(page, file_of(tmp_path / "good.csv", GOOD))
        page.select_option("#column-name", "道路名称")
        look(page, "prepare-zh")
        check(page)
        assert page.locator("#results tr").count() == 3
        assert "以所在的天河区得名" in page.inner_text(".import-changes ins")
        page.wait_for_selector("[data-map][data-ready=true]", timeout=60_000)
        look(page, "result-zh")
        assert_accessible(page)
        page.click("form[action$='/commit/'] button")
        page.wait_for_selector("form[action$='/undo/']")
        look(page, "committed-zh")
        page.goto("/places/?q=试验一路")
        assert "试验一路" in page.inner_text("#results")
        page.goto("/imports/")
        look(page, "list-zh")
        assert_accessible(page)
        page.click("th a")
        page.click("form[action$='/undo/'] button")
        page.wait_for_selector(".chip:has-text('已撤销')")
        page.goto("/places/?q=试验一路")
        assert page.locator("#results").count() == 0

    def test_the_columns_are_remembered_and_a_phone_is_enough(
        self, open_page: Callable[..., Any], tmp_path: Path
    ) -> None:
        page = open_page("steward", "/imports/", phone=True)
        look(page, "list-phone")
        path = file_of(tmp_path / "again.csv", GOOD)
        upload(page, path)
        page.select_option("#column-name", "道路名称")
        check(page)
        look(page, "result-phone")
        assert_accessible(page)
        upload(page, path)
        assert page.input_value("#column-name") == "道路名称"
        look(page, "prepare-phone")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_the_list_of_places_goes_out_as_a_file(self, open_page: Callable[..., Any]) -> None:
        page = open_page("viewer", "/places/?within=440106&category=STREET")
        page.click("a[href^='/export/place-names/']")
        page.select_option("[name=format]", "xlsx")
        look(page, "export-zh")
        assert_accessible(page)
        with page.expect_download() as download:
            page.click(".form-buttons button")
        assert download.value.suggested_filename.endswith(".xlsx")

    def test_of_two_sheets_chosen_one_after_another_the_later_is_read(
        self, open_page: Callable[..., Any], tmp_path: Path
    ) -> None:
        book = Workbook()
        for name in ("甲", "乙", "丙"):
            book.create_sheet(name).append([f"{name}名称"])
            book[name].append(["试验一路"])
        del book["Sheet"]
        book.save(tmp_path / "sheets.xlsx")
        page = open_page("steward", "/imports/")
        upload(page, tmp_path / "sheets.xlsx")
        page.evaluate("""() => {
            const sheet = document.querySelector("#sheet");
            for (const name of ["乙", "丙"]) {
                sheet.value = name;
                sheet.dispatchEvent(new Event("change", { bubbles: true }));
            }
        }""")
        page.wait_for_selector("th:has-text('丙名称'), th:has-text('乙名称')")
        assert page.input_value("#sheet") == "丙"
