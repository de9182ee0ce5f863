"""Both OpenAPI documents against what is answered: Schemathesis makes the requests, good and bad.

``API_CASES``: how many cases for each document and key (default 200; 10,000 were run once with
each key).
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import ApiKey, Grant
from api.domain.asked import Days
from api.queries.features import Question, feature_page
from common.features import feature_collections
from config.wsgi import application
from tests.conftest import GRANTED_SINCE

CASES = int(os.environ.get("API_CASES", "200"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# A tile of each grid with Guangzhou.
TILE = ("tileMatrix", "tileRow", "tileCol")
TILES = {"WebMercatorQuad": (9, 222, 417), "CGCS2000Quad": (9, 190, 834)}
ALL_BUT_NOTHING = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client does: a request leaves the connection of the test open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def writers_key(key_of: Any) -> str:
    """A key of one who writes facilities and signs."""
    key: str = key_of("planner", writes=True)
    person = ApiKey.objects.latest("created_at").user
    Grant.objects.create(
        user=person,
        role="sign_inspector",
        jurisdiction="4401",
        period=DateRange(GRANTED_SINCE, None),
    )
    return key


def as_somebody_would(case: Any) -> None:
    """What no schema can say: a filter is one, names and ids are of something that is there."""
    grid = case.path_parameters.get("tileMatrixSetId")
    there = {"code": "440106"} | dict(zip(TILE, TILES.get(grid, ()), strict=False))
    case.path_parameters |= {part: there[part] for part in case.path_parameters if part in there}
    _nothing, _collections, name, *rest = [*case.path.split("/"), "", "", ""][:5]
    collection = feature_collections().get(name)
    if collection is None or not case.path.startswith(f"/collections/{name}/items"):
        return
    case.query.pop("after", None)
    said = {"filter": "true", "sortby": collection.id_property, "datetime": "2024-05-01/.."}
    case.query |= {part: text for part, text in said.items() if part in case.query}
    if "filter" in case.query:
        case.query.pop("filter-lang", None)
    if "datetime" in case.query or "{id}" in rest:
        case.query.pop("at", None)
    if isinstance(case.body, dict) and case.body.get("geometry"):
        case.body["geometry"]["coordinates"] = [113.33, 23.13]
    if rest != ["items", "{id}"]:
        return
    today = timezone.localdate()
    asked = Question(collection, at=today, days=Days(today, today), limit=1)
    for feature in feature_page(asked).features:
        case.path_parameters["id"] = json.loads(feature)["id"]
    if case.method in ("PUT", "PATCH", "DELETE"):
        case.headers["If-Match"] = "*"


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("path", ["/ogc/api?f=json", "/api/openapi.json"])
@pytest.mark.parametrize("writes", [False, True], ids=["reads", "writes"])
def test_nothing_is_answered_that_is_not_described(
    path: str, writes: bool, demo: Any, request: pytest.FixtureRequest
) -> None:
    key = request.getfixturevalue("writers_key") if writes else request.getfixturevalue("key_of")()
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    ApiKey.objects.update(per_minute=10_000_000)
    document = schemathesis.openapi.from_wsgi(path, application, headers=headers)
    operations = [found.ok() for found in document.get_all_operations()]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    each = max(1, CASES // len(operations) // len(modes))
    for operation in operations:
        for mode in modes:
            found = ask_often(operation, mode, headers, times=each)
            # Where nothing but refusals came back, nothing was proven.
            if mode == GenerationMode.POSITIVE and "200" in operation.definition.raw["responses"]:
                assert 200 in found, f"{operation.label}: {sorted(found)}"


def ask_often(
    operation: Any, mode: GenerationMode, headers: dict[str, str], *, times: int
) -> set[int]:
    """The codes of what came back."""
    found: set[int] = set()

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=ALL_BUT_NOTHING,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode == GenerationMode.POSITIVE:
            as_somebody_would(case)
        found.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    ask()
    return found


@pytest.mark.parametrize(
    ("document", "path"),
    [("/ogc/api?f=json", "/ogc/collections"), ("/api/openapi.json", "/api/search?q=a")],
)
def test_who_asks_for_a_page_is_led_to_the_sign_in(
    program: Client, document: str, path: str
) -> None:
    answer = Client().get(path, headers={"Accept": "text/html"})
    told = json.loads(program.get(document).content)["paths"]
    where = path.split("?")[0].removeprefix("/ogc")
    assert answer.status_code == 302 and "302" in told[where]["get"]["responses"]
