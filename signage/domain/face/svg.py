"""Drawings as SVG: one picture, no style sheet, no script, lengths in millimetres."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from signage.domain.face.shapes import Disc, Label, Polygon, Rect, Rule, Shape

FONTS = "'Noto Sans SC','Source Han Sans SC','SimHei','PingFang SC','Microsoft YaHei',sans-serif"
# What XML cannot hold at all.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: float) -> str:
    """As SVG reads numbers in every language."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def to_svg(
    shapes: Iterable[Shape],
    *,
    x: float = 0,
    y: float = 0,
    width: float,
    height: float,
    title: str,
    real_size: bool = True,
) -> str:
    """The picture of the shapes that lie in a window; ``real_size`` gives it its millimetres."""
    window = " ".join(number(value) for value in (x, y, width, height))
    size = f' width="{number(width)}mm" height="{number(height)}mm"' if real_size else ""
    name = quoteattr(clean(title))
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{window}"{size} role="img"',
            f' aria-label={name} font-family="{FONTS}">',
            *map(_written, shapes),
            "</svg>",
        ]
    )


def clean(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text)


def _written(shape: Shape) -> str:
    if isinstance(shape, Rect):
        box = shape.box
        return (
            f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}"'
            f' height="{number(box.height)}" rx="{number(shape.radius)}" fill="{shape.fill}"'
            f"{_stroke(shape.stroke, shape.stroke_width, shape.dash)}/>"
        )
    if isinstance(shape, Rule):
        return (
            f'<line x1="{number(shape.x1)}" y1="{number(shape.y1)}" x2="{number(shape.x2)}"'
            f' y2="{number(shape.y2)}"{_stroke(shape.stroke, shape.stroke_width, shape.dash)}/>'
        )
    if isinstance(shape, Polygon):
        points = " ".join(f"{number(px)},{number(py)}" for px, py in shape.points)
        return f'<polygon points="{points}" fill="{shape.fill}"/>'
    if isinstance(shape, Disc):
        return (
            f'<circle cx="{number(shape.x)}" cy="{number(shape.y)}" r="{number(shape.radius)}"'
            f' fill="{shape.fill}"{_stroke(shape.stroke, shape.stroke_width, 0)}/>'
        )
    return _label(shape)


def _label(label: Label) -> str:
    x, y = number(label.x), number(label.y)
    turned = "" if label.upright else f' transform="rotate(-90 {x} {y})"'
    weight = ' font-weight="600"' if label.bold else ""
    length = f' textLength="{number(label.width)}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{x}" y="{y}" font-size="{number(label.size)}" fill="{label.fill}"'
        f' xml:space="preserve"{weight}{length if label.width > 0 else ""}{turned}>'
        f"{escape(clean(label.text))}</text>"
    )


def _stroke(colour: str, width: float, dash: float) -> str:
    if colour == "none" or width <= 0:
        return ""
    dashes = f' stroke-dasharray="{number(dash)} {number(dash * 0.7)}"' if dash else ""
    return f' stroke="{colour}" stroke-width="{number(width)}"{dashes}'
