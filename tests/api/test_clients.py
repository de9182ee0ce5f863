"""Real clients against a real server: GDAL's OAPIF driver and OWSLib."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.api.conftest import dsn
from tests.servers import Site

OGRINFO, OGR2OGR = shutil.which("ogrinfo"), shutil.which("ogr2ogr")
gdal = pytest.mark.skipif(
    not (OGRINFO and OGR2OGR), reason="GDAL's programs are missing: apt-get install gdal-bin"
)


def run(program: str | None, key: str, *arguments: str) -> str:
    environment = {**os.environ, "GDAL_HTTP_USERPWD": f"viewer:{key}", "GDAL_HTTP_AUTH": "BASIC"}
    # The libraries that Django uses are of another GDAL.
    for name in ("GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "LD_LIBRARY_PATH"):
        environment.pop(name, None)
    done = subprocess.run(
        [str(program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr[-2000:]
    return done.stdout


@gdal
class TestGdal:
    def test_lists_the_collections(self, site: Site, key: str) -> None:
        told = run(OGRINFO, key, "-ro", f"OAPIF:{site.url}/ogc")
        for name in (
            "divisions",
            "places",
            "names",
            "signs",
            "findings",
            "lines",
            "markers",
            "facilities",
            "demand",
            "coverage",
        ):
            assert name in told

    def test_reads_every_feature_once(self, site: Site, key: str, tmp_path: Path) -> None:
        out = tmp_path / "facilities.gpkg"
        run(OGR2OGR, key, str(out), f"OAPIF:{site.url}/ogc", "facilities")
        told = run(OGRINFO, key, "-ro", "-so", str(out), "facilities")
        with psycopg2.connect(dsn(site)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM facilities_facility WHERE period @> current_date")
            assert f"Feature Count: {cursor.fetchone()[0]}" in told

    def test_filters_by_box_and_attribute(self, site: Site, key: str, tmp_path: Path) -> None:
        out = tmp_path / "district.geojson"
        run(
            OGR2OGR,
            key,
            str(out),
            f"OAPIF:{site.url}/ogc",
            "divisions",
            *("-where", "code = '440106'", "-spat", "113.3", "23.1", "113.4", "23.2"),
        )
        features = json.loads(out.read_text("utf-8"))["features"]
        assert [each["properties"]["name"] for each in features] == ["天河区"]


class TestOwslib:
    @pytest.fixture
    def features(self, site: Site, key: str) -> Any:
        from owslib.ogcapi.features import Features
        from owslib.util import Authentication

        return Features(f"{site.url}/ogc/", auth=Authentication(username="viewer", password=key))

    def test_finds_what_there_is(self, features: Any) -> None:
        assert "divisions" in features.feature_collections()
        assert "code" in features.collection_queryables("divisions")["properties"]

    def test_reads_features(self, features: Any) -> None:
        page = features.collection_items("divisions", limit=3, level=3, datetime="2024-05-01")
        assert len(page["features"]) == 3
        one = features.collection_item("divisions", "440106")
        assert one["properties"]["name"] == "天河区"

    def test_filters_with_cql2(self, features: Any) -> None:
        tree = {"op": "like", "args": [{"property": "name"}, "天河%"]}
        page = features.collection_items("divisions", filter=json.dumps(tree))
        assert {"天河区"} <= {each["properties"]["name"] for each in page["features"]}
