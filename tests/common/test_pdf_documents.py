"""Official papers as PDF: pages, the type embedded, marks and pictures."""

import io
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
