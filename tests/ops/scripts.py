"""The project's own scripts, run as a person would, in a var folder of their own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.servers import ROOT


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


def environment(var: Path | None = None, **values: str) -> dict[str, str]:
    """This process's environment without its database; ``values`` on top."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DIMING_VAR")}
    if var is not None:
        kept["DIMING_VAR"] = str(var)
    return {**kept, **values}


def run_script(
    name: str, *arguments: str, var: Path | None = None, timeout: float = 600, **values: str
) -> Outcome:
    """``script/<name>`` to its end; ``values`` are environment variables."""
    done = subprocess.run(
        [str(ROOT / "script" / name), *arguments],
        env=environment(var, **values),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def elsewhere(var: Path) -> Path:
    """Where the cluster goes when its user may not enter ``var``."""
    return Path("/var/lib/diming") / sha256(str(var).encode()).hexdigest()[:8]


def socket_folder(cluster: Path) -> Path:
    return Path("/tmp") / f"diming-{sha256(str(cluster).encode()).hexdigest()[:8]}"


@contextmanager
def var_folder(*, closed: bool = False) -> Iterator[Path]:
    """A var folder whose database is stopped and removed afterwards."""
    var = Path(tempfile.mkdtemp(prefix="diming-test-"))
    var.chmod(0o700 if closed else 0o755)
    try:
        yield var
    finally:
        run_script("database", "stop", var=var)
        clusters = [var / "postgres", elsewhere(var)]
        for folder in (var, *clusters, *map(socket_folder, clusters)):
            shutil.rmtree(folder, ignore_errors=True)
