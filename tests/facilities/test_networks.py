"""Modes of travel over streets, parts of the network, points beside it, land within reach."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from facilities.domain.cost import nearest, within
from facilities.domain.isochrones import isochrone
from facilities.domain.networks import CAR, CYCLE, WALK, Component, travel
from facilities.domain.streets import ALONG, join
from tests.facilities.test_streets import E0, N0, lines_of

# One metre a second, on streets and beside them: seconds are metres.
PLAIN = replace(CYCLE, default_kmh=3.6, access_kmh=3.6)


def at(*places):
    return np.array([(E0 + x, N0 + y) for x, y in places], dtype=float)


def costs_between(network, points, facilities):
    attached = network.attach(np.concatenate([points, facilities]))
    count = len(points)
    found = within(
        attached.network, attached.nodes[:count], attached.nodes[count:], cutoff=1e6
    ).tocoo()
    table = np.full((count, len(facilities)), np.inf)
    table[found.row, found.col] = found.data
    return table


class TestModes:
    drawn = join(
        lines_of(
            [(0, 0), (100, 0)],
            [(100, 0), (200, 0)],
            [(200, 0), (300, 0)],
            classes=["motorway", "primary_link", "steps"],
            directions=[ALONG, ALONG, 0],
            speeds=[float("nan"), 72, float("nan")],
        )
    )

    def test_cars_heed_signs_and_one_way_streets_and_take_no_steps(self):
        car = travel(self.drawn, CAR)
        assert car.along == pytest.approx([100 / (80 / 3.6), 5, np.inf])
        assert np.isinf(car.against).all()

    def test_feet_go_both_ways_but_not_on_motorways(self):
        walk = travel(self.drawn, WALK)
        assert walk.along == pytest.approx([np.inf, 72, 144])
        assert np.array_equal(walk.along, walk.against)

    def test_a_class_that_nobody_knows_is_told(self):
        streets = join(lines_of([(0, 0), (9, 0)], [(9, 0), (9, 9)], classes=["hghway", "service"]))
        assert travel(streets, CAR).assumed() == {"hghway": 1}

    def test_a_speed_of_nothing_is_refused(self):
        with pytest.raises(BadInput):
            replace(WALK, default_kmh=0)


class TestComponents:
    # A ring of 300 m, a one-way street out of it, and 50 m that hang on nothing.
    drawn = join(
        lines_of(
            [(0, 0), (100, 0)],
            [(100, 0), (50, 100), (0, 0)],
            [(100, 0), (400, 0)],
            [(900, 0), (950, 0)],
            directions=[ALONG, ALONG, ALONG, 0],
            lengths=[100, 200, 300, 50],
        )
    )

    def test_are_told_with_numbers_the_largest_first(self):
        found = travel(self.drawn, PLAIN).components()
        assert sorted(found[:2], key=lambda part: -part.length_km) == [
            Component(2, 2, 0.3),
            Component(2, 1, 0.05),
        ]
        assert found[2:] == (Component(1, 0, 0.0),)

    def test_points_are_joined_to_the_main_part_alone_where_that_is_asked(self):
        network = travel(
            join(lines_of([(0, 0), (500, 0)], [(500, 0), (900, 0)], [(0, 9), (1, 9)])), PLAIN
        )
        assert network.attach(at((0, 9))).legs_m == pytest.approx([0])
        assert network.main().attach(at((0, 9))).legs_m == pytest.approx([9])

    def test_no_street_no_part(self):
        network = travel(join(lines_of()), PLAIN)
        assert network.components() == () and len(network.main().streets) == 0
        assert network.attach(at((0, 0))).left_out.tolist() == [0]


class TestAttach:
    straight = join(lines_of([(0, 0), (100, 0)], [(100, 0), (200, 0)]))

    def test_the_leg_counts_at_both_ends(self):
        costs = costs_between(travel(self.straight, PLAIN), at((30, 7)), at((150, -4)))
        assert costs == pytest.approx(np.array([[7 + 120 + 4]]))

    def test_points_on_one_street_need_not_go_round_by_its_ends(self):
        costs = costs_between(travel(self.straight, PLAIN), at((30, 0), (90, 0)), at((60, 0)))
        assert costs == pytest.approx(np.array([[30], [30]]))

    def test_passing_by_a_point_costs_no_leg(self):
        costs = costs_between(travel(self.straight, PLAIN), at((30, 0), (60, 50)), at((90, 0)))
        assert costs[0, 0] == pytest.approx(60)

    def test_one_way_streets_lead_from_a_point_in_one_direction(self):
        ring = lines_of(
            [(0, 0), (100, 0)], [(100, 0), (100, 50), (0, 50), (0, 0)], directions=[ALONG, ALONG]
        )
        costs = costs_between(travel(join(ring), PLAIN), at((30, 0), (70, 0)), at((50, 0)))
        assert costs == pytest.approx(np.array([[20], [300 - 20]]))

    def test_a_point_at_a_crossing_is_reached_from_every_street(self):
        star = lines_of([(0, 0), (100, 0)], [(200, 0), (100, 0)], [(100, 0), (100, 90)],
                        directions=[ALONG, ALONG, ALONG])  # fmt: skip
        network = travel(join(star), PLAIN)
        costs = costs_between(network, at((10, 0), (190, 0)), at((100, 0)))
        assert costs == pytest.approx(np.array([[90], [90]]))
        assert costs_between(network, at((100, 0)), at((100, 60))) == pytest.approx(60)

    @given(st.integers(0, 2**32 - 1))
    def test_costs_are_those_of_streets_cut_at_the_points(self, seed):
        rng = np.random.default_rng(seed)
        grid = [[(x, y), (x + 100, y)] for x in (0, 100) for y in (0, 100, 200)]
        grid += [[(x, y), (x, y + 100)] for x in (0, 100, 200) for y in (0, 100)]
        ways = rng.integers(-1, 2, len(grid)).tolist()
        which, share = rng.integers(0, len(grid), 4), rng.integers(1, 10, 4) / 10
        spots = [
            (round(a[0] + s * (b[0] - a[0])), round(a[1] + s * (b[1] - a[1])))
            for (a, b), s in zip((grid[i] for i in which), share, strict=True)
        ]
        beside = costs_between(
            travel(join(lines_of(*grid, directions=ways)), PLAIN), at(*spots), at(*spots)
        )
        cut = [
            [a, *sorted({p for p, i in zip(spots, which, strict=True) if i == n}), b]
            for n, (a, b) in enumerate(grid)
        ]
        # A dead end at each spot makes it a node, and costs nothing to those who pass.
        stubs = [[p, (p[0] + 3, p[1] + 3)] for p in sorted(set(spots))]
        split = join(lines_of(*cut, *stubs, directions=[*ways, *[0] * len(stubs)]))
        network = travel(split, PLAIN).network()
        nodes = np.array(
            [np.hypot(*(split.nodes - at(spot)).T).argmin() for spot in spots], dtype=np.int64
        )
        found = within(network, nodes, nodes, cutoff=1e6).tocoo()
        expected = np.full(beside.shape, np.inf)
        expected[found.row, found.col] = found.data
        assert beside == pytest.approx(expected)

    def test_a_point_too_far_from_any_street_is_left_out(self):
        attached = travel(self.straight, PLAIN).attach(at((0, 3), (0, 900)), furthest_m=500)
        assert attached.left_out.tolist() == [1] and np.isinf(attached.legs_m[1])
        costs, _ = nearest(attached.network, attached.nodes[:1])
        assert np.isinf(costs[attached.nodes[1]])

    def test_closed_streets_join_nothing(self):
        drawn = join(
            lines_of([(0, 0), (100, 0)], [(0, 50), (100, 50)], classes=["steps", "service"])
        )
        assert travel(drawn, CAR).attach(at((50, 1))).legs_m == pytest.approx([49])


class TestIsochrone:
    cross = join(lines_of([(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], [(1000, 0), (1000, 800)]))

    def land(self, places, streets=None, **options):
        attached = travel(streets or self.cross, PLAIN).attach(at(*places))
        return isochrone(attached, np.arange(len(places)), **options)

    def test_holds_what_is_reached_in_time_and_nothing_else(self):
        land = self.land([(900, 0)], cutoff_s=300, width_m=10)
        for x, y, inside in (
            (605, 0, True), (590.5, 0, True), (589, 0, False), (1195, 0, True), (1211, 0, False),
            (1000, 205, True), (1000, 211, False), (700, 11, False),
        ):  # fmt: skip
            assert land.covers(shapely.Point(E0 + x, N0 + y)) == inside, (x, y)

    def test_within_one_street_both_sides_of_the_facility(self):
        land = self.land([(500, 20)], cutoff_s=100, width_m=10)
        west, south, east, north = land.bounds
        assert (west - E0, east - E0) == pytest.approx((410, 590))
        assert (south - N0, north - N0) == pytest.approx((-10, 10))

    def test_one_way_streets_count_for_those_who_come(self):
        drawn = join(lines_of([(0, 0), (1000, 0)], directions=[ALONG]))
        west, _, east, _ = self.land([(500, 0)], drawn, cutoff_s=100, width_m=10).bounds
        assert (west - E0, east - E0) == pytest.approx((390, 510))

    def test_more_time_holds_less_time(self):
        small = self.land([(900, 0)], cutoff_s=200)
        large = self.land([(900, 0)], cutoff_s=700)
        assert large.covers(small) and large.area > small.area

    def test_nothing_in_reach_is_empty(self):
        assert self.land([(900, 90)], cutoff_s=60).is_empty
        assert self.land([(900, 9000)], cutoff_s=60).is_empty

    def test_a_limit_that_is_none_is_refused(self):
        with pytest.raises(BadInput):
            self.land([(0, 0)], cutoff_s=float("nan"))
