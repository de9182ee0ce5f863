"""The web server says why it cannot start."""

import socket
import subprocess
import sys
from contextlib import closing

from tests.servers import ROOT


def refusal(host: str, port: int) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "config.serve", host, str(port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode == 1
    return ended.stderr.strip()


def test_a_port_is_not_shared_with_another_server() -> None:
    with closing(socket.create_server(("127.0.0.1", 0), reuse_port=True)) as other:
        port = other.getsockname()[1]
        told = refusal("127.0.0.1", port)
    assert told.startswith(f"error: 127.0.0.1, port {port}: Address already in use")
    assert "\n" not in told


def test_an_address_that_nobody_knows() -> None:
    assert refusal("nowhere.invalid", 8999).startswith("error: nowhere.invalid, port 8999: ")
