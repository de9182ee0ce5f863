"""Requests a second that a server answers on /search/suggest/, over HTTP on the loopback.

Starts gunicorn as script/server does (two workers, four threads each) but without DEBUG, signs in
as an account that holds a role, and keeps eight connections busy for a bounded time. The client
runs on the same cores and does as little as it can. Beside it stand answers that say no more than
that the server lives: how fast machine and server are without a search. What a request costs in
processor time (server, database and client together) says how many two cores give when nobody
else is at work on them: that figure is computed, the rate is measured.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import date
from importlib import import_module
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, CORES = 8, 2
TARGET = 200
START_SECONDS = 30
# Each process reads its tables of readings and characters with the first searches.
WARM_UP_SECONDS = 10
BACKEND = "accounts.backends.PersonBackend"


def requests_per_second(typed: list[str], *, seconds: int, day: date) -> str:
    """One line: how many requests a second, how long they took, whether any failed."""
    grant = Grant.objects.on(timezone.localdate()).select_related("user").first()
    if grant is None:
        return "HTTP: nobody holds a role: run `script/manage demo_accounts` first."
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(grant.user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = grant.user.get_session_auth_hash()
    session.create()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = _start(port)
    try:
        _wait(port)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        asked = [f"/search/suggest/?{urlencode({'q': q, 'at': day.isoformat()})}" for q in typed]
        _drive(port, cookie, asked, seconds=WARM_UP_SECONDS)
        before = _processor_seconds(server.pid)
        taken, statuses, elapsed = _drive(port, cookie, asked, seconds=seconds)
        spent = _processor_seconds(server.pid) - before
        empty, _, empty_elapsed = _drive(port, cookie, [reverse("health")], seconds=3)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
        session.delete()
    rate, ordered = len(taken) / elapsed, sorted(taken)
    reached = "reached" if rate >= TARGET and set(statuses) == {200} else "NOT reached"
    p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    each = spent / len(taken)
    return (
        f"HTTP     {CONNECTIONS} connections, {elapsed:.0f} s: {rate:.0f} requests/s"
        f" (≥ {TARGET}: {reached}), p50 {p50:.1f} ms, p95 {p95:.1f} ms, {dict(statuses)};"
        f" beside it an answer without a search: {len(empty) / empty_elapsed:.0f} requests/s;"
        f" {each * 1000:.1f} ms of processor a request, that is {CORES / each:.0f} requests/s"
        f" of {CORES} cores with nobody else on them (computed)"
    )


def _processor_seconds(server: int) -> float:
    """What this process, the server's processes and the database's backends have used so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = {row[0] for row in cursor.fetchall()} | {os.getpid()}
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # Fields 5, 14 and 15 of proc(5): process group, ticks as user and in the kernel.
        if int(process.name) in pids or int(fields[2]) == server:
            found += int(fields[11]) + int(fields[12])
    return found / os.sysconf("SC_CLK_TCK")


def _start(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--worker-class", "gthread", "--threads", "4"]
    command += ["--log-level", "warning"]
    # Without DEBUG, which keeps every query of a request in memory.
    environment = {**os.environ, "DEBUG": "0"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not answer within {START_SECONDS} s.")


def _drive(
    port: int, cookie: str, addresses: list[str], *, seconds: int
) -> tuple[list[float], Counter[int], float]:
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    begun = time.monotonic()
    requests = [
        f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()
        for address in addresses
    ]

    def ask(number: int) -> None:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        for request in cycle(requests[number % len(requests) :: CONNECTIONS]):
            if time.monotonic() - begun > seconds:
                break
            sent = time.perf_counter()
            connection.sendall(request)
            statuses[_answer(connection)] += 1
            taken.append((time.perf_counter() - sent) * 1000)
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, statuses, time.monotonic() - begun


def _answer(connection: socket.socket) -> int:
    """The status of an answer, read to the end that its Content-Length tells."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, body = received.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return int(head.split(b" ", 2)[1])


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise SystemExit("The server closed a connection before it had answered.")
    return received
