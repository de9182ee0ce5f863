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

from search_http import _answer

from tests.databases import connect

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 10
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` requests, ``p95_ms`` of one, how many had which status.

    ``cpu_ms``: processor time of one in server and database, 0 where it was not asked.
    """

    per_second: float
    p95_ms: float
    statuses: Mapping[int, int]
    cpu_ms: float = 0.0

    @property
    def good(self) -> bool:
        return bool(self.statuses) and set(self.statuses) <= {200, 204}


def own_server(port: int, url: str) -> subprocess.Popen[bytes]:
    """Diming in one process of four threads on the database of ``url``."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    command += ["--log-level", "warning"]
    environment = {**os.environ, "DEBUG": "0", "DATABASE_URL": url}
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
    spent: Callable[[], float] = lambda: 0.0,
) -> Rate:
    """Each connection walks over all addresses, beginning at another one.

    ``spent``: processor seconds so far of what is measured.
    """
    told = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    requests = [
        f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}\r\n".encode() for address in addresses
    ]
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    before = spent()
    begun = time.monotonic()

    def ask(number: int) -> None:
        first = number * len(requests) // CONNECTIONS
        with socket.create_connection(("127.0.0.1", port), timeout=60) as held:
            for request in cycle([*requests[first:], *requests[:first]]):
                if time.monotonic() - begun > seconds:
                    return
                sent = time.perf_counter()
                held.sendall(request)
                statuses[_answer(held)] += 1
                taken.append((time.perf_counter() - sent) * 1000)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begun
    if not taken:
        return Rate(0.0, 0.0, {})
    cpu_ms = (spent() - before) * 1000 / len(taken)
    p95_ms = sorted(taken)[int(len(taken) * 0.95)]
    return Rate(len(taken) / elapsed, p95_ms, dict(statuses), cpu_ms)


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


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
