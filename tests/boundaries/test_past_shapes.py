"""Polygons of early 2012, a real file beside the project: before and after, marked approximate."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from api.queries.changes import LARGEST, changes_since
from boundaries.queries.divisions import division_at, get_division
from tests.shared_data import shared_file

DAY = date(2012, 6, 30)


class TestPastShapes:
    def test_of_early_2012_stand_on_their_days_only(
        self, demo: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = shared_file("guangzhou_counties_early_2012.json")
        out = StringIO()
        call_command("load_past_shapes", str(path), at="2012-06-30", commit=True, stdout=out)
        monkeypatch.setattr("common.audit.settled", lambda: LARGEST)
        told = changes_since(number=0, limit=10_000).changes[-1]
        assert (told.operation, told.kind) == ("set_past_shapes", "divisions")
        panyu = get_division(code="440113", at=DAY)
        assert panyu is not None and panyu.approximate
        assert panyu.area_km2 == pytest.approx(769.8, abs=3)
        later = get_division(code="440113", at=date(2013, 1, 1))
        assert later is not None and later.area_km2 is None  # after the transfer: unknown
        inside = division_at(longitude=113.55, latitude=23.18, at=DAY)
        assert inside is not None and inside.code == "440116"

    @pytest.mark.parametrize(
        ("code", "bounds", "why"),
        [
            ("440199", (113, 23, 0.1), "no division 440199"),
            ("440116", (40_000_000, 2_000_000, 0.1), "no polygon in degrees"),
            # A ring that holds no land.
            ("440116", (113, 23, 0), "no polygon in degrees"),
        ],
    )
    def test_refuses_in_one_sentence(
        self,
        demo: SimpleNamespace,
        tmp_path: Path,
        code: str,
        bounds: tuple[float, float, float],
        why: str,
    ) -> None:
        x, y, height = bounds
        ring = [[x, y], [x + 0.1, y], [x + 0.1, y + height], [x, y]]
        feature = {
            "type": "Feature",
            "properties": {"id": code},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        path = tmp_path / "shapes.json"
        path.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
        with pytest.raises(CommandError, match=why):
            call_command("load_past_shapes", str(path), at="2012-06-30", stdout=StringIO())

    def test_refuses_a_file_that_is_none(self, demo: SimpleNamespace, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="is no GeoJSON"):
            call_command(
                "load_past_shapes", str(tmp_path / "none.json"), at="2012-06-30", stdout=StringIO()
            )
