"""A line with its markers as a picture, north up: for papers and for the field."""

import io
import math
from collections.abc import Sequence

import shapely
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

SIDE, MARGIN, OVER = 1200, 60, 2  # pixels; drawn twice as large, so that lines come out smooth
PAPER, LINE, INK = "#ffffff", "#8a1f2b", "#1f2d3d"
COLOURS = {"ok": "#2f7d4f", "due": "#b26a00", "wrong": "#b3261e", "unknown": "#6b7785"}
# Serials are written where they do not run into each other.
LABELS = 40

# (longitude, latitude, serial, state of the shell)
Spot = tuple[float, float, int, str]


def draw_line_map(line: shapely.Geometry, spots: Sequence[Spot]) -> bytes:
    """A PNG of a line in degrees; a marker in question is a square, one never visited is hollow."""
    west, south, east, north = line.bounds
    narrow = math.cos(math.radians((south + north) / 2))
    span = max((east - west) * narrow, north - south) or 1e-6
    scale = (SIDE - 2 * MARGIN) * OVER / span
    width = round((east - west) * narrow * scale) + 2 * MARGIN * OVER
    height = round((north - south) * scale) + 2 * MARGIN * OVER

    def placed(lon: float, lat: float) -> tuple[float, float]:
        return (
            (lon - west) * narrow * scale + MARGIN * OVER,
            (north - lat) * scale + MARGIN * OVER,
        )

    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    for part in shapely.get_parts(line):
        pen.line([placed(*point) for point in part.coords], fill=LINE, width=3 * OVER)
    type_ = ImageFont.truetype(sans_path(), 13 * OVER)
    step = max(1, -(-len(spots) // LABELS))
    for n, (lon, lat, serial, state) in enumerate(spots):
        x, y = placed(lon, lat)
        box, colour = (x - 10, y - 10, x + 10, y + 10), COLOURS[state]
        if state in ("wrong", "due"):
            pen.rectangle(box, fill=colour)
        else:
            pen.ellipse(box, fill=PAPER if state == "unknown" else colour, outline=colour, width=4)
        if n % step == 0:
            pen.text((x + 14, y - 16), f"{serial:03}", font=type_, fill=INK)
    pen.text((MARGIN, MARGIN / 2), "N ↑", font=type_, fill=INK)
    buffer = io.BytesIO()
    picture.reduce(OVER).quantize(32, Image.Quantize.FASTOCTREE).save(buffer, "PNG")
    return buffer.getvalue()
