"""The picture of one face with its measures, on a sheet that several faces may share in scale."""

from collections.abc import Sequence

from signage.domain.face.draw import draw, draw_marks, draw_size
from signage.domain.face.place import Drawing
from signage.domain.face.shapes import Box
from signage.domain.face.svg import to_svg


def picture(
    drawing: Drawing,
    *,
    title: str,
    marks: Sequence[tuple[int, Box]] = (),
    beside: Sequence[Drawing] = (),
    real_size: bool = False,
) -> str:
    """One face as SVG; ``beside``: the faces that are to be drawn to the same scale."""
    every = [drawing, *beside]
    width = max(each.width for each in every)
    height = max(each.height for each in every)
    text = max(height * 0.075, width * 0.036)
    shapes = [*draw(drawing), *draw_marks(marks, drawing), *draw_size(drawing, text_size=text)]
    # To the left there is room for a mark that stands over the edge.
    edge, left = text * 0.3, text
    return to_svg(
        shapes,
        x=-left,
        y=-edge,
        width=width + left + text * 2.3,
        height=height + edge + text * 2.3,
        title=title,
        real_size=real_size,
    )
