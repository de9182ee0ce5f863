"""A sign's face as a drawing: where ground, characters and spelling stand (GB 17733, §4.3).

Street and lane signs give the upper three fifths to the characters and the lower two to the
spelling. Lengths are millimetres of the real sign; the page scales the drawing.
"""

from dataclasses import dataclass

# Safety colours of the plates; nothing else on a page uses these two.
GROUNDS = {
    "blue": "#00529b",
    "green": "#00733b",
    "red": "#b3261e",
    "white": "#ffffff",
    "other": "#6b6b6b",
}
UNKNOWN_GROUND = "#d9d9d9"
DEFAULT_SIZE = (1200, 400)
HANZI_SHARE = 3 / 5
EDGE = 12


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a face: middle of its baseline, height and, where it must be squeezed, width."""

    text: str
    x: float
    y: float
    size: float
    squeezed_to: float | None

    # As SVG reads numbers in every language.
    @property
    def x_text(self) -> str:
        return f"{self.x:.1f}"

    @property
    def y_text(self) -> str:
        return f"{self.y:.1f}"

    @property
    def size_text(self) -> str:
        return f"{self.size:.1f}"

    @property
    def squeezed_text(self) -> str:
        return "" if self.squeezed_to is None else f"{self.squeezed_to:.1f}"


@dataclass(frozen=True, slots=True)
class Face:
    """A drawing ``width`` by ``height`` millimetres with its lines."""

    width: int
    height: int
    ground: str
    ink: str
    lines: tuple[TextLine, ...]

    @property
    def inner_width(self) -> int:
        return self.width - 2 * EDGE

    @property
    def inner_height(self) -> int:
        return self.height - 2 * EDGE


def draw_face(
    *,
    hanzi: str,
    pinyin: str,
    ground_colour: str,
    width_mm: int | None = None,
    height_mm: int | None = None,
) -> Face:
    """The face as recorded, or as required; sizes fall back to a common street sign."""
    width, height = (width_mm, height_mm) if width_mm and height_mm else DEFAULT_SIZE
    upper = height * HANZI_SHARE if pinyin else float(height)
    lines = []
    if hanzi:
        size = upper * 0.66
        lines.append(_line(hanzi, width, upper / 2 + size * 0.36, size, advance=1.0))
    if pinyin:
        size = (height - upper) * 0.55
        lines.append(_line(pinyin, width, upper + (height - upper) * 0.62, size, advance=0.68))
    ink = "#1f1f1f" if ground_colour in ("white", "") else "#ffffff"
    ground = GROUNDS.get(ground_colour, UNKNOWN_GROUND)
    return Face(width, height, ground, ink, tuple(lines))


def _line(text: str, width: float, y: float, size: float, *, advance: float) -> TextLine:
    available, needed = width * 0.92, len(text) * size * advance
    return TextLine(
        text=text,
        x=round(width / 2, 1),
        y=round(y, 1),
        size=round(size, 1),
        squeezed_to=round(available, 1) if needed > available else None,
    )
