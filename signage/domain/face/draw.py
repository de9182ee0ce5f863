"""A placed face as shapes: ground, frame, texts, arrows, and on request marks and dimensions."""

from collections.abc import Sequence

from signage.domain.face.place import Drawing
from signage.domain.face.shapes import PAGE_INK, Box, Disc, Label, Polygon, Rect, Rule, Shape
from signage.domain.face.widths import width_of

# Near the safety colours of GB 2893 on a screen; nothing else on a page uses blue and green.
COLOURS = {
    "blue": "#00529b",
    "green": "#00733b",
    "red": "#b3261e",
    "white": "#ffffff",
    "black": "#1f1f1f",
    "yellow": "#f2c500",
    "brown": "#6b4423",
    "other": "#6b6b6b",
}
UNKNOWN_COLOUR = "#868e96"
METAL, METAL_EDGE = "#e4e7ea", "#8a939c"
MARK, MARK_INK = "#ffb000", "#1f1f1f"


def colour(key: str) -> str:
    return COLOURS.get(key, UNKNOWN_COLOUR)


def draw(drawing: Drawing) -> list[Shape]:
    """The face itself, in its own millimetres."""
    small = min(drawing.width, drawing.height)
    grounds = {field.ground for field in drawing.fields if field.kind in ("hanzi", "pinyin")}
    main = next(iter(sorted(grounds)), drawing.fields[0].ground)
    shapes: list[Shape] = [
        Rect(drawing.face, METAL, METAL_EDGE, small * 0.006, radius=small * 0.03),
        Rect(drawing.inside, colour(main), radius=small * 0.015),
    ]
    shapes += [
        Rect(field.box, colour(field.ground)) for field in drawing.fields if field.ground != main
    ]
    ink = colour(drawing.texts[0].colour) if drawing.texts else METAL_EDGE
    if len({field.ground for field in drawing.fields}) == 1:
        line = drawing.inside.inset(small * 0.02)
        shapes.append(Rect(line, "none", ink, small * 0.012, radius=small * 0.01))
    shapes += [Polygon(arrow.points, colour(arrow.colour)) for arrow in drawing.arrows]
    shapes += [
        Label(
            text.text,
            text.box.x,
            text.baseline,
            text.size,
            text.box.width,
            colour(text.colour),
            True,
        )
        for text in drawing.texts
        if text.text
    ]
    return shapes


def draw_marks(marks: Sequence[tuple[int, Box]], drawing: Drawing) -> list[Shape]:
    """A dashed outline and a number for each thing that differs."""
    small = min(drawing.width, drawing.height)
    radius = max(small * 0.06, drawing.width * 0.026)
    shapes: list[Shape] = []
    taken: list[tuple[float, float]] = []
    for number, box in marks:
        around = _around(box, drawing, small * 0.012)
        shapes.append(Rect(around, "none", MARK_INK, small * 0.02))
        shapes.append(Rect(around, "none", MARK, small * 0.014, dash=small * 0.05))
        # Beside what it marks, for a long line over the edge; never one upon another.
        x = max(around.x - radius * 0.8, 0.0)
        y = around.y + min(around.height / 2, radius * 4)
        while any(abs(x - px) < 2 * radius and abs(y - py) < 2 * radius for px, py in taken):
            x += 2.2 * radius
        taken.append((x, y))
        shapes.append(Disc(x, y, radius, MARK, MARK_INK, radius * 0.12))
        size = radius * 1.35
        wide = width_of(str(number), size)
        shapes.append(Label(str(number), x - wide / 2, y + size * 0.36, size, wide, MARK_INK, True))
    return shapes


def _around(box: Box, drawing: Drawing, by: float) -> Box:
    """A box a little larger, but within the face."""
    x, y = max(0.0, box.x - by), max(0.0, box.y - by)
    right, bottom = min(drawing.width, box.right + by), min(drawing.height, box.bottom + by)
    return Box(x, y, right - x, bottom - y)


def draw_size(drawing: Drawing, *, text_size: float) -> list[Shape]:
    """Width beneath and height to the right, with their lines."""
    width, height = drawing.width, drawing.height
    away, thin = text_size * 0.7, text_size * 0.06
    y, x = height + away, width + away
    shapes: list[Shape] = [
        Rule(0, y, width, y, stroke_width=thin),
        Rule(x, 0, x, height, stroke_width=thin),
    ]
    tick = text_size * 0.35
    shapes += [Rule(at, y - tick, at, y + tick, stroke_width=thin) for at in (0, width)]
    shapes += [Rule(x - tick, at, x + tick, at, stroke_width=thin) for at in (0, height)]
    below = f"{width:g} mm"
    wide = width_of(below, text_size)
    shapes.append(Label(below, (width - wide) / 2, y + text_size * 1.15, text_size, wide))
    beside = f"{height:g} mm"
    wide = width_of(beside, text_size)
    shapes.append(
        Label(
            beside,
            x + text_size * 1.15,
            (height + wide) / 2,
            text_size,
            wide,
            PAGE_INK,
            upright=False,
        )
    )
    return shapes
