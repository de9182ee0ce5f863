"""A set-up that cannot work says so in one sentence, before anything is started."""

import socket
from pathlib import Path

import pytest

from tests.ops.scripts import run_script


class TestServer:
    def test_refuses_a_port_that_is_in_use(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            outcome = run_script("server", var=tmp_path, PORT=port)
        assert outcome.status != 0
        assert outcome.err.splitlines() == outcome.sentences
        assert f"Port {port} of 127.0.0.1 is in use" in outcome.sentences[0]
        assert not (tmp_path / "postgres").exists()

    @pytest.mark.parametrize("port", ["0", "65536", "eighty", "８０", "80 81"])
    def test_refuses_what_is_no_port(self, port: str, tmp_path: Path) -> None:
        outcome = run_script("server", var=tmp_path, PORT=port)
        assert outcome.status != 0
        assert "must be a number from 1 to 65535" in outcome.sentences[0]

    def test_refuses_an_unknown_host(self, tmp_path: Path) -> None:
        outcome = run_script("server", var=tmp_path, HOST="nowhere.invalid")
        assert outcome.status != 0
        assert "this machine knows no such address" in outcome.sentences[0]


class TestDatabase:
    def test_names_the_packages_where_there_is_no_postgresql(self, tmp_path: Path) -> None:
        outcome = run_script("manage", "check", var=tmp_path, DIMING_PG_BIN=str(tmp_path / "none"))
        assert outcome.status != 0
        assert len(outcome.sentences) == 1
        assert "postgresql-NN-postgis-3" in outcome.sentences[0]
        assert "compose.yaml" in outcome.sentences[0]
        assert not (tmp_path / "postgres").exists()

    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("postgis://nobody@127.0.0.1:1/none", "cannot be reached"),
            ("postgis://nobody@%2Fnowhere/none", "cannot be reached"),
            ("postgis://nobody@127.0.0.1:1/", "cannot be read"),
            ("what is this", "cannot be read"),
        ],
    )
    def test_says_why_a_given_database_is_of_no_use(
        self, url: str, why: str, tmp_path: Path
    ) -> None:
        outcome = run_script("manage", "check", var=tmp_path, DATABASE_URL=url)
        assert outcome.status != 0
        assert len(outcome.sentences) == 1
        assert why in outcome.sentences[0]

    def test_leaves_a_given_database_to_its_owner(self, tmp_path: Path) -> None:
        outcome = run_script("database", "stop", var=tmp_path, DATABASE_URL="postgis://h/n")
        assert outcome.status != 0
        assert "not ours to start or stop" in outcome.sentences[0]


class TestBench:
    def test_lists_what_there_is(self, tmp_path: Path) -> None:
        outcome = run_script("bench", "nothing", var=tmp_path)
        assert outcome.status != 0
        assert "There is no measurement “nothing”" in outcome.sentences[0]
