"""Requests a second that a server answers on /search/suggest/, over HTTP on the loopback.

Starts gunicorn as script/server does (two workers, four threads each) but without DEBUG, signs in
as an account that holds a role, and keeps eight connections busy for a bounded time.
"""

import http.client
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
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from accounts.models import Grant

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
TARGET = 200
START_SECONDS = 30
BACKEND = "django.contrib.auth.backends.ModelBackend"


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
        _drive(port, cookie, typed, seconds=2, day=day)
        taken, statuses, elapsed = _drive(port, cookie, typed, seconds=seconds, day=day)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
        session.delete()
    rate, ordered = len(taken) / elapsed, sorted(taken)
    reached = "reached" if rate >= TARGET and set(statuses) == {200} else "NOT reached"
    p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    return (
        f"HTTP     {CONNECTIONS} connections, {elapsed:.0f} s: {rate:.0f} requests/s"
        f" (≥ {TARGET}: {reached}), p50 {p50:.1f} ms, p95 {p95:.1f} ms, {dict(statuses)}"
    )


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
    port: int, cookie: str, typed: list[str], *, seconds: int, day: date
) -> tuple[list[float], Counter[int], float]:
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    begun = time.monotonic()

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for text in cycle(islice(typed, number, None, CONNECTIONS)):
            if time.monotonic() - begun > seconds:
                break
            sent = time.perf_counter()
            query = urlencode({"q": text, "at": day.isoformat()})
            connection.request("GET", f"/search/suggest/?{query}", headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            taken.append((time.perf_counter() - sent) * 1000)
            statuses[answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, statuses, time.monotonic() - begun
