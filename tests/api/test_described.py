"""Both OpenAPI documents against what is answered: Schemathesis makes the requests, good and bad.

``API_CASES``: how many cases for each document (default 200; 10,000 were run once).
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import ApiKey
from config.wsgi import application

CASES = int(os.environ.get("API_CASES", "200"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ALL_BUT_NOTHING = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client does: a request leaves the connection of the test open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("path", ["/ogc/api?f=json", "/api/openapi.json"])
def test_nothing_is_answered_that_is_not_described(path: str, demo: Any, key_of: Any) -> None:
    headers = {"Authorization": f"Bearer {key_of()}", "Accept": "application/json"}
    ApiKey.objects.update(per_minute=10_000_000)
    document = schemathesis.openapi.from_wsgi(path, application, headers=headers)
    operations = [found.ok() for found in document.get_all_operations()]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    each = max(1, CASES // len(operations) // len(modes))
    for operation in operations:
        for mode in modes:

            @settings(
                max_examples=each,
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=ALL_BUT_NOTHING,
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                case.call_and_validate(headers=headers, checks=CHECKS)

            ask()
