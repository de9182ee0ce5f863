"""Ways by networks and straight lines together, and the values made of them, pair by pair."""

import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.access import floating_catchment, gaussian_weights, gini, worst_served
from facilities.domain.journeys import Journeys, Part, TooManyPairs
from facilities.domain.measures import (
    CATCHMENT,
    FADING,
    WEIGHT_AT_LIMIT,
    bed_scores,
    cost_scores,
    empty_catchments,
    sigma_for,
    supply_per_thousand,
    supply_scores,
)
from facilities.domain.networks import CAR, travel
from facilities.domain.streets import BOTH, Lines, join

CORNER = np.array([430_000.0, 2_560_000.0])
PACE = 20_000 / 60


def city(side=6, block=400.0):
    """A grid of two-way streets, the classes different, so that the quickest way is none by eye."""
    steps = np.arange(side) * block
    shapes, classes = [], []
    for i, at in enumerate(steps):
        kind = ("primary", "residential", "living_street")[i % 3]
        xs = np.column_stack([steps, np.full(side, at)]) + CORNER
        ys = np.column_stack([np.full(side, at), steps]) + CORNER
        shapes += [shapely.LineString(xs), shapely.LineString(ys)]
        classes += [kind, kind]
    count = len(shapes)
    none = np.full(count, np.nan)
    lines = Lines(
        np.array(shapes, dtype=object),
        np.array(classes),
        np.full(count, BOTH, dtype=np.int64),
        none,
        none,
    )
    return travel(join(lines), CAR).main()


@pytest.fixture
def mixed():
    """40 places and 9 facilities, of which 25 and 5 lie in the city and the others around it."""
    rng = np.random.default_rng(5)
    network = city()
    inside, around = (rng.random((n, 2)) * 2000 + CORNER for n in (25, 15))
    places = np.concatenate([inside, around + np.array([6000, 0])])
    sites = np.concatenate(
        [rng.random((5, 2)) * 2000, rng.random((4, 2)) * 2000 + np.array([4000, 0])]
    )
    sites = sites + CORNER
    attached = network.attach(np.concatenate([places[:25], sites[:5]]), furthest_m=1000)
    joined = attached.street >= 0
    assert joined.all()
    part = Part(attached, np.arange(25), np.arange(5))
    return Journeys(places, sites, detour=1.3, pace=PACE, parts=(part,)), network


def by_networkx(ways):
    """Every pair on its own: networkx where both lie on the network, else the straight line."""
    lines = np.linalg.norm(ways.origins[:, None] - ways.facilities[None], axis=2)
    costs = lines * ways.detour / ways.pace
    (part,) = ways.parts
    graph = nx.from_scipy_sparse_array(
        part.attached.network.graph, create_using=nx.DiGraph, edge_attribute="s"
    )
    nodes = part.attached.nodes
    for j, facility in enumerate(part.facilities):
        node = nodes[len(part.origins) + j]
        seconds = nx.single_source_dijkstra_path_length(graph.reverse(), node, weight="s")
        for i, origin in enumerate(part.origins):
            costs[origin, facility] = seconds.get(nodes[i], np.inf) / 60
    return costs


class TestJourneys:
    def test_each_pair_costs_what_networkx_or_the_line_says(self, mixed):
        ways, _ = mixed
        expected = by_networkx(ways)
        dense = np.full(expected.shape, np.inf)
        found = ways.within(25).tocoo()
        dense[found.row, found.col] = found.data
        expected_within = np.where(expected <= 25, expected, np.inf)
        np.testing.assert_allclose(dense, expected_within, rtol=1e-9)

    @pytest.mark.parametrize("k", [1, 2, 5, 9])
    def test_the_kth_nearest_is_that_of_all_pairs(self, mixed, k):
        ways, _ = mixed
        expected = np.sort(by_networkx(ways), axis=1)[:, k - 1]
        np.testing.assert_allclose(ways.kth(k), expected, rtol=1e-9)

    def test_ways_to_some_are_those_of_the_whole(self, mixed):
        ways, _ = mixed
        kept = np.array([1, 4, 7])
        some, whole = ways.to(kept), by_networkx(ways)[:, kept]
        found = some.within(1e6)
        assert found.nnz == whole.size
        np.testing.assert_allclose(found.toarray(), whole, rtol=1e-9)
        np.testing.assert_allclose(some.kth(1), whole.min(axis=1), rtol=1e-9)

    def test_more_than_there_are_is_out_of_reach(self, mixed):
        ways, _ = mixed
        assert np.isinf(ways.kth(10)).all()

    def test_says_who_is_on_the_network(self, mixed):
        ways, _ = mixed
        assert ways.on_network.tolist() == [True] * 25 + [False] * 15

    def test_nobody_and_nothing_are_results(self):
        none = np.empty((0, 2))
        some = np.array([CORNER])
        assert Journeys(none, some).kth(1).tolist() == []
        assert Journeys(some, none).kth(2).tolist() == [np.inf]
        assert Journeys(some, none).within(5).nnz == 0

    def test_a_place_on_the_facility_reaches_it_for_nothing(self):
        ways = Journeys(np.array([CORNER]), np.array([CORNER]))
        assert ways.within(10).nnz == 1
        assert ways.kth(1).tolist() == [0]

    @pytest.mark.parametrize(("detour", "pace"), [(0.5, 1), (np.nan, 1), (1, 0), (1, np.inf)])
    def test_refuses_factors_that_make_no_sense(self, detour, pace):
        with pytest.raises(BadInput):
            Journeys(np.array([CORNER]), np.array([CORNER]), detour=detour, pace=pace)

    def test_refuses_more_pairs_than_memory_should_hold(self):
        rng = np.random.default_rng(1)
        many, sites = (rng.random((n, 2)) * 100 + CORNER for n in (21_000, 1_000))
        with pytest.raises(TooManyPairs, match="21000000 pairs"):
            Journeys(many, sites).within(1000)

    def test_refuses_a_limit_that_is_none(self, mixed):
        ways, _ = mixed
        for limit in (-1, np.nan):
            with pytest.raises(BadInput):
                ways.within(limit)
        with pytest.raises(BadInput):
            ways.kth(0)


COSTS = csr_matrix(
    (np.array([0.0, 5, 10, 2]), (np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0]))), shape=(4, 3)
)
ELDERS = np.array([100.0, 200, 50, 0])
BEDS = np.array([30.0, np.nan, 40])
GROUPS = np.array(["440104", "440104", "440105", "440106"])


class TestMeasures:
    def test_supply_is_that_of_the_pure_functions(self):
        flat = csr_matrix((np.ones(4), COSTS.indices, COSTS.indptr), COSTS.shape)
        known = np.array([30.0, 0, 40])
        got = supply_per_thousand(COSTS, ELDERS, BEDS, limit=10, measure=CATCHMENT)
        np.testing.assert_allclose(got, floating_catchment(flat, ELDERS, known) * 1000)
        assert got.tolist() == [200, 0, 200, 0]
        weights = gaussian_weights(COSTS, sigma=sigma_for(10))
        got = supply_per_thousand(COSTS, ELDERS, BEDS, limit=10, measure=FADING)
        np.testing.assert_allclose(got, floating_catchment(weights, ELDERS, known) * 1000)

    def test_a_bed_at_the_limit_counts_for_a_hundredth(self):
        weights = gaussian_weights(COSTS, sigma=sigma_for(10))
        assert weights[1, 1] == pytest.approx(WEIGHT_AT_LIMIT)

    def test_scores_by_division_and_in_total(self):
        values = np.array([200.0, 0, 200, 0])
        scores = supply_scores(values, ELDERS, GROUPS, gini=False)
        assert scores.groups["440104"].value == pytest.approx(200 / 3)
        assert scores.groups["440104"].without == 200
        assert scores.groups["440106"].value is None
        assert scores.total.worst_tenth == 0
        unequal = supply_scores(values, ELDERS, GROUPS, gini=True)
        assert unequal.total.value == gini(values, ELDERS)

    def test_costs_tell_who_reaches_nothing(self):
        costs = np.array([5.0, 15, np.inf, 1])
        scores = cost_scores(costs, ELDERS, GROUPS)
        assert scores.groups["440104"].value == pytest.approx((500 + 3000) / 300)
        assert scores.groups["440104"].worst_tenth == worst_served(
            costs[:2], ELDERS[:2], low_is_worst=False
        )
        assert scores.groups["440105"].value is None
        assert scores.groups["440105"].without == 50
        assert scores.total.worst_tenth is None

    def test_beds_stand_where_they_stand(self):
        scores = bed_scores(BEDS, np.array(["440104", "440104", "440199"]), ELDERS, GROUPS)
        assert scores.groups["440104"].value == 100
        assert scores.groups["440104"].unknown == 1
        assert scores.groups["440199"].value is None
        assert scores.total.value == 200

    def test_nobody_at_all_is_a_result(self):
        none, names = np.empty(0), np.empty(0, dtype=str)
        assert bed_scores(none, names, none, names).total.value is None
        assert cost_scores(none, none, names).total.value is None

    def test_counts_facilities_that_nobody_reaches(self):
        assert empty_catchments(COSTS, ELDERS) == 1


class TestNearest:
    def test_is_the_least_of_all_pairs(self, mixed):
        ways, _ = mixed
        expected = by_networkx(ways)
        costs, chosen = ways.nearest()
        np.testing.assert_allclose(costs, expected.min(axis=1), rtol=1e-9)
        np.testing.assert_allclose(
            expected[np.arange(len(chosen)), chosen], expected.min(axis=1), rtol=1e-9
        )

    def test_without_facilities_there_is_none(self):
        costs, chosen = Journeys(np.array([CORNER]), np.empty((0, 2))).nearest()
        assert costs.tolist() == [np.inf] and chosen.tolist() == [-1]
