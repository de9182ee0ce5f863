"""Coordinate reference systems: storage in CGCS2000 degrees, metre work in Gauss–Krüger.

EPSG codes and zone bounds: docs of PROJ, checked against domain reference §8. Every function
takes and returns x = longitude/easting first.
"""

from functools import cache
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

Geometry = TypeVar("Geometry", bound=BaseGeometry)

CGCS2000 = 4490
WEB_MERCATOR = 3857
GUANGZHOU_ZONE = 4547
# Over about 100 m a geodesic and an edge straight in degrees differ by less than 0.1 mm.
STRAIGHT_DEG = 1e-3
GEOD = Geod(a=6378137, rf=298.257222101)


def gauss_kruger_epsg(longitude: float) -> int:
    """EPSG code of the 3° Gauss–Krüger zone (by central meridian) that holds ``longitude``."""
    meridian = round(longitude / 3) * 3
    if not 75 <= meridian <= 135:
        raise ValueError(f"No 3° zone of CGCS2000 holds longitude {longitude}.")
    return 4534 + (meridian - 75) // 3


@cache
def transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project(geometry: Geometry, source: int, target: int) -> Geometry:
    """``geometry`` in another system; vertices only, no densification."""
    return shapely.transform(  # type: ignore[no-any-return]
        geometry, lambda xy: project_points(xy, source, target)
    )


def project_points(xy: NDArray[np.float64], source: int, target: int) -> NDArray[np.float64]:
    """An ``(n, 2)`` array of points in another system."""
    x, y = transformer(source, target).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([x, y])


def area_km2(geometry: BaseGeometry) -> float:
    """Ellipsoidal area of polygons in CGCS2000 degrees, the area of record.

    Edges are straight in degrees, as they are drawn, cut and joined: so parts add up to the whole.
    Between far vertices a geodesic leaves such an edge by hectares.
    """
    return sum(_polygon_area_m2(polygon) for polygon in shapely.get_parts(geometry)) / 1e6


def _polygon_area_m2(polygon: BaseGeometry) -> float:
    # Ring by ring: GEOS mends a polygon after adding vertices, and may lose all of it.
    straight = shapely.segmentize(shapely.get_rings(polygon), STRAIGHT_DEG)
    rings = [abs(_ring_area_m2(ring)) for ring in straight]
    return rings[0] - sum(rings[1:]) if rings else 0.0


def _ring_area_m2(ring: BaseGeometry) -> float:
    # Coordinates as arrays: pyproj's own reading of a geometry copies them one by one.
    longitudes, latitudes = shapely.get_coordinates(ring).T
    area, _ = GEOD.polygon_area_perimeter(longitudes, latitudes)
    return float(area)


def length_m(geometry: BaseGeometry) -> float:
    """Ellipsoidal length of a line in CGCS2000 degrees."""
    return float(GEOD.geometry_length(geometry))
