"""What a drawing is made of, in millimetres, y downwards: read by the writers of SVG and of PDF."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

# Ink of dimensions and captions: takes the colour of the page around it.
PAGE_INK = "currentColor"


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def inset(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def holds(self, other: "Box", slack: float = 0.01) -> bool:
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True, slots=True)
class Rect:
    box: Box
    fill: str = "none"
    stroke: str = "none"
    stroke_width: float = 0
    radius: float = 0
    dash: float = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str = PAGE_INK
    stroke_width: float = 1
    dash: float = 0


@dataclass(frozen=True, slots=True)
class Polygon:
    points: tuple[tuple[float, float], ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Disc:
    x: float
    y: float
    radius: float
    fill: str
    stroke: str = "none"
    stroke_width: float = 0


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text from ``x`` on its baseline ``y``, exactly ``width`` wide.

    ``bold``: the heavier stroke of the type on signs. ``upright``: read from below, else turned a
    quarter to the left about its beginning.
    """

    text: str
    x: float
    y: float
    size: float
    width: float
    fill: str = PAGE_INK
    bold: bool = False
    upright: bool = True


Shape = Rect | Rule | Polygon | Disc | Label


def placed(shapes: Iterable[Shape], *, x: float, y: float, scale: float) -> list[Shape]:
    """The shapes at another place and size."""
    return [_placed(shape, x, y, scale) for shape in shapes]


def _placed(shape: Shape, x: float, y: float, k: float) -> Shape:
    if isinstance(shape, Rect):
        box = shape.box
        moved = Box(x + box.x * k, y + box.y * k, box.width * k, box.height * k)
        return replace(
            shape,
            box=moved,
            stroke_width=shape.stroke_width * k,
            radius=shape.radius * k,
            dash=shape.dash * k,
        )
    if isinstance(shape, Rule):
        return Rule(
            x + shape.x1 * k,
            y + shape.y1 * k,
            x + shape.x2 * k,
            y + shape.y2 * k,
            shape.stroke,
            shape.stroke_width * k,
            shape.dash * k,
        )
    if isinstance(shape, Polygon):
        return replace(shape, points=tuple((x + px * k, y + py * k) for px, py in shape.points))
    if isinstance(shape, Disc):
        return replace(
            shape,
            x=x + shape.x * k,
            y=y + shape.y * k,
            radius=shape.radius * k,
            stroke_width=shape.stroke_width * k,
        )
    return replace(
        shape, x=x + shape.x * k, y=y + shape.y * k, size=shape.size * k, width=shape.width * k
    )
