"""The OpenAPI document is true: whatever it allows is answered as it says, and nothing makes the server fail."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from hotline.domain.roles import Role
from hotline.store.memory import MemoryStore
from hotline.web.api.calls import BATCH_PATH
from tests.api.city import City

CITY = City(MemoryStore())
ORDER, CLOSED = CITY.dispatched("CGJ"), CITY.closed("CGJ")
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", CITY.app)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ADMIN = {"Authorization": f"Bearer {CITY.keys[Role.ADMIN]}"}
EXAMPLES = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def test_the_document_names_what_the_issue_names(small_city: City) -> None:
    paths = small_city.client().get("/openapi.json").json()["paths"]
    acts = ("dispatch", "sign", "contact", "return", "answer", "callback")
    assert paths.keys() >= {
        "/api/v1/suggest", "/api/v1/calls", "/api/v1/calls/batch", "/api/v1/calls/{call_id}", "/api/v1/orders",
        "/api/v1/orders/{order_id}", "/api/v1/indicators", "/api/v1/set-aside", "/api/v1/set-aside/{ident}/retry", "/healthz",
        "/readyz", *(f"/api/v1/orders/{{order_id}}/{act}" for act in acts),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["hotline.example", "googleapis", "jsdelivr", "HTTPValidationError"])
def test_the_document_points_nowhere_else(small_city: City, name: str) -> None:
    assert name not in small_city.client().get("/openapi.json").text


@SCHEMA.exclude(path=[BATCH_PATH, "/api/v1/live"]).parametrize()  # the latter's answer has no end: test_live.py
@EXAMPLES
def test_an_administrator_gets_what_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=ADMIN, checks=[*CHECKS, negative_data_rejection])


@SCHEMA.include(path=BATCH_PATH).parametrize()
@EXAMPLES
def test_a_batch_answers_each_row(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(headers=ADMIN, checks=CHECKS)


@SCHEMA.include(path_regex=r"^/api/v1/orders/\{order_id\}").parametrize()
@EXAMPLES
@pytest.mark.parametrize("order", [ORDER, CLOSED], ids=["dispatched", "closed"])
def test_an_order_that_exists_withstands_it_too(case: schemathesis.Case[Any], order: str) -> None:
    case.path_parameters = {**case.path_parameters, "order_id": order}
    case.call_and_validate(headers=ADMIN, checks=CHECKS)
