"""Real server processes for tests: the web server and the job worker on a database of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(happened: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Poll until it has happened; fails with ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether anything at all answers there in HTTP."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return


@dataclass
class Site:
    """A running server: its address, its database, what it wrote."""

    url: str
    database_url: str
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> str:
        return "\n".join(p.read_text("utf-8", "replace") for p in self.folder.glob("*.log"))

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DIMING_ENV": "development",
            "DATABASE_URL": self.database_url,
            "DIMING_VAR": str(self.folder),
        }

    def start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Site]:
    """Web server and job worker on this database until the block ends."""
    address = f"127.0.0.1:{free_port()}"
    site = Site(url=f"http://{address}", database_url=url, folder=folder)
    try:
        site.start("server", "-m", "config.serve", *address.split(":"))
        site.start("worker", "manage.py", "work", "--interval", "0.3")
        try:
            wait_until(
                lambda: answers(f"{site.url}/accounts/login/"), seconds=60, what="the server"
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{site.log[-3000:]}") from error
        yield site
    finally:
        for process in site.processes:
            stop(process)
