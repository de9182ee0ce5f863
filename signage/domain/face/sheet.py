"""A workshop's sheet for a batch of signs: A4 pages of shapes, the same for SVG and PDF.

First pages: how many of what. Then every sign to scale with its measures, lines and material.
Words come from the caller, in the reader's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from signage.domain.face.draw import draw, draw_size
from signage.domain.face.place import Drawing
from signage.domain.face.shapes import Box, Label, Rect, Rule, Shape, placed
from signage.domain.face.widths import width_of

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 14.0
INNER = WIDTH - 2 * MARGIN
TOP, BOTTOM = 30.0, HEIGHT - 16.0
BLOCK = (BOTTOM - TOP) / 2
INK, PALE, LINE = "#1f1f1f", "#536172", "#c6ced7"
TEXT, SMALL = 3.2, 2.7
# A face is drawn no larger than this on the sheet, and to one of these scales.
ROOM = (128.0, 52.0)
SCALES = (1, 2, 2.5, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 200, 500, 1000)

Page = list[Shape]


@dataclass(frozen=True, slots=True)
class Table:
    """``widths``: shares of the width of the page."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One sign to be made; ``scale_word`` is shown before 1 : N."""

    title: str
    drawing: Drawing
    scale_word: str
    facts: tuple[tuple[str, str], ...]
    lines: Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the head and the foot of every page."""

    title: str
    subtitle: str
    foot: str
    notes: tuple[str, ...] = ()


def make_sheet(*, heading: Heading, summary: Table, items: Sequence[SheetItem]) -> list[Page]:
    """The pages of a batch, each WIDTH by HEIGHT millimetres."""
    pages = _summary_pages(heading, summary)
    for turn in range(0, len(items), 2):
        page: Page = []
        for place, item in enumerate(items[turn : turn + 2]):
            page += _block(item, TOP + place * BLOCK)
        pages.append(page)
    return [
        [*_frame(heading, number, len(pages)), *page] for number, page in enumerate(pages, start=1)
    ]


def label(
    text: str, x: float, y: float, size: float, *, fill: str = INK, bold: bool = False
) -> Label:
    return Label(text, x, y, size, width_of(text, size), fill, bold)


def wrapped(text: str, size: float, width: float, most: int = 3) -> list[str]:
    """A text in lines no wider than ``width``; what does not fit in ``most`` ends with …"""
    lines = [""]
    for word in _words(text):
        if width_of(lines[-1] + word, size) <= width:
            lines[-1] += word
        elif lines[-1]:
            lines.append(word.lstrip())
        else:
            lines[-1] = word
    lines = [piece for line in lines for piece in _broken(line, size, width)]
    if len(lines) > most:
        last = lines[most - 1]
        while last and width_of(last + "…", size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last + "…"]
    return lines


def _words(text: str) -> list[str]:
    """Latin words whole with the space before them, every other character by itself."""
    words: list[str] = []
    for character in text:
        latin = character.isascii() and character != " "
        if latin and words and words[-1][-1].isascii() and words[-1] != "":
            words[-1] += character
        else:
            words.append(character)
    return words


def _broken(line: str, size: float, width: float) -> list[str]:
    pieces = [""]
    for character in line:
        if pieces[-1] and width_of(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _frame(heading: Heading, number: int, total: int) -> Page:
    foot = f"{number} / {total}"
    return [
        Rect(Box(0, 0, WIDTH, HEIGHT), "#ffffff"),
        label(heading.title, MARGIN, 16, 5.4, bold=True),
        label(heading.subtitle, MARGIN, 22, TEXT, fill=PALE),
        Rule(MARGIN, 25, WIDTH - MARGIN, 25, INK, 0.3),
        label(heading.foot, MARGIN, HEIGHT - 9, SMALL, fill=PALE),
        label(foot, WIDTH - MARGIN - width_of(foot, SMALL), HEIGHT - 9, SMALL, fill=PALE),
    ]


def _summary_pages(heading: Heading, summary: Table) -> list[Page]:
    pages: list[Page] = [[]]
    y = TOP + 4
    for note in heading.notes:
        for line in wrapped(note, TEXT, INNER, most=6):
            pages[-1].append(label(line, MARGIN, y, TEXT))
            y += TEXT * 1.5
    y += 2
    head = True
    rows = list(summary.rows)
    while rows or head:
        if head:
            shapes, y = _row(summary, summary.head, y, bold=True)
            pages[-1] += shapes
            head = False
            continue
        shapes, below = _row(summary, rows[0], y)
        if below > BOTTOM - 6:
            pages.append([])
            y, head = TOP + 4, True
            continue
        pages[-1] += shapes
        y = below
        rows.pop(0)
    return pages


def _row(
    table: Table, cells: Sequence[str], y: float, *, bold: bool = False, size: float = SMALL
) -> tuple[Page, float]:
    """A row that begins at ``y``, and where the next one does."""
    shapes: Page = []
    x, deepest = MARGIN, 1
    whole = sum(table.widths)
    for cell, share in zip(cells, table.widths, strict=True):
        width = INNER * share / whole
        lines = wrapped(cell, size, width - 2)
        deepest = max(deepest, len(lines))
        for turn, line in enumerate(lines):
            shapes.append(label(line, x, y + size * (1 + turn * 1.35), size, bold=bold))
        x += width
    below = y + size * (deepest * 1.35 + 0.5)
    shapes.append(Rule(MARGIN, below, WIDTH - MARGIN, below, LINE, 0.5 if bold else 0.2))
    return shapes, below + size * 0.4


def _block(item: SheetItem, y: float) -> Page:
    shapes: Page = [label(item.title, MARGIN, y + 5, 4.2, bold=True)]
    scale = scale_for(item.drawing)
    face = [
        *draw(item.drawing),
        *draw_size(item.drawing, text_size=2.8 * scale),
        *draw_fields(item.drawing, text_size=2.5 * scale),
    ]
    shapes += placed(face, x=MARGIN + 14, y=y + 12, scale=1 / scale)
    shapes.append(
        label(
            f"{item.scale_word} 1 : {scale:g}", MARGIN + 14 + ROOM[0] + 12, y + 14, SMALL, fill=PALE
        )
    )
    below = y + 12 + item.drawing.height / scale + 9
    column = INNER / 2
    for turn, (name, value) in enumerate(item.facts):
        x = MARGIN + column * (turn % 2)
        line = below + (turn // 2) * 4.6
        shapes.append(label(name, x, line, SMALL, fill=PALE))
        shown = wrapped(value, SMALL, column - 29, most=1)[0]
        shapes.append(label(shown, x + 27, line, SMALL))
    below += -(-len(item.facts) // 2) * 4.6
    shown_rows, y_rows = _row(item.lines, item.lines.head, below - 1, bold=True, size=2.4)
    shapes += shown_rows
    for cells in item.lines.rows:
        shown_rows, after = _row(item.lines, cells, y_rows, size=2.4)
        if after > y + BLOCK - 5:
            break
        shapes += shown_rows
        y_rows = after
    for note in item.notes:
        if y_rows + 3 > y + BLOCK - 2:
            break
        shapes.append(label(wrapped(note, 2.4, INNER, most=1)[0], MARGIN, y_rows + 2.4, 2.4))
        y_rows += 3.4
    shapes.append(Rule(MARGIN, y + BLOCK - 1, WIDTH - MARGIN, y + BLOCK - 1, LINE, 0.2))
    return shapes


def scale_for(drawing: Drawing) -> float:
    """The largest usual scale at which a face fits its room on the sheet."""
    needed = max(drawing.width / ROOM[0], drawing.height / ROOM[1])
    return next((scale for scale in SCALES if scale >= needed), needed)


def draw_fields(drawing: Drawing, *, text_size: float) -> list[Shape]:
    """The heights of the fields to the left of a face and their widths above it."""
    inside = drawing.inside
    ys = _cuts(inside.y, inside.bottom, [(f.box.y, f.box.bottom) for f in drawing.fields])
    xs = _cuts(inside.x, inside.right, [(f.box.x, f.box.right) for f in drawing.fields])
    thin, away, tick = text_size * 0.06, text_size * 0.7, text_size * 0.35
    shapes: list[Shape] = []
    if len(ys) > 2:
        shapes += [Rule(-away - tick, y, -away + tick, y, INK, thin) for y in ys]
        shapes.append(Rule(-away, ys[0], -away, ys[-1], INK, thin))
        for above, below in pairwise(ys):
            text = f"{below - above:.0f}"
            wide = width_of(text, text_size)
            shapes.append(
                Label(
                    text,
                    -away - tick - wide,
                    (above + below) / 2 + text_size * 0.35,
                    text_size,
                    wide,
                    INK,
                )
            )
    if len(xs) > 2:
        shapes += [Rule(x, -away - tick, x, -away + tick, INK, thin) for x in xs]
        shapes.append(Rule(xs[0], -away, xs[-1], -away, INK, thin))
        for left, right in pairwise(xs):
            text = f"{right - left:.0f}"
            wide = width_of(text, text_size)
            shapes.append(
                Label(text, (left + right - wide) / 2, -away - tick, text_size, wide, INK)
            )
    return shapes


def _cuts(first: float, last: float, spans: Sequence[tuple[float, float]]) -> list[float]:
    """Where fields begin and end, to the tenth of a millimetre."""
    return sorted({round(value, 1) for span in [(first, last), *spans] for value in span})
