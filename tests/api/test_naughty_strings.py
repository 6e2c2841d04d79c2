"""Hazard rows 20 and 21: every naughty string through every text field, and random bodies: no 5xx."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer
from tests.api.naughty import STRINGS


def test_there_are_enough_of_them() -> None:
    assert len(set(STRINGS)) == len(STRINGS) >= 100


FIELDS: dict[str, Any] = {
    "question": lambda text: {"json": {"question": text}},
    "region": lambda text: {"json": {"question": "物业费", "region": text}},
    "conversation_id": lambda text: {"json": {"question": "物业费", "conversation_id": text}},
    "as_of": lambda text: {"json": {"question": "物业费", "as_of": text}},
    "message": lambda text: {"json": {"messages": [{"role": "user", "parts": [{"type": "text", "text": text}]}]}},
    "unknown": lambda text: {"json": {"question": "物业费", text: text}},
}


@pytest.mark.parametrize("field", FIELDS)
async def test_every_field_of_inquiries(client: httpx.AsyncClient, field: str) -> None:
    for text in STRINGS:
        response = await client.post("/v1/inquiries", **FIELDS[field](text))
        assert response.status_code < 500, (field, text)
        if field == "unknown" and len(text) > 6 and text not in ("undefined",):
            assert text not in response.text


async def test_questions_arrive_as_they_were_typed(client: httpx.AsyncClient, container: FakeContainer) -> None:
    accepted = [text for text in STRINGS if (await client.post("/v1/inquiries", json={"question": text})).is_success]
    asked = [turn.question for turn in container.flow.turns]
    assert len(asked) >= 90
    assert set(asked) <= set(accepted)


@pytest.mark.parametrize("field", ["model", "content", "part", "history", "user"])
async def test_every_field_of_chat_completions(client: httpx.AsyncClient, field: str) -> None:
    for text in STRINGS:
        content: Any = [{"type": "text", "text": text}] if field == "part" else text if field == "content" else "物业费"
        body = {
            "model": text if field == "model" else "hotline-assistant",
            "messages": [
                {"role": "assistant", "content": text if field == "history" else "好"},
                {"role": "user", "content": content},
            ],
            "user": text if field == "user" else "u",
        }
        response = await client.post("/v1/chat/completions", json=body)
        assert response.status_code < 500, (field, text)


@pytest.mark.parametrize("parameter", ["q", "region", "level", "as_of", "k", "title", "kind", "cursor", "limit"])
async def test_every_query_parameter(client: httpx.AsyncClient, parameter: str) -> None:
    path = "/v1/passages" if parameter in ("q", "region", "level", "as_of", "k") else "/v1/documents"
    for text in STRINGS:
        response = await client.get(path, params={"q": "物业费", parameter: text})
        assert response.status_code < 500, (parameter, text)


@pytest.mark.parametrize("path", ["/v1/passages/", "/v1/documents/", "/v1/models/", "/assets/"])
async def test_every_path(client: httpx.AsyncClient, path: str) -> None:
    for text in STRINGS:
        response = await client.get(path + quote(text, safe=""))
        assert response.status_code < 500, (path, text)


async def test_the_page_shows_them_as_text(client: httpx.AsyncClient) -> None:
    for text in STRINGS:
        response = await client.post("/", data={"question": text, "conversation_id": text, "size": text})
        assert response.status_code < 500
        for tag in ("<script>", "<img src=x", "<svg/", "<b>x", "<i>"):
            assert tag not in response.text.replace("<script src", ""), text


TEXT = st.text(alphabet=st.characters(codec=None), max_size=60) | st.sampled_from(STRINGS)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "question",
        "messages",
        "stream",
        "as_of",
        "region",
        "conversation_id",
        "id",
        "model",
        "n",
        "stream_options",
        "tools",
    ]
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(NAMES, ANYTHING, max_size=6) | ANYTHING, st.sampled_from(["/v1/inquiries", "/v1/chat/completions"])
)
def test_random_bodies(body: Any, path: str) -> None:
    raw = json.dumps(body).encode()

    async def send() -> httpx.Response:
        async with client_of(FakeContainer()) as client:
            return await client.post(path, content=raw, headers={"content-type": "application/json"})

    response = asyncio.run(send())
    assert response.status_code < 500


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_random_bytes(raw: bytes) -> None:
    async def send() -> httpx.Response:
        async with client_of(FakeContainer()) as client:
            return await client.post("/v1/inquiries", content=raw, headers={"content-type": "application/json"})

    assert 400 <= asyncio.run(send()).status_code < 500
