"""The load bench counts what a person would: first words, endings, what is shared; on a fake server, so nothing is timed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from assistant.adapters.openai_chat import OpenAIChat
from assistant.contracts import Message
from assistant.ports.answering import ChatRequest
from evals.bench.serving import requests_at, slices
from evals.bench.serving_load import abort, call, closed_loop, level, patient, structured
from evals.bench.serving_prompts import field_requests, questions, shape
from tests.fake_openai import FakeOpenAI


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
async def chat(server: FakeOpenAI) -> AsyncIterator[OpenAIChat]:
    model = OpenAIChat(server.base_url, "fake")
    yield model
    await model.close()


def request(text: str) -> ChatRequest:
    return patient(
        ChatRequest("共用的开头。", (Message("user", f"[P1] 《规定》\n{text}要在三日内办理完毕\n</依据>"),)), 20
    )


def test_questions_are_many_and_each_is_asked_once() -> None:
    asked = questions()
    assert len(asked) > 300
    assert len(asked) == len(set(asked))


def test_the_form_of_prompts_tells_lengths_and_what_is_shared() -> None:
    form = shape([ChatRequest("同样", (Message("user", text),)) for text in ("甲乙丙", "甲乙丁", "甲戊")])
    assert form == {
        "prompts": 3,
        "characters_p50": 5,
        "characters_p95": 5,
        "characters_max": 5,
        "shared_by_all": 3,
        "shared_with_the_next_p50": 4,
    }


def test_levels_ask_other_prompts_as_long_as_there_are_some() -> None:
    pool = [request(str(number)) for number in range(300)]
    parts = slices(pool, [1, 8, 32])
    assert [len(part) for part in parts] == [requests_at(1), requests_at(8), requests_at(32)] == [16, 24, 96]
    asked = [one.messages[0].content for part in parts for one in part]
    assert len(asked) == len(set(asked))


def test_fields_are_asked_with_a_schema() -> None:
    requests = field_requests(3)
    assert len(requests) == 3
    assert all(one.schema and "where" in one.schema["properties"] for one in requests)


async def test_a_call_is_told_by_its_ending(chat: OpenAIChat, server: FakeOpenAI) -> None:
    whole = await call(chat, request("甲"))
    assert whole.ending == "stop"
    assert whole.pieces > 0
    assert whole.first_s is not None and whole.first_s <= whole.total_s
    server.mode = "429"
    refused = await call(chat, request("甲"))
    assert (refused.ending, refused.first_s, refused.pieces) == ("rate_limited", None, 0)


async def test_every_request_is_asked_once_whatever_the_concurrency(chat: OpenAIChat, server: FakeOpenAI) -> None:
    done = await closed_loop(chat, [request(str(number)) for number in range(10)], 4)
    assert len(done) == len(server.requests) == 10


async def test_a_level_counts_endings_and_late_ones(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "503"
    root = server.base_url.removesuffix("/v1")
    row = await level(chat, root, [request(str(number)) for number in range(4)], 2)
    assert row["endings"] == {"unreachable": 4}
    assert row["later_than_4s"] == 1.0, "who got nothing waited in vain"


async def test_a_schema_is_compared_with_none(chat: OpenAIChat, server: FakeOpenAI) -> None:
    found = await structured(chat, [request(str(number)) for number in range(3)], 2)
    assert set(found) == {"schema", "free"}


async def test_streams_that_are_left_are_ended(chat: OpenAIChat, server: FakeOpenAI) -> None:
    server.mode = "endless"
    found = await abort(chat, server.base_url.removesuffix("/v1"), [request(str(number)) for number in range(3)])
    assert found["left"] == 3
    for _ in range(200):  # the server hears of it a moment later
        if server.aborted == 3:
            break
        await asyncio.sleep(0.05)
    assert server.aborted == 3
