"""Datums: forward, back, against real stations and reference values (domain reference §8)."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.crs import GEOD
from common.datums import (
    CHINA,
    Points,
    central_meridian,
    datums,
    from_cgcs2000,
    get_datum,
    to_cgcs2000,
    zone_number,
)
from common.errors import BadInput
from tests.shared_data import shared_file

GUANGZHOU = np.array([[113.2644, 23.1291]])
in_china = st.tuples(st.floats(CHINA[0] + 0.2, CHINA[2] - 0.2), st.floats(3, 54))


def apart_m(first: Points, second: Points) -> Points:
    distances = GEOD.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])[2]
    return np.abs(distances)


class TestStations:
    """3,191 real charging stations of Guangzhou in three datums."""

    @pytest.mark.parametrize(
        ("datum", "columns"),
        [
            ("GCJ-02", ("station_lg", "station_lt")),
            ("BD-09", ("DB09_station_lg", "DB09_station_lt")),
        ],
    )
    def test_agree_within_two_metres(self, datum: str, columns: tuple[str, str]) -> None:
        with shared_file("guangzhou_charging_stations.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        given = np.array([[float(row[name]) for name in columns] for row in rows])
        true_columns = ("WGS84_station_lg", "WGS84_station_lt")
        true = np.array([[float(row[name]) for name in true_columns] for row in rows])
        assert apart_m(to_cgcs2000(given, get_datum(datum)), true).max() < 2


class TestReferenceValues:
    @pytest.mark.parametrize(
        ("datum", "expected", "within"),
        [
            ("GCJ-02", (113.26973, 23.126423), 2e-6),
            ("BD-09", (113.276151, 23.132711), 2e-6),
            ("EPSG:4547", (424654.893, 2559024.739), 0.002),
            ("EPSG:4526", (38424654.893, 2559024.739), 0.002),
            ("EPSG:4508", (731972.707, 2560635.971), 0.002),
        ],
    )
    def test_of_guangzhou(self, datum: str, expected: tuple[float, float], within: float) -> None:
        found = from_cgcs2000(GUANGZHOU, get_datum(datum))
        assert np.abs(found - np.array([expected])).max() < within

    @pytest.mark.parametrize(
        ("epsg", "meridian", "zone"),
        [
            (4491, 75, 13),
            (4501, 135, 23),
            (4502, 75, None),
            (4508, 111, None),
            (4513, 75, 25),
            (4526, 114, 38),
            (4533, 135, 45),
            (4534, 75, None),
            (4547, 114, None),
            (4554, 135, None),
        ],
    )
    def test_zones_are_told_by_meridian_and_number(
        self, epsg: int, meridian: int, zone: int | None
    ) -> None:
        assert (central_meridian(epsg), zone_number(epsg)) == (meridian, zone)
        [[easting, _]] = from_cgcs2000(np.array([[meridian, 30.0]]), get_datum(f"EPSG:{epsg}"))
        assert easting == pytest.approx(500_000 + (zone or 0) * 1_000_000, abs=0.01)


class TestRoundTrips:
    @settings(deadline=None)  # the first conversion of a system reads its definition
    @given(point=in_china, key=st.sampled_from(["GCJ-02", "BD-09", "CGCS2000", "WGS84"]))
    def test_leave_less_than_a_centimetre(self, point: tuple[float, float], key: str) -> None:
        true, datum = np.array([point]), get_datum(key)
        assert apart_m(to_cgcs2000(from_cgcs2000(true, datum), datum), true).max() < 0.01

    @settings(deadline=None)
    @given(
        offset=st.floats(-1.5, 1.5),
        latitude=st.floats(18, 53),
        key=st.sampled_from([key for key, datum in datums().items() if datum.metres]),
    )
    def test_of_zones_too(self, offset: float, latitude: float, key: str) -> None:
        datum = get_datum(key)
        meridian = 114 if key == "EPSG:3857" else central_meridian(datum.epsg or 0)
        true = np.array([[meridian + offset, latitude]])
        assert apart_m(to_cgcs2000(from_cgcs2000(true, datum), datum), true).max() < 0.01

    def test_what_lies_abroad_stays_where_it_is(self) -> None:
        paris = np.array([[2.35, 48.86]])
        assert (from_cgcs2000(paris, get_datum("GCJ-02")) == paris).all()

    def test_nonsense_becomes_nan_or_a_number_but_never_an_error(self) -> None:
        nonsense = np.array([[np.nan, 1.0], [1e12, -1e12], [0.0, 0.0]])
        for datum in datums().values():
            assert to_cgcs2000(nonsense, datum).shape == (3, 2)


def test_an_unknown_datum_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="北京54"):
        get_datum("北京54")
