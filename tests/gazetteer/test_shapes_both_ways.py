"""Shapes with holes and of several parts go out and come back in every format."""

import json
from pathlib import Path

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from common.datums import get_datum
from common.exporting.writing import SUFFIXES, write_export
from common.imports.committing import commit_batch
from gazetteer.exports.names import export_of
from gazetteer.models import Place
from tests.gazetteer.imported import DAY, checked, chosen, codes, csv_of, known_street, only

pytestmark = pytest.mark.usefixtures("demo")

RING = "(113.33 23.13, 113.35 23.13, 113.35 23.15, 113.33 23.15, 113.33 23.13)"
HOLE = "(113.335 23.135, 113.335 23.14, 113.34 23.14, 113.34 23.135, 113.335 23.135)"
APART = "(113.36 23.13, 113.37 23.13, 113.37 23.14, 113.36 23.13)"
SHAPES = {
    "hole": f"POLYGON ({RING}, {HOLE})",
    "parts and a hole": f"MULTIPOLYGON (({RING}, {HOLE}), ({APART}))",
    "lines": "MULTILINESTRING ((113.33 23.13, 113.34 23.13), (113.35 23.13, 113.36 23.14))",
    "points": "MULTIPOINT ((113.33 23.13), (113.34 23.14))",
}


def stored(place: Place) -> shapely.Geometry:
    place.refresh_from_db()
    return shapely.from_wkb(bytes(place.geometry.wkb))


def give(place: Place, shape: str) -> shapely.Geometry:
    Place.objects.filter(pk=place.pk).update(geometry=GEOSGeometry(shape, srid=4490))
    return stored(place)


def written(path: Path, format: str, datum: str = "CGCS2000") -> bytes:
    export = export_of(names=chosen(text="天河路"), at=DAY, datum=get_datum(datum))
    write_export(export, format=format, path=path)
    return path.read_bytes()


class TestRoundTrip:
    @pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
    @pytest.mark.parametrize("format", list(SUFFIXES))
    def test_nothing_is_lost(self, format: str, shape: str, tmp_path: Path) -> None:
        place = known_street()
        before = give(place, shape)
        content = written(tmp_path / f"a{SUFFIXES[format]}", format)
        same = checked(content, f"a{SUFFIXES[format]}")
        assert (same.counts.get("same"), same.counts["rows"]) == (same.counts["rows"],) * 2
        # Another shape meanwhile: the file brings the first one back, hole and parts and all.
        give(place, "LINESTRING (113.33 23.13, 113.34 23.14)")
        commit_batch(batch=checked(content, f"a{SUFFIXES[format]}"), by=None)
        after = stored(place)
        assert after.geom_type == before.geom_type
        assert shapely.equals_exact(after.normalize(), before.normalize(), tolerance=1e-8)

    @pytest.mark.parametrize("format", list(SUFFIXES))
    def test_a_hole_filled_in_is_a_change(self, format: str, tmp_path: Path) -> None:
        place = known_street()
        give(place, SHAPES["hole"])
        content = written(tmp_path / f"a{SUFFIXES[format]}", format)
        give(place, f"POLYGON ({RING})")
        batch = checked(content, f"a{SUFFIXES[format]}")
        row = batch.rows.get(subject=place.pk)
        assert row.outcome == "change"

    @pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "EPSG:4547"])
    def test_a_hole_survives_another_datum(self, datum: str, tmp_path: Path) -> None:
        place = known_street()
        before = give(place, SHAPES["parts and a hole"])
        content = written(tmp_path / "a.csv", "csv", datum)
        give(place, "LINESTRING (113.33 23.13, 113.34 23.14)")
        commit_batch(batch=checked(content, datum=datum), by=None)
        after = stored(place)
        assert shapely.hausdorff_distance(after, before) < 1e-6
        assert [len(part.interiors) for part in after.geoms] == [
            len(part.interiors) for part in before.geoms
        ]


class TestShapeInACell:
    """Tables of other makers write a shape as GeoJSON or with its SRID before it."""

    def quoted(self, text: str) -> str:
        cell = text.replace('"', '""')
        return csv_of(f'试验公园,PARK_RESERVE,440106,,,"{cell}"', more=",geometry")

    @pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
    def test_as_geojson(self, shape: str) -> None:
        given = shapely.from_wkt(shape)
        batch = commit_batch(batch=checked(self.quoted(shapely.to_geojson(given))), by=None)
        place = Place.objects.get(pk=only(batch).subject)
        assert stored(place).normalize() == given.normalize()

    def test_as_a_feature_of_geojson(self) -> None:
        geometry = json.loads(shapely.to_geojson(shapely.from_wkt(SHAPES["hole"])))
        text = json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})
        batch = commit_batch(batch=checked(self.quoted(text)), by=None)
        assert len(stored(Place.objects.get(pk=only(batch).subject)).interiors) == 1

    def test_with_the_number_of_its_system(self) -> None:
        batch = checked(self.quoted(f"SRID=4490;{SHAPES['hole']}"))
        assert batch.counts.get("add") == 1

    def test_with_the_number_of_another_system_than_declared(self) -> None:
        assert "other_system" in codes(only(checked(self.quoted(f"SRID=4547;{SHAPES['hole']}"))))

    @pytest.mark.parametrize("text", ['{"type": "Polygon"}', "{", '{"a": [1]}', "[]"])
    def test_what_is_neither_is_told(self, text: str) -> None:
        assert "not_geometry" in codes(only(checked(self.quoted(text))))
