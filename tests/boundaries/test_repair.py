"""Planted gaps, overlaps and slivers are repaired; what moves is told before it is written."""

import json
from datetime import date
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from shapely.affinity import translate

from boundaries.domain.repair import repaired
from boundaries.domain.topology import FaultKind, check_coverage, land_m2
from boundaries.models import DivisionVersion
from boundaries.queries.topology import check_topology
from tests.boundaries.coverages import Cells, cells, longest_border, roomy, spot, voronoi

relaxed = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = date(2024, 5, 1)


def after(found: Cells, **how: float) -> Cells:
    return {**found, **{move.code: move.shape for move in repaired(found, **how)}}


class TestRepaired:
    @relaxed
    @given(cells())
    def test_a_clean_coverage_does_not_move(self, found: Cells) -> None:
        assert repaired(found) == []

    def test_near_vertices_of_a_clean_coverage_do_not_move_either(self) -> None:
        assert repaired(voronoi(512, 30)) == []

    @relaxed
    @given(cells())
    def test_a_narrow_gap_goes_to_a_neighbour(self, found: Cells) -> None:
        code = roomy(found)
        hole = spot(found[code], 0.1)
        planted = {**found, code: shapely.difference(found[code], hole)}
        width_m = 2.5 * (hole.bounds[2] - hole.bounds[0]) * 111_320
        moves = repaired(planted, gap_width_m=width_m)
        assert [move.code for move in moves] == [code]
        assert moves[0].gained_m2 == pytest.approx(land_m2(hole), rel=1e-6)
        assert check_coverage(after(planted, gap_width_m=width_m)) == []
        kept = check_coverage(after(planted, gap_width_m=0.0))
        assert {fault.kind for fault in kept} == {FaultKind.GAP}  # a wide one is for people

    @relaxed
    @given(cells())
    def test_a_vertex_that_the_neighbour_lacks_is_given_to_it(self, found: Cells) -> None:
        a, _b, line = longest_border(found)
        planted = {**found, a: shapely.segmentize(found[a], line.length / 3)}
        assert {fault.kind for fault in check_coverage(planted)} == {FaultKind.EDGE}
        assert check_coverage(after(planted)) == []

    @relaxed
    @given(cells())
    def test_an_overlap_is_held_by_one_and_no_land_is_lost(self, found: Cells) -> None:
        a, b, _line = longest_border(found)
        planted = {**found, a: shapely.union(found[a], spot(found[b], 0.2))}
        clean = after(planted)
        assert [f for f in check_coverage(clean) if f.of is FaultKind.OVERLAP] == []
        whole = shapely.union_all([*found.values()])
        assert shapely.union_all([*clean.values()]).area == pytest.approx(whole.area, rel=1e-9)

    @relaxed
    @given(cells())
    def test_a_sliver_is_closed_and_what_moves_is_narrow(self, found: Cells) -> None:
        a, _b, _line = longest_border(found)
        planted = {**found, a: translate(found[a], 2e-6, 1e-6)}
        moves = repaired(planted, snap_m=0.5)
        assert all(move.width_m < 5 for move in moves)
        before, now = check_coverage(planted), check_coverage(after(planted, snap_m=0.5))
        assert sum(f.area_m2 for f in now) < 0.01 * sum(f.area_m2 for f in before) + 0.1


def told(*words: str) -> Any:
    out = StringIO()
    call_command(
        "repair_boundaries", *words, "--at", "2024-05-01", "--json", stdout=out, stderr=StringIO()
    )
    return json.loads(out.getvalue())


@pytest.fixture
def hole(demo: SimpleNamespace) -> float:
    """A narrow gap within Tianhe, about 20 m wide; its area in m²."""
    row = DivisionVersion.objects.on(DAY).get(code="440106")
    gap = row.geometry.point_on_surface.buffer(0.0001)
    shape: GEOSGeometry = row.geometry.difference(gap)
    shape = shape if shape.geom_type == "MultiPolygon" else MultiPolygon(shape, srid=shape.srid)
    DivisionVersion.objects.filter(pk=row.pk).update(geometry=shape)
    return land_m2(shapely.from_wkb(bytes(gap.wkb)))


class TestRepairBoundaries:
    def test_shows_what_moves_and_writes_nothing(self, hole: float) -> None:
        value = told("--within", "4401")
        assert not value["committed"] and value["faults_after"] == 0 < value["faults_before"]
        (move,) = value["moves"]
        assert move["code"] == "440106"
        assert move["gained_m2"] == pytest.approx(hole, rel=0.01) and move["lost_m2"] == 0
        assert 15 < move["width_m"] < 25
        assert check_topology(at=DAY, within="4401").faults

    def test_writes_the_clean_coverage(self, hole: float) -> None:
        told("--within", "4401", "--commit")
        assert check_topology(at=DAY, within="4401").faults == []
        row = DivisionVersion.objects.on(DAY).get(code="440106")
        assert row.pieces.exists() and row.outlines.count() == 3

    def test_towns_fill_their_county_again(self, demo: SimpleNamespace) -> None:
        """One town gave land up, another one took land of its neighbours and of another county."""
        towns = DivisionVersion.objects.on(DAY).within("440106").at_level(4).order_by("code")
        outer = DivisionVersion.objects.on(DAY).get(code="440104").geometry
        border = towns.filter(geometry__intersects=outer)[0]
        inner = towns.exclude(pk=border.pk)[0]
        changed = {
            inner: inner.geometry.difference(inner.geometry.point_on_surface.buffer(0.001)),
            border: border.geometry.buffer(0.0005, quadsegs=1),
        }
        for row, shape in changed.items():
            shape = shape if shape.geom_type == "MultiPolygon" else MultiPolygon(shape, srid=4490)
            DivisionVersion.objects.filter(pk=row.pk).update(geometry=shape)
        value = told("--within", "4401", "--commit")
        assert value["faults_before"] > 3 and value["faults_after"] == 0
        codes = {move["code"] for move in value["moves"]}
        assert {inner.code, border.code} <= codes and all(len(code) == 9 for code in codes)
        assert check_topology(at=DAY, within="4401").faults == []

    @pytest.mark.parametrize(("code", "level"), [("440104", 3), ("440104001", 4)])
    def test_who_lies_within_another_alone_keeps_its_land(
        self, demo: SimpleNamespace, code: str, level: int
    ) -> None:
        """Which of the two is wrong is for people: no shape is emptied, nothing fails."""
        host = DivisionVersion.objects.on(DAY).get(code="440106").geometry
        spot = MultiPolygon(host.point_on_surface.buffer(0.002), srid=4490)
        DivisionVersion.objects.on(DAY).filter(code=code).update(geometry=spot)
        value = told("--within", "4401", "--commit")
        assert 0 < value["faults_after"] < value["faults_before"]
        row = DivisionVersion.objects.on(DAY).get(code=code)
        assert row.geometry.equals_exact(spot, 1e-6)
        parent = DivisionVersion.objects.on(DAY).get(division_id=row.parent_id).geometry
        assert parent.valid and (level == 4 or parent.covers(host.point_on_surface))

    def test_a_clean_state_has_nothing_to_repair(self, demo: SimpleNamespace) -> None:
        assert told("--within", "4401")["moves"] == []

    def test_refuses_in_one_sentence(self, demo: SimpleNamespace) -> None:
        with pytest.raises(CommandError, match="beginning of a division"):
            told("--within", "x")
        with pytest.raises(CommandError, match="width"):
            told("--within", "4401", "--gap-width", "-1")
