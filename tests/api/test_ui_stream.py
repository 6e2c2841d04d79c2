"""The AI SDK's UI message stream: its parts, their order, and exactly one ending."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.fakes import ANSWER


async def parts_of(client: httpx.AsyncClient, question: str, **headers: str) -> tuple[httpx.Response, list[Any]]:
    response = await client.post("/v1/inquiries", json={"question": question, "stream": True}, headers=headers)
    frames = [text.removeprefix("data: ") for text in response.text.split("\n\n") if text.startswith("data: ")]
    assert frames[-1] == "[DONE]"
    return response, [json.loads(text) for text in frames[:-1]]


async def test_parts_come_in_order(client: httpx.AsyncClient) -> None:
    response, parts = await parts_of(client, "物业费涨价要谁同意？")
    kinds = [part["type"] for part in parts if part["type"] != "data-stage"]
    assert kinds == [
        "start", "text-start", "text-delta", "source-document", "data-citation",
        "text-delta", "text-delta", "text-end", "data-answer", "finish",
    ]  # fmt: skip
    assert response.headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-ai-generated"] == "true"
    assert "content-length" not in response.headers


async def test_deltas_are_the_answer(client: httpx.AsyncClient) -> None:
    _, parts = await parts_of(client, "物业费")
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == ANSWER
    final = next(part["data"] for part in parts if part["type"] == "data-answer")
    assert final["answer"] == ANSWER
    assert final["conversation_id"] == parts[0]["messageMetadata"]["conversationId"]


async def test_source_names_document_and_clause(client: httpx.AsyncClient) -> None:
    _, parts = await parts_of(client, "物业费")
    source = next(part for part in parts if part["type"] == "source-document")
    assert source == {
        "type": "source-document",
        "sourceId": "p-20-1",
        "mediaType": "text/plain",
        "title": "演示物业管理办法 第二十条第一款",
    }


@pytest.mark.parametrize("question", ["物业费", "unanswerable_no_evidence", "error_retrieval", "错", "？？"])
async def test_exactly_one_ending(client: httpx.AsyncClient, question: str) -> None:
    response, parts = await parts_of(client, question)
    endings = [part["type"] for part in parts if part["type"] in ("finish", "error", "abort")]
    assert len(endings) == 1
    assert parts[-1]["type"] == endings[0]
    assert endings[0] == ("error" if question in ("error_retrieval", "错") else "finish")
    assert "13800138000" not in response.text


async def test_accept_header_asks_for_a_stream(client: httpx.AsyncClient) -> None:
    accept = {"accept": "text/event-stream"}
    streamed = await client.post("/v1/inquiries", json={"question": "物业费"}, headers=accept)
    plain = await client.post("/v1/inquiries", json={"question": "物业费", "stream": False}, headers=accept)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert plain.headers["content-type"].startswith("application/json")
