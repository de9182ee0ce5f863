"""Tri-junctions: found from the ends of lines, marked by their posts, on pages of their own."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.junctions import TOGETHER_DEG, junctions_of
from boundaries.models import BoundaryLine, Marker
from boundaries.queries.junctions import junctions

DAY = date(2026, 6, 1)
ENDS = [("a-b", 113.0, 23.0), ("a-c", 113.0, 23.0), ("b-c", 113.0, 23.0)]


class TestWhereLinesEndTogether:
    def test_three_lines_of_three_divisions_make_one(self) -> None:
        far = [("a-b", 113.2, 23.0), ("a-c", 112.8, 23.0), ("b-c", 113.0, 23.2)]
        (found,) = junctions_of([*ENDS, *far])
        assert (found.code, found.lines) == ("a-b-c", ("a-b", "a-c", "b-c"))
        assert (found.longitude, found.latitude) == pytest.approx((113.0, 23.0))

    def test_two_lines_make_none(self) -> None:
        assert junctions_of(ENDS[:2]) == []
        assert junctions_of([]) == []

    def test_the_same_divisions_may_meet_twice(self) -> None:
        again = [(code, lon + 1, lat) for code, lon, lat in ENDS]
        assert [each.longitude for each in junctions_of([*again, *ENDS])] == [113.0, 114.0]

    def test_four_divisions_in_one_place_are_told_as_four(self) -> None:
        ends = [(code, 113.0, 23.0) for code in ("a-b", "b-c", "c-d", "a-d")]
        (found,) = junctions_of(ends)
        assert found.sides == ("a", "b", "c", "d")

    @given(
        st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=3),
        st.permutations(ENDS),
    )
    def test_ends_within_a_survey_s_error_are_one_place_in_any_order(
        self, shifts: list[tuple[float, float]], ends: list[Any]
    ) -> None:
        near = TOGETHER_DEG / 3
        moved = [
            (code, lon + near * east, lat + near * north)
            for (code, lon, lat), (east, north) in zip(ends, shifts, strict=True)
        ]
        (found,) = junctions_of(moved)
        assert found.sides == ("a", "b", "c")
        assert found.longitude == pytest.approx(113.0, abs=TOGETHER_DEG)


class TestOfADay:
    def test_every_planted_post_is_found_at_its_place(self, demo: SimpleNamespace) -> None:
        rows = junctions(at=DAY, within="4401")
        posts = Marker.objects.on(DAY).touching("4401").filter(kind="junction")
        marked = [row.marker for row in rows if row.marker is not None]
        assert {post.number for post in posts} == {post.number for post in marked}
        assert len(marked) == len({post.pk for post in marked}) > 0
        for row in rows:
            assert len(row.names) == len(row.junction.sides) >= 3
            assert any(side.startswith("4401") for side in row.junction.sides)

    def test_of_one_line_are_those_at_its_ends(self, demo: SimpleNamespace) -> None:
        code = "440104-440106"
        rows = junctions(at=DAY, line=code)
        every = [row for row in junctions(at=DAY) if code in row.junction.lines]
        assert [row.junction.code for row in rows] == [row.junction.code for row in every]
        line = BoundaryLine.objects.on(DAY).get(code=code)
        assert len(rows) >= 1
        for row in rows:
            lon, lat = row.junction.longitude, row.junction.latitude
            ends = [part[n] for part in line.geometry for n in (0, -1)]
            assert min(abs(x - lon) + abs(y - lat) for x, y in ends) < 2 * TOGETHER_DEG

    def test_none_before_records_begin(self, demo: SimpleNamespace) -> None:
        assert junctions(at=date(1990, 1, 1)) == []


class TestThePages:
    def test_list_and_line_tell_them(self, client_as: Any) -> None:
        client = client_as("viewer", "4401")
        row = next(each for each in junctions(at=DAY, within="4401") if each.marker is not None)
        page = client.get("/lines/junctions/?within=4401&at=2026-06-01").content.decode()
        assert row.junction.code in page and row.marker.number in page
        for code in row.junction.lines:
            record = client.get(f"/lines/{code}/?at=2026-06-01").content.decode()
            assert row.junction.code in record and row.marker.number in record
        empty = client.get("/lines/junctions/?within=4401&at=1990-01-01")
        assert empty.status_code == 200 and "<tbody" not in empty.content.decode()
