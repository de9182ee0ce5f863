"""Agreed lines: where polygons leave them, brought in from files, shown on the line's page."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.agreed import departures, pieces_of
from boundaries.models import BoundaryLine, LineAgreement
from boundaries.queries.agreements import check_agreed_lines

DAY = date(2026, 6, 1)
CODE = "440104-440106"
STRAIGHT = shapely.LineString([(113.30, 23.10), (113.32, 23.10)])


def moved(line: Any, metres: float) -> Any:
    return shapely.transform(line, lambda xy: xy + np.array([0, metres / 110_760]))


class TestDepartures:
    @given(st.floats(0, 30), st.floats(1, 20))
    def test_a_line_moved_aside(self, metres: float, tolerance: float) -> None:
        found = departures(STRAIGHT, moved(STRAIGHT, metres), tolerance)
        if metres < tolerance * 0.99:
            assert not found
        elif metres > tolerance * 1.01:
            (only,) = found
            assert only.most_m == pytest.approx(metres, rel=0.01)
            assert only.length_m == pytest.approx(2047, rel=0.01)

    def test_a_bend_is_found_where_it_is(self) -> None:
        edge = shapely.LineString(
            [
                (113.30, 23.10),
                (113.31, 23.10),
                (113.3105, 23.1002),
                (113.311, 23.10),
                (113.32, 23.10),
            ]
        )
        (found,) = departures(STRAIGHT, edge, 5)
        assert found.longitude == pytest.approx(113.3105, abs=1e-4)
        assert 1030 < found.begins_m < found.ends_m < 1120

    def test_a_spur_and_what_lies_past_the_end_are_found_from_the_other_side(self) -> None:
        """The agreed line has an edge near everywhere; the edge has stretches without it."""
        half = shapely.LineString([(113.30, 23.10), (113.31, 23.10)])
        spur = shapely.LineString(
            [(113.30, 23.10), (113.305, 23.10), (113.305, 23.101), (113.305, 23.10), (113.31, 23.1)]
        )
        for agreed, edge, most in ((half, STRAIGHT, 1024), (half, spur, 111)):
            assert not departures(agreed, edge, 5)
            (beyond,) = departures(edge, agreed, 5)
            assert beyond.most_m == pytest.approx(most, rel=0.01)

    def test_pieces_that_do_not_join(self) -> None:
        apart = shapely.MultiLineString([[(0, 0), (1, 0)], [(1.0001, 0), (2, 0)]])
        joined = shapely.MultiLineString([[(0, 0), (1, 0)], [(2, 0), (1, 0)]])
        assert (pieces_of(apart), pieces_of(joined)) == (2, 1)

    def test_no_edge_departs_everywhere(self) -> None:
        (found,) = departures(STRAIGHT, shapely.LineString(), 5)
        assert found.most_m == float("inf") and found.length_m > 2000

    @pytest.mark.parametrize("tolerance", [0, -1, float("nan")])
    def test_nonsense_is_refused(self, tolerance: float) -> None:
        with pytest.raises(ValueError, match="positive"):
            departures(STRAIGHT, STRAIGHT, tolerance)
        with pytest.raises(ValueError, match="length"):
            departures(shapely.LineString(), STRAIGHT, 5)


def written(
    path: Path, geometry: Any, code: str = CODE, crs: str = "EPSG:4490", **more: Any
) -> str:
    row = {"line_code": code, "document": "界线协议书", "accuracy_m": 0.5} | more
    schema = {
        "geometry": "Unknown",
        "properties": {key: "float" if key == "accuracy_m" else "str" for key in row},
    }
    with fiona.open(path, "w", driver="GPKG", crs="EPSG:4490", schema=schema) as file:
        file.write({"geometry": shapely.geometry.mapping(geometry), "properties": row})
    return str(path)


def run(*given: str) -> str:
    out = StringIO()
    call_command(*given, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestComingOnRecord:
    @pytest.fixture
    def course(self) -> Any:
        return shapely.from_wkb(bytes(BoundaryLine.objects.on(DAY).get(code=CODE).geometry.wkb))

    def test_the_survey_replaces_the_derived_line_from_its_day(
        self, course: Any, tmp_path: Path, client_as: Any
    ) -> None:
        path = written(tmp_path / "a.gpkg", moved(course, 12), signed_on="2001-05-06", page="12")
        said = run("load_agreements", path, "--at", "2026-06-01")
        assert CODE in said and "Nothing was written" in said
        assert not LineAgreement.objects.filter(line_code=CODE).exists()
        run("load_agreements", path, "--at", "2026-06-01", "--commit")
        today = BoundaryLine.objects.on(DAY).get(code=CODE)
        before = BoundaryLine.objects.on(date(2026, 5, 31)).get(code=CODE)
        assert not today.derived and before.derived and today.pk != before.pk
        found = json.loads(run("check_lines", "--within", "440104", "--at", "2026-06-01", "--json"))
        (row,) = [each for each in found["lines"] if each["line"] == CODE]
        most = max(part["most_m"] for part in row["departures"])
        assert 5 < most <= 12.5
        assert CODE in run("check_lines", "--within", "440104", "--at", "2026-06-01")
        page = client_as("viewer", "4401", language="en").get(f"/lines/{CODE}/?at=2026-06-01")
        text = page.content.decode()
        assert "界线协议书" in text and "leaves the agreed line" in text and "2001-05-06" in text

    def test_what_cannot_be_is_refused_with_its_row(self, course: Any, tmp_path: Path) -> None:
        wrong = {
            "no line": written(tmp_path / "b.gpkg", shapely.Point(113.3, 23.1)),
            "there is no line": written(tmp_path / "c.gpkg", course, code="440104-449999"),
            "check its system": written(tmp_path / "d.gpkg", moved(course, 9000)),
            "outside China": written(tmp_path / "e.gpkg", moved(course, 9_000_000)),
            "line_code and document": written(tmp_path / "f.gpkg", course, document=""),
            "is no day": written(tmp_path / "g.gpkg", course, signed_on="2001-99-01"),
            "above 0": written(tmp_path / "h.gpkg", course, accuracy_m=-1.0),
        }
        for told, path in wrong.items():
            with pytest.raises(CommandError, match=f"Row 1.*{told}"):
                run("load_agreements", path, "--at", "2026-06-01", "--commit")
        assert not LineAgreement.objects.filter(line_code=CODE).exists()
        (tmp_path / "x.gpkg").write_text("nothing")
        with pytest.raises(CommandError, match="no file of lines"):
            run("load_agreements", str(tmp_path / "x.gpkg"))

    def test_one_agreement_a_line(self, course: Any, tmp_path: Path) -> None:
        path = written(tmp_path / "a.gpkg", course)
        run("load_agreements", path, "--at", "2026-06-01", "--commit")
        with pytest.raises(CommandError, match="agreement from this day or later already"):
            run("load_agreements", path, "--at", "2026-06-01", "--commit")

    def test_a_later_agreement_ends_the_earlier_one(self, course: Any, tmp_path: Path) -> None:
        path = written(tmp_path / "a.gpkg", course, document="第一份")
        run("load_agreements", path, "--at", "2026-03-01", "--commit")
        again = written(tmp_path / "b.gpkg", moved(course, 3), document="第二份")
        run("load_agreements", again, "--at", "2026-06-01", "--commit")
        found = {
            each.document: (each.period.lower, each.period.upper)
            for each in LineAgreement.objects.filter(line_code=CODE)
        }
        assert found == {"第一份": (date(2026, 3, 1), DAY), "第二份": (DAY, None)}
        line = BoundaryLine.objects.on(date(2026, 5, 31)).get(code=CODE)
        assert line.geometry.equals_exact(BoundaryLine.objects.get(pk=line.pk).geometry)

    def test_fragments_and_a_line_that_covers_half_are_told(
        self, course: Any, tmp_path: Path
    ) -> None:
        part = max(shapely.get_parts(course), key=shapely.length)
        points = shapely.get_coordinates(part)
        middle = len(points) // 2
        torn = shapely.MultiLineString([points[:middle], points[middle + 1 :]])
        path = written(tmp_path / "a.gpkg", torn)
        with pytest.raises(CommandError, match="pieces that do not join"):
            run("load_agreements", path, "--at", "2026-06-01", "--commit")
        LineAgreement.objects.create(
            line_code=CODE, code_a="440104", code_b="440106", document="半条",
            geometry=GEOSGeometry(
                memoryview(shapely.MultiLineString([points[:middle]]).wkb), srid=4490
            ),
            period=DateRange(DAY, None),
        )  # fmt: skip
        (check,) = check_agreed_lines(at=DAY, line_code=CODE, tolerance_m=5)
        assert check.departures == [] and check.beyond and check.most_m > 100
