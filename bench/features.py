"""Requests a second that /ogc/ answers over 100,000 points, and how fast GDAL reads them all.

Works on a copy of the database, with made-up facilities added, which is dropped at the end. One
gunicorn process, ten connections; the client runs on the same cores.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from search_http import _answer  # noqa: E402

from accounts.domain.keys import digest_of, new_key  # noqa: E402
from tests.databases import copy_of, database_url  # noqa: E402
from tests.servers import free_port  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 10
ITEMS = "/ogc/collections/facilities/items"
TARGETS = {"one feature": 300, "100 features": 150, "100 in a box": 150}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=6)
    asked = parser.parse_args()
    connection.ensure_connection()
    name = connection.settings_dict["NAME"]
    connection.close()
    with copy_of(name) as own:
        key, one = fill(own, asked.points)
        port = free_port()
        server = start(port, database_url(own))
        try:
            report(port, key, one, asked.seconds)
        finally:
            server.terminate()
            server.wait(timeout=20)


def fill(name: str, points: int) -> tuple[str, str]:
    """(a key, the id of one facility) in the copy, with so many facilities more."""
    key = new_key()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO facilities_facility (id, name, location, division_code, address, operator,
                period, search_pinyin, search_initials, synthetic, approximate, category_id)
            SELECT gen_random_uuid(), '测试设施' || n, ST_SetSRID(ST_MakePoint(
                       112.9 + random() * 1.2, 22.5 + random() * 1.4), 4490), '440106', '', '',
                   daterange('2020-01-01', NULL), '', '', true, true,
                   (SELECT min(code) FROM facilities_facilitycategory)
            FROM generate_series(1, %s) n
            """,
            [points],
        )
        cursor.execute(
            """
            INSERT INTO accounts_apikey
                (user_id, name, start, digest, scopes, per_minute, created_at)
            SELECT user_id, 'bench', 'dm_', %s, '{read}', 10000000, now()
            FROM accounts_grant WHERE period @> current_date LIMIT 1
            """,
            [digest_of(key)],
        )
        cursor.execute("ANALYZE facilities_facility")
        cursor.execute("SELECT id::text FROM facilities_facility LIMIT 1")
        one = cursor.fetchone()[0]
    connection.close()
    return key, one


def start(port: int, url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    environment = {**os.environ, "DEBUG": "0", "DATABASE_URL": url}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not answer.")


def report(port: int, key: str, one: str, seconds: int) -> None:
    asked = {
        "one feature": f"{ITEMS}/{one}",
        "100 features": f"{ITEMS}?limit=100",
        "100 in a box": f"{ITEMS}?limit=100&bbox=113.2,23.0,113.4,23.2",
    }
    for what, address in asked.items():
        drive(port, key, address, 1)
        rate, p95, statuses = drive(port, key, address, seconds)
        reached = "reached" if rate >= TARGETS[what] and set(statuses) == {200} else "NOT reached"
        say(
            f"{what:<14} {rate:6.0f} requests/s (≥ {TARGETS[what]}: {reached}),"
            f" p95 {p95:.1f} ms, {dict(statuses)}"
        )
    program = shutil.which("ogr2ogr")
    if program is None:
        say("ogr2ogr        not installed: apt-get install gdal-bin")
        return
    environment = {n: v for n, v in os.environ.items() if n not in ("GDAL_DATA", "PROJ_LIB")}
    environment |= {"GDAL_HTTP_USERPWD": f"x:{key}", "GDAL_HTTP_AUTH": "BASIC"}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        source = f"OAPIF:http://127.0.0.1:{port}/ogc"
        arguments = ["-oo", "PAGE_SIZE=10000", f"{folder}/all.fgb", source, "facilities"]
        subprocess.run([program, *arguments], env=environment, check=True)
        took = time.monotonic() - begun
    reached = "reached" if took <= 8 else "NOT reached"
    say(f"ogr2ogr        all features in {took:.1f} s (≤ 8: {reached})")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def drive(port: int, key: str, address: str, seconds: int) -> tuple[float, float, Counter[int]]:
    request = (
        f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {key}\r\n\r\n"
    ).encode()
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    begun = time.monotonic()

    def ask() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as held:
            while time.monotonic() - begun < seconds:
                sent = time.perf_counter()
                held.sendall(request)
                statuses[_answer(held)] += 1
                taken.append((time.perf_counter() - sent) * 1000)

    threads: list[Any] = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begun
    return len(taken) / elapsed, sorted(taken)[int(len(taken) * 0.95)], statuses


if __name__ == "__main__":
    main()
