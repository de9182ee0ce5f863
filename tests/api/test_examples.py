"""Every example of docs/interfaces.md runs, against a real server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, Site

PAGE = (ROOT / "docs/interfaces.md").read_text("utf-8")
EXAMPLES = re.findall(r"```(sh|python|js)\n(.*?)```", PAGE, re.DOTALL)
PROGRAMS = ("curl", "ogrinfo", "ogr2ogr")


@pytest.mark.parametrize(("language", "text"), EXAMPLES, ids=[e[1][:40] for e in EXAMPLES])
def test_example_runs(language: str, text: str, site: Site, key: str, tmp_path: Path) -> None:
    missing = [p for p in PROGRAMS if re.search(rf"\b{p}\b", text) and not shutil.which(p)]
    if language == "sh" and missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    if language == "js" and not shutil.which("node"):
        pytest.skip("not installed: node")
    environment = {**os.environ, "URL": site.url, "KEY": key}
    for name in ("GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "LD_LIBRARY_PATH"):
        environment.pop(name, None)
    program = {
        "python": [sys.executable, "-c"],
        "js": ["node", "--input-type=module", "-e"],
        "sh": ["bash", "-euo", "pipefail", "-c"],
    }[language]
    # curl takes a refusal for an answer unless it is told otherwise.
    asked = re.sub(r"\bcurl\b", "curl --fail-with-body", text)
    done = subprocess.run(
        [*program, asked],
        env=environment,
        # Node.js looks for libraries from where it is started.
        cwd=ROOT if language == "js" else tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stdout + done.stderr[-2000:]
    assert done.stdout.strip() or list(tmp_path.iterdir())
