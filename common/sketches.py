"""A small picture of shapes in degrees, north up, for papers; drawn twice as large, then halved, so

that lines come out smooth. What is drawn is the caller's; where it lands is told here.
"""

import io
from collections.abc import Iterable
from math import cos, radians

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

OVER = 2
PAPER, INK = "#ffffff", "#1f2d3d"
# West, south, east, north in degrees.
Frame = tuple[float, float, float, float]
Points = Iterable[tuple[float, float]]


class Sketch:
    """``side``: pixels of the longer side of the finished picture, ``margin`` of them left free."""

    def __init__(self, frame: Frame, *, side: int, margin: int) -> None:
        self.west, south, east, self.north = frame
        self.squeeze = cos(radians((south + self.north) / 2))
        wide, high = (east - self.west) * self.squeeze, self.north - south
        self.margin = margin * OVER
        self.scale = (side - 2 * margin) * OVER / max(wide, high, 1e-9)
        size = tuple(round(each * self.scale) + 2 * self.margin for each in (wide, high))
        self.picture = Image.new("RGB", size, PAPER)
        self.pen = ImageDraw.Draw(self.picture)

    def placed(self, points: Points) -> list[tuple[float, float]]:
        """Pixels of positions in degrees."""
        return [
            (
                (lon - self.west) * self.squeeze * self.scale + self.margin,
                (self.north - lat) * self.scale + self.margin,
            )
            for lon, lat in points
        ]

    def line(self, points: Points, *, colour: str = INK, width: int = 1) -> None:
        self.pen.line(self.placed(points), fill=colour, width=width * OVER, joint="curve")

    def area(self, points: Points, *, colour: str) -> None:
        self.pen.polygon(self.placed(points), fill=colour)

    def text(self, at: tuple[float, float], text: str, *, size: int, anchor: str = "mm") -> None:
        """Write at a pixel of the large picture."""
        face = ImageFont.truetype(sans_path(), size * OVER)
        self.pen.text(at, text, font=face, fill=INK, anchor=anchor)

    def png(self) -> bytes:
        buffer = io.BytesIO()
        small = self.picture.reduce(OVER).quantize(32, Image.Quantize.FASTOCTREE)
        small.save(buffer, "PNG")
        return buffer.getvalue()
