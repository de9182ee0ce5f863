"""The same official papers as PDF: A4, the type embedded, so that they look alike everywhere."""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from fpdf import FPDF
from fpdf.fonts import FontFace
from pylopdf_fonts_zh_cn import sans_path

from common.documents import (
    Heading,
    OfficialDocument,
    Picture,
    PictureRow,
    Table,
    spelled_day,
    synthetic_mark,
)

TYPE = "hei"
MARGIN_MM, BODY_PT, TITLE_PT, TABLE_PT, MARK_PT, LINE_MM = 22, 12, 18, 9.5, 9, 7
ISSUER_PT, RED = 24, (192, 0, 0)
# Every glyph that the type lacks would be told once a page.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class _Paper(FPDF):  # type: ignore[misc]
    def __init__(self, paper: OfficialDocument) -> None:
        super().__init__(unit="mm", format="A4")
        self.marks = "    ".join(
            filter(None, [paper.mark, f"▒ {synthetic_mark()}" if paper.synthetic else ""])
        )
        self.add_font(TYPE, fname=sans_path())
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=MARGIN_MM)
        self.set_title(paper.title)
        self.set_lang("en" if (get_language() or "").startswith("en") else "zh-CN")

    def header(self) -> None:
        if self.marks:
            self.set_font(TYPE, size=MARK_PT)
            self.cell(0, 5, self.marks, align="C", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(TYPE, size=MARK_PT)
        self.cell(0, 5, f"— {self.page_no()} —", align="C")


def write_pdf(paper: OfficialDocument) -> bytes:
    """The paper's blocks in their order, its signature at the end."""
    pdf = _Paper(paper)
    pdf.add_page()
    if paper.issuer:
        pdf.set_text_color(*RED)
        _line(pdf, paper.issuer, size=ISSUER_PT, align="C")
        pdf.set_text_color(0)
    if paper.number:
        _line(pdf, paper.number, align="C")
    if paper.issuer:
        pdf.set_draw_color(*RED)
        pdf.line(pdf.l_margin, pdf.get_y() + 1, pdf.w - pdf.r_margin, pdf.get_y() + 1)
        pdf.set_draw_color(0)
        pdf.ln(5)
    _line(pdf, paper.title, size=TITLE_PT, align="C")
    pdf.ln(3)
    if paper.addressee:
        _line(pdf, f"{paper.addressee}：")
    for block in (*paper.blocks, *_signature(paper), *paper.after):
        _block(pdf, block)
    return bytes(pdf.output())


def _signature(paper: OfficialDocument) -> Sequence[str]:
    return [each for each in (paper.signed_by, spelled_day(paper.day) if paper.day else "") if each]


def _block(pdf: Any, block: str | Heading | Table | Picture | PictureRow) -> None:
    if isinstance(block, Table):
        _table(pdf, block)
    elif isinstance(block, Picture):
        pdf.image(BytesIO(block.png), w=block.fitted_mm, x="C", alt_text=block.text)
        _line(pdf, block.text, size=MARK_PT, align="C")
    elif isinstance(block, PictureRow):
        _row(pdf, block)
    elif isinstance(block, Heading):
        pdf.ln(2)
        _line(pdf, block.text, size=BODY_PT + 1)
    else:
        for text in block.splitlines():
            _line(pdf, text)


def _line(pdf: Any, text: str, *, size: float = BODY_PT, align: str = "L") -> None:
    pdf.set_font(TYPE, size=size)
    height = LINE_MM * size / BODY_PT
    pdf.multi_cell(0, height, text, align=align, new_x="LMARGIN", new_y="NEXT")


def _table(pdf: Any, block: Table) -> None:
    rows = [block.headings, *block.rows] if block.headings else list(block.rows)
    if not rows:
        return
    pdf.set_font(TYPE, size=TABLE_PT)
    shares = tuple(block.widths) or (1,) * max(len(row) for row in rows)
    style = FontFace(fill_color=(240, 240, 236))
    with pdf.table(
        col_widths=shares,
        first_row_as_headings=bool(block.headings),
        headings_style=style,
        line_height=5,
        text_align="LEFT",
    ) as table:
        for row in rows:
            table.row([str(text) for text in row])
    pdf.ln(3)


def _row(pdf: Any, block: PictureRow) -> None:
    """Pictures beside each other at one height, their texts below."""
    width = (pdf.epw - 4 * (block.across - 1)) / block.across
    for start in range(0, len(block.pictures), block.across):
        group = block.pictures[start : start + block.across]
        if pdf.will_page_break(width * 0.75 + 8):
            pdf.add_page()
        top, bottom = pdf.get_y(), pdf.get_y()
        for n, picture in enumerate(group):
            left = pdf.l_margin + n * (width + 4)
            pdf.image(
                BytesIO(picture.png), x=left, y=top, w=width, h=width * 0.75,
                keep_aspect_ratio=True, alt_text=picture.text,
            )  # fmt: skip
            pdf.set_xy(left, top + width * 0.75)
            pdf.set_font(TYPE, size=7)
            pdf.multi_cell(width, 3.5, picture.text, new_x="LEFT", new_y="NEXT")
            bottom = max(bottom, pdf.get_y())
        pdf.set_xy(pdf.l_margin, bottom + 2)


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """The document as a download; ``name`` without its ending, Chinese characters allowed."""
    response = HttpResponse(content, content_type="application/pdf")
    header = content_disposition_header(True, f"{name}.pdf")
    response["Content-Disposition"] = header or "attachment"
    return response
