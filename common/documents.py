"""Official papers as Word documents: headed, in the layout of GB/T 9704-2012 for A4.

A caller gives an :class:`OfficialDocument` made of paragraphs, headings and tables, and gets the
bytes of a .docx. Fonts are named (仿宋, 宋体, 黑体), not embedded: every office machine has them.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY_FONT, TITLE_FONT, HEADING_FONT, LATIN_FONT = "仿宋", "宋体", "黑体", "Times New Roman"
# The type area of the standard: 156 × 225 mm, 37 mm from the top, 28 mm from the left.
PAGE_MM, TOP_MM, LEFT_MM, AREA_MM = (210, 297), 37, 28, (156, 225)
RED = RGBColor(0xC0, 0x00, 0x00)
TALLEST_MM = 150
BODY_PT, LINE_PT, TITLE_PT, ISSUER_PT, TABLE_PT, MARK_PT = 16, 28, 22, 32, 14, 10.5
# What XML 1.0 cannot hold; people paste it without seeing it.
UNSEEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """``headings`` are repeated on every page; without them the first column is the heading.

    ``widths``: shares of the line, one a column; equal where left out.
    """

    rows: Sequence[Sequence[str]]
    headings: Sequence[str] = ()
    widths: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, ``width_mm`` wide; ``text`` stands below it and is read aloud instead of it."""

    png: bytes
    text: str
    width_mm: float = 120

    @property
    def fitted_mm(self) -> float:
        """The width at which it is no taller than fits a page beside its heading."""
        with Image.open(io.BytesIO(self.png)) as picture:
            return min(self.width_mm, TALLEST_MM * picture.width / picture.height)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """Small pictures (PNG or JPEG), ``across`` beside each other, each with its text."""

    pictures: Sequence[Picture]
    across: int = 3


Block = str | Heading | Table | Picture | PictureRow


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """``blocks``: paragraphs as text (a line break begins a new one), headings and tables.

    ``number``: 发文字号. ``addressee``: 主送, followed by a colon. ``signed_by`` and ``day`` stand
    at the end, where the seal goes. ``after``: what stands below the signature (a receipt).
    ``mark`` (a draft) and ``synthetic`` (made-up data) are said on every page.
    """

    title: str
    blocks: Sequence[Block]
    issuer: str = ""
    number: str = ""
    addressee: str = ""
    signed_by: str = ""
    day: date | None = None
    after: Sequence[str | Heading | Table] = field(default=())
    mark: str = ""
    synthetic: bool = False


def spelled_day(day: date) -> str:
    """2024年6月1日; 1 June 2024."""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def synthetic_mark() -> str:
    return _("Demonstration data (synthetic): not an official paper and without legal effect")


def word_response(content: bytes, name: str) -> HttpResponse:
    """The document as a download; ``name`` without its ending, Chinese characters allowed."""
    response = HttpResponse(content, content_type=WORD)
    header = content_disposition_header(True, f"{name}.docx")
    response["Content-Disposition"] = header or "attachment"
    return response


def html_response(text: str, name: str) -> HttpResponse:
    """A page of its own as a download; ``name`` without its ending."""
    response = HttpResponse(text, content_type="text/html; charset=utf-8")
    header = content_disposition_header(True, f"{name}.html")
    response["Content-Disposition"] = header or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def write_document(paper: OfficialDocument) -> bytes:
    word = Document()
    _prepare(word, paper)
    if paper.issuer:
        _issuer(word, paper)
    if paper.number:
        _line(word, paper.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    if paper.issuer:
        _red_rule(word.paragraphs[-1])
        _line(word, "")
    title = _line(word, paper.title, font=TITLE_FONT, size=TITLE_PT, bold=True)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(36)
    _line(word, "")
    if paper.addressee:
        _line(word, f"{paper.addressee}：")
    _write(word, paper.blocks)
    _sign(word, paper)
    _write(word, paper.after)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _prepare(word: Any, paper: OfficialDocument) -> None:
    style = word.styles["Normal"]
    _face(style, BODY_FONT)
    style.font.size = Pt(BODY_PT)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = Pt(LINE_PT)
    section = word.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in PAGE_MM)
    section.top_margin, section.left_margin = Mm(TOP_MM), Mm(LEFT_MM)
    section.right_margin = Mm(PAGE_MM[0] - LEFT_MM - AREA_MM[0])
    section.bottom_margin = Mm(PAGE_MM[1] - TOP_MM - AREA_MM[1])
    marks = [paper.mark, f"▒ {synthetic_mark()}" if paper.synthetic else ""]
    if any(marks):
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(head, "    ".join(filter(None, marks)), font=HEADING_FONT, size=MARK_PT)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(foot)
    facts = word.core_properties
    facts.title, facts.author, facts.comments = _clean(paper.title), _clean(paper.issuer), ""
    facts.language = "en" if (get_language() or "").startswith("en") else "zh-CN"
    if paper.day:
        facts.created = facts.modified = datetime(paper.day.year, paper.day.month, paper.day.day)


def _issuer(word: Any, paper: OfficialDocument) -> None:
    line = _line(word, paper.issuer, font=TITLE_FONT, size=ISSUER_PT, bold=True, colour=RED)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.line_spacing = Pt(44)
    line.paragraph_format.space_after = Pt(BODY_PT)


def _sign(word: Any, paper: OfficialDocument) -> None:
    """Whose paper it is and its day, at the right, kept together on one page."""
    lines = [paper.signed_by, spelled_day(paper.day) if paper.day else ""]
    if any(lines):
        _line(word, "").paragraph_format.keep_with_next = True
    for text in filter(None, lines):
        line = _line(word, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(2 * BODY_PT)
        line.paragraph_format.keep_with_next = text is lines[0]


def _write(word: Any, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Table):
            _table(word, block)
        elif isinstance(block, Picture):
            _picture(word, block)
        elif isinstance(block, PictureRow):
            _pictures(word, block)
        elif isinstance(block, Heading):
            line = _line(word, block.text, font=HEADING_FONT, indent=True)
            line.paragraph_format.keep_with_next = True
        else:
            for text in _clean(block).splitlines():
                _line(word, text, indent=True)


def _picture(word: Any, block: Picture) -> None:
    line = word.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    # A picture is as tall as it is: the fixed distance of lines would cut it off.
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.keep_with_next = True
    shown = line.add_run().add_picture(io.BytesIO(block.png), width=Mm(block.fitted_mm))
    shown._inline.docPr.set("descr", _clean(block.text))
    _run(_line(word, "", align=WD_ALIGN_PARAGRAPH.CENTER), block.text, size=MARK_PT)


def _pictures(word: Any, block: PictureRow) -> None:
    across, every = block.across, list(block.pictures)
    if not every:
        return
    width = Mm(AREA_MM[0] / across - 4)
    table = word.add_table(rows=-(-len(every) // across), cols=across)
    for row, start in zip(table.rows, range(0, len(every), across), strict=True):
        _mark(row, "w:cantSplit")
        for cell, picture in zip(row.cells, every[start : start + across], strict=False):
            line = cell.paragraphs[0]
            line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            shown = line.add_run().add_picture(io.BytesIO(picture.png), width=width)
            shown._inline.docPr.set("descr", _clean(picture.text))
            said = cell.add_paragraph()
            said.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            _run(said, picture.text, size=MARK_PT)


def _line(
    word: Any,
    text: str,
    *,
    font: str = BODY_FONT,
    size: float = BODY_PT,
    bold: bool = False,
    colour: RGBColor | None = None,
    align: Any = None,
    indent: bool = False,
) -> Any:
    line = word.add_paragraph()
    if align is not None:
        line.alignment = align
    if indent:
        line.paragraph_format.first_line_indent = Pt(2 * size)
    _run(line, text, font=font, size=size, bold=bold, colour=colour)
    return line


def _run(
    line: Any,
    text: str,
    *,
    font: str = BODY_FONT,
    size: float = BODY_PT,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> None:
    run = line.add_run(_clean(text))
    _face(run, font)
    run.font.size, run.font.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour


def _face(styled: Any, font: str) -> None:
    """Chinese and Latin letters have a font each; python-docx itself names only the latter."""
    styled.font.name = LATIN_FONT
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), font)


def _table(word: Any, block: Table) -> None:
    rows = [block.headings, *block.rows] if block.headings else list(block.rows)
    if not rows:
        return
    columns = max(len(row) for row in rows)
    shares = block.widths or [1.0] * columns
    widths = [Emu(int(Mm(AREA_MM[0]) * share / sum(shares))) for share in shares]
    table = word.add_table(rows=len(rows), cols=columns, style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        _mark(row, "w:cantSplit")
        heading = bool(block.headings) and number == 0
        if heading:
            _mark(row, "w:tblHeader")
        # Asked once: python-docx builds the cells of a row anew each time.
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            cell.width = widths[column]
            line = cell.paragraphs[0]
            line.paragraph_format.line_spacing = Pt(24)
            named = heading or (not block.headings and column == 0)
            _run(line, text, font=HEADING_FONT if named else BODY_FONT, size=TABLE_PT)
    word.add_paragraph().paragraph_format.line_spacing = Pt(12)


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _red_rule(line: Any) -> None:
    """The red line between the heading and the text."""
    borders, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", str(RED))):
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    line._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _page_number(line: Any) -> None:
    _run(line, "— ", font=TITLE_FONT, size=TABLE_PT)
    field_of = OxmlElement("w:fldSimple")
    field_of.set(qn("w:instr"), "PAGE")
    line._p.append(field_of)
    _run(line, " —", font=TITLE_FONT, size=TABLE_PT)


def _clean(text: str) -> str:
    return UNSEEN.sub("", str(text))
