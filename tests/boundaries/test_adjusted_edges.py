"""A new edge that meets a neighbour's: the neighbour gets the vertex, and nothing else changes."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import translation

from boundaries.domain.lines import shared_edges
from boundaries.models import BoundaryLine, DivisionOutline, DivisionVersion
from boundaries.queries.disputes import shape_of
from boundaries.queries.simulation import simulate
from boundaries.queries.topology import check_topology
from tests.boundaries.test_adjustments import DAY, in_force
from tests.boundaries.test_adjustments_refused import undone

EVE = DAY - timedelta(days=1)
# 天河 divided from north to south, through edges in the middle of their segments.
SPLIT = [
    {"act": "split", "units": ["440106"], "code": "440198", "name": "天东区",
     "line": [[113.37, 22.9], [113.372, 23.5]], "points": [[113.42, 23.15]]}
]  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def shapes() -> dict[int, bytes]:
    rows = DivisionVersion.objects.within("4401").with_geometry()
    return {pk: bytes(geometry.wkb) for pk, geometry in rows.values_list("pk", "geometry")}


def halved(code: str, new: str) -> list[dict[str, Any]]:
    """A county divided from north to south in the middle of its extent."""
    shape = shape_of(DivisionVersion.objects.on(DAY).get(code=code))
    west, south, east, north = shape.bounds
    x = (west + east) / 2
    goes = shapely.intersection(shape, shapely.box(x + 0.001, south, east, north))
    largest = max(shapely.get_parts(goes), key=lambda part: part.area)
    return [
        {"act": "split", "units": [code], "code": new, "name": "新区",
         "line": [[x, south - 0.1], [x + 0.0003, north + 0.1]],
         "points": [list(largest.representative_point().coords[0])]}
    ]  # fmt: skip


class TestEdges:
    def test_match_on_the_day_and_before_it(self) -> None:
        before = shapes()
        adjustment = in_force(SPLIT)
        for day in (EVE, DAY):
            assert check_topology(at=day, within="4401").faults == []
        changed = [pk for pk, wkb in shapes().items() if before.get(pk, wkb) != wkb]
        for row in DivisionVersion.objects.filter(pk__in=changed):
            former = GEOSGeometry(memoryview(before[row.pk]), srid=4490)
            assert row.geometry.num_coords > former.num_coords
            assert row.geometry.sym_difference(former).area < 1e-15
        neighbours = set(
            DivisionVersion.objects.filter(pk__in=changed).values_list("code", flat=True)
        )
        assert "440106" in neighbours and len(neighbours) > 2
        undone(adjustment)
        assert shapes() == before

    def test_neighbours_are_told_before(self) -> None:
        with translation.override("en"):
            measures = simulate(changes=SPLIT, on=DAY).measures
        (told,) = [m for m in measures if str(m.label) == "Neighbours"]
        assert "440106" not in str(told.fate) and int(told.before) >= 2

    def test_lines_are_as_long_as_before(self) -> None:
        """Where a neighbour lacks a vertex the stretch of its edge would be in no line."""
        mine = {"440106", "440198"}

        def around(day: date) -> dict[str, float]:
            found: dict[str, float] = defaultdict(float)
            rows = BoundaryLine.objects.on(day).filter(derived=True)
            for line in rows.touching("440106") | rows.touching("440198"):
                for other in {line.code_a, line.code_b} - mine:
                    found[other] += line.length_m
            return found

        before = around(EVE)
        in_force(SPLIT)
        after = around(DAY)
        assert len(before) > 2
        for other, length in before.items():
            assert after[other] == pytest.approx(length, abs=0.001), other

    def test_are_taken_back_from_a_neighbour_that_another_one_cut_since(self) -> None:
        """A neighbour has a vertex of each of two: undoing the first leaves the second's."""
        first = in_force(SPLIT)
        second = in_force(halved("440104", "440197"), DAY + timedelta(days=3), "越秀分设")
        given = [dict(each.effects.get(key="shapes").rows) for each in (first, second)]
        assert given[0].keys() & given[1].keys()
        undone(first)
        assert check_topology(at=DAY, within="4401").faults == []
        assert check_topology(at=DAY + timedelta(days=3), within="4401").faults == []
        undone(second)
        assert check_topology(at=DAY + timedelta(days=3), within="4401").faults == []

    def test_a_vertex_that_became_a_corner_stays(self) -> None:
        before = shapes()
        adjustment = in_force(SPLIT)
        pk = next(pk for pk, wkb in shapes().items() if before.get(pk, wkb) != wkb)
        row = DivisionVersion.objects.get(pk=pk)
        gained = shape_of(row)
        corners = {*gained.geoms[0].exterior.coords} - {
            *shapely.from_wkb(before[pk]).geoms[0].exterior.coords
        }
        # Land beside it is given to the neighbour, so that its edge turns at the vertex.
        x, y = corners.pop()
        parts = shapely.get_parts(shapely.union(gained, shapely.box(x, y, x + 1e-3, y + 1e-3)))
        row.geometry = GEOSGeometry(memoryview(shapely.multipolygons(parts).wkb), srid=4490)
        row.save(update_fields=["geometry"])
        written = shapes()[pk]
        undone(adjustment)
        assert shapes()[pk] == written

    def test_a_cut_that_meets_no_neighbour_changes_nobody(self) -> None:
        found = simulate(changes=[{"act": "rename", "units": ["440106"], "name": "天新区"}], on=DAY)
        with translation.override("en"):
            assert not [m for m in found.measures if str(m.label) == "Neighbours"]


class TestOutlines:
    def test_share_their_edges_with_neighbours_in_other_cities(self) -> None:
        """花都 meets 南海 and 三水 of 佛山 in one point, where three simplified edges end."""
        codes = ("440114", "440605", "440607")

        def shared() -> dict[str, tuple[int, int]]:
            rows = DivisionOutline.objects.filter(
                detail=0, version__in=DivisionVersion.objects.on(DAY).filter(code__in=codes)
            )
            shapes = {row.version.code: shape_of(row) for row in rows.select_related("version")}
            return {
                edge.code: (edge.geometry.length, shapely.get_num_coordinates(edge.geometry))
                for edge in shared_edges(shapes)
            }

        before = shared()
        assert len(before) == 3
        in_force([{"act": "transfer", "units": ["440111002"], "to": "440114"}])
        assert shared() == before
