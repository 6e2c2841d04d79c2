"""The description of the API: version 3.1, every status a route gives is declared, Chinese examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.fakes import FakeContainer

V1 = (
    "/v1/inquiries", "/v1/chat/completions", "/v1/models", "/v1/models/{model_id}", "/v1/passages",
    "/v1/passages/{passage_id}", "/v1/documents", "/v1/documents/{document_id}", "/v1/appeals", "/v1/units",
    "/v1/units/{unit_id}", "/v1/categories", "/v1/rates", "/v1/rates/orders",
)  # fmt: skip


@pytest.fixture
async def description(client: httpx.AsyncClient) -> dict[str, Any]:
    body: dict[str, Any] = (await client.get("/openapi.json")).json()
    return body


async def test_it_is_3_1_and_complete(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert {*V1, "/livez", "/readyz", "/metrics"} <= set(description["paths"])  # who may call: test_permissions.py


async def test_every_reference_resolves(description: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    def resolves(reference: str) -> bool:
        target: Any = description
        for part in reference.removeprefix("#/").split("/"):
            target = target.get(part) if isinstance(target, dict) else None
        return target is not None

    found = set(references(description))
    assert found
    assert [reference for reference in found if not resolves(reference)] == []


async def test_whatever_takes_a_body_declares_how_bodies_are_refused(description: dict[str, Any]) -> None:
    taking = {
        (method, path): set(operation["responses"])
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation and path.startswith("/v1")
    }
    assert len(taking) > 40
    assert {where for where, statuses in taking.items() if not {"408", "413", "415", "422"} <= statuses} == set()


async def test_every_schema_has_one_word(description: dict[str, Any]) -> None:
    """Two classes of one name would be told apart by the path of their module."""
    assert [name for name in description["components"]["schemas"] if "__" in name] == []


async def test_v1_declares_what_the_middleware_answers(description: dict[str, Any]) -> None:
    for path in V1:
        for method, operation in description["paths"][path].items():
            statuses = set(operation["responses"])
            assert {"200", "400", "401", "405", "414", "429", "431", "500", "503"} <= statuses
            if method == "post":
                assert {"408", "413", "415", "422", "504"} <= statuses
            assert operation["summary"]
            assert "HTTPValidationError" not in str(operation)


async def test_examples_are_chinese(description: dict[str, Any]) -> None:
    example = description["components"]["schemas"]["InquiryRequest"]["example"]
    assert "供暖" in example["question"]


CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/v1/inquiries", {"json": {"question": "物业费"}}),
    ("POST", "/v1/inquiries", {"json": {"question": ""}}),
    ("POST", "/v1/inquiries", {"json": {"question": "error_timeout"}}),
    ("POST", "/v1/inquiries", {"json": {"question": "a"}, "headers": {"last-event-id": "1"}}),
    ("POST", "/v1/inquiries", {"content": b"x", "headers": {"content-type": "text/plain"}}),
    ("POST", "/v1/chat/completions", {"json": {"model": "x", "messages": [{"role": "user", "content": "a"}]}}),
    ("GET", "/v1/models/{model_id}", {}),
    ("GET", "/v1/passages", {}),
    ("GET", "/v1/passages/{passage_id}", {}),
    ("GET", "/v1/documents/{document_id}", {}),
    ("GET", "/v1/documents", {"params": {"limit": 0}}),
    ("GET", "/readyz", {}),
)


@pytest.mark.parametrize(("method", "path", "arguments"), CALLS)
async def test_statuses_given_are_declared(
    client: httpx.AsyncClient,
    container: FakeContainer,
    description: dict[str, Any],
    method: str,
    path: str,
    arguments: Any,
) -> None:
    response = await client.request(method, path, **arguments)
    declared = description["paths"][path][method.lower()]["responses"]
    assert str(response.status_code) in declared
    kinds = declared[str(response.status_code)].get("content", {})
    assert not kinds or response.headers["content-type"].split(";")[0] in kinds
