"""Markers off the agreed line, features that have left it, who looks after which section."""

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

from boundaries.domain.displacement import Verdict, off_line
from boundaries.domain.managed import Managed, read_managed
from boundaries.models import BoundaryLine, LineAgreement, LineFeature, Marker
from boundaries.queries.agreements import check_features
from boundaries.queries.markers import followed_legs, markers_along

DAY = date(2026, 6, 1)
CODE = "440104-440106"
SIDES = {"440104": "越秀区", "440106": "天河区"}


class TestOffTheLine:
    @given(st.floats(0, 1e4), st.floats(0.01, 100), st.floats(0.01, 100))
    def test_is_judged_by_both_accuracies(self, metres: float, one: float, other: float) -> None:
        found = off_line(metres, one, other)
        assert found.sigma_m >= max(one, other)
        ratio = metres / found.sigma_m
        wanted = (
            Verdict.IN_PLACE if ratio <= 2 else Verdict.MOVED if ratio > 3 else Verdict.UNDECIDED
        )
        assert found.verdict == wanted or min(abs(ratio - 2), abs(ratio - 3)) < 1e-9

    @pytest.mark.parametrize("wrong", [(-1, 1, 1), (1, 0, 1), (1, 1, float("nan"))])
    def test_nonsense_is_refused(self, wrong: tuple[float, float, float]) -> None:
        with pytest.raises(ValueError, match="metres"):
            off_line(*wrong)


class TestManagement:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("001–003 越秀区；004 以后 天河区", [(1, 3, "440104"), (4, None, "440106")]),
            ("1-3 440104; 4至9：440106", [(1, 3, "440104"), (4, 9, "440106")]),
            ("001–003 越秀区（含三交点）", [(1, 3, "440104")]),
            ("001 越秀区", [(1, 1, "440104")]),
            ("西段越秀区", None),
            ("001–003 白云区", None),
            ("003–001 越秀区", None),
            ("", None),
        ],
    )
    def test_is_read_or_left_as_words(self, text: str, found: Any) -> None:
        wanted = None if found is None else [Managed(*each) for each in found]
        assert read_managed(text, SIDES) == wanted

    @given(st.text())
    def test_no_text_breaks_it(self, text: str) -> None:
        for each in read_managed(text, SIDES) or ():
            assert each.first >= 1 and each.side in SIDES


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestFeatures:
    @pytest.fixture
    def line(self) -> BoundaryLine:
        """An agreed line of 1 m accuracy, managed by halves."""
        found: BoundaryLine = BoundaryLine.objects.on(DAY).get(code=CODE)
        LineAgreement.objects.filter(line_code=CODE).delete()
        LineAgreement.objects.create(
            line_code=CODE, code_a="440104", code_b="440106", document="界线协议书",
            geometry=found.geometry, accuracy_m=1.0, managed="001 越秀区；002 以后 天河区",
            period=DateRange(date(2026, 1, 1), None),
        )  # fmt: skip
        return found

    def write(self, path: Path, line: BoundaryLine, aside_m: float = 0.0, **more: Any) -> str:
        part = max(
            shapely.get_parts(shapely.from_wkb(bytes(line.geometry.wkb))), key=shapely.length
        )
        shape = shapely.transform(part, lambda xy: xy + np.array([aside_m / 102_400, 0]))
        row = {"line_code": CODE, "name": "沙河", "kind": "river", "accuracy_m": 1.0} | more
        schema = {
            "geometry": "Unknown",
            "properties": {key: "float" if key == "accuracy_m" else "str" for key in row},
        }
        with fiona.open(path, "w", driver="GPKG", crs="EPSG:4490", schema=schema) as file:
            file.write({"geometry": shapely.geometry.mapping(shape), "properties": row})
        return str(path)

    def load(self, *given: str) -> Any:
        out = StringIO()
        call_command("load_line_features", *given, "--json", stdout=out)
        return json.loads(out.getvalue())

    def test_one_that_has_left_the_line_is_told_and_the_line_stays(
        self, line: BoundaryLine, tmp_path: Path, client_as: Any
    ) -> None:
        there = self.write(tmp_path / "a.gpkg", line)
        dry = self.load(there, "--at", "2026-02-01")
        assert not dry["committed"] and not LineFeature.objects.filter(line_code=CODE).exists()
        self.load(there, "--at", "2026-02-01", "--commit")
        (check,) = check_features(at=DAY, line_code=CODE, tolerance_m=5)
        assert check.tolerance_m == pytest.approx(3 * 2**0.5) and not check.departures
        moved = self.write(tmp_path / "b.gpkg", line, aside_m=30.0)
        assert 10 < self.load(moved, "--at", "2026-05-01", "--commit")["features"][0]["most_m"] < 31
        assert not check_features(at=date(2026, 3, 1), line_code=CODE, tolerance_m=5)[0].departures
        held = BoundaryLine.objects.on(DAY).get(code=CODE)
        assert held.geometry.equals_exact(line.geometry)
        page = client_as("viewer", "4401", language="en").get(f"/lines/{CODE}/?at={DAY}")
        text = page.content.decode()
        assert "沙河" in text and "has left the agreed line by up to" in text

    def test_the_course_names_it(self, line: BoundaryLine, tmp_path: Path, client_as: Any) -> None:
        self.load(self.write(tmp_path / "a.gpkg", line), "--at", "2026-02-01", "--commit")
        along = markers_along(line_code=CODE, at=DAY)
        assert along is not None and along.legs
        names = followed_legs(along, line_code=CODE, at=DAY)
        assert set(names) == {"沙河"}
        text = client_as("viewer", "4401").get(f"/lines/{CODE}/?at={DAY}").content.decode()
        assert "沿沙河" in text

    def test_what_cannot_be_is_refused_with_its_row(
        self, line: BoundaryLine, tmp_path: Path
    ) -> None:
        for told, more in {
            "line_code and name": {"name": ""},
            "no kind of feature": {"kind": "wall"},
            "has no agreement": {"line_code": "440103-440104"},
            "check its system": {"aside_m": 9000.0},
        }.items():
            path = self.write(tmp_path / f"{told}.gpkg", line, **more)
            with pytest.raises(CommandError, match=told):
                self.load(path, "--at", "2026-02-01", "--commit")
        path = self.write(tmp_path / "a.gpkg", line)
        self.load(path, "--at", "2026-02-01", "--commit")
        with pytest.raises(CommandError, match="on record for line"):
            self.load(path, "--at", "2026-02-01", "--commit")

    def test_a_marker_off_the_line_is_told(self, line: BoundaryLine, client_as: Any) -> None:
        marker = Marker.objects.on(DAY).filter(line_code=CODE, kind="single").first()
        assert marker is not None
        page = client_as("viewer", "4401", language="en")
        assert "off the agreed line" not in page.get(f"/markers/{marker.number}/").content.decode()
        where = GEOSGeometry(f"POINT({marker.location.x + 0.0003} {marker.location.y})", srid=4490)
        marker.place_at(where, 0.5)
        for url in (f"/markers/{marker.number}/?at={DAY}", f"/lines/{CODE}/?at={DAY}"):
            assert "off the agreed line" in page.get(url).content.decode()

    def test_sections_are_shown_with_markers_that_disagree(
        self, line: BoundaryLine, client_as: Any
    ) -> None:
        marker = Marker.objects.on(DAY).get(number=f"{CODE}001Q")
        marker.manager_code = "440106"
        marker.save()
        text = client_as("viewer", "4401", language="en").get(f"/lines/{CODE}/?at={DAY}")
        assert "the register names another side" in text.content.decode()
