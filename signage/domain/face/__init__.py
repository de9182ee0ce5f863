"""A sign's face as a drawing to scale: as it is recorded, and as the standard in force wants it.

``place`` puts a recorded or wanted face on its millimetres, ``wanted_face`` says what the standard
asks for, ``differences`` what fails, ``draw`` and ``to_svg`` make the picture. Domain §4.3.
"""

from signage.domain.face.differences import (
    Difference,
    differences,
    ground_of_class,
    marked,
    undecided,
)
from signage.domain.face.draw import COLOURS, draw, draw_marks, draw_size
from signage.domain.face.layout import FURTHER_LAYOUT, LAYOUT, Layout, read_layout
from signage.domain.face.picture import picture
from signage.domain.face.place import Drawing, place
from signage.domain.face.svg import to_svg
from signage.domain.face.wanted import Wanted, wanted_face

__all__ = [
    "COLOURS",
    "FURTHER_LAYOUT",
    "LAYOUT",
    "Difference",
    "Drawing",
    "Layout",
    "Wanted",
    "differences",
    "draw",
    "draw_marks",
    "draw_size",
    "ground_of_class",
    "marked",
    "picture",
    "place",
    "read_layout",
    "to_svg",
    "undecided",
    "wanted_face",
]
