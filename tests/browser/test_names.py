"""Names, relations and merges of places as an officer sees them, also on a phone."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from gazetteer.models import Place, PlaceMerge
from tests.browser import assert_accessible

pytestmark = pytest.mark.browser


def look(page: Any, name: str) -> None:
    """Keep a picture where a person asked for them."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def places(demo: Any) -> dict[str, str]:
    rows = Place.objects.filter(division_code="440106", names__kind="standard")
    return {
        "road": str(rows.get(names__text="天河路").pk),
        "other": str(rows.get(names__text="体育东路").pk),
        "gone": str(Place.objects.get(names__text="萝岗区", names__kind="abolished").pk),
        "district": str(Place.objects.get(names__text="番禺区", division__isnull=False).pk),
        "merge": str(PlaceMerge.objects.get().pk),
    }


class TestPages:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("phone", [False, True])
    def test_are_accessible_and_fit_the_screen(
        self, open_page: Callable[..., Any], places: dict[str, str], language: str, phone: bool
    ) -> None:
        page = open_page("officer", "/accounts/me/", language=language, phone=phone)
        for path in (
            "places/{district}/names/",
            "places/{road}/names/",
            "places/{road}/names/new/?kind=former",
            "places/{road}/relations/new/?q=天河",
            "places/{road}/codes/new/",
            "places/{road}/merge/",
            "places/{road}/merge/?with={other}",
            "places/merges/{merge}/",
            "id/place/{gone}",
        ):
            page.goto("/" + path.format(**places))
            assert_accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
            kind = re.sub(r"\W+", "-", path.split("?")[0]).strip("-")
            look(page, f"{kind}-{language}-{'phone' if phone else 'desktop'}")


class TestWork:
    def test_a_name_is_added_and_two_records_are_merged_and_undone(
        self, open_page: Callable[..., Any], places: dict[str, str]
    ) -> None:
        page = open_page("officer", f"/places/{places['road']}/names/new/")
        page.select_option("#id_kind", "alias")
        page.fill("#id_text", "天河大街")
        expect(page.locator("[data-spelling]")).to_contain_text("Tiānhé")
        page.fill("#id_began", "约1920年")
        page.fill("#id_reason", "见地名志")
        page.get_by_role("button", name="添加名称", exact=True).click()
        row = page.locator(".names-table tr", has_text="天河大街")
        expect(row).to_contain_text("1920~")
        page.goto(f"/places/{places['road']}/merge/?with={places['other']}")
        page.wait_for_selector("[data-map][data-ready=true]", timeout=60_000)
        expect(page.locator(".merge-list .state-check")).to_have_count(2)
        look(page, "merge-preview")
        for fieldset in page.locator(".merge-list fieldset").all():
            fieldset.locator("input").first.check()
        page.fill("#merge-reason", "实地核查")
        page.get_by_role("button", name="合并记录", exact=True).click()
        page.wait_for_url("**/places/merges/**")
        look(page, "merge-record")
        record = page.url
        page.goto(f"/id/place/{places['other']}")
        assert page.url.endswith(f"/places/{places['road']}/")
        page.goto(record)
        page.fill("#id_reason", "核查有误")
        page.get_by_role("button", name="撤销合并", exact=True).click()
        page.wait_for_url(f"**/places/{places['other']}/names/")
        expect(page.locator(".notice")).to_contain_text("合并已撤销")
