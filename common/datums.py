"""Datums that imports declare and exports choose: to CGCS2000 degrees and back, vectorised.

GCJ-02 (高德, 腾讯) and BD-09 (百度) are shifted on purpose; the shift is the public formula, its
inverse is found by iteration and leaves less than a millimetre. Every array is ``(n, 2)``, x =
longitude or easting first, whatever axis order EPSG writes down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from common.crs import CGCS2000, WEB_MERCATOR, project_points
from common.errors import BadInput

Points = NDArray[np.float64]

# The formula's own ellipsoid (Krasovsky 1940).
_A = 6378245.0
_EE = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
# Inside this frame the shift applies: the formula's authors left the rest of the world alone.
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
# Gauss–Krüger systems of CGCS2000; of them those of 3° zones without a number before the easting.
GAUSS_KRUGER = range(4491, 4555)
THREE_DEGREES = range(4534, 4555)
_INVERSE_ROUNDS = 30
_INVERSE_DONE = 1e-10  # degrees, about 0.01 mm


@dataclass(frozen=True, slots=True)
class Datum:
    """``epsg`` is None for the two shifted ones; ``metres``: eastings and northings."""

    key: str
    epsg: int | None
    metres: bool = False

    @property
    def shifted(self) -> bool:
        """Positions come from consumer maps: converted ones are approximate by nature."""
        return self.epsg is None


@cache
def datums() -> dict[str, Datum]:
    """Every datum by its key; geographic ones first, then zones with number, then without."""
    plain = [
        Datum("CGCS2000", CGCS2000),
        Datum("WGS84", 4326),
        Datum("GCJ-02", None),
        Datum("BD-09", None),
        Datum("EPSG:3857", WEB_MERCATOR, metres=True),
    ]
    zones = [Datum(f"EPSG:{code}", code, metres=True) for code in GAUSS_KRUGER]
    return {datum.key: datum for datum in (*plain, *zones)}


def get_datum(key: str) -> Datum:
    found = datums().get(key)
    if found is None:
        raise BadInput("“%(datum)s” is not a datum that can be converted.", datum=key[:40])
    return found


def central_meridian(epsg: int) -> int:
    """Central meridian of a Gauss–Krüger system of CGCS2000 (EPSG 4491–4554)."""
    first, meridian, step = next(
        family
        for family in ((4534, 75, 3), (4513, 75, 3), (4502, 75, 6), (4491, 75, 6))
        if epsg >= family[0]
    )
    return meridian + step * (epsg - first)


def zone_number(epsg: int) -> int | None:
    """The zone that stands before the eastings (4491–4501: 6°, 4513–4533: 3°), else None."""
    if 4491 <= epsg <= 4501:
        return 13 + epsg - 4491
    return 25 + epsg - 4513 if 4513 <= epsg <= 4533 else None


def to_cgcs2000(xy: Points, datum: Datum) -> Points:
    """Points of ``datum`` in CGCS2000 degrees; what cannot be converted becomes NaN."""
    if datum.key == "GCJ-02":
        return _invert(xy, gcj02_from_true)
    if datum.key == "BD-09":
        return _invert(_gcj02_from_bd09(xy), gcj02_from_true)
    return _finite(project_points(xy, datum.epsg or CGCS2000, CGCS2000))


def from_cgcs2000(xy: Points, datum: Datum) -> Points:
    """The reverse of :func:`to_cgcs2000`."""
    if datum.key == "GCJ-02":
        return gcj02_from_true(xy)
    if datum.key == "BD-09":
        return _bd09_from_gcj02(gcj02_from_true(xy))
    return _finite(project_points(xy, CGCS2000, datum.epsg or CGCS2000))


def convert(geometry: Any, change: Callable[[Points, Datum], Points], datum: Datum) -> Any:
    """A shapely geometry (or an array of them) with its vertices changed; heights are dropped."""
    return shapely.transform(geometry, lambda vertices: change(vertices, datum), include_z=False)


def gcj02_from_true(xy: Points) -> Points:
    """GCJ-02 of true positions; outside China's frame they stay as they are."""
    x, y = xy[:, 0], xy[:, 1]
    # Beyond the frame the formula means nothing, and its roots of |x| would only cost time.
    with np.errstate(invalid="ignore"):
        inside = (x >= CHINA[0]) & (x <= CHINA[2]) & (y >= CHINA[1]) & (y <= CHINA[3])
    radians = np.radians(y)
    magic = 1 - _EE * np.sin(radians) ** 2
    root = np.sqrt(magic)
    north = _north(x - 105.0, y - 35.0) * 180.0 / ((_A * (1 - _EE)) / (magic * root) * np.pi)
    east = _east(x - 105.0, y - 35.0) * 180.0 / (_A / root * np.cos(radians) * np.pi)
    return np.column_stack([np.where(inside, x + east, x), np.where(inside, y + north, y)])


def _waves(t: Points, *terms: tuple[float, float]) -> Points:
    return sum((size * np.sin(t * np.pi / part) for size, part in terms), np.zeros_like(t))


def _north(x: Points, y: Points) -> Points:
    smooth = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    short = _waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
    long = _waves(y, (20.0, 1.0), (40.0, 3.0)) + _waves(y, (160.0, 12.0), (320.0, 30.0))
    return smooth + (short + long) * 2.0 / 3.0


def _east(x: Points, y: Points) -> Points:
    smooth = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    short = _waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
    long = _waves(x, (20.0, 1.0), (40.0, 3.0)) + _waves(x, (150.0, 12.0), (300.0, 30.0))
    return smooth + (short + long) * 2.0 / 3.0


def _bd09_from_gcj02(xy: Points) -> Points:
    x, y = xy[:, 0], xy[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _gcj02_from_bd09(xy: Points) -> Points:
    return _invert(xy, _bd09_from_gcj02)


def _invert(xy: Points, forward: Callable[[Points], Points]) -> Points:
    """The points that ``forward`` takes to ``xy``: both shifts are small and smooth."""
    found = xy.copy()
    for _ in range(_INVERSE_ROUNDS):
        off = forward(found) - xy
        found -= off
        if not np.nanmax(np.abs(off), initial=0.0) > _INVERSE_DONE:
            break
    return found


def _finite(xy: Points) -> Points:
    return np.where(np.isfinite(xy), xy, np.nan)
