"""Units as a picture, north up, for papers: one frame, so that before and after can be compared."""

import io
from collections.abc import Sequence
from math import cos, radians

import shapely
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from boundaries.domain.adjustments import Unit

SIDE, MARGIN, OVER = 900, 20, 2  # pixels; drawn twice as large, so that lines come out smooth
PAPER, EDGE, INK = "#ffffff", "#1f2d3d", "#1f2d3d"
TONES = ("#d5e0ec", "#d8ebea", "#e8dbe8", "#e6ddd5", "#eceae8")
# With more units only those of the highest level bear their names.
NAMED = 40

Frame = tuple[float, float, float, float]


def frame_of(units: Sequence[Unit]) -> Frame | None:
    """West, south, east, north of all shapes; None where none is known."""
    shapes = [unit.shape for unit in units if unit.shape is not None and not unit.shape.is_empty]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def draw_units(units: Sequence[Unit], frame: Frame) -> bytes:
    """A PNG of the units' shapes within a frame; coarse levels first, their edges broader."""
    west, south, east, north = frame
    squeeze = cos(radians((south + north) / 2))
    scale = (SIDE - 2 * MARGIN) * OVER / max((east - west) * squeeze, north - south, 1e-9)
    size = (
        round((east - west) * squeeze * scale) + 2 * MARGIN * OVER,
        round((north - south) * scale) + 2 * MARGIN * OVER,
    )
    picture = Image.new("RGB", size, PAPER)
    pen, face = ImageDraw.Draw(picture), ImageFont.truetype(sans_path(), 14 * OVER)
    known = [unit for unit in units if unit.shape is not None and not unit.shape.is_empty]
    top = min((unit.level for unit in known), default=0)

    def placed(xy: object) -> list[tuple[float, float]]:
        return [
            ((x - west) * squeeze * scale + MARGIN * OVER, (north - y) * scale + MARGIN * OVER)
            for x, y in shapely.get_coordinates(xy)
        ]

    for unit in sorted(known, key=lambda each: (each.level, each.code)):
        simple = shapely.simplify(unit.shape, 1 / scale)
        for part in shapely.get_parts(simple):
            if part.is_empty:
                continue
            if unit.level == top:
                pen.polygon(placed(part.exterior), fill=TONES[int(unit.code) % len(TONES)])
            for ring in (part.exterior, *part.interiors):
                pen.line(placed(ring), fill=EDGE, width=(3 if unit.level == top else 1) * OVER)
    for unit in known:
        if unit.level == top or len(known) <= NAMED:
            x, y = placed(shapely.point_on_surface(unit.shape))[0]
            pen.text((x, y), unit.name, font=face, fill=INK, anchor="mm")
    buffer = io.BytesIO()
    picture.reduce(OVER).quantize(32, Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()
