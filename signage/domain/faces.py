"""What stands on a sign, as structured content: faces, panels and lines, lengths in millimetres.

One JSON document a sign holds it, so that a million signs are read in one pass:
``[{"side": 1, "ground": "blue", "frame": 20, "width": 1500, "height": 450, "panels":
[{"ground": "", "lines": [{"kind": "hanzi", "text": "天河路", "colour": "white", "font": "黑体",
"height": 180, "share": 0.6, "place": "<uuid>"}]}]}]``. Whatever is not known is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from common.errors import BadInput

HANZI, PINYIN, NUMBER = "hanzi", "pinyin", "number"
MINORITY, POSTCODE, ARROW = "minority", "postcode", "arrow"
KINDS = (HANZI, PINYIN, NUMBER, MINORITY, POSTCODE, ARROW)
COLOURS = ("blue", "green", "red", "white", "black", "yellow", "brown", "other")
LONGEST_TEXT = {HANZI: 100, PINYIN: 300}
LARGEST_MM = 20_000
BLACK_TYPE = "黑体"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel. ``share``: of the panel's height, from 0 to 1.

    ``place`` is the id of the place that it shows; "" on the first line of characters means the
    place that the sign is for, elsewhere none.
    """

    kind: str
    text: str
    colour: str = ""
    font: str = ""
    height: float | None = None
    share: float | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A field of a face with its own ground, where that differs from the face's."""

    lines: tuple[Line, ...]
    ground: str = ""


@dataclass(frozen=True, slots=True)
class SignFace:
    """One side of a sign."""

    panels: tuple[Panel, ...]
    ground: str = ""
    width: int | None = None
    height: int | None = None
    frame: float | None = None
    side: int = 1

    def lines(self) -> Iterator[tuple[Panel, Line]]:
        for panel in self.panels:
            for line in panel.lines:
                yield panel, line


class UnreadableFace(BadInput):
    template = "The face of the sign cannot be read: %(why)s."


def read_faces(document: Sequence[Mapping[str, Any]]) -> tuple[SignFace, ...]:
    """The faces of a document that :func:`checked` has let pass: quick, for millions of signs."""
    return tuple(
        [
            SignFace(
                tuple(
                    [
                        Panel(
                            tuple([Line(**line) for line in panel["lines"]]),
                            panel.get("ground", ""),
                        )
                        for panel in face["panels"]
                    ]
                ),
                face.get("ground", ""),
                face.get("width"),
                face.get("height"),
                face.get("frame"),
                face.get("side", 1),
            )
            for face in document
        ]
    )


def write_faces(faces: Iterable[SignFace]) -> list[dict[str, Any]]:
    """The document of these faces; what is unknown is left out."""
    return [
        _known(
            side=face.side,
            ground=face.ground,
            frame=face.frame,
            width=face.width,
            height=face.height,
            panels=[
                _known(
                    ground=panel.ground,
                    lines=[
                        {"kind": line.kind, "text": line.text}
                        | _known(
                            colour=line.colour,
                            font=line.font,
                            height=line.height,
                            share=line.share,
                            place=line.place,
                        )
                        for line in panel.lines
                    ],
                )
                for panel in face.panels
            ],
        )
        for face in faces
    ]


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None)}


def checked(document: Any) -> list[dict[str, Any]]:
    """The document, if it is one; raises :class:`UnreadableFace` with the first thing wrong."""
    try:
        faces = read_faces(document)
    except (TypeError, KeyError, AttributeError) as error:
        raise UnreadableFace(why=f"{type(error).__name__} {error}") from error
    for face in faces:
        for name in ("width", "height", "frame"):
            _length(name, getattr(face, name))
        _colour(face.ground)
        for panel, line in face.lines():
            _colour(panel.ground)
            _colour(line.colour)
            _line(line)
    return write_faces(faces)


def _line(line: Line) -> None:
    if line.kind not in KINDS:
        raise UnreadableFace(why=f"“{line.kind}” is no kind of line")
    if not isinstance(line.text, str) or len(line.text) > LONGEST_TEXT.get(line.kind, 100):
        raise UnreadableFace(why=f"a line of kind {line.kind} has no text or too long a one")
    if "\0" in line.text:
        raise UnreadableFace(why="a text holds a null character")
    _length("height", line.height)
    if line.share is not None and not 0 < float(line.share) <= 1:
        raise UnreadableFace(why="a share lies between 0 and 1")
    if line.place:
        try:
            UUID(line.place)
        except (ValueError, AttributeError, TypeError) as error:
            raise UnreadableFace(why=f"“{line.place}” is no place") from error


def _length(name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableFace(why=f"{name} is a number of millimetres")
    if not 0 < value <= LARGEST_MM:
        raise UnreadableFace(why=f"{name} lies between 0 and {LARGEST_MM} mm")


def _colour(colour: Any) -> None:
    if colour not in COLOURS and colour != "":
        raise UnreadableFace(why=f"“{colour}” is no colour")


def plain_face(
    *,
    hanzi: str,
    pinyin: str = "",
    ground: str = "",
    width: int | None = None,
    height: int | None = None,
    number: str = "",
) -> tuple[SignFace, ...]:
    """A face of which only texts, colour and size are known."""
    lines = [Line(HANZI, hanzi)] if hanzi else []
    lines += [Line(PINYIN, pinyin)] if pinyin else []
    panels = [Panel(tuple(lines))]
    if number:
        panels.append(Panel((Line(NUMBER, number),)))
    return (SignFace(tuple(panels), ground, width, height),)


def with_texts(
    faces: Sequence[SignFace],
    *,
    hanzi: str,
    pinyin: str,
    ground: str,
    width: int | None,
    height: int | None,
) -> tuple[SignFace, ...]:
    """The faces after the name, its spelling, the ground or the size of the first were changed.

    All else stays as it was recorded; further sides that showed the same texts follow.
    """
    if not faces:
        return plain_face(hanzi=hanzi, pinyin=pinyin, ground=ground, width=width, height=height)
    old = {kind: text_of(faces, kind) for kind in (HANZI, PINYIN)}
    changed = []
    for number, face in enumerate(faces):
        panels = face.panels
        for kind, text in ((HANZI, hanzi), (PINYIN, pinyin)):
            panels = _replaced(panels, kind, old[kind], text, first=number == 0)
        face = replace(face, panels=panels)
        if number == 0:
            face = replace(face, ground=ground, width=width, height=height)
        changed.append(face)
    return tuple(changed)


def text_of(faces: Sequence[SignFace], kind: str) -> str:
    """The first line of a kind on the first face."""
    if not faces:
        return ""
    return next((line.text for _, line in faces[0].lines() if line.kind == kind), "")


def _replaced(
    panels: tuple[Panel, ...], kind: str, old: str, text: str, *, first: bool
) -> tuple[Panel, ...]:
    """Panels with the first line of a kind that reads ``old`` reading ``text`` instead."""
    for at, panel in enumerate(panels):
        for turn, line in enumerate(panel.lines):
            if line.kind == kind and line.text == old:
                new = (replace(line, text=text),) if text else ()
                lines = (*panel.lines[:turn], *new, *panel.lines[turn + 1 :])
                return (*panels[:at], replace(panel, lines=lines), *panels[at + 1 :])
    if not first or not text or not panels:
        return panels
    line = Line(kind, text)
    lines = (line, *panels[0].lines) if kind == HANZI else (*panels[0].lines, line)
    return (replace(panels[0], lines=lines), *panels[1:])
