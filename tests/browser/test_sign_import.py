"""Signs with panels and photos from a ZIP and from a folder; photos alone find their signs."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone

from tests.browser import PHONE, assert_accessible

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
Photo = Callable[..., Any]

HEADINGS = ["标志编号", "标志类别", "经度", "纬度", "汉字", "拼音", "底色", "版面内容", "照片"]
HERE = ("113.3354", "23.1274")
FACES = [
    {
        "side": 1,
        "ground": "blue",
        "width": 1500,
        "height": 450,
        "panels": [
            {
                "lines": [
                    {"kind": "hanzi", "text": "试验路", "share": 0.6, "height": 180},
                    {"kind": "pinyin", "text": "SHIYAN LU", "share": 0.4, "height": 81},
                ]
            },
            {"lines": [{"kind": "arrow", "text": "left"}]},
        ],
    }
]


def table(*rows: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([HEADINGS, *rows])
    return written.getvalue()


def sound(number: str, photo: str) -> list[str]:
    return [number, "街路牌", *HERE, "", "", "", json.dumps(FACES, ensure_ascii=False), photo]


def plain(number: str, photo: str = "", **changes: str) -> list[str]:
    row = dict(
        zip(
            HEADINGS,
            [number, "街路牌", *HERE, "试验路", "SHIYAN LU", "蓝", "", photo],
            strict=True,
        )
    )
    return list({**row, **changes}.values())


def upload(page: Any, field: str, path: Path) -> None:
    page.goto("/imports/new/")
    page.select_option("[name=kind]", "signs")
    page.set_input_files(f"[name={field}]", str(path))
    page.click("form[data-guard] button[type=submit]")
    page.wait_for_url("**/imports/*-*/")
    page.select_option("#datum", "CGCS2000")
    page.click("form[action$='/check/'] button[type=submit]")
    page.wait_for_selector(".filter-chips")


def bring_in_and_take_back(page: Any, number: str) -> None:
    page.click("form[action$='/commit/'] button[type=submit]")
    page.wait_for_selector("form[action$='/undo/']")
    batch = page.evaluate("location.pathname")
    page.goto(f"/signs/{number}/")
    assert "SHIYAN LU" in page.inner_text("main")
    assert page.locator(".sign-photos img").count() == 1, page.url
    page.goto(batch)
    page.click("form[action$='/undo/'] button")
    page.wait_for_selector(".chip:has-text('已撤销')")
    assert page.goto(f"/signs/{number}/").status == 404


class TestImport:
    def test_a_zip_says_row_by_row_what_is_wrong_and_goes_on(
        self, open_page: OpenPage, tmp_path: Path, make_photo: Photo
    ) -> None:
        path = tmp_path / "标志.zip"
        with ZipFile(path, "w") as archive:
            rows = table(
                plain("BZ-1"),
                plain("BZ-2", 经度="", 纬度=""),
                plain("BZ-3", 标志类别="霓虹灯"),
                plain("BZ-4", "文字.jpg"),
                plain("BZ-5", 汉字="Тяньхэ"),
            )
            archive.writestr("标志/表.csv", rows)
            archive.writestr("标志/文字.jpg", b"no picture")
            archive.writestr("标志/多余.jpg", make_photo().read())
        page = open_page("steward", "/imports/", language="en")
        upload(page, "file", path)
        told = page.inner_text("main")
        assert "has no position" in told and "is not a class of the sign standard" in told
        assert "cannot be read as a picture" in told and "多余.jpg" in told
        assert page.locator("#results tr").count() == 3
        assert page.get_attribute("[data-refused]", "aria-disabled") == "true"
        assert_accessible(page)

    def test_a_zip_with_panels_and_photos_comes_in_and_is_taken_back(
        self, open_page: OpenPage, tmp_path: Path, make_photo: Photo
    ) -> None:
        path = tmp_path / "标志.zip"
        with ZipFile(path, "w") as archive:
            archive.writestr("表.csv", table(sound("BZ-6", "甲.jpg"), plain("BZ-7", "乙.jpg")))
            archive.writestr("照片/甲.jpg", make_photo(at=timezone.now()).read())
            archive.writestr("照片/乙.jpg", make_photo(at=timezone.now()).read())
        page = open_page("steward", "/imports/")
        upload(page, "file", path)
        assert_accessible(page)
        bring_in_and_take_back(page, "BZ-6")

    def test_a_folder_comes_in_like_a_zip(
        self, open_page: OpenPage, tmp_path: Path, make_photo: Photo
    ) -> None:
        folder = tmp_path / "普查"
        (folder / "照片").mkdir(parents=True)
        (folder / "表.csv").write_text(table(sound("BZ-8", "甲.jpg")), "utf-8")
        (folder / "照片" / "甲.jpg").write_bytes(make_photo(at=timezone.now()).read())
        page = open_page("steward", "/imports/")
        upload(page, "folder", folder)
        bring_in_and_take_back(page, "BZ-8")


class TestPhotosAlone:
    def test_find_their_sign_and_the_rest_is_listed_with_the_reason(
        self, open_page: OpenPage, tmp_path: Path, make_photo: Photo
    ) -> None:
        page = open_page("inspector", "/signs/?within=440106", language="en")
        row = page.locator("#results tr").first
        number = str(row.get_attribute("data-key"))
        page.goto(f"/signs/{number}/")
        where = self.position(page)
        now = timezone.now()
        photos = {
            "甲.jpg": make_photo(at=now, where=where),
            "乙.jpg": make_photo(at=now.replace(year=now.year - 2, day=1), where=where),
            "丙.jpg": make_photo(at=now),
            "丁.jpg": make_photo(at=now, where=(114.9, 21.0)),
        }
        path = self.packed(tmp_path, {name: photo.read() for name, photo in photos.items()})
        page.goto("/signs/photo-batches/")
        assert_accessible(page)
        page.set_input_files("[name=file]", str(path))
        page.get_by_role("button", name="Match", exact=True).click()
        page.get_by_role("link", name="See the result").click()
        page.wait_for_url("**/photo-batches/**")
        left = page.get_by_role("region", name="Left over").inner_text()
        for why in ("another year", "names no position", "No sign is near enough", "戊.jpg"):
            assert why in left
        assert_accessible(page)
        # What a camera cannot tell a person does.
        fields = page.get_by_label("Number of the sign")
        given = page.get_by_role("listitem").filter(has_text="丙.jpg")
        given.get_by_label("Number of the sign").fill(number)
        assert fields.count() == 4
        before = self.photos(open_page, number)
        page.get_by_role("button", name="Keep the photos").click()
        page.get_by_role("link", name="See the result").wait_for()
        assert self.photos(open_page, number) > before

    @staticmethod
    def packed(folder: Path, photos: dict[str, bytes]) -> Path:
        path = folder / "巡查.zip"
        with ZipFile(path, "w") as archive:
            for name, content in photos.items():
                archive.writestr(name, content)
            archive.writestr("戊.jpg", b"no picture")
        return path

    @staticmethod
    def position(page: Any) -> tuple[float, float]:
        text = page.get_by_text("CGCS2000").first.inner_text()
        lon, lat = (float(part) for part in text.split("(")[0].replace("°", "").split(",")[:2])
        return lon, lat

    @staticmethod
    def photos(open_page: OpenPage, number: str) -> int:
        page = open_page("inspector", f"/signs/{number}/", phone=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        return int(page.locator(".sign-photos img").count())
