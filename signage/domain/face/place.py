"""Where everything on a face stands: fields, lines and arrows to scale, in millimetres.

What the record leaves open is assumed, and said to be: a drawing never passes off a guess as a
measure. No line leaves its field: one that is recorded higher is drawn lower, and said to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signage.domain.face.arrows import LEFT, outline, read_arrow
from signage.domain.face.layout import ACROSS, DOWN, Layout
from signage.domain.face.shapes import Box
from signage.domain.face.widths import (
    CAPITAL_HEIGHT,
    HANZI_ASCENT,
    HANZI_DESCENT,
    width_of,
)
from signage.domain.faces import (
    ARROW,
    HANZI,
    MINORITY,
    NUMBER,
    PINYIN,
    POSTCODE,
    Line,
    Panel,
    SignFace,
)

DEFAULT_SIZE = (1200.0, 400.0)
NAME_KINDS = (MINORITY, HANZI, PINYIN)
# Height of a line in its field where none is recorded.
HEIGHTS = {HANZI: 0.70, PINYIN: 0.50, MINORITY: 0.55, NUMBER: 0.62, POSTCODE: 0.55, ARROW: 0.3}
MARGIN = 0.94
# Characters may be drawn this much narrower before they are drawn smaller.
NARROWEST = 0.65
DESCENDERS = frozenset("gjpqyQ,;()")


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the face with its own ground ("" unknown); ``kind``: of the lines in it."""

    kind: str
    box: Box
    ground: str


@dataclass(frozen=True, slots=True)
class Text:
    """A line as it is drawn: ``height`` is that of characters or capitals, ``box`` holds its ink.

    ``assumed``: the record has no height. ``shrunk``: the recorded one does not fit.
    """

    kind: str
    text: str
    box: Box
    baseline: float
    size: float
    height: float
    colour: str
    ground: str
    font: str
    assumed: bool
    shrunk: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    way: str
    box: Box
    points: tuple[tuple[float, float], ...]
    colour: str
    ground: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A face to scale. ``assumed``: what the record does not say (``size``, ``frame``,
    ``ground``, ``heights``, ``shares``)."""

    width: float
    height: float
    frame: float
    inside: Box
    fields: tuple[Field, ...]
    texts: tuple[Text, ...]
    arrows: tuple[Arrow, ...]
    assumed: frozenset[str]

    @property
    def face(self) -> Box:
        return Box(0, 0, self.width, self.height)

    def boxes(self, kind: str) -> list[Box]:
        """Where the lines of a kind stand, else the field that is theirs."""
        found: list[Box] = [text.box for text in self.texts if text.kind == kind]
        if kind == ARROW:
            found += [arrow.box for arrow in self.arrows]
        return found or [field.box for field in self.fields if field.kind == kind]


@dataclass(slots=True)
class _Found:
    """The lines of a face by what they are for."""

    names: list[tuple[Panel, list[Line]]]
    numbers: list[tuple[Panel, Line]]
    postcodes: list[tuple[Panel, Line]]
    arrows: list[tuple[Panel, Line]]


def place(face: SignFace, layout: Layout) -> Drawing:
    """The drawing of a face by the division of its class and by what is recorded of it."""
    assumed: set[str] = set()
    width, height = DEFAULT_SIZE
    if face.width and face.height:
        width, height = float(face.width), float(face.height)
    else:
        assumed.add("size")
    # A frame wider than the face leaves nothing to draw on.
    frame = min(face.frame or 0, min(width, height) * 0.3)
    if not face.frame:
        frame = min(20.0, min(width, height) * 0.04)
        assumed.add("frame")
    inside = Box(0, 0, width, height).inset(frame)
    found = _sorted(face)
    if not face.ground and any(not panel.ground for panel, _ in face.lines()):
        assumed.add("ground")
    fields: list[Field] = []
    texts: list[Text] = []
    arrows, rest = _arrows(found.arrows, inside, face.ground, fields, texts)
    name, number, strip = _parts(found, layout, rest)
    for box, (panel, lines) in zip(_stacked(name, len(found.names)), found.names, strict=True):
        ground = panel.ground or face.ground
        shares = _shares(lines, layout)
        if any(line.share is None for line in lines) and len(lines) > 1:
            assumed.add("shares")
        beside: float | None = None
        for part, line in zip(_cut(box, shares), lines, strict=True):
            fields.append(Field(line.kind, part, ground))
            bounds = None
            if line.kind == PINYIN and beside:
                bounds = (layout.ratio[0] * beside, layout.ratio[1] * beside)
            texts.append(_text(line, part, ground, bounds))
            if line.kind == HANZI:
                beside = texts[-1].height
    for box, lines_of in ((number, found.numbers), (strip, found.postcodes)):
        for part, (panel, line) in zip(_stacked(box, len(lines_of)), lines_of, strict=True):
            ground = panel.ground or face.ground
            fields.append(Field(line.kind, part, ground))
            texts.append(_text(line, part, ground))
    if any(text.assumed for text in texts):
        assumed.add("heights")
    if not fields:
        fields.append(Field("", inside, face.ground))
    return Drawing(
        width, height, frame, inside, tuple(fields), tuple(texts), arrows, frozenset(assumed)
    )


def _sorted(face: SignFace) -> _Found:
    found = _Found([], [], [], [])
    for panel in face.panels:
        names = [line for line in panel.lines if line.kind in NAME_KINDS]
        if names:
            found.names.append((panel, names))
        for line in panel.lines:
            if line.kind == NUMBER:
                found.numbers.append((panel, line))
            elif line.kind == POSTCODE:
                found.postcodes.append((panel, line))
            elif line.kind == ARROW:
                found.arrows.append((panel, line))
    return found


def _arrows(
    lines: Sequence[tuple[Panel, Line]],
    inside: Box,
    face_ground: str,
    fields: list[Field],
    texts: list[Text],
) -> tuple[tuple[Arrow, ...], Box]:
    """Arrows at the two ends of the face, words beneath them, and the box that is left."""
    rest = inside
    arrows = []
    for panel, line in lines[:4]:
        way, words = read_arrow(line.text)
        ground = panel.ground or face_ground
        column = min(inside.height * 0.42, inside.width * 0.12)
        left = way == LEFT
        box = Box(rest.x if left else rest.right - column, inside.y, column, inside.height)
        rest = Box(rest.x + column if left else rest.x, rest.y, rest.width - column, rest.height)
        fields.append(Field(ARROW, box, ground))
        side = column * 0.72
        middle = box.y + box.height * (0.36 if words else 0.5)
        if way:
            shape = Box(box.x + (column - side) / 2, middle - side / 2, side, side)
            colour = line.colour or ink_on(ground)
            arrows.append(Arrow(way, shape, outline(way, shape), colour, ground))
        if words or not way:
            part = Box(box.x, middle + side / 2, column, box.bottom - middle - side / 2)
            words_line = Line(ARROW, words or line.text, line.colour, line.font)
            texts.append(_text(words_line, part if way else box, ground))
    return tuple(arrows), rest


def _parts(found: _Found, layout: Layout, rest: Box) -> tuple[Box, Box, Box]:
    """The fields of name, number and postcode."""
    name, number, strip = rest, rest, rest
    split = layout.split or ACROSS
    if found.names and found.numbers:
        if split == ACROSS:
            name, number = _beside(rest, layout.name)
        else:
            name, number = _cut(rest, [layout.name, 1 - layout.name])
    if found.postcodes:
        if split == DOWN and layout.split:
            share = layout.postcode
            above, strip = _cut(rest, [1 - share, share])
            if found.names and found.numbers:
                name, number = _cut(above, [layout.name, 1 - layout.name])
            else:
                name = number = above
        elif found.numbers and found.names:
            number, strip = _cut(number, [1 - layout.postcode, layout.postcode])
        else:
            name, strip = _cut(rest, [1 - layout.postcode, layout.postcode])
            number = name
    return name, number, strip


def _beside(box: Box, share: float) -> tuple[Box, Box]:
    first = box.width * share
    return (
        Box(box.x, box.y, first, box.height),
        Box(box.x + first, box.y, box.width - first, box.height),
    )


def _cut(box: Box, shares: Sequence[float]) -> list[Box]:
    """A box cut into strips from above; the shares are of their sum."""
    whole, y, parts = sum(shares), box.y, []
    for share in shares:
        height = box.height * share / whole
        parts.append(Box(box.x, y, box.width, height))
        y += height
    return parts


def _stacked(box: Box, many: int) -> list[Box]:
    return _cut(box, [1.0] * many) if many else []


def _shares(lines: Sequence[Line], layout: Layout) -> list[float]:
    """Recorded shares; what is not recorded takes that of the standard."""
    script = layout.hanzi * layout.minority
    above = any(line.kind == MINORITY for line in lines)
    wanted = {
        HANZI: layout.hanzi - (script if above else 0),
        PINYIN: 1 - layout.hanzi,
        MINORITY: script,
    }
    return [line.share or wanted[line.kind] for line in lines]


def extents(line: Line) -> tuple[int, int]:
    """How far the ink reaches above and below the baseline, in thousandths of the type size."""
    if line.kind == HANZI or any(ord(character) > 0x2E80 for character in line.text):
        return HANZI_ASCENT, HANZI_DESCENT
    above = CAPITAL_HEIGHT if line.text.isascii() else 960
    return above, 240 if DESCENDERS.intersection(line.text) or not line.text.isascii() else 15


def height_to_size(line: Line, height: float) -> float:
    """The type size at which characters or capitals are so high."""
    above, below = extents(line)
    full = above + below if (above, below) == (HANZI_ASCENT, HANZI_DESCENT) else CAPITAL_HEIGHT
    return height * 1000 / full


def _text(line: Line, box: Box, ground: str, bounds: tuple[float, float] | None = None) -> Text:
    """``bounds``: between which the height lies where none is recorded."""
    above, below = extents(line)
    unit = height_to_size(line, 1)
    room = box.inset(min(box.width, box.height) * (1 - MARGIN) / 2)
    # A long line keeps off the line that runs round the ground.
    across = box.width * MARGIN
    assumed = line.height is None
    height = box.height * HEIGHTS[line.kind] if line.height is None else float(line.height)
    if assumed and bounds:
        height = min(max(height, bounds[0]), bounds[1])
    size = height * unit
    shrunk = size * (above + below) / 1000 > room.height
    if shrunk:
        size = room.height * 1000 / (above + below)
    natural = width_of(line.text, size)
    if assumed and natural * NARROWEST > across:
        size *= across / (natural * NARROWEST)
        natural = width_of(line.text, size)
    width = min(natural, across)
    ink = size * (above + below) / 1000
    x, y = box.x + (box.width - width) / 2, box.y + (box.height - ink) / 2
    return Text(
        kind=line.kind,
        text=line.text,
        box=Box(x, y, width, ink),
        baseline=y + size * above / 1000,
        size=size,
        height=size / unit,
        colour=line.colour or ink_on(ground),
        ground=ground,
        font=line.font,
        assumed=assumed,
        shrunk=shrunk and not assumed,
    )


def ink_on(ground: str) -> str:
    """The colour of a text whose own is not recorded."""
    return "black" if ground in ("white", "yellow", "") else "white"
