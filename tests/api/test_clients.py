"""Real clients against a real server: GDAL's OAPIF driver, OWSLib and ogc-client."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.api.conftest import dsn
from tests.servers import ROOT, Site

OGRINFO, OGR2OGR = shutil.which("ogrinfo"), shutil.which("ogr2ogr")
NODE = shutil.which("node")
# Of Debian: the environment of the tests has no QGIS.
PYTHON, QGIS = Path("/usr/bin/python3"), Path("/usr/lib/python3/dist-packages/qgis")
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


@pytest.fixture(scope="module")
def read_by_ogc_client(site: Site, key: str) -> Any:
    done = subprocess.run(
        [str(NODE), str(ROOT / "tests/api/ogc_client.mjs")],
        env={**os.environ, "URL": site.url, "KEY": key},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(NODE is None, reason="Node.js is missing: apt-get install nodejs")
class TestOgcClient:
    """@camptocamp/ogc-client, by which web maps read OGC API."""

    def test_finds_collections_and_tiles(self, read_by_ogc_client: Any) -> None:
        assert read_by_ogc_client["hasFeatures"]
        assert {"divisions", "places", "signs", "facilities"} <= set(
            read_by_ogc_client["featureCollections"]
        )
        assert {"divisions", "places", "signs"} <= set(read_by_ogc_client["vectorTileCollections"])
        assert read_by_ogc_client["matrices"] == ["WebMercatorQuad", "CGCS2000Quad"]

    def test_understands_a_collection(self, read_by_ogc_client: Any) -> None:
        divisions = read_by_ogc_client["divisions"]
        assert {"code", "name", "level", "valid_from"} <= set(divisions["queryables"])
        assert "http://www.opengis.net/def/crs/EPSG/0/4547" in divisions["crs"]
        assert "application/geo+json" in divisions["itemFormats"]

    def test_reads_features(self, read_by_ogc_client: Any) -> None:
        assert read_by_ogc_client["one"] == "天河区"
        assert len(read_by_ogc_client["items"]) == 2 and None not in read_by_ogc_client["items"]
        assert read_by_ogc_client["status"] == 200 and read_by_ogc_client["inBox"] == 3


@pytest.fixture(scope="module")
def read_by_qgis(site: Site, key: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kept = ("PATH", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"URL": site.url, "KEY": key, "QT_QPA_PLATFORM": "offscreen"}
    environment |= {"HOME": str(tmp_path_factory.mktemp("qgis")), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(PYTHON), str(ROOT / "tests/api/qgis_client.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(
    not (PYTHON.exists() and QGIS.exists()),
    reason="QGIS is missing: apt-get install --no-install-recommends python3-qgis",
)
class TestQgis:
    """QGIS without a screen: its OAPIF provider and its layer of vector tiles."""

    def test_knows_every_column(self, read_by_qgis: Any) -> None:
        assert {"name", "category", "beds", "floor_area_m2", "valid_from"} <= set(
            read_by_qgis["fields"]
        )
        assert read_by_qgis["crs"] in ("OGC:CRS84", "EPSG:4326")

    def test_reads_what_is_there(self, read_by_qgis: Any, site: Site) -> None:
        box = "location && ST_MakeEnvelope(113.2, 23.0, 113.4, 23.2, 4490)"
        with psycopg2.connect(dsn(site)) as connection, connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*), count(*) FILTER (WHERE {box})
                    FROM facilities_facility WHERE period @> current_date"""
            )
            assert cursor.fetchone() == (read_by_qgis["facilities"], read_by_qgis["in_box"])

    def test_draws_tiles(self, read_by_qgis: Any) -> None:
        assert read_by_qgis["tiles"] and read_by_qgis["colours"] > 1
