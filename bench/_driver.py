"""Requests over a few held connections for a bounded time: what the measurements of rates share."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from accounts.domain.keys import digest_of, new_key
from tests.databases import connect

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 10
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` requests, half and ``p95`` of them within ms, how many had which status.

    ``cpu_ms``: processor time of one in server and database, 0 where it was not asked.
    """

    per_second: float
    p50_ms: float
    p95_ms: float
    statuses: Mapping[int, int]
    cpu_ms: float = 0.0

    @property
    def good(self) -> bool:
        return bool(self.statuses) and set(self.statuses) <= {200, 204}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    size: int
    etag: str


def reader_key(cursor: Any) -> str:
    """A new key of somebody who holds a role, in a copy of the database that is measured on."""
    key = new_key()
    cursor.execute(
        """
        INSERT INTO accounts_apikey
            (user_id, name, start, digest, scopes, per_minute, created_at)
        SELECT user_id, 'bench', 'dm_', %s, '{read}', 10000000, now()
        FROM accounts_grant WHERE period @> current_date LIMIT 1
        """,
        [digest_of(key)],
    )
    return key


def own_server(port: int, url: str, *, workers: int = 1, **more: str) -> subprocess.Popen[bytes]:
    """Diming on the database of ``url``; each process has four threads, as script/server's has.

    ``more``: settings beside it, as environment.
    """
    command = [sys.executable, "-m", "config.serve", "127.0.0.1", str(port), str(workers)]
    # Without DEBUG, which keeps every query of a request in memory.
    environment = {**os.environ, "DEBUG": "0", "DATABASE_URL": url, **more}
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server takes connections before it ends or the time is over."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def drive(
    port: int,
    addresses: Sequence[str],
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    spent: Callable[[], float] = lambda: 0.0,
    connections: int = CONNECTIONS,
) -> Rate:
    """Each connection walks over all addresses, beginning at another one.

    ``tags``: the ETag that the client already has of an address. ``spent``: processor seconds so
    far of what is measured.
    """
    requests = [_request(each, headers, (tags or {}).get(each, "")) for each in addresses]
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    before = spent()
    begun = time.monotonic()

    def ask(number: int) -> None:
        first = number * len(requests) // connections
        with socket.create_connection(("127.0.0.1", port), timeout=60) as held:
            for request in cycle([*requests[first:], *requests[:first]]):
                if time.monotonic() - begun > seconds:
                    return
                sent = time.perf_counter()
                held.sendall(request)
                statuses[_answer(held).status] += 1
                taken.append((time.perf_counter() - sent) * 1000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begun
    if not taken:
        return Rate(0.0, 0.0, 0.0, {})
    cpu_ms = (spent() - before) * 1000 / len(taken)
    p50_ms, p95_ms = (sorted(taken)[int(len(taken) * share)] for share in (0.5, 0.95))
    return Rate(len(taken) / elapsed, p50_ms, p95_ms, dict(statuses), cpu_ms)


def ask_each(
    port: int, addresses: Sequence[str], *, headers: Mapping[str, str] | None = None
) -> list[Answer]:
    """Every address once over one connection, in order."""
    found = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as held:
        for each in addresses:
            held.sendall(_request(each, headers, ""))
            found.append(_answer(held))
    return found


def processor_seconds(server: int, database: str) -> float:
    """What a server's process and the backends of a database have used so far.

    Told beside a rate, because on a machine with others at work it alone can be compared.
    """
    with closing(connect("postgres")) as held, held.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database])
        backends = [row[0] for row in cursor.fetchall()]
    ticks = 0
    for pid in (*_family(server), *backends):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            # Fields 14 and 15 of proc(5): ticks as user and in the kernel.
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    found = [pid]
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in children:
            found += _family(int(child))
    return found


def _request(address: str, headers: Mapping[str, str] | None, etag: str) -> bytes:
    told = {**(headers or {}), **({"If-None-Match": etag} if etag else {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def _answer(held: socket.socket) -> Answer:
    """An answer, read to the end that its Content-Length tells; 204 and 304 have no body."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(held)
    head, body = received.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    told = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    status = int(first.split(" ", 2)[1])
    length = 0 if status in (204, 304) else int(told["content-length"])
    size = len(body)
    while size < length:
        size += len(_more(held))
    return Answer(status, size, told.get("etag", ""))


def _more(held: socket.socket) -> bytes:
    received = held.recv(65536)
    if not received:
        raise SystemExit("The server closed a connection before it had answered.")
    return received


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
