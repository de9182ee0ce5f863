"""Tiles a second beside tipg: the same layers from the same database, the same tiles in one run.

Run with ``script/bench tiles [--zooms LOW-HIGH] [--walks N] [--seconds S]``. Each of N walks goes
from the widest zoom down to the street in which a facility stands, with the 4 × 3 tiles of a
window at every zoom. Both servers (one process each) are asked for all of these tiles over ten
connections, one after the other. tipg reads plain tables with an integer key, an index on the
shape and the attributes that our tiles carry; of divisions it is asked for the levels that are
drawn at the zoom. Sizes are of tiles as they travel, uncompressed.

Diming keeps tiles for as long as nobody has written their tables; so a second server of ours, which
keeps none, tells beside it what the making of each tile costs. What a client that has the tiles
already is answered (304) is told by itself and counts in no ratio.
"""

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import django

django.setup()

from _driver import (  # noqa: E402
    Rate,
    ask_each,
    drive,
    own_server,
    processor_seconds,
    reader_key,
    say,
    wait_for,
)
from _peers import Peer, tipg  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from boundaries.queries.division_tiles import LAYERS  # noqa: E402
from common.registries import map_layers  # noqa: E402
from facilities.models import Facility  # noqa: E402
from tests.databases import copy_of, database_url  # noqa: E402
from tests.servers import free_port  # noqa: E402

TIMES, MOST_BYTES = 3, 500 * 1024
# Layer → what a peer reads: the rows of today with the attributes of our tiles.
TABLES = {
    "divisions": """SELECT version.code AS key, version.name, version.name_en,
               '/divisions/' || version.code || '/' AS url, version.level, version.synthetic,
               version.geometry AS shape
        FROM boundaries_divisionversion version
        WHERE version.period @> current_date AND version.geometry IS NOT NULL""",
    "places": """SELECT place.id::text AS key, name.text AS name, name.pinyin_plain AS name_en,
               '/places/' || place.id || '/' AS url, place.legal_category AS category,
               name.reading_source AS state, place.geometry AS shape
        FROM gazetteer_place place
        JOIN gazetteer_placename name ON name.place_id = place.id
             AND name.period @> current_date AND name.kind = 'standard'
             AND name.status = 'standard'
        WHERE place.secrecy <> 'secret' AND place.legal_category <> 'DIVISION'""",
    "lines": """SELECT line.code AS key, line.name_a || '–' || line.name_b AS name,
               '/lines/' || line.code || '/' AS url, line.derived, line.geometry AS shape
        FROM boundaries_boundaryline line WHERE line.period @> current_date""",
    "signs": """SELECT sign.number AS key, sign.hanzi AS name, sign.pinyin AS name_en,
               '/signs/' || sign.number || '/' AS url, sign.state, 1 AS count,
               sign.location AS shape
        FROM signage_sign sign WHERE sign.period @> current_date""",
    "facilities": """SELECT facility.identity::text AS key, facility.name,
               '/facilities/' || facility.identity || '/' AS url,
               facility.category_id AS category, facility.synthetic,
               facility.location AS shape
        FROM facilities_facility facility WHERE facility.period @> current_date""",
}


@dataclass(frozen=True, slots=True)
class Tile:
    z: int
    x: int
    y: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench tiles", description=__doc__)
    parser.add_argument("--zooms", default="5-16", metavar="LOW-HIGH")
    parser.add_argument("--walks", type=int, default=6, metavar="N")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--alone", action="store_true", help="without tipg")
    asked = parser.parse_args()
    low, _dash, high = asked.zooms.partition("-")
    tiles = walked(range(int(low), int(high or low) + 1), asked.walks)
    name = connection.settings_dict["NAME"]
    connection.close()
    with copy_of(name) as own:
        key = fill(own)
        url = database_url(own)
        with ours(url) as here, ours(url, KEPT_TILES_MB="0") as making:
            servers = [here, making]
            if asked.alone:
                report(servers, Peer("tipg", missing="tipg was not asked"), own, key, tiles, asked)
                return
            with tipg(url) as beside:
                report(servers, beside, own, key, tiles, asked)


@contextmanager
def ours(url: str, **more: str) -> Iterator[Peer]:
    port = free_port()
    server = own_server(port, url, **more)
    try:
        if not wait_for(port, server):
            raise SystemExit("The server did not answer.")
        yield Peer("diming", port, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def walked(zooms: range, walks: int) -> list[Tile]:
    """The tiles of all walks, the same in every run; wide ones are seen on each of them."""
    found = Facility.objects.on(timezone.localdate()).order_by("identity")
    spots = random.Random(20180830).sample([each.location for each in found], walks)
    tiles = []
    for spot in spots:
        for z in zooms:
            left, top = cell(spot.x, spot.y, z)
            tiles += [
                Tile(z, x % 2**z, y)
                for x in range(left - 1, left + 3)
                for y in range(top - 1, top + 2)
                if 0 <= y < 2**z
            ]
    return tiles


def cell(lon: float, lat: float, z: int) -> tuple[int, int]:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


def fill(name: str) -> str:
    """A key in the copy; the tables of the peer."""
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        key = reader_key(cursor)
        cursor.execute("CREATE SCHEMA peers")
        for layer, rows in TABLES.items():
            cursor.execute(
                f"""
                CREATE TABLE peers.{layer} AS
                SELECT row_number() OVER ()::int AS gid, told.*,
                       ST_SetSRID(shape, 4326) AS geom FROM ({rows}) told;
                ALTER TABLE peers.{layer} DROP COLUMN shape, ADD PRIMARY KEY (gid);
                CREATE INDEX ON peers.{layer} USING gist (geom);
                ANALYZE peers.{layer};
                """
            )
    connection.close()
    return key


def report(
    servers: Sequence[Peer],
    beside: Peer,
    database: str,
    key: str,
    tiles: Sequence[Tile],
    asked: argparse.Namespace,
) -> None:
    """Each layer by itself, then the walk over all of them as one."""
    if beside.missing:
        say(beside.missing)
    say(f"{len(tiles)} tiles ({len(set(tiles))} different) from zoom {asked.zooms}")
    signed = {"Authorization": f"Bearer {key}"}
    whole: tuple[list[str], list[str]] = ([], [])
    for layer in TABLES:
        seen = [tile for tile in tiles if tile.z >= map_layers()[layer].min_zoom]
        own = [f"/ogc/collections/{layer}/tiles/WebMercatorQuad/{t.z}/{t.y}/{t.x}" for t in seen]
        theirs = [peer_address(layer, t) for t in seen]
        compare(layer, servers, beside, database, signed, (own, theirs), asked.seconds)
        whole[0].extend(own)
        whole[1].extend(theirs)
    times = compare("all", servers, beside, database, signed, whole, asked.seconds * 2)
    if times is not None:
        told = "reached" if times >= TIMES else "NOT reached"
        say(f"{times:.1f} times the tiles of tipg (≥ {TIMES}: {told})")


def peer_address(layer: str, tile: Tile) -> str:
    """tipg's, with the levels of divisions that are drawn at this zoom."""
    path = f"/collections/peers.{layer}/tiles/WebMercatorQuad/{tile.z}/{tile.x}/{tile.y}"
    if layer != "divisions":
        return path
    deepest = max(int(level) for level, (_name, first) in LAYERS.items() if tile.z >= first)
    return f"{path}?{urlencode({'filter': f'level <= {deepest}', 'filter-lang': 'cql2-text'})}"


def compare(
    layer: str,
    servers: Sequence[Peer],
    beside: Peer,
    database: str,
    signed: dict[str, str],
    addresses: tuple[list[str], list[str]],
    seconds: int,
) -> float | None:
    """How many times the tiles of the peer; each is asked once before, for sizes and warmth."""
    (here, making), (own, theirs) = servers, addresses
    told = ask_each(here.port, own, headers=signed)
    rate = _rate(here, database, own, seconds, headers=signed)
    say(f"{layer:<11} diming {_words(rate, [answer.size for answer in told])}")
    tags = {path: answer.etag for path, answer in zip(own, told, strict=True)}
    kept = drive(here.port, own, seconds=seconds / 2, headers=signed, tags=tags)
    # A server's first answer waits for its modules.
    ask_each(making.port, own[:2], headers=signed)
    made = _rate(making, database, own, seconds, headers=signed)
    say(f"{'':<11} every tile made anew {_words(made, [])}")
    say(f"{'':<11} to who has them already {kept.per_second:6.0f} /s, {dict(kept.statuses)}")
    if max(answer.size for answer in told) > MOST_BYTES:
        say(f"{'':<11} TOO HEAVY: more than {MOST_BYTES // 1024} KB")
    if beside.missing:
        return None
    sizes = [answer.size for answer in ask_each(beside.port, theirs)]
    other = _rate(beside, database, theirs, seconds)
    times = rate.per_second / other.per_second if rate.good and other.good else 0.0
    anew = made.per_second / other.per_second if other.good else 0.0
    say(f"{'':<11} tipg   {_words(other, sizes)}; diming {times:.1f} times, anew {anew:.1f}")
    return times


def _rate(
    peer: Peer,
    database: str,
    paths: list[str],
    seconds: int,
    *,
    headers: dict[str, str] | None = None,
) -> Rate:
    spent = partial(processor_seconds, peer.pid, database)
    return drive(peer.port, paths, seconds=seconds, headers=headers, spent=spent)


def _words(rate: Rate, sizes: list[int]) -> str:
    return (
        f"{rate.per_second:6.0f} tiles/s, p95 {rate.p95_ms:6.1f} ms,"
        f" {rate.cpu_ms:5.1f} ms of processor each, {dict(rate.statuses)}"
    ) + (
        f"; {sum(sizes) / len(sizes) / 1024:.1f} KB a tile, heaviest {max(sizes) / 1024:.0f} KB"
        if sizes
        else ""
    )


if __name__ == "__main__":
    main()
