"""A district's officer fills an item of an entry, learns what is missing, takes the paper out."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import assert_accessible

pytestmark = pytest.mark.browser


class TestCompendiumInTheBrowser:
    def test_an_item_is_written_and_a_signature_waits_for_the_rest(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("tianhe", "/compendium/")
        assert_accessible(page)
        page.get_by_role("link", name="天河区", exact=True).last.click()
        page.wait_for_url("**/compendium/440106/")
        assert_accessible(page)
        item = page.locator("#item-postcode")
        item.locator("summary").click()
        item.get_by_label("文字").fill("510630")
        item.get_by_role("button", name="保存").click()
        page.wait_for_url("**/compendium/440106/#item-postcode")
        assert "510630" in item.inner_text() and "人工填写" in item.inner_text()
        page.get_by_role("button", name="签署并移交").click()
        page.get_by_role("alert").filter(has_text="E09").wait_for()
        assert_accessible(page)
        page.goto("/compendium/440106/")
        with page.expect_download() as download:
            page.get_by_role("link", name="Word").click()
        assert download.value.suggested_filename.endswith(".docx")

    def test_faults_and_disagreements_can_be_read_by_everybody(
        self, open_page: Callable[..., Any]
    ) -> None:
        page = open_page("viewer", "/divisions/disagreements/?within=44")
        assert_accessible(page)
        page.goto("/divisions/faults/?within=4401")
        page.wait_for_selector('[data-map][data-ready="true"]')
        assert_accessible(page)
