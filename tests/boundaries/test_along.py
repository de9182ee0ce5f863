"""Divisions along a line: every metre is told, in order, once."""

import itertools
import json
from io import StringIO

import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box

from boundaries.domain.along import Stretch, stretches
from common.crs import GEOD, length_m

CELLS = {"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "c": box(1, 1, 2, 2)}
POINTS = st.tuples(st.floats(-0.5, 2.5), st.floats(-0.5, 2.5))


class TestStretches:
    def test_follow_the_line(self) -> None:
        found = stretches(LineString([(0.5, 0.5), (1.5, 0.5), (1.5, 1.5)]), CELLS)
        assert [each.code for each in found] == ["a", "b", "c"]
        assert found[0].length_m == pytest.approx(GEOD.inv(0.5, 0.5, 1, 0.5)[2], rel=1e-3)

    def test_tell_what_is_unknown_and_what_comes_again(self) -> None:
        found = stretches(LineString([(0.5, 0.5), (0.5, 1.5), (0.6, 1.5), (0.6, 0.5)]), CELLS)
        assert [each.code for each in found] == ["a", "", "a"]

    def test_a_line_without_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no length"):
            stretches(LineString([(0, 0), (0, 0)]), CELLS)

    def test_measure_a_long_segment_where_it_is(self) -> None:
        """Ten degrees further north a degree of longitude is a sixth shorter."""
        bands = {"south": box(80, 20, 100, 35), "north": box(100, 35, 120, 50)}
        found = stretches(LineString([(80, 20), (120, 50)]), bands)
        pieces = [LineString([(80, 20), (100, 35)]), LineString([(100, 35), (120, 50)])]
        wanted = [length_m(shapely.segmentize(piece, 0.01)) for piece in pieces]
        assert [each.code for each in found] == ["south", "north"]
        assert [each.length_m for each in found] == pytest.approx(wanted, abs=1)

    def test_a_common_edge_counts_for_both(self) -> None:
        corners = [(0, 0), (0.31, 0.17), (0.53, 0.71), (1, 1)]
        upper, lower = Polygon([*corners, (0, 1)]), Polygon([*corners, (1, 0)])
        middles = [(0.0, 0.0)]
        for (x, y), (far_x, far_y) in itertools.pairwise(corners):
            middles += [(x + (far_x - x) * n / 7, y + (far_y - y) * n / 7) for n in range(1, 8)]
        found = stretches(LineString(middles), {"upper": upper, "lower": lower})
        whole = found[0].length_m
        assert [(each.code, each.length_m) for each in found] == [
            ("lower", whole),
            ("upper", whole),
        ]

    @given(st.lists(POINTS, min_size=2, max_size=6))
    @settings(max_examples=60)
    def test_leave_no_gap(self, points: list[tuple[float, float]]) -> None:
        line = LineString(points)
        if line.length < 0.01:
            return
        found = stretches(line, CELLS)
        lon, lat = shapely.get_coordinates(line).T
        whole = GEOD.line_length(lon, lat)
        reached = 0.0
        for each in found:
            assert isinstance(each, Stretch)
            assert each.begins_m <= reached + 1
            reached = max(reached, each.ends_m)
        assert reached == pytest.approx(whole, abs=1)


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestCommand:
    WAY = "LINESTRING (113.24 23.13, 113.40 23.13)"

    def test_lists_the_districts_from_west_to_east(self) -> None:
        out = StringIO()
        call_command("divisions_along", self.WAY, at="2025-06-30", json=True, stdout=out)
        codes = [row["code"] for row in json.loads(out.getvalue())]
        assert codes.index("440103") < codes.index("440104") < codes.index("440106")
        before = StringIO()
        call_command("divisions_along", self.WAY, at="2025-06-30", stdout=before)
        assert "天河区" in before.getvalue()

    @pytest.mark.parametrize(
        "text",
        [
            "nothing",
            "POINT (1 2)",
            "LINESTRING (113 91, 113 92)",
            "LINESTRING EMPTY",
            "LINESTRING (113 23, nan nan)",
        ],
    )
    def test_refuses_what_is_no_line(self, text: str) -> None:
        with pytest.raises(CommandError, match=r"WKT|LINESTRING"):
            call_command("divisions_along", text)
