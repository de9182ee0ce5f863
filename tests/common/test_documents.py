"""Official papers as Word documents."""

import io
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from common.documents import (
    WORD,
    Heading,
    OfficialDocument,
    Table,
    spelled_day,
    word_response,
    write_document,
)


def paper(**changed: Any) -> Any:
    facts = {
        "issuer": "广州市民政局",
        "number": "穗民地名〔2024〕1号",
        "title": "关于天河区周门路命名的公告",
        "addressee": "各有关单位",
        "blocks": [
            "第一段。\n第二段。",
            Heading("一、名称"),
            Table(rows=[["周门路", "Zhoumen Lu"]], headings=["标准地名", "罗马字母拼写"]),
        ],
        "signed_by": "广州市民政局",
        "day": date(2024, 6, 1),
        **changed,
    }
    return Document(io.BytesIO(write_document(OfficialDocument(**facts))))


def texts(word: Any) -> list[str]:
    return [line.text for line in word.paragraphs if line.text]


class TestWriteDocument:
    def test_holds_everything_in_order(self) -> None:
        with translation.override("zh-hans"):
            found = texts(paper())
        assert found == [
            "广州市民政局",
            "穗民地名〔2024〕1号",
            "关于天河区周门路命名的公告",
            "各有关单位：",
            "第一段。",
            "第二段。",
            "一、名称",
            "广州市民政局",
            "2024年6月1日",
        ]

    def test_the_page_is_that_of_the_standard(self) -> None:
        section = paper().sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        area = section.page_width - section.left_margin - section.right_margin
        assert abs(area - Mm(156)) < Mm(0.5)

    def test_chinese_fonts_are_named(self) -> None:
        word = paper()
        named = {
            run._r.rPr.rFonts.get(qn("w:eastAsia")) for line in word.paragraphs for run in line.runs
        }
        assert named == {"仿宋", "宋体", "黑体"}
        assert word.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"

    def test_a_table_keeps_its_headings_on_every_page(self) -> None:
        (table,) = paper().tables
        assert [cell.text for cell in table.rows[0].cells] == ["标准地名", "罗马字母拼写"]
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None

    def test_made_up_data_say_so_on_every_page(self) -> None:
        with translation.override("zh-hans"):
            marked = paper(synthetic=True).sections[0].header.paragraphs[0].text
        assert "演示数据" in marked
        assert paper().sections[0].header.paragraphs[0].text == ""
        assert paper(mark="草稿").sections[0].header.paragraphs[0].text == "草稿"

    def test_the_document_names_its_issuer_not_a_library(self) -> None:
        facts = paper().core_properties
        assert (facts.author, facts.title) == ("广州市民政局", "关于天河区周门路命名的公告")
        assert facts.comments == ""

    @pytest.mark.parametrize("unseen", ["\x00", "\x0b", "\x1f", "\ufffe"])
    def test_unseen_characters_do_not_break_it(self, unseen: str) -> None:
        assert f"第{unseen}二".replace(unseen, "") in texts(paper(blocks=[f"第{unseen}二"]))

    def test_characters_beyond_the_first_plane_stay(self) -> None:
        assert "𬇙水路" in texts(paper(blocks=["𬇙水路"]))

    def test_an_empty_table_is_left_out(self) -> None:
        assert not paper(blocks=[Table(rows=[])]).tables


class TestSpelledDay:
    def test_in_both_languages(self) -> None:
        with translation.override("zh-hans"):
            assert spelled_day(date(2024, 6, 1)) == "2024年6月1日"
        with translation.override("en"):
            assert spelled_day(date(2024, 6, 1)) == "1 June 2024"


class TestWordResponse:
    def test_is_a_download_with_its_chinese_name(self) -> None:
        response = word_response(b"x", "周门路命名公告")
        assert response["Content-Type"] == WORD
        assert "filename*=utf-8''%E5%91%A8" in response["Content-Disposition"]
        assert response["Content-Disposition"].startswith("attachment")
