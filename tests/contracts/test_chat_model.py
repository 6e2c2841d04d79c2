"""Contract of the port ``ChatModel``, held by the OpenAI-compatible adapter against a server that misbehaves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from assistant.adapters.openai_chat import OpenAIChat
from assistant.contracts import Message
from assistant.ports.answering import ChatModel, ChatModelError, ChatRequest
from tests.fake_openai import FakeOpenAI

TEXT = "试用期不得超过一个月[P1]。只能约定一次[P2]。"
REQUEST = ChatRequest("系统", (Message("user", "问题"),), timeout_s=5.0, first_token_timeout_s=1.5)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(reply=lambda prompt: TEXT) as running:
        yield running


@pytest.fixture
async def chat(server: FakeOpenAI) -> AsyncIterator[OpenAIChat]:
    server.mode = "ok"
    adapter = OpenAIChat(server.base_url, "fake", "secret", gap_timeout_s=1.5, connect_timeout_s=1.5)
    yield adapter
    await adapter.close()


async def read(chat: ChatModel, request: ChatRequest = REQUEST) -> str:
    return "".join([piece async for piece in chat.stream(request)])


async def test_pieces_add_up_to_the_reply(chat: OpenAIChat, server: FakeOpenAI) -> None:
    assert await read(chat) == TEXT
    body = server.requests[-1]
    assert body["model"] == "fake"
    assert body["stream"] is True
    assert body["messages"] == [{"role": "system", "content": "系统"}, {"role": "user", "content": "问题"}]
    assert (body["max_tokens"], body["temperature"]) == (1024, 0.0)
    assert server.headers[-1]["authorization"] == "Bearer secret"


async def test_a_schema_asks_for_structured_output(chat: OpenAIChat, server: FakeOpenAI) -> None:
    schema = {"type": "object", "properties": {"label": {"enum": ["a", "b"]}}}
    await read(chat, ChatRequest("系统", (), schema=schema))
    assert server.requests[-1]["response_format"]["json_schema"]["schema"] == schema


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("silent", "timeout"),
        ("slow", "timeout"),
        ("garbled", "garbled"),
        ("nan", "garbled"),
        ("html", "garbled"),
        ("cut", "cut"),
        ("400", "too_long"),
        ("401", "rejected"),
        ("429", "rate_limited"),
        ("500", "unreachable"),
        ("503", "unreachable"),
        ("busy", "rate_limited"),
        ("huge", "garbled"),
    ],
)
async def test_every_failure_has_its_reason_and_comes_in_time(
    chat: OpenAIChat, server: FakeOpenAI, mode: str, reason: str
) -> None:
    server.mode = mode
    started = time.perf_counter()
    with pytest.raises(ChatModelError) as failure:
        await read(chat)
    assert failure.value.reason == reason
    assert time.perf_counter() - started < 8.0


async def test_an_empty_reply_is_no_error_of_the_transport(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "empty"
    assert await read(chat) == ""


async def test_a_reply_without_end_stops_at_the_time_limit(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "endless"
    started = time.perf_counter()
    with pytest.raises(ChatModelError, match="timeout"):
        await read(chat, ChatRequest("系统", (), timeout_s=0.6, first_token_timeout_s=0.5))
    assert time.perf_counter() - started < 5.0  # the reply itself has no end


async def test_nobody_listens() -> None:
    chat = OpenAIChat("http://127.0.0.1:9/v1", "fake", connect_timeout_s=0.3)
    with pytest.raises(ChatModelError) as failure:
        await read(chat)
    assert failure.value.reason == "unreachable"
    await chat.close()


async def test_leaving_the_stream_aborts_the_call(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "endless"
    before = server.aborted
    async with aclosing(chat.stream(REQUEST)) as pieces:  # type: ignore[type-var]
        assert await anext(pieces)
    for _ in range(400):
        if server.aborted > before:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the server never saw the client leave")


async def test_an_error_never_carries_the_words_of_the_endpoint(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "400"
    with pytest.raises(ChatModelError) as failure:
        await read(chat)
    assert "context length" not in str(failure.value)
