"""Requests a second that a server answers on /search/suggest/, over HTTP on the loopback.

Starts the server as script/server does (two workers, four threads each) but without DEBUG, signs in
as an account that holds a role, and keeps eight connections busy for a bounded time. The client
runs on the same cores and does as little as it can. Beside it stand answers that say no more than
that the server lives: how fast machine and server are without a search. What a request costs in
processor time (server, database and client together) says how many two cores give when nobody
else is at work on them: that figure is computed, the rate is measured.
"""

import time
from datetime import date
from importlib import import_module
from urllib.parse import urlencode

from _driver import drive, own_server, processor_seconds, wait_for
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Grant
from tests.databases import database_url
from tests.servers import free_port

CONNECTIONS, CORES = 8, 2
TARGET = 200
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
    database, port = connection.settings_dict["NAME"], free_port()
    server = own_server(port, database_url(database), workers=CORES)

    def spent() -> float:
        return processor_seconds(server.pid, database) + time.process_time()

    try:
        if not wait_for(port, server):
            raise SystemExit("The server did not answer.")
        signed = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
        asked = [f"/search/suggest/?{urlencode({'q': q, 'at': day.isoformat()})}" for q in typed]
        drive(port, asked, seconds=WARM_UP_SECONDS, headers=signed, connections=CONNECTIONS)
        rate = drive(
            port, asked, seconds=seconds, headers=signed, spent=spent, connections=CONNECTIONS
        )
        empty = drive(port, [reverse("health")], seconds=3, headers=signed, connections=CONNECTIONS)
    finally:
        server.terminate()
        server.wait(timeout=20)
        session.delete()
    reached = "reached" if rate.per_second >= TARGET and rate.good else "NOT reached"
    return (
        f"HTTP     {CONNECTIONS} connections, {seconds} s: {rate.per_second:.0f} requests/s"
        f" (≥ {TARGET}: {reached}), p50 {rate.p50_ms:.1f} ms, p95 {rate.p95_ms:.1f} ms,"
        f" {dict(rate.statuses)};"
        f" beside it an answer without a search: {empty.per_second:.0f} requests/s;"
        f" {rate.cpu_ms:.1f} ms of processor a request, that is {CORES * 1000 / rate.cpu_ms:.0f}"
        f" requests/s of {CORES} cores with nobody else on them (computed)"
    )
