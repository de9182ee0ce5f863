"""Killing the server and the database in use loses nothing that was confirmed."""

import http.cookiejar
import os
import random
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dj_database_url
import pytest

from tests.databases import connect
from tests.ops.scripts import environment, run_script, var_folder
from tests.servers import ROOT, answers, free_port, wait_until

pytestmark = pytest.mark.destructive

# Just enough in the database for the server to take it for somebody's own, and one administrator.
FIRST_ROWS = """
from datetime import date
from django.db.backends.postgresql.psycopg_any import DateRange
from accounts.models import Grant, User
from demo.models import LoadedPart
from demo.parts import PARTS
LoadedPart.objects.bulk_create(LoadedPart(name=name) for name in PARTS)
person = User.objects.create_user("person")
admin = User.objects.create_user("keeper", password="a long password")
Grant.objects.create(user=admin, role="administrator", period=DateRange(date(2023, 6, 30), None))
"""
BURSTS = 3
WRITERS = 3


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass
class Writer:
    """Gives one role after the other through the page of administrators, noting what was said."""

    url: str
    first: int
    confirmed: list[str] = field(default_factory=list)
    lost: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.browser = urllib.request.build_opener(jar, NoRedirect)

    def send(self, path: str, **values: str) -> int:
        data = urllib.parse.urlencode(values).encode() if values else None
        try:
            with self.browser.open(self.url + path, data, timeout=60) as answer:
                self.page = answer.read().decode()
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            return int(answer.code)

    def token(self) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)
        assert found, self.page[:2000]
        return found.group(1)

    def sign_in(self) -> None:
        self.send("/accounts/login/")
        status = self.send(
            "/accounts/login/",
            csrfmiddlewaretoken=self.token(),
            username="keeper",
            password="a long password",
        )
        assert status == 302
        assert self.send("/manage/roles/new/") == 200

    def run(self) -> None:
        for number in range(self.first, self.first + 100_000):
            if self.stopped.is_set():
                return
            code = f"{number:06d}"
            status = 0
            with suppress(OSError):
                status = self.send(
                    "/manage/roles/new/",
                    csrfmiddlewaretoken=self.token(),
                    user="person",
                    role="viewer",
                    jurisdiction=code,
                    start="2024-01-01",
                )
            if status == 302:
                self.confirmed.append(code)
            else:
                self.lost += 1
                time.sleep(0.1)


@contextmanager
def running_server(var: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (var / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [str(ROOT / "script/server")],
            env=environment(var, PORT=str(port)),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield server
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=120)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def serving_processes(port: int) -> list[int]:
    """The web server's main process and workers on this port."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"config.serve" in words and str(port).encode() in words:
                found.append(int(folder.name))
    return found


def kill_hard(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def burst(var: Path, port: int, chance: random.Random) -> None:
    """Several kills within a second: now the server, now the database, now both."""
    note = var / "postgres/data/postmaster.pid"
    for _ in range(3):
        what = chance.choice(["server", "database", "both"])
        if what != "database":
            kill_hard(serving_processes(port))
        if what != "server" and note.exists():
            kill_hard([int(note.read_text().splitlines()[0])])
        time.sleep(chance.uniform(0.1, 0.4))
    kill_hard([int(note.read_text().splitlines()[0])] if note.exists() else [])
    kill_hard(serving_processes(port))


class TestKilledInUse:
    def test_every_confirmed_write_is_there_and_none_is_half(self) -> None:
        chance = random.Random(20120630)
        port = free_port()
        with var_folder() as var:
            made = run_script("manage", "shell", "-v", "0", "-c", FIRST_ROWS, var=var)
            assert made.status == 0, made.err
            url = run_script("database", "url", var=var).out.strip()
            with running_server(var, port) as server:
                site = f"http://127.0.0.1:{port}"
                wait_until(lambda: answers(f"{site}/health"), seconds=60, what="the server")
                writers = [Writer(site, first=(n + 1) * 100_000) for n in range(WRITERS)]
                for writer in writers:
                    writer.sign_in()
                threads = [threading.Thread(target=writer.run) for writer in writers]
                for thread in threads:
                    thread.start()
                try:
                    for _ in range(BURSTS):
                        done = [len(writer.confirmed) for writer in writers]
                        wait_until(
                            lambda done=done: all(  # type: ignore[misc]
                                len(w.confirmed) >= n + 10
                                for w, n in zip(writers, done, strict=True)
                            ),
                            seconds=90,
                            what=f"writes to go on:\n{(var / 'server.log').read_text()[-2000:]}",
                        )
                        burst(var, port, chance)
                finally:
                    for writer in writers:
                        writer.stopped.set()
                    for thread in threads:
                        thread.join()
                wait_until(lambda: answers(f"{site}/health"), seconds=60, what="the server")
                # Without their main process the others must not be left behind either.
                kill_hard([min(serving_processes(port))])
                server.terminate()
                server.wait(timeout=60)
                assert serving_processes(port) == []
            assert run_script("database", "start", var=var).status == 0
            self.check(url, [code for writer in writers for code in writer.confirmed])
            assert sum(writer.lost for writer in writers) > 0

    def check(self, url: str, confirmed: list[str]) -> None:
        name = dj_database_url.parse(url)["NAME"]
        with closing(connect(name, url)) as plain, plain.cursor() as cursor:
            cursor.execute("SELECT jurisdiction FROM accounts_grant WHERE role = 'viewer'")
            kept = [row[0] for row in cursor.fetchall()]
            cursor.execute(
                "SELECT jurisdiction FROM common_auditentry WHERE operation = 'give_role'"
            )
            audited = [row[0] for row in cursor.fetchall()]
        assert len(confirmed) >= BURSTS * WRITERS * 10
        assert set(confirmed) <= set(kept)
        assert sorted(kept) == sorted(audited)
        assert len(kept) == len(set(kept))
