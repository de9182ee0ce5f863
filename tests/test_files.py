"""Rules about the files themselves."""

import json
import subprocess
from pathlib import Path

from tests.servers import ROOT

LONGEST = 400
KINDS = {".py", ".html", ".js", ".css", ".sh"}


def own_files() -> list[Path]:
    """What the repository holds, tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


class TestFiles:
    def test_none_is_longer_than_400_lines(self) -> None:
        lines = {
            str(path.relative_to(ROOT)): len(path.read_bytes().splitlines())
            for path in own_files()
            if path.suffix in KINDS and "migrations" not in path.parts
        }
        assert not {name: n for name, n in lines.items() if n > LONGEST}

    def test_none_is_called_utils_or_core(self) -> None:
        assert not [path for path in own_files() if path.stem in ("utils", "core", "helpers")]

    def test_scripts_stop_at_the_first_fault(self) -> None:
        careless = [
            path.name
            for path in (ROOT / "script").iterdir()
            if path.is_file() and "set -euo pipefail" not in path.read_text("utf-8")
        ]
        assert not careless


class TestLockFile:
    def test_names_no_registry_host(self) -> None:
        text = (ROOT / "package-lock.json").read_text("utf-8")
        packages = json.loads(text)["packages"]
        assert not [name for name, entry in packages.items() if "resolved" in entry]
        assert "registry." not in text

    def test_every_package_has_its_checksum(self) -> None:
        packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
        assert all("integrity" in entry for name, entry in packages.items() if name)


class TestRequirements:
    def test_every_version_is_pinned(self) -> None:
        loose = [
            f"{path.name}: {line}"
            for path in ROOT.glob("requirements*.txt")
            for line in path.read_text("utf-8").splitlines()
            if line and not line.startswith(("#", "-r ")) and "==" not in line
        ]
        assert not loose
