"""The polygons of a day are checked: the demonstration set is clean, planted faults are told."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.management import CommandError, call_command

from boundaries.domain.topology import FaultKind
from boundaries.models import DivisionVersion
from boundaries.operations.repair import propose_repair
from boundaries.queries.topology import check_topology

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)
TIANHE = "440106"


def reshape(code: str, geometry: GEOSGeometry) -> None:
    if geometry.geom_type == "Polygon":
        geometry = MultiPolygon(geometry, srid=geometry.srid)
    DivisionVersion.objects.on(DAY).filter(code=code).update(geometry=geometry)


def shape(code: str) -> GEOSGeometry:
    found: GEOSGeometry = DivisionVersion.objects.on(DAY).get(code=code).geometry
    return found


def told(*words: str) -> Any:
    out = StringIO()
    call_command("check_boundaries", *words, "--at", "2024-05-01", stdout=out, stderr=StringIO())
    return out.getvalue()


class TestCheckTopology:
    def test_the_demonstration_set_is_clean(self) -> None:
        check = check_topology(at=DAY, within="4401")
        towns = DivisionVersion.objects.on(DAY).within("4401").at_level(4).count()
        assert (check.divisions, check.unknown, check.faults) == (12 + towns, 0, [])
        assert towns > 100

    def test_land_given_up_is_a_gap_and_the_city_is_not_filled(self) -> None:
        hole = shape(TIANHE).point_on_surface.buffer(0.005)
        reshape(TIANHE, shape(TIANHE).difference(hole))
        kinds = {fault.kind for fault in check_topology(at=DAY, within="4401").faults}
        assert kinds == {FaultKind.GAP, FaultKind.UNFILLED, FaultKind.BEYOND}

    def test_land_of_a_neighbour_in_a_hole_is_no_gap(self) -> None:
        """花都 has land within 佛山, which is whole; were it nobody's, 佛山 would have a gap."""
        assert check_topology(at=DAY, within="4406").faults == []
        assert propose_repair(at=DAY, within="4406", gap_width_m=1000).moves == []
        huadu = DivisionVersion.objects.on(DAY).filter(code="440114")
        huadu.update(geometry=None)
        (gap,) = check_topology(at=DAY, within="4406").faults
        assert gap.kind is FaultKind.GAP and 500_000 < gap.area_m2 < 2_000_000

    def test_land_of_two_neighbours_in_one_hole_is_no_gap(self) -> None:
        """The land of 花都 within 佛山, the west of it given to 从化."""
        west = Polygon.from_bbox((113.05, 23.23, 113.069, 23.25))
        reshape("440117", shape("440117").union(shape("440114").intersection(west)))
        reshape("440114", shape("440114").difference(west))
        kinds = {fault.kind for fault in check_topology(at=DAY, within="4406").faults}
        assert kinds == {FaultKind.EDGE}, "the cut ends between vertices, and nothing more"

    def test_land_that_two_hold_is_an_overlap_of_both(self) -> None:
        other = DivisionVersion.objects.on(DAY).get(code="440104").geometry
        reshape(TIANHE, shape(TIANHE).union(other.intersection(shape(TIANHE).buffer(0.01))))
        faults = check_topology(at=DAY, within="4401").faults
        overlap = next(fault for fault in faults if fault.kind is FaultKind.OVERLAP)
        assert {TIANHE, "440104"} == set(overlap.codes)
        assert overlap.area_m2 > 1000

    def test_a_family_with_an_unknown_shape_is_not_judged(self) -> None:
        DivisionVersion.objects.on(DAY).filter(code=TIANHE).update(geometry=None)
        check = check_topology(at=DAY, within="4401")
        assert check.unknown == 1
        assert FaultKind.UNFILLED not in {fault.kind for fault in check.faults}

    def test_a_town_that_gives_up_land_leaves_its_county_unfilled(self) -> None:
        town = DivisionVersion.objects.on(DAY).within(TIANHE).at_level(4).first()
        reshape(town.code, town.geometry.difference(town.geometry.point_on_surface.buffer(0.001)))
        (fault,) = check_topology(at=DAY, within="4401").faults
        assert (fault.kind, fault.codes) == (FaultKind.UNFILLED, (TIANHE, town.code))
        assert fault.area_m2 > 10_000

    def test_towns_that_hold_the_same_land_are_told(self) -> None:
        towns = DivisionVersion.objects.on(DAY).within(TIANHE).at_level(4).order_by("code")
        town = towns[0]
        other = towns.filter(geometry__touches=town.geometry)[0]
        reshape(
            town.code, town.geometry.union(other.geometry.intersection(town.geometry.buffer(0.002)))
        )
        faults = check_topology(at=DAY, within=TIANHE).faults
        overlap = next(fault for fault in faults if fault.kind is FaultKind.OVERLAP)
        assert {town.code, other.code} <= set(overlap.codes)

    def test_towns_of_a_county_that_is_not_known_whole_are_not_held_against_it(self) -> None:
        towns = DivisionVersion.objects.on(DAY).within(TIANHE).at_level(4)
        DivisionVersion.objects.filter(pk=towns[0].pk).update(geometry=None)
        assert check_topology(at=DAY, within="4401").faults == []

    def test_asks_few_queries(self, django_assert_max_num_queries: Any) -> None:
        with django_assert_max_num_queries(5):
            check_topology(at=DAY, within="4401")


class TestCommand:
    def test_prints_a_table_and_json(self) -> None:
        assert "overlap 0" in told("--within", "4401")
        value = json.loads(told("--within", "4401", "--json"))
        assert value["divisions"] > 12 and value["faults"] == []

    def test_a_fault_has_its_place_and_sizes(self) -> None:
        reshape(TIANHE, shape(TIANHE).difference(shape(TIANHE).point_on_surface.buffer(0.005)))
        gap = next(
            fault
            for fault in json.loads(told("--within", "4401", "--json"))["faults"]
            if fault["kind"] == "gap"
        )
        assert gap["codes"][0] == TIANHE
        assert gap["area_m2"] > 0 and gap["length_m"] > 0
        assert 113 < gap["point"][0] < 114

    @pytest.mark.parametrize(
        ("words", "said"),
        [(("--within", "x"), "beginning of a division"), (("--within", "99"), "No division")],
    )
    def test_refuses_in_one_sentence(self, words: tuple[str, ...], said: str) -> None:
        with pytest.raises(CommandError, match=said):
            told(*words)
