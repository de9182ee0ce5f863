"""Marker numbers, courses and displacement: pure rules with the worked cases of the reference."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.courses import DIRECTIONS, Course, azimuth_to_16, legs, sixteenth
from boundaries.domain.displacement import Verdict, displacement, witness_doubt
from boundaries.domain.lines import part_of_longer
from boundaries.domain.markers import (
    MarkerNumber,
    NumberFault,
    SeriesFault,
    Witness,
    WrongNumber,
    check_series,
    parse_number,
    read_witness,
)
from common.crs import GEOD

PROVINCE = r"(?P<a>\d{2})(?P<b>\d{2})(?P<serial>\d{3})(?P<post>[QABCDE])"


class TestNumbers:
    def test_the_worked_case(self) -> None:
        assert parse_number("4445012Q", PROVINCE) == MarkerNumber("44", "45", 12, "Q")

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("4544012Q", NumberFault.SIDES),
            ("4444012Q", NumberFault.SIDES),
            ("4445000Q", NumberFault.SERIAL),
            ("4445012", NumberFault.FORM),
            ("4445012F", NumberFault.FORM),
            ("4445012q", NumberFault.FORM),
            ("4445٠12Q", NumberFault.FORM),
            ("", NumberFault.FORM),
        ],
    )
    def test_what_is_none_says_why(self, text: str, fault: NumberFault) -> None:
        with pytest.raises(WrongNumber) as refused:
            parse_number(text, PROVINCE)
        assert refused.value.fault == fault

    @given(
        a=st.integers(11, 90),
        more=st.integers(1, 9),
        serial=st.integers(1, 999),
        post=st.sampled_from("QABCDE"),
    )
    def test_reads_back_what_was_written(self, a: int, more: int, serial: int, post: str) -> None:
        text = f"{a}{a + more}{serial:03}{post}"
        assert parse_number(text, PROVINCE) == MarkerNumber(str(a), str(a + more), serial, post)


class TestWitnesses:
    def test_are_read_as_people_write_them(self) -> None:
        assert read_witness("老榕树； 12.5；405") == Witness("老榕树", 12.5, 45.0)
        assert read_witness("bridge;8;") == Witness("bridge", 8.0, None)
        assert read_witness("bridge;8;-1e-20").azimuth == 0.0
        assert str(Witness("bridge", 8.0, 12.5)) == "bridge; 8; 12.5"

    @pytest.mark.parametrize(
        "text",
        ["树", "树;x", "树;0", "树;2000", ";5", "树;5;1;2", "树;nan", "树;5;nan", "树;5;inf"],
    )
    def test_what_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):
            read_witness(text)


class TestSeries:
    def test_a_whole_one_has_no_fault(self) -> None:
        posts = [(1, "Q"), (2, "A"), (2, "B"), (3, "C"), (3, "D"), (3, "E")]
        assert check_series(posts, {1: 0, 2: 500, 3: 900}) == []

    def test_each_fault_is_found(self) -> None:
        posts = [(1, "Q"), (1, "Q"), (2, "A"), (4, "Q"), (5, "Q"), (5, "B")]
        found = {
            each.fault: each.serials for each in check_series(posts, {1: 0, 2: 50, 4: 40, 5: 90})
        }
        assert found == {
            SeriesFault.TWICE: (1,),
            SeriesFault.INCOMPLETE: (2, 5),
            SeriesFault.GAP: (3,),
            SeriesFault.ORDER: (4,),
        }

    def test_a_section_of_a_longer_line_begins_with_a_later_serial(self) -> None:
        posts = [(12, "Q"), (13, "Q"), (15, "Q")]
        (gap,) = check_series(posts, {}, section=True)
        assert (gap.fault, gap.serials) == (SeriesFault.GAP, (14,))
        (gap,) = check_series(posts, {})
        assert gap.serials == (*range(1, 12), 14)
        assert part_of_longer("440882-450521") and not part_of_longer("440104-440106")

    @given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30, unique=True))
    def test_only_a_rising_chainage_is_in_order(self, metres: list[int]) -> None:
        posts = [(n, "Q") for n in range(1, len(metres) + 1)]
        chainage = {n: float(m) for n, m in enumerate(metres, start=1)}
        faults = {each.fault for each in check_series(posts, chainage)}
        assert (SeriesFault.ORDER in faults) == (metres != sorted(metres))


class TestDirections:
    def test_the_worked_case(self) -> None:
        assert azimuth_to_16(11.24) == "北"
        assert azimuth_to_16(11.26) == "北偏东北"
        assert azimuth_to_16(348.74) == "北偏西北"
        assert azimuth_to_16(348.76) == azimuth_to_16(360) == azimuth_to_16(-1) == "北"
        assert [azimuth_to_16(angle) for angle in (90, 180, 270)] == ["东", "南", "西"]

    @given(st.floats(-720, 720, allow_nan=False))
    def test_is_the_nearest_of_the_sixteen(self, azimuth: float) -> None:
        off = abs((azimuth - sixteenth(azimuth) * 22.5 + 180) % 360 - 180)
        assert off <= 11.25 + 1e-9
        assert len(DIRECTIONS) == 16


class TestCourse:
    def test_begins_in_the_west_or_in_the_north(self) -> None:
        east_west = Course(shapely.LineString([(113.4, 23.1), (113.2, 23.15), (113.0, 23.1)]))
        assert east_west.at(0) == (113.0, 23.1)
        south_north = Course(shapely.LineString([(113.0, 23.0), (113.05, 23.4)]))
        assert south_north.at(0) == (113.05, 23.4)

    def test_measures_along_the_line_and_beside_it(self) -> None:
        course = Course(shapely.LineString([(113.0, 23.0), (113.1, 23.0), (113.2, 23.0)]))
        spot = course.locate(113.15, 23.001)
        # The parallel is not the shortest way: the two agree within a metre at this length.
        assert spot.chainage == pytest.approx(GEOD.line_length([113, 113.15], [23, 23]), abs=1)
        assert spot.offset == pytest.approx(GEOD.inv(113.15, 23.001, 113.15, 23.0)[2], abs=0.5)

    def test_counts_the_parts_of_a_line_in_pieces_one_after_the_other(self) -> None:
        parts = [[(113.3, 23.0), (113.2, 23.0)], [(113.0, 23.0), (113.1, 23.0)]]
        course = Course(shapely.MultiLineString(parts))
        one = GEOD.line_length([113.0, 113.1], [23, 23])
        assert course.length_m == pytest.approx(2 * one)
        assert course.locate(113.2, 23.0).chainage == pytest.approx(one, abs=1e-3)

    @given(share=st.floats(0, 1))
    def test_finds_every_place_of_itself_again(self, share: float) -> None:
        points = [(113.0, 23.0), (113.02, 23.01), (113.05, 23.0), (113.09, 23.03)]
        course = Course(shapely.LineString(points))
        spot = course.locate(*course.at(share * course.length_m))
        assert spot.chainage == pytest.approx(share * course.length_m, abs=0.5)
        assert spot.offset < 0.05

    def test_legs_say_how_far_and_whither(self) -> None:
        (leg,) = legs([((113.0, 23.0), 0.0), ((113.01, 23.0), 1100.0)])
        assert (leg.length_m, azimuth_to_16(leg.azimuth)) == (1100.0, "东")


class TestDisplacement:
    def test_tells_how_far_and_whither(self) -> None:
        lon, lat, _ = GEOD.fwd(113.3, 23.1, 45, 12.0)
        found = displacement((113.3, 23.1), 1.0, (lon, lat), 0.05)
        assert found.distance_m == pytest.approx(12, abs=1e-3)
        assert found.azimuth == pytest.approx(45, abs=1e-3)
        assert found.verdict == Verdict.MOVED

    @given(
        lon=st.floats(74, 134),
        lat=st.floats(4, 53),
        azimuth=st.floats(0, 359.99),
        metres=st.floats(0.01, 500),
        one=st.floats(0.01, 10),
        other=st.floats(0.01, 10),
    )
    def test_holds_anywhere_and_both_ways(
        self, lon: float, lat: float, azimuth: float, metres: float, one: float, other: float
    ) -> None:
        there = GEOD.fwd(lon, lat, azimuth, metres)[:2]
        found = displacement((lon, lat), one, there, other)
        assert found.distance_m == pytest.approx(metres, abs=1e-4)
        assert abs((found.azimuth - azimuth + 180) % 360 - 180) * metres < 0.01
        assert found.sigma_m == pytest.approx((one**2 + other**2) ** 0.5)
        far, near = found.ratio > 3, found.ratio <= 2
        assert (found.verdict == Verdict.MOVED, found.verdict == Verdict.IN_PLACE) == (far, near)
        back = displacement(there, other, (lon, lat), one)
        assert back.distance_m == pytest.approx(found.distance_m, abs=1e-6)

    @pytest.mark.parametrize("accuracy", [0.0, -1.0, float("nan"), float("inf")])
    def test_says_nothing_without_an_accuracy(self, accuracy: float) -> None:
        with pytest.raises(ValueError, match="positive"):
            displacement((113, 23), 1.0, (113, 23), accuracy)

    def test_finds_every_planted_move_and_hardly_cries_wolf(self) -> None:
        """20,000 markers: measured beyond 3 σ is never missed, unmoved ones stay unmoved."""
        rng = np.random.default_rng(20120630)
        false, unmoved = 0, 10_000
        for n in range(2 * unmoved):
            sigmas = rng.uniform(0.02, 2, 2)
            combined = float(np.hypot(*sigmas))
            noise = rng.normal(0, combined / np.sqrt(2), 2)
            shift = np.zeros(2)
            if n >= unmoved:
                angle = rng.uniform(0, 2 * np.pi)
                shift = combined * rng.uniform(3, 40) * np.array([np.sin(angle), np.cos(angle)])
            east, north = shift + noise
            lon, lat, _ = GEOD.fwd(
                113.3, 23.1, np.degrees(np.arctan2(east, north)), np.hypot(east, north)
            )
            found = displacement((113.3, 23.1), sigmas[0], (lon, lat), sigmas[1])
            if n < unmoved:
                false += found.verdict == Verdict.MOVED
            elif np.hypot(east, north) > 3 * combined * (1 + 1e-6):
                assert found.verdict == Verdict.MOVED
            else:
                # Noise took it back below the limit: it is measured again or, rarely, within 2 σ.
                assert found.ratio <= 3 * (1 + 1e-6)
        assert false / unmoved <= 0.01

    def test_compares_witness_objects_by_metres(self) -> None:
        assert witness_doubt((20.0, 90.0), (20.1, 90.5), 0.1) is None
        far = witness_doubt((20.0, 350.0), (20.0, 10.0), 0.1)
        assert far is not None and far.azimuth == pytest.approx(20)
        assert witness_doubt((20.0, None), (20.0, 10.0), 0.1) is None
        near = witness_doubt((20.0, None), (25.0, None), 0.1)
        assert near is not None and near.distance_m == pytest.approx(5)
