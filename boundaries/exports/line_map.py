"""A line with its markers as a picture, north up: for papers and for the field."""

from collections.abc import Sequence

import shapely

from common.sketches import PAPER, Sketch

LINE = "#8a1f2b"
COLOURS = {"ok": "#2f7d4f", "due": "#b26a00", "wrong": "#b3261e", "unknown": "#6b7785"}
# Serials are written where they do not run into each other.
LABELS = 40

# (longitude, latitude, serial, state of the shell)
Spot = tuple[float, float, int, str]


def draw_line_map(line: shapely.Geometry, spots: Sequence[Spot]) -> bytes:
    """A PNG of a line in degrees; a marker in question is a square, one never visited is hollow."""
    sketch = Sketch(line.bounds, side=1200, margin=60)
    for part in shapely.get_parts(line):
        sketch.line(part.coords, colour=LINE, width=3)
    step = max(1, -(-len(spots) // LABELS))
    for n, (lon, lat, serial, state) in enumerate(spots):
        ((x, y),) = sketch.placed([(lon, lat)])
        box, colour = (x - 10, y - 10, x + 10, y + 10), COLOURS[state]
        if state in ("wrong", "due"):
            sketch.pen.rectangle(box, fill=colour)
        else:
            fill = PAPER if state == "unknown" else colour
            sketch.pen.ellipse(box, fill=fill, outline=colour, width=4)
        if n % step == 0:
            sketch.text((x + 14, y - 16), f"{serial:03}", size=13, anchor="la")
    sketch.text((60, 30), "N ↑", size=13, anchor="la")
    return sketch.png()
