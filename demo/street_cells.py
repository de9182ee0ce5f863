"""The districts of Guangzhou and their street cells as shapes, for parts that spread over them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.models import DivisionKind, DivisionVersion, Level
from common.errors import BadInput
from demo.parts import RECORDS_BEGIN

CITY = "4401"
# Streets and towns; reservoirs, farms and forests listed at that level have neither centres.
TOWN_KINDS = (DivisionKind.TOWN, DivisionKind.TOWNSHIP, DivisionKind.ETHNIC_TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Cell:
    """One division with its shape and seat (x, y), in CGCS2000 degrees."""

    code: str
    name: str
    kind: str
    shape: Any
    seat: tuple[float, float]

    @property
    def is_street(self) -> bool:
        return self.kind == DivisionKind.STREET

    @property
    def is_town(self) -> bool:
        return self.kind in TOWN_KINDS


def district_cells() -> list[Cell]:
    return _cells(Level.COUNTY)


def street_cells() -> list[Cell]:
    return _cells(Level.TOWNSHIP)


def point_near(
    seat: tuple[float, float], shape: Any, spread: float, rng: np.random.Generator
) -> tuple[float, float]:
    """A point inside the shape, ``spread`` degrees or so from the seat."""
    shapely.prepare(shape)
    for shrink in (1.0, 0.6, 0.3, 0.1):
        xy = np.array(seat) + rng.normal(0, spread * shrink, size=(8, 2))
        inside: NDArray[np.bool_] = shapely.contains_xy(shape, xy[:, 0], xy[:, 1])
        if inside.any():
            x, y = xy[inside.argmax()]
            return float(x), float(y)
    point = shape.representative_point()
    return point.x, point.y


def _cells(level: int) -> list[Cell]:
    rows = (
        DivisionVersion.objects.on(RECORDS_BEGIN)
        .within(CITY)
        .at_level(level)
        .with_geometry()
        .order_by("code")
    )
    cells = []
    for row in rows:
        shape = shapely.from_wkb(bytes(row.geometry.wkb))
        seat = row.point.coords if row.point else shape.representative_point().coords[0]
        cells.append(Cell(row.code, row.name, row.kind, shape, (seat[0], seat[1])))
    if not cells:
        raise BadInput("The divisions of Guangzhou have no shapes yet: load the parts before.")
    return cells
