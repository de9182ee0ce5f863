"""The database that script/database keeps: unprivileged, on a socket only, hard to kill."""

import os
import pwd
import signal
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import dj_database_url
import pytest

from tests.databases import connect
from tests.ops.scripts import elsewhere, run_script, socket_folder, var_folder
from tests.servers import wait_until

pytestmark = pytest.mark.destructive


def start(var: Path) -> str:
    outcome = run_script("database", "start", var=var)
    assert outcome.status == 0, outcome.err
    return run_script("database", "url", var=var).out.strip()


def ask(url: str, question: str) -> Any:
    name = dj_database_url.parse(url)["NAME"]
    with closing(connect(name, url)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def postmaster(var: Path) -> int:
    return int((var / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def kill_hard(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{pid}/cwd").exists(), seconds=10, what="its end")


class TestEmbeddedDatabase:
    def test_runs_unprivileged_on_a_socket_only(self) -> None:
        with var_folder() as var:
            url = start(var)
            owner = Path(f"/proc/{postmaster(var)}").stat().st_uid
            assert owner != 0
            assert ask(url, "SHOW listen_addresses") == ""
            assert ask(url, "SHOW fsync") == "on"
            locale = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
            assert (ask(url, "SHOW server_encoding"), ask(url, locale)) == ("UTF8", "C.UTF-8")
            sockets = socket_folder(var / "postgres")
            assert sockets.stat().st_mode & 0o777 == 0o700
            assert pwd.getpwuid(sockets.stat().st_uid).pw_uid == owner
            assert run_script("database", "status", var=var).status == 0

    def test_two_clones_do_not_meet(self) -> None:
        with var_folder() as one, var_folder() as other:
            urls = [start(one), start(other)]
            ask(urls[0], "CREATE TABLE mine (); SELECT 1")
            assert ask(urls[1], "SELECT to_regclass('mine') IS NULL")
            assert run_script("database", "stop", var=one).status == 0
            assert run_script("database", "status", var=one).status == 3
            assert ask(urls[1], "SELECT 1") == 1

    def test_starts_again_after_a_kill(self) -> None:
        with var_folder() as var:
            url = start(var)
            ask(url, "CREATE TABLE kept AS SELECT 7 AS n; SELECT 1")
            kill_hard(postmaster(var))
            assert start(var) == url
            assert ask(url, "SELECT n FROM kept") == 7

    def test_starts_when_the_noted_process_is_somebody_else(self) -> None:
        with var_folder() as var:
            url = start(var)
            note = var / "postgres/data/postmaster.pid"
            kill_hard(postmaster(var))
            bystander = subprocess.Popen(["sleep", "60"])
            try:
                lines = note.read_text().splitlines()
                note.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
                start(var)
                assert ask(url, "SELECT 1") == 1
                assert bystander.poll() is None
            finally:
                bystander.kill()
                bystander.wait()

    def test_starts_when_its_socket_was_swept_away(self) -> None:
        with var_folder() as var:
            url = start(var)
            for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
                (socket_folder(var / "postgres") / name).unlink()
            start(var)
            assert ask(url, "SELECT 1") == 1

    def test_begins_anew_after_an_interrupted_initdb(self) -> None:
        with var_folder() as var:
            half = var / "postgres/data.new"
            half.mkdir(parents=True)
            (half / "PG_VERSION").write_text("15\n")
            if os.geteuid() == 0:
                subprocess.run(["chown", "-R", "postgres:", var / "postgres"], check=True)
            assert ask(start(var), "SELECT 1") == 1

    def test_refuses_a_socket_folder_of_somebody_else(self) -> None:
        with var_folder() as var:
            planted = socket_folder(var / "postgres")
            planted.symlink_to("/tmp")
            outcome = run_script("database", "start", var=var)
            planted.unlink()
            assert outcome.status != 0
            assert "remove it" in outcome.sentences[0]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may clone where others may not enter")
    def test_lives_elsewhere_when_its_user_may_not_enter(self) -> None:
        with var_folder(closed=True) as var:
            assert ask(start(var), "SELECT 1") == 1
            assert not (var / "postgres").exists()
            assert (elsewhere(var) / "data/PG_VERSION").exists()
