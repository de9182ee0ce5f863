"""Photos find their sign by position, direction and time, or say why not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.crs import GEOD
from signage.domain.photo_matching import Leftover, Limits, Match, Shot, Site, match, matches, turn

HERE = (113.3245, 23.1365)
DAY = date(2024, 5, 1)


def away(bearing: float, metres: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(*HERE, bearing, metres)
    return lon, lat


EAST, WEST = Site("east", away(90, 20)), Site("west", away(270, 20))
metres = st.floats(0, 200)
angles = st.floats(0, 360, exclude_max=True)
sites = st.lists(
    st.builds(
        lambda key, bearing, far, facing: Site(f"S{key}", away(bearing, far), facing),
        st.integers(0, 99),
        angles,
        metres,
        st.none() | angles,
    ),
    max_size=8,
    unique_by=lambda site: site.key,
)
shots = st.builds(Shot, st.just(HERE), st.none() | angles)


class TestMatch:
    @pytest.mark.parametrize(("heading", "key"), [(90, "east"), (271, "west"), (60, "east")])
    def test_takes_the_sign_that_the_camera_looks_at(self, heading: float, key: str) -> None:
        assert match(Shot(HERE, heading), [EAST, WEST]).key == key

    def test_leaves_two_equally_near_to_people(self) -> None:
        found = match(Shot(HERE), [EAST, WEST])
        assert (found.key, found.why) == ("", Leftover.SEVERAL)
        assert {each.key for each in found.candidates} == {"east", "west"}

    def test_takes_the_clearly_nearer_one(self) -> None:
        assert match(Shot(HERE), [EAST, Site("near", away(0, 5))]).key == "near"

    def test_a_face_that_looks_away_is_not_read(self) -> None:
        towards = Site("towards", away(90, 20), facing=270.0)
        back = Site("back", away(90, 20), facing=90.0)
        assert match(Shot(HERE, 90), [towards, back]).key == "towards"

    @pytest.mark.parametrize(
        ("shot", "site", "why"),
        [
            (Shot(None), EAST, Leftover.NO_POSITION),
            (Shot(HERE), Site("far", away(0, 150)), Leftover.NONE_NEAR),
            (Shot(HERE, 270), EAST, Leftover.LOOKS_ELSEWHERE),
            (
                Shot(HERE, 90, DAY),
                Site("x", EAST.where, begins=date(2024, 5, 2)),
                Leftover.NOT_THEN,
            ),
            (Shot(HERE, 90, DAY), Site("x", EAST.where, ends=DAY), Leftover.NOT_THEN),
        ],
    )
    def test_says_why_a_photo_is_left(self, shot: Shot, site: Site, why: Leftover) -> None:
        assert match(shot, [site]) == Match("", why)

    @given(shots, sites)
    def test_a_match_is_near_and_ahead_and_without_a_rival(
        self, shot: Shot, given: list[Site]
    ) -> None:
        limits = Limits()
        found = match(shot, given, limits)
        assert bool(found.key) == (found.why is None)
        if found.key:
            assert found.candidates[0].distance_m <= limits.within_m
            assert all(
                found.candidates[0].doubt <= limits.clear * other.doubt
                for other in found.candidates[1:]
            )

    @given(shots, sites, st.randoms())
    def test_the_order_of_the_signs_does_not_matter(self, shot, given, random) -> None:  # type: ignore[no-untyped-def]
        shuffled = random.sample(given, len(given))
        assert match(shot, shuffled) == match(shot, given)

    @given(shots, sites)
    def test_a_sign_out_of_reach_changes_nothing(self, shot: Shot, given: list[Site]) -> None:
        far = Site("far", away(10, 5_000))
        assert match(shot, [*given, far]) == match(shot, given)

    def test_each_photo_is_answered(self) -> None:
        found = matches([Shot(HERE, 90), Shot(None), Shot(HERE, 90)], [EAST, WEST])
        assert [each.key for each in found] == ["east", "", "east"]

    @given(angles, angles)
    def test_a_turn_is_the_same_both_ways(self, one: float, other: float) -> None:
        assert 0 <= turn(one, other) <= 180
        assert turn(one, other) == pytest.approx(turn(other, one))
