"""Units as a picture, north up, for papers: one frame, so that before and after can be compared."""

from collections.abc import Sequence

import shapely

from boundaries.domain.adjustments import Unit
from common.models import bilingual
from common.sketches import Frame, Sketch

TONES = ("#d5e0ec", "#d8ebea", "#e8dbe8", "#e6ddd5", "#eceae8")
# With more units only those of the highest level bear their names.
NAMED = 40


def frame_of(units: Sequence[Unit]) -> Frame | None:
    """West, south, east, north of all shapes; None where none is known."""
    shapes = [unit.shape for unit in units if unit.shape is not None and not unit.shape.is_empty]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def draw_units(units: Sequence[Unit], frame: Frame) -> bytes:
    """A PNG of the units' shapes within a frame; coarse levels first, their edges broader."""
    sketch = Sketch(frame, side=900, margin=20)
    known = [unit for unit in units if unit.shape is not None and not unit.shape.is_empty]
    top = min((unit.level for unit in known), default=0)
    for unit in sorted(known, key=lambda each: (each.level, each.code)):
        highest = unit.level == top
        for part in shapely.get_parts(shapely.simplify(unit.shape, 1 / sketch.scale)):
            if part.is_empty:
                continue
            if highest:
                sketch.area(part.exterior.coords, colour=TONES[int(unit.code) % len(TONES)])
            for ring in (part.exterior, *part.interiors):
                sketch.line(ring.coords, width=3 if highest else 1)
    for unit in known:
        if unit.level == top or len(known) <= NAMED:
            (spot,) = sketch.placed(shapely.point_on_surface(unit.shape).coords)
            sketch.text(spot, bilingual(unit.name, unit.name_en), size=14)
    return sketch.png()
