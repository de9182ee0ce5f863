"""Official papers as PDF: pages, the type embedded, marks and pictures."""

import io
import re
from dataclasses import replace
from datetime import date

from PIL import Image

from common.documents import (
    Heading,
    OfficialDocument,
    Picture,
    PictureRow,
    Table,
    write_document,
)
from common.pdf_documents import pdf_response, write_pdf


def picture(width: int, height: int, text: str = "界桩") -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#2f7d4f").save(buffer, "PNG")
    return Picture(buffer.getvalue(), text)


def paper() -> OfficialDocument:
    return OfficialDocument(
        title="联合检查报告",
        blocks=[
            Heading("界桩"),
            Table(rows=[[f"{n:03}", "完好"] for n in range(80)], headings=("编号", "状况")),
            "第一段\n第二段",
            picture(100, 900),
            PictureRow([picture(40, 30, f"{n}") for n in range(10)]),
        ],
        signed_by="民政局",
        day=date(2026, 3, 20),
        synthetic=True,
    )


def test_a_long_paper_becomes_pages() -> None:
    content = write_pdf(paper())
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") >= 3
    assert b"/FontFile2" in content or b"/FontFile3" in content


def test_the_same_paper_as_word() -> None:
    assert write_document(paper()).startswith(b"PK")


def test_a_tall_picture_is_made_to_fit() -> None:
    assert picture(100, 900).fitted_mm < 20
    assert picture(900, 100).fitted_mm == 120


def test_the_download_bears_a_chinese_name() -> None:
    answer = pdf_response(write_pdf(paper()), "联检报告")
    assert answer["Content-Type"] == "application/pdf"
    assert "filename*=utf-8''" in answer["Content-Disposition"]


def test_an_empty_paper_is_one_page() -> None:
    content = write_pdf(OfficialDocument(title="空", blocks=[Table(rows=[]), PictureRow([])]))
    assert content.count(b"/Type /Page\n") == 1


def test_the_head_of_a_paper_stands_in_it_as_in_word() -> None:
    """Issuer, number and addressee: their characters are among those that the file maps to text."""
    head = {"issuer": "粤", "number": "穗", "addressee": "琼"}
    bare = OfficialDocument(title="报告", blocks=["正文"])
    for field, character in head.items():
        code = f"{ord(character):04X}".encode()
        assert code not in text_maps(write_pdf(bare))
        assert code in text_maps(write_pdf(replace(bare, **{field: character})))


def text_maps(pdf: bytes) -> bytes:
    """The streams of a PDF that map its glyphs to text."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(each for each in streams if b"beginbfchar" in each)
