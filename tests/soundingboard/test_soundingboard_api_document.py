"""The OpenAPI document is true: whatever it allows, or forbids, is answered as it says."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from soundingboard.web.api.lines import LINES, PREFIX
from soundingboard.wiring import Parts
from tests.programs import make_client, make_house, token_of

CASES = int(os.environ.get("SOUNDINGBOARD_FUZZ", "0"))
"""Requests in all; `make fuzz` sends 5,000. Without it one of each kind to every address."""
CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    parts = make_house(tmp_path_factory.mktemp("house"))
    yield parts
    parts.close()


def operations(house: Parts) -> list[Any]:
    client = make_client(house)
    schema = schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", client.app)
    return [found.ok() for found in schema.get_all_operations()]


def test_the_document_names_every_address_with_its_scope_and_problems(house: Parts) -> None:
    document = make_client(house).get(f"{PREFIX}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    told = {
        (method.upper(), PREFIX + path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    lines = {
        (line.method, line.path): line.scope
        for line in LINES
        if line.path.startswith(PREFIX) and not line.path.endswith("openapi.json")
    }
    assert told.keys() == lines.keys()
    for key, operation in told.items():
        scope = lines[key]
        assert operation["security"] == [{"token": [scope]} if scope else {"webhook": []}]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (key, status)


def test_whatever_is_sent_is_answered_as_the_document_says(
    house: Parts, capsys: pytest.CaptureFixture[str]
) -> None:
    header, told = token_of(house, "admin"), Counter[int]()
    found = operations(house)
    each = max(1, math.ceil(CASES / (2 * len(found))))
    for operation in found:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _send(operation, mode, each, header, told)
    assert not [status for status in told if status >= 500]
    assert sum(told.values()) >= len(found)
    if CASES:
        with capsys.disabled():
            sys.stdout.write(f"\n{sum(told.values())} answers by status: {dict(told)}\n")


def _send(
    operation: Any, mode: GenerationMode, each: int, header: dict[str, str], told: Counter[int]
) -> None:
    """Send so many requests to one address; where nothing can be wrong, nothing is sent."""
    strategy = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=each,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def ask(case: Any) -> None:
        answer = case.call(headers=header)
        told[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
