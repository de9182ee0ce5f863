"""OpenRefine itself matches a list against a running server, as a person does by its dialogue."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers import Site, answers, free_port, stop, wait_until

REFINE = Path("/usr/share/openrefine/refine")
pytestmark = pytest.mark.skipif(
    not (REFINE.exists() and shutil.which("java")),
    reason="OpenRefine is missing: apt-get install --no-install-recommends openrefine",
)
ROWS = "name,division\n天河路,440106\ntianhequ,\n天河区,\n不存在的地方名字,\n"
EVERY_ROW = json.dumps({"facets": [], "mode": "row-based"})


class Refine:
    """Commands of a running OpenRefine, as its own pages send them."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/command/core"
        self.session = requests.Session()
        self.project = ""

    def ask(self, command: str, **asked: str) -> Any:
        query = {"project": self.project, **asked}
        found = self.session.get(f"{self.url}/{command}", params=query, timeout=60)
        assert found.ok, found.text
        return found.json()

    def act(self, command: str, **told: Any) -> Any:
        token = self.ask("get-csrf-token")["token"]
        files = {key: told.pop(key) for key in ("project-file",) if key in told}
        response = self.session.post(
            f"{self.url}/{command}",
            params={"csrf_token": token, "project": self.project},
            data=told,
            files=files or None,
            timeout=120,
            allow_redirects=False,
        )
        assert response.status_code < 400, response.text
        return response

    def wait(self) -> None:
        """Until its work in the background is done."""
        wait_until(lambda: not self.ask("get-processes")["processes"], seconds=60, what="its work")

    def cells(self, column: int) -> list[dict[str, Any]]:
        found = self.act("get-rows", start="0", limit="50", engine=EVERY_ROW).json()
        rows = found["rows"]
        self.recons = found.get("pool", {}).get("recons", {})
        return [(row["cells"] + [None] * 9)[column] or {} for row in rows]

    def recon(self, cell: dict[str, Any]) -> dict[str, Any]:
        held: Any = cell["r"]
        return held if isinstance(held, dict) else dict(self.recons[str(held)])


@pytest.fixture
def refine(tmp_path: Path) -> Iterator[Refine]:
    port = free_port()
    kept = ("PATH", "LANG", "JAVA_HOME")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    process = subprocess.Popen(
        [
            *(str(REFINE), "-p", str(port), "-i", "127.0.0.1", "-d", str(tmp_path / "data")),
            *("-x", "refine.headless=true"),
        ],
        cwd=REFINE.parent,
        env={**environment, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=(tmp_path / "refine.log").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url), seconds=90, what="OpenRefine")
        yield Refine(url)
    finally:
        stop(process)


def test_a_list_is_matched_and_extended(refine: Refine, site: Site, key: str) -> None:
    service = f"{site.url}/reconcile?key={key}"
    # As its dialogue does when the address of a service is added.
    manifest = requests.get(service, headers={"Origin": refine.url}, timeout=30)
    assert manifest.headers["Access-Control-Allow-Origin"] == "*"
    told = manifest.json()
    made = refine.act(
        "create-project-from-upload",
        **{
            "project-file": ("list.csv", ROWS.encode(), "text/csv"),
            "project-name": "list",
            "format": "text/line-based/*sv",
            "options": json.dumps(
                {"encoding": "UTF-8", "separator": ",", "guessCellValueTypes": False}
            ),
        },
    )
    refine.project = re.search(r"project=(\d+)", made.headers["Location"])[1]  # type: ignore[index]
    types = refine.act("guess-types-of-column", columnName="name", service=service).json()
    assert types["code"] == "ok" and {"DIVISION", "STREET"} & {t["id"] for t in types["types"]}
    config = {
        "mode": "standard-service",
        "service": service,
        "identifierSpace": told["identifierSpace"],
        "schemaSpace": told["schemaSpace"],
        "type": None,
        "autoMatch": True,
        "columnDetails": [
            {"column": "division", "propertyName": "Division", "propertyID": "division"}
        ],
        "limit": 0,
    }
    refine.act("reconcile", columnName="name", engine=EVERY_ROW, config=json.dumps(config))
    refine.wait()
    street, pinyin, district, nothing = map(refine.recon, refine.cells(0))
    assert (district["j"], district["m"]["name"]) == ("matched", "天河区")
    assert any(each["name"] == "天河区" for each in pinyin["c"])
    assert "天河路" in [each["name"] for each in (street.get("c") or [street["m"]])]
    assert nothing["j"] == "none" and not nothing.get("c")
    proposed = requests.get(
        told["extend"]["propose_properties"]["service_url"]
        + told["extend"]["propose_properties"]["service_path"],
        params={"type": "DIVISION"},
        timeout=30,
    ).json()["properties"]
    wanted = [each for each in proposed if each["id"] in ("pinyin", "division_code", "lon")]
    refine.act(
        "extend-data",
        baseColumnName="name",
        endpoint=service,
        identifierSpace=told["identifierSpace"],
        schemaSpace=told["schemaSpace"],
        columnInsertIndex="2",
        engine=EVERY_ROW,
        extension=json.dumps({"properties": wanted}),
    )
    refine.wait()
    found = [refine.cells(column)[2].get("v") for column in range(2, 2 + len(wanted))]
    assert "440106" in found and 113.3 < max(v for v in found if isinstance(v, float)) < 113.6
