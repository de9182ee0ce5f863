"""Zones, reference values and ellipsoidal measures (domain reference §8)."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from common.crs import (
    CGCS2000,
    GEOD,
    area_km2,
    gauss_kruger_epsg,
    length_m,
    project,
    project_points,
)

guangzhou = st.tuples(st.floats(112.95, 114.05), st.floats(22.5, 23.9))


class TestZones:
    @pytest.mark.parametrize(("longitude", "epsg"), [(113.26, 4547), (116.4, 4548), (75.0, 4534)])
    def test_the_zone_by_central_meridian(self, longitude: float, epsg: int) -> None:
        assert gauss_kruger_epsg(longitude) == epsg

    def test_refuses_what_lies_outside_the_country(self) -> None:
        with pytest.raises(ValueError):
            gauss_kruger_epsg(10.0)


class TestProject:
    @pytest.mark.parametrize(
        ("epsg", "east", "north"),
        [
            (4547, 424654.893, 2559024.739),
            (4526, 38424654.893, 2559024.739),
            (4508, 731972.707, 2560635.971),
        ],
    )
    def test_reference_values_of_guangzhou(self, epsg: int, east: float, north: float) -> None:
        point = project(shapely.Point(113.2644, 23.1291), CGCS2000, epsg)
        assert (point.x, point.y) == pytest.approx((east, north), abs=0.001)

    @given(guangzhou, guangzhou)
    def test_distances_in_the_zone_agree_with_the_ellipsoid(
        self, one: tuple[float, float], other: tuple[float, float]
    ) -> None:
        geodesic = GEOD.inv(*one, *other)[2]
        plane = project_points(np.array([one, other]), CGCS2000, 4547)
        assert np.hypot(*(plane[0] - plane[1])) == pytest.approx(geodesic, rel=0.0002, abs=0.01)


class TestMeasures:
    def test_a_degree_square_at_the_equator(self) -> None:
        square = shapely.box(113, 0, 114, 1)
        assert area_km2(square) == pytest.approx(12_308.8, abs=1)
        assert length_m(square.exterior) == pytest.approx(443_770, rel=0.001)

    def test_a_hole_is_no_area(self) -> None:
        ring = shapely.box(113, 23, 113.2, 23.2)
        hole = shapely.box(113.05, 23.05, 113.1, 23.1)
        assert area_km2(ring.difference(hole)) == pytest.approx(area_km2(ring) - area_km2(hole))
