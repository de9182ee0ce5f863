"""Pages of shapes as a PDF of vectors, its type embedded: the same drawing on every machine."""

import logging
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextMode
from pylopdf_fonts_zh_cn import sans_path

from signage.domain.face.shapes import (
    PAGE_INK,
    Disc,
    Label,
    Polygon,
    Rect,
    Rule,
    Shape,
)
from signage.domain.face.sheet import HEIGHT, INK, WIDTH
from signage.domain.face.svg import clean
from signage.domain.face.widths import width_of

TYPE = "hei"
POINTS_A_MM = 72 / 25.4
# How much heavier the strokes of the type on signs are, of its size.
HEAVIER = 0.022
# Captions are smaller than this (mm), and would run together so heavy.
CAPTION, CAPTION_HEAVIER = 4.0, 0.008

# Every glyph that a font lacks is told by ``missing_characters`` instead.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def to_pdf(pages: Sequence[Iterable[Shape]], *, title: str, language: str) -> bytes:
    pdf = FPDF(unit="mm", format=(WIDTH, HEIGHT))
    pdf.set_auto_page_break(False)
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.add_font(TYPE, fname=sans_path())
    for shapes in pages:
        pdf.add_page()
        for shape in shapes:
            _draw(pdf, shape)
    return bytes(pdf.output())


def missing_characters(texts: Iterable[str]) -> str:
    """The characters that the embedded type does not have, each once."""
    known = _known()
    every = dict.fromkeys(character for text in texts for character in clean(text))
    return "".join(each for each in every if ord(each) not in known and not each.isspace())


@cache
def _known() -> frozenset[int]:
    with TTFont(sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _draw(pdf: FPDF, shape: Shape) -> None:
    if isinstance(shape, Label):
        _write(pdf, shape)
    elif isinstance(shape, Rule):
        _pen(pdf, shape.stroke, shape.stroke_width, shape.dash)
        pdf.line(shape.x1, shape.y1, shape.x2, shape.y2)
    elif isinstance(shape, Polygon):
        pdf.set_fill_color(_colour(shape.fill))
        pdf.polygon(shape.points, style="F")
    elif isinstance(shape, Disc):
        style = _style(pdf, shape)
        if style:
            pdf.circle(shape.x, shape.y, shape.radius, style=style)
    else:
        style = _style(pdf, shape)
        box = shape.box
        corner = min(shape.radius, box.width / 2, box.height / 2)
        if style and box.width > 0 and box.height > 0:
            values: dict[str, Any] = (
                {"round_corners": True, "corner_radius": corner} if corner > 0.01 else {}
            )
            pdf.rect(box.x, box.y, box.width, box.height, style=style, **values)


def _style(pdf: FPDF, shape: Rect | Disc) -> str:
    style = ""
    if shape.stroke != "none" and shape.stroke_width > 0:
        _pen(pdf, shape.stroke, shape.stroke_width, getattr(shape, "dash", 0))
        style = "D"
    if shape.fill != "none":
        pdf.set_fill_color(_colour(shape.fill))
        style += "F"
    return style


def _pen(pdf: FPDF, colour: str, width: float, dash: float) -> None:
    pdf.set_draw_color(_colour(colour))
    pdf.set_line_width(width)
    pdf.set_dash_pattern(dash=dash, gap=dash * 0.7)


def _write(pdf: FPDF, label: Label) -> None:
    text = clean(label.text)
    if not text.strip():
        return
    colour = _colour(label.fill)
    pdf.set_font(TYPE, size=label.size * POINTS_A_MM)
    natural = width_of(text, label.size)
    pdf.set_stretching(100 * label.width / natural if natural and label.width else 100)
    pdf.set_text_color(colour)
    mode = TextMode.FILL
    if label.bold:
        heavier = HEAVIER if label.size >= CAPTION else CAPTION_HEAVIER
        _pen(pdf, label.fill, label.size * heavier, 0)
        mode = TextMode.FILL_STROKE
    with pdf.local_context(text_mode=mode):
        if label.upright:
            pdf.text(label.x, label.y, text)
        else:
            with pdf.rotation(90, label.x, label.y):
                pdf.text(label.x, label.y, text)
    pdf.set_stretching(100)


def _colour(colour: str) -> str:
    return INK if colour == PAGE_INK else colour
