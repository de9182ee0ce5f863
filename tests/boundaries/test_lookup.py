"""The quick way gives for every point what testing it against every polygon gives."""

import csv
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.lookup import Lookup
from common.importing.rows import CHUNK
from tests.boundaries.coverages import Cells, cells, roomy, spot


def expected(shapes: Cells, points: np.ndarray) -> list[str]:
    given = shapely.points(points)
    found = [""] * len(points)
    for code in sorted(shapes, reverse=True):
        for n in np.flatnonzero(shapely.intersects(shapes[code], given)):
            found[n] = code
    return found


class TestLookup:
    @given(cells(), st.integers(0, 2**32 - 1), st.sampled_from([0.005, 0.02, 0.2, 2.0]))
    def test_agrees_with_testing_each_point(self, found: Cells, seed: int, cell: float) -> None:
        # A lake in one of them, and one of them missing: land that none holds.
        found = {**found, roomy(found): found[roomy(found)].difference(spot(found[roomy(found)]))}
        found.pop(min(found))
        points = np.random.default_rng(seed).uniform((112.9, 22.9), (113.6, 23.6), (300, 2))
        assert Lookup(found, cell=cell).codes_of(points) == expected(found, points)

    @given(cells(), st.sampled_from([0.005, 0.05]))
    def test_vertices_and_edges_belong_to_the_smaller_code(self, found: Cells, cell: float) -> None:
        points = shapely.get_coordinates([*found.values()])
        assert Lookup(found, cell=cell).codes_of(points) == expected(found, points)

    def test_what_is_no_position_is_in_none(self) -> None:
        shapes = {"440101": shapely.box(113, 23, 114, 24)}
        points = np.array([[np.nan, 23.5], [113.5, np.inf], [-500, 23.5], [113.5, 23.5]])
        assert Lookup(shapes).codes_of(points) == ["", "", "", "440101"]

    @pytest.mark.parametrize("points", [[], [[113.5, 23.5]]])
    def test_without_polygons_nothing_is_found(self, points: list[list[float]]) -> None:
        assert Lookup({}).codes_of(np.array(points)) == [""] * len(points)


@pytest.mark.usefixtures("demo")
class TestFindDivisions:
    def test_writes_the_rows_again_with_their_county(self, tmp_path: Path) -> None:
        given, target = tmp_path / "a.csv", tmp_path / "b.csv"
        given.write_text("名称,经度,纬度\n甲,113.33,23.13\n乙,0,0\n丙,,\n丁,100,-10\n", "utf-8")
        told = StringIO()
        call_command("find_divisions", given, output=target, json=True, stdout=told)
        assert json.loads(told.getvalue())["found"] == 1
        rows = list(csv.reader(target.open(encoding="utf-8-sig")))
        assert rows[0][-3:] == ["county_code", "county", "remark"]
        assert rows[1] == ["甲", "113.33", "23.13", "440106", "天河区", ""]
        assert [bool(row[-1]) for row in rows[2:]] == [True, True, True]

    def test_no_row_of_a_long_file_is_lost(self, tmp_path: Path) -> None:
        given, target, count = tmp_path / "a.csv", tmp_path / "b.csv", 2 * CHUNK + 7
        lines = [f"{n},113.33,23.13" for n in range(count)]
        given.write_text("\n".join(["编号,经度,纬度", *lines]), "utf-8")
        call_command("find_divisions", given, output=target, stdout=StringIO())
        rows = list(csv.reader(target.open(encoding="utf-8-sig")))[1:]
        assert [row[0] for row in rows] == [str(n) for n in range(count)]
        assert {row[-3] for row in rows} == {"440106"}

    def test_says_what_is_missing(self, tmp_path: Path) -> None:
        given = tmp_path / "a.csv"
        given.write_text("名称,层数\n甲,3\n", "utf-8")
        with pytest.raises(CommandError, match="longitude"):
            call_command("find_divisions", given)
        with pytest.raises(CommandError, match="no file"):
            call_command("find_divisions", tmp_path / "none.csv")
