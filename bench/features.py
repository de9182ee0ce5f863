"""Requests a second that /ogc/ answers over 100,000 points, and how fast GDAL reads them all.

Beside it tipg and pygeoapi answer the same from the same database. Each server is one process,
asked over ten connections; the client runs on the same cores. Works on a copy of the database with
made-up facilities added, which is dropped at the end.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import django

django.setup()

from _driver import drive, own_server, processor_seconds, reader_key, say, wait_for  # noqa: E402
from _peers import Peer, pygeoapi, tipg  # noqa: E402
from django.db import connection  # noqa: E402

from tests.databases import copy_of, database_url  # noqa: E402
from tests.servers import free_port  # noqa: E402

ITEMS = "/ogc/collections/facilities/items"
TARGETS = {"one feature": 300, "100 features": 150, "100 in a box": 150}
ALL_SECONDS, PATIENCE = 8, 120


PEERS_TABLE = """
    CREATE SCHEMA peers;
    CREATE TABLE peers.facilities AS
    SELECT row_number() OVER (ORDER BY facility.id)::int AS gid,
           facility.identity::text AS facility, facility.name,
           facility.category_id AS category, category.name_zh AS category_name,
           facility.division_code, facility.address, facility.operator, facility.beds,
           facility.synthetic, facility.approximate, facility.source_id AS source,
           lower(facility.period) AS valid_from, upper(facility.period) AS valid_to,
           ST_SetSRID(facility.location, 4326) AS geom
    FROM facilities_facility facility
    JOIN facilities_facilitycategory category ON category.code = facility.category_id
    WHERE facility.period @> current_date;
    ALTER TABLE peers.facilities ADD PRIMARY KEY (gid);
    CREATE INDEX ON peers.facilities USING gist (geom);
    ANALYZE peers.facilities;
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The same facility by its id here and by its number in the table of the peers."""

    own: str
    peer: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--alone", action="store_true", help="without the peers")
    asked = parser.parse_args()
    connection.ensure_connection()
    name = connection.settings_dict["NAME"]
    connection.close()
    with copy_of(name) as own:
        key, one = fill(own, asked.points)
        url, port = database_url(own), free_port()
        server = own_server(port, url)
        here = Peer("diming", port, server.pid)
        try:
            if not wait_for(port, server):
                raise SystemExit("The server did not answer.")
            if asked.alone:
                report(here, own, key, one, [], asked.seconds)
                read_all(port, key, [])
                return
            with tipg(url) as first, pygeoapi(url) as second:
                for peer in (first, second):
                    if peer.missing:
                        say(peer.missing)
                report(here, own, key, one, [first, second], asked.seconds)
                read_all(port, key, [first, second])
        finally:
            server.terminate()
            server.wait(timeout=20)


def fill(name: str, points: int) -> tuple[str, Asked]:
    """(a key, one facility) in the copy, with so many facilities more and the peers' table."""
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO facilities_facility (id, identity, name, location, division_code,
                address, operator, period, search_pinyin, search_initials,
                synthetic, approximate, category_id)
            SELECT made.id, made.id, '测试设施' || n, ST_SetSRID(ST_MakePoint(
                       112.9 + random() * 1.2, 22.5 + random() * 1.4), 4490), '440106', '', '',
                   daterange('2020-01-01', NULL), '', '', true, true,
                   (SELECT min(code) FROM facilities_facilitycategory)
            FROM (SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) n) made
            """,
            [points],
        )
        key = reader_key(cursor)
        cursor.execute("ANALYZE facilities_facility")
        cursor.execute(PEERS_TABLE)
        cursor.execute("SELECT facility, gid FROM peers.facilities WHERE gid = 1000")
        one = Asked(*cursor.fetchone())
    connection.close()
    return key, one


def report(
    server: Peer, database: str, key: str, one: Asked, peers: Sequence[Peer], seconds: int
) -> None:
    """One line for each question and server, one after the other on the same cores."""
    headers = {"Accept": "application/json", "Authorization": f"Bearer {key}"}
    box = "bbox=113.2,23.0,113.4,23.2"
    for what, rest in {
        "one feature": "",
        "100 features": "?limit=100",
        "100 in a box": f"?limit=100&{box}",
    }.items():
        own = f"{ITEMS}/{one.own}" if not rest else f"{ITEMS}{rest}"
        drive(server.port, [own], seconds=1, headers=headers)
        spent = partial(processor_seconds, server.pid, database)
        rate = drive(server.port, [own], seconds=seconds, headers=headers, spent=spent)
        reached = "reached" if rate.per_second >= TARGETS[what] and rate.good else "NOT reached"
        say(
            f"{what:<14} {'diming':<9} {rate.per_second:6.0f} requests/s"
            f" (≥ {TARGETS[what]}: {reached}), p95 {rate.p95_ms:.1f} ms,"
            f" {rate.cpu_ms:.1f} ms of processor each, {rate.statuses}"
        )
        for peer in peers:
            if peer.missing:
                continue
            name = "peers.facilities" if peer.name == "tipg" else "facilities"
            items = f"/collections/{name}/items"
            asked = f"{items}{rest}&f=" if rest else f"{items}/{one.peer}?f="
            asked += "geojson" if peer.name == "tipg" else "json"
            drive(peer.port, [asked], seconds=1)
            spent = partial(processor_seconds, peer.pid, database)
            beside = drive(peer.port, [asked], seconds=seconds, spent=spent)
            times = rate.per_second / beside.per_second if beside.per_second else 0.0
            say(
                f"{'':<14} {peer.name:<9} {beside.per_second:6.0f} requests/s,"
                f" p95 {beside.p95_ms:.1f} ms,"
                f" {beside.cpu_ms:.1f} ms of processor each, {beside.statuses};"
                f" diming answers {times:.1f} times as many"
            )


def read_all(port: int, key: str, peers: Sequence[Peer]) -> None:
    """How long ogr2ogr takes for all features, from us and from each peer."""
    program = shutil.which("ogr2ogr")
    if program is None:
        say("ogr2ogr        not installed: apt-get install gdal-bin")
        return
    environment = {n: v for n, v in os.environ.items() if n not in ("GDAL_DATA", "PROJ_LIB")}
    sources = [("diming", f"http://127.0.0.1:{port}/ogc", "facilities")]
    sources += [
        (
            peer.name,
            f"http://127.0.0.1:{peer.port}",
            "peers.facilities" if peer.name == "tipg" else "facilities",
        )
        for peer in peers
        if not peer.missing
    ]
    for name, address, layer in sources:
        own = name == "diming"
        signed = {"GDAL_HTTP_USERPWD": f"x:{key}", "GDAL_HTTP_AUTH": "BASIC"} if own else {}
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            arguments = ["-oo", "PAGE_SIZE=10000", f"{folder}/all.fgb", f"OAPIF:{address}", layer]
            try:
                done = subprocess.run(
                    [program, *arguments],
                    env={**environment, **signed},
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=PATIENCE,
                )
            except subprocess.TimeoutExpired:
                say(f"{'ogr2ogr':<14} {name:<9} not done within {PATIENCE} s")
                continue
            took = time.monotonic() - begun
        told = f"all features in {took:.1f} s"
        if done.returncode:
            told = f"failed after {took:.1f} s: {done.stderr.strip()[-160:]}"
        if own:
            reached = not done.returncode and took <= ALL_SECONDS
            told += f" (≤ {ALL_SECONDS}: {'reached' if reached else 'NOT reached'})"
        say(f"{'ogr2ogr':<14} {name:<9} {told}")


if __name__ == "__main__":
    main()
