"""Other servers of the same standard, measured beside ours: installed under var/peers/ by pip.

None of them is a requirement of Diming. Each reads plain tables of the schema ``peers`` in the
same database, which have what a peer is best served by: an integer key, an index on the shape.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dj_database_url
from _driver import ROOT, wait_for

from tests.servers import free_port

HOME = ROOT / "var" / "peers"
TIPG, PYGEOAPI = "tipg==1.6.1", "pygeoapi==0.21.0"


@dataclass(frozen=True, slots=True)
class Peer:
    """A running peer, or in ``missing`` the sentence on why it does not run."""

    name: str
    port: int = 0
    pid: int = 0
    missing: str = ""


@contextmanager
def tipg(url: str) -> Iterator[Peer]:
    """tipg in one process of uvicorn on the tables of the schema ``peers``."""
    folder, missing = _installed("tipg", TIPG, "uvicorn")
    port = free_port()
    address = url.replace("postgis://", "postgresql://", 1)
    command = [str(folder / "bin/uvicorn"), "tipg.main:app", "--port", str(port)]
    command += ["--log-level", "warning"]
    more = {"DATABASE_URL": address, "TIPG_DB_SCHEMAS": '["peers"]'}
    with _running("tipg", command, more, port, missing) as peer:
        yield peer


@contextmanager
def pygeoapi(url: str) -> Iterator[Peer]:
    """pygeoapi in one process of gunicorn on ``peers.facilities``."""
    folder, missing = _installed("pygeoapi", PYGEOAPI, "gunicorn", "psycopg2-binary", "geoalchemy2")
    port = free_port()
    more = {
        "PYGEOAPI_CONFIG": str(folder / "config.json"),
        "PYGEOAPI_OPENAPI": str(folder / "openapi.json"),
    }
    if not missing:
        (folder / "config.json").write_text(json.dumps(_configuration(url, port)), "utf-8")
        command = [str(folder / "bin/pygeoapi"), "openapi", "generate", more["PYGEOAPI_CONFIG"]]
        done = subprocess.run(
            [*command, "--format", "json", "--output-file", more["PYGEOAPI_OPENAPI"]],
            env=_environment(more),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            missing = f"pygeoapi did not read its configuration: {_last(done.stderr)}"
    command = [str(folder / "bin/gunicorn"), "pygeoapi.flask_app:APP"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--threads", "4"]
    with _running("pygeoapi", command, more, port, missing) as peer:
        yield peer


def _configuration(url: str, port: int) -> dict[str, object]:
    at = dj_database_url.parse(url)
    data = {
        "host": at["HOST"],
        "port": at["PORT"] or 5432,
        "dbname": at["NAME"],
        "user": at["USER"],
        "password": at["PASSWORD"],
        "search_path": ["peers", "public"],
    }
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    here = {"url": "http://127.0.0.1", "name": "peer"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "limits": {"default_items": 100, "max_items": 10_000},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}", "attribution": "-"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "peer",
                "description": "peer",
                "keywords": ["peer"],
                "terms_of_service": "-",
                "url": "http://127.0.0.1",
            },
            "license": {"name": "-", "url": "http://127.0.0.1"},
            "provider": here,
            "contact": here,
        },
        "resources": {
            "facilities": {
                "type": "collection",
                "title": "facilities",
                "description": "facilities",
                "keywords": ["peer"],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": crs}},
                "links": [],
                "providers": [
                    {
                        "type": "feature",
                        "name": "PostgreSQL",
                        "data": data,
                        "id_field": "gid",
                        "table": "facilities",
                        "geom_field": "geom",
                    }
                ],
            }
        },
    }


def _installed(name: str, *packages: str) -> tuple[Path, str]:
    """The peer's own environment, and "" or a sentence on why there is none."""
    folder = HOME / name
    wanted = "\n".join(packages)
    mark = folder / "installed"
    if mark.exists() and mark.read_text() == wanted:
        return folder, ""
    commands = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin/python"), "-m", "pip", "install", "-q", *packages],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return folder, f"{packages[0]} could not be installed: {_last(done.stderr)}"
    mark.write_text(wanted)
    return folder, ""


@contextmanager
def _running(
    name: str, command: list[str], more: dict[str, str], port: int, missing: str
) -> Iterator[Peer]:
    if missing:
        yield Peer(name, missing=missing)
        return
    log = HOME / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=_environment(more), stdout=out, stderr=out, cwd=HOME / name
        )
    try:
        if wait_for(port, process):
            yield Peer(name, port, process.pid)
        else:
            yield Peer(name, missing=f"{name} did not start: {_last(log.read_text('utf-8'))}")
    finally:
        process.terminate()
        process.wait(timeout=20)


def _environment(more: dict[str, str]) -> dict[str, str]:
    """Without what tells Diming's own libraries and settings."""
    ours = ("PYTHONPATH", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "GDAL_DATA", "PROJ_LIB")
    return {**{n: v for n, v in os.environ.items() if n not in ours}, **more}


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:200] if lines else "no reason was told"
