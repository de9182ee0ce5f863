"""Real files that stand beside the project, for tests only: never part of the repository."""

from pathlib import Path

import pytest

from tests.servers import ROOT


def shared_file(name: str) -> Path:
    """The file in ``../shared/data``, or the test is skipped with the reason."""
    path = ROOT.parent / "shared" / "data" / name
    if not path.is_file():
        pytest.skip(f"The file shared/data/{name} is not beside the project.")
    return path
