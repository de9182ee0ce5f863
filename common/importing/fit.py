"""Do the points fit the divisions better in another datum than the one declared?

Two measures per candidate: the share of points inside the polygon they belong to, and the rigid
shift that would bring most points in (a wrong datum shows as several hundred metres one way).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from common.datums import (
    GAUSS_KRUGER,
    THREE_DEGREES,
    Points,
    central_meridian,
    get_datum,
    to_cgcs2000,
    zone_number,
)

CANDIDATES = ("CGCS2000", "GCJ-02", "BD-09")
# Eastings without a zone number fit every meridian somewhere: these beside the declared one.
MERIDIANS_AWAY = 6
SAMPLE = 20_000
SHIFT_SAMPLE = 3_000
_METRES_A_DEGREE = 111_320.0
# Other places than this share and number of points may be careless digitising.
_LEAST_GAIN = 0.003
_LEAST_POINTS = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the points lie as ``datum``; ``shift_m`` (east, north) would bring most inside."""

    datum: str
    inside: float
    shift_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class FitReport:
    declared: Fit
    best: Fit

    @property
    def better(self) -> bool:
        return self.best.datum != self.declared.datum


def check_fit(
    *, points: Points, codes: Sequence[str], polygons: Mapping[str, Any], declared: str
) -> FitReport | None:
    """Compare the datums; None where nothing can be compared.

    ``points`` in the declared datum; ``codes``: key into ``polygons`` per point, "" where a row
    names none: such points are tried against all polygons together.
    """
    names = _candidates(declared)
    if len(names) < 2 or not len(points) or not polygons:
        return None
    kept = np.isfinite(points).all(axis=1)
    step = max(1, int(kept.sum()) // SAMPLE)
    points, keys = points[kept][::step], np.array(codes, dtype=object)[kept][::step]
    if not len(points):
        return None
    shapes = _prepared(polygons, keys)
    placed = {name: to_cgcs2000(points, get_datum(name)) for name in names}
    shares = {name: float(_inside(xy, keys, shapes).mean()) for name, xy in placed.items()}
    own, best = names[0], max(names, key=lambda name: (shares[name], name == names[0]))
    gain = shares[best] - shares[own]
    halves = (1 - shares[best]) * 2 <= 1 - shares[own]
    if gain < _LEAST_GAIN or gain * len(points) < _LEAST_POINTS or not halves:
        best = own
    fits = {
        name: Fit(name, shares[name], _best_shift(placed[name], keys, shapes))
        for name in dict.fromkeys((own, best))
    }
    named = Fit(declared, fits[own].inside, fits[own].shift_m)
    return FitReport(named, named if best == own else fits[best])


def _candidates(declared: str) -> list[str]:
    """The datum declared and those that it is mistaken for."""
    datum = get_datum(declared)
    if not datum.metres:
        return [*dict.fromkeys(("CGCS2000" if declared == "WGS84" else declared, *CANDIDATES))]
    if datum.epsg not in GAUSS_KRUGER or zone_number(datum.epsg) is not None:
        return [declared]
    own = central_meridian(datum.epsg)
    others = [
        f"EPSG:{epsg}"
        for epsg in THREE_DEGREES
        if 0 < abs(central_meridian(epsg) - own) <= MERIDIANS_AWAY
    ]
    return [declared, *others]


def _prepared(polygons: Mapping[str, Any], keys: NDArray[Any]) -> dict[str, Any]:
    shapes = {key: polygons[key] for key in set(keys) if key in polygons}
    if any(key not in polygons for key in keys):
        shapes[""] = shapely.union_all(list(polygons.values()))
    shapely.prepare(list(shapes.values()))
    return shapes


def _inside(xy: Points, keys: NDArray[Any], shapes: Mapping[str, Any]) -> NDArray[np.bool_]:
    inside = np.zeros(len(xy), dtype=bool)
    for key, polygon in shapes.items():
        mine = keys == key if key else ~np.isin(keys, [k for k in shapes if k])
        inside[mine] = shapely.contains_xy(polygon, xy[mine, 0], xy[mine, 1])
    return inside


def _best_shift(xy: Points, keys: NDArray[Any], shapes: Mapping[str, Any]) -> tuple[float, float]:
    """Metres east and north by which most points come to lie inside, found coarse to fine."""
    step = max(1, len(xy) // SHIFT_SAMPLE)
    xy, keys = xy[::step], keys[::step]
    metre = 1 / _METRES_A_DEGREE
    squeeze = metre / max(0.1, float(np.cos(np.radians(np.nanmedian(xy[:, 1])))))
    best, centre = (-1.0, 0.0), (0.0, 0.0)
    for size in (400.0, 100.0):
        middle = centre
        for east in np.arange(-3, 4) * size + middle[0]:
            for north in np.arange(-3, 4) * size + middle[1]:
                moved = xy + np.array([east * squeeze, north * metre])
                # Of equally good shifts the smallest is meant.
                score = (float(_inside(moved, keys, shapes).mean()), -float(np.hypot(east, north)))
                if score > best:
                    best, centre = score, (float(east), float(north))
    return centre
