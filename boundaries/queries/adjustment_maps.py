"""Small maps of an adjustment: the same frame before and after, drawn on the server (SVG)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import shapely

from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import Unit
from common.models import bilingual

# Of the longer side: letters are as large beside tall units as beside wide ones.
SIDE = 800.0
# About 50 m: less than a pixel of a map of a district.
SIMPLE_DEG = 5e-4


@dataclass(frozen=True, slots=True)
class Shape:
    """One unit on a map: its path, where its name stands, whether it is other than before."""

    code: str
    name: str
    level: int
    path: str
    x: float
    y: float
    tone: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Maps:
    width: float
    height: float
    before: list[Shape]
    after: list[Shape]


def maps_of(outcome: Outcome) -> Maps | None:
    """Both maps, or nothing where no shape is known; the finest level is drawn last."""
    olds = [u for u in outcome.before.values() if u.shape is not None and not u.shape.is_empty]
    news = [u for u in outcome.after.values() if u.shape is not None and not u.shape.is_empty]
    if not olds or not news:
        return None
    # What is above the highest level whose names change only frames the rest.
    levels = sorted({unit.level for unit in (*olds, *news)})
    west, south, east, north = shapely.total_bounds([u.shape for u in (*olds, *news)])
    squeeze = cos(radians((south + north) / 2))
    scale = SIDE / max((east - west) * squeeze, north - south, 1e-9)
    width, height = (east - west) * squeeze * scale, (north - south) * scale

    def place(xy: Any) -> Any:
        x = (xy[:, 0] - west) * squeeze * scale
        return np.stack([x, (north - xy[:, 1]) * scale], axis=1)

    same = {u.code: u for u in olds}
    return Maps(
        width=round(width, 1),
        height=round(height, 1),
        before=_shapes(olds, levels, place, set()),
        after=_shapes(
            news,
            levels,
            place,
            {u.code for u in news if u.code not in same or same[u.code].shape != u.shape},
        ),
    )


def _shapes(units: Iterable[Unit], levels: list[int], place: Any, changed: set[str]) -> list[Shape]:
    found = []
    for unit in sorted(units, key=lambda each: (each.level, each.code)):
        simple = shapely.simplify(unit.shape, SIMPLE_DEG)
        middle = place(shapely.get_coordinates(shapely.point_on_surface(unit.shape)))[0]
        found.append(
            Shape(
                code=unit.code,
                name=bilingual(unit.name, unit.name_en),
                level=levels.index(unit.level),
                path=_path(shapely.transform(simple, place)),
                x=round(float(middle[0]), 1),
                y=round(float(middle[1]), 1),
                tone=int(unit.code) % 5,
                changed=unit.code in changed,
            )
        )
    return found


def _path(shape: Any) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in shapely.get_coordinates(ring)) + "Z"
        for ring in rings
    )
