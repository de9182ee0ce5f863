"""Beds shared out by choice, living circles and zones of the coverage workspace."""

from datetime import date

import fiona
import numpy as np
import pytest
import shapely
from django.urls import reverse

from common.datums import get_datum
from common.errors import BadInput
from common.exporting.writing import write_export
from facilities.domain.access import (
    floating_catchment,
    gaussian_weights,
    three_step_weights,
)
from facilities.domain.cost import k_nearest, straight
from facilities.domain.isochrones import reached_by
from facilities.domain.measures import sigma_for
from facilities.domain.networks import CAR, travel
from facilities.domain.packing import unpack
from facilities.domain.raam import raam
from facilities.exports.coverage_files import coverage_export
from facilities.models import Facility, StreetNetwork
from facilities.queries.cells import in_metres, read_cells
from facilities.queries.coverage import CoverageQuestion
from facilities.queries.reach import zones_reached
from tests.facilities.test_coverage_measures import (
    DAY,
    EAST,
    NORTH,
    SOUTH,
    WEST,
    ask,
    network,
    told,
)

__all__ = ["network"]
pytestmark = pytest.mark.usefixtures("demo")


class TestThreeStepAndRational:
    """Against the pure functions, which the tests hold against the package ``access``."""

    @pytest.fixture
    def ground(self):
        cells = read_cells(at=DAY, within="4401")
        rows = Facility.objects.on(DAY).filter(category="ELD-INST").order_by("name", "pk")
        beds = np.array([row.beds or 0.0 for row in rows])
        sites = in_metres(np.array([row.location.coords for row in rows]))
        return cells, beds, straight(in_metres(cells.lonlat), sites, cutoff=5000)

    def test_three_step_weighs_by_what_else_is_near(self, ground):
        cells, beds, costs = ground
        weights = three_step_weights(gaussian_weights(costs, sigma=sigma_for(5000)))
        values = 1000 * floating_catchment(weights, cells.elders, beds)
        result = ask(measure="3sfca")
        wanted = values @ cells.elders / cells.elders.sum()
        assert result.score.value == pytest.approx(wanted, rel=1e-9)
        # The beds are the same in sum, they are shared out otherwise.
        assert result.score.gini != pytest.approx(ask(measure="e2sfca").score.gini, rel=1e-6)

    def test_rational_pays_one_for_the_limit_and_one_for_the_mean(self, ground):
        cells, beds, costs = ground
        rows = np.repeat(np.arange(len(cells.elders)), np.diff(costs.indptr))
        used = (cells.elders[rows] > 0) & (beds[costs.indices] > 0)
        people = cells.elders[np.unique(rows[used])].sum()
        places = beds[np.unique(costs.indices[used])].sum()
        found = raam(costs, cells.elders, beds, tau=5000, people_per_unit=people / places)
        reached = np.isfinite(found.costs)
        result = ask(measure="raam")
        wanted = found.costs[reached] @ cells.elders[reached] / cells.elders[reached].sum()
        assert result.score.value == pytest.approx(wanted, rel=1e-9)
        lost = cells.elders[np.isinf(found.costs)].sum()
        assert result.score.without == pytest.approx(lost)
        assert result.remarks.unsettled == found.gap
        assert "By choosing anew" in told(result)

    def test_rational_refuses_what_would_take_minutes(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.measures.MOST_RATIONAL", 10)
        with pytest.raises(BadInput, match="more than 10"):
            ask(measure="raam")


class TestTiers:
    def test_every_circle_is_what_the_question_with_its_radius_gives(self):
        result = ask(by="district")
        assert [each.tier.minutes for each in result.tiers] == [5, 10, 15]
        for reached in result.tiers:
            same = ask(distance_m=reached.limit)
            assert reached.total == same.total
            assert reached.tallies == {
                row.division.code: row.tally for row in same.rows if row.tally.people
            }

    def test_by_network_the_minutes_count(self, network):
        result = ask(mode="car")
        for reached in result.tiers:
            assert reached.limit == reached.tier.minutes
            assert reached.total == ask(mode="car", minutes=reached.limit).total

    def test_there_are_none_before_the_standard(self, client_as):
        assert ask(at=date(2018, 11, 30)).tiers == ()


class TestZones:
    def points(self, cells):
        return shapely.points(cells.lonlat)

    @pytest.mark.parametrize("many", [1, 3])
    def test_straight_lines_hold_exactly_the_covered(self, many):
        result = ask(distance_m=2000.0 * many, at_least=many)
        assert 0 < result.total.covered_people < result.total.people
        (zone,) = zones_reached(question=result.question)
        assert zone.way == "line" and zone.synthetic
        cells = read_cells(at=DAY, within="4401")
        inside = shapely.contains(zone.geometry, self.points(cells))
        differ = inside != ~np.isin(cells.lonlat, result.uncovered.lonlat).all(axis=1)
        # A circle has 64 corners and its bends are simplified: cells on the very edge may differ.
        assert cells.people[differ].sum() < 0.005 * cells.people.sum()

    @pytest.mark.parametrize(("many", "limit"), [(1, 5), (2, 15)])
    def test_by_network_streets_and_lines_are_told_apart(self, network, many, limit):
        question = CoverageQuestion(
            at=DAY, category="ELD-INST", mode="car", minutes=limit, at_least=many
        )
        # The streets are real, what is reached on them is not.
        StreetNetwork.objects.update(synthetic=False)
        zones = {zone.way: zone for zone in zones_reached(question=question)}
        assert set(zones) == {"network", "line"}
        land = shapely.from_wkb(bytes(network.area.wkb))
        off = shapely.difference(zones["network"].geometry, land)
        assert off.area < 1e-6 * land.area
        assert zones["network"].name == "网格"
        assert zones["network"].synthetic
        # On the streets themselves: within the zone is who needs no more than the limit.
        xs, ys = np.linspace(WEST, EAST, 25), np.linspace(SOUTH, NORTH, 400)
        on_street = np.array([(x, y) for x in xs for y in ys])
        sites = Facility.objects.on(DAY).filter(category="ELD-INST")
        lonlat = np.array([row.location.coords for row in sites])
        lonlat = lonlat[shapely.intersects_xy(land, lonlat)]
        attached = travel(unpack(bytes(network.packed)), CAR).main()
        attached = attached.attach(np.concatenate([in_metres(on_street), in_metres(lonlat)]))
        n = len(on_street)
        times, _ = k_nearest(attached.network, attached.nodes[n:], many)
        minutes = times[attached.nodes[:n], many - 1] / 60
        inside = shapely.contains(zones["network"].geometry, shapely.points(on_street))
        near = minutes < limit - 0.2
        assert inside[near].all() and near.sum() > 100
        # The width of a street lets a zone reach 50 m farther.
        far = minutes > limit + 0.5
        assert not inside[far].any() and far.any()

    def test_faces_within_enough_shapes_are_those_that_counting_finds(self):
        random = np.random.default_rng(3)
        shapes = shapely.buffer(shapely.points(random.uniform(0, 10, (30, 2))), 2.0)
        spots = shapely.points(random.uniform(-2, 12, (4000, 2)))
        counts = sum(shapely.contains(each, spots).astype(int) for each in shapes)
        for many in (1, 2, 5, 31):
            assert (shapely.contains(reached_by(shapes, many), spots) == (counts >= many)).all()

    def test_nothing_to_reach_is_no_zone(self):
        assert zones_reached(question=CoverageQuestion(at=DAY, category="FUN-CREM")) == ()

    def test_the_map_is_told_how_each_was_measured(self, client_as, network):
        response = client_as(language="en").get(
            reverse("facilities:coverage_zones"), {"at": DAY.isoformat(), "mode": "car"}
        )
        features = response.json()["features"]
        ways = {each["properties"]["label"] for each in features}
        assert ways == {"network “网格”", "straight line"}
        for each in features:
            assert shapely.geometry.shape(each["geometry"]).is_valid

    def test_the_geopackage_has_them_as_a_layer(self, tmp_path):
        result = ask(distance_m=2000.0)
        path = tmp_path / "coverage.gpkg"
        export = coverage_export(result=result, datum=get_datum("CGCS2000"))
        write_export(export, format="gpkg", path=path)
        assert set(fiona.listlayers(path)) == {"coverage", "zones"}
        with fiona.open(path, layer="zones") as layer:
            (row,) = list(layer)
        assert row["properties"]["limit"] == 2000 and row["properties"]["synthetic"]
        with fiona.open(path, layer="coverage") as layer:
            shares = {row["properties"]["code"]: row["properties"]["elders_15"] for row in layer}
        wide = result.tiers[-1].tallies
        assert shares["440106"] == pytest.approx(wide["440106"].elders_share)
