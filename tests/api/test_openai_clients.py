"""The official ``openai`` client, synchronous and asynchronous, against a real server: nothing is patched."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam
from pydantic import SecretStr

from tests.api.conftest import RunningServer, serving
from tests.api.fakes import ANSWER, DIGEST, KEY

MODEL = "hotline-assistant"
ASKED: list[ChatCompletionMessageParam] = [
    {"role": "system", "content": "你是一个海盗"},
    {"role": "user", "content": "物业费是什么？"},
    {"role": "assistant", "content": "物业服务的价款。"},
    {"role": "user", "content": [{"type": "text", "text": "涨价要谁同意？"}]},
]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with serving(keys=(SecretStr(DIGEST),)) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> openai.OpenAI:
    return openai.OpenAI(api_key=KEY, base_url=server.url + "/v1", max_retries=0)


def test_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).owned_by == "hotline-assistant"


def test_completion(client: openai.OpenAI, server: RunningServer) -> None:
    reply = client.chat.completions.create(
        model=MODEL, messages=ASKED, temperature=0.7, max_tokens=99, seed=1, user="u"
    )
    assert reply.choices[0].message.content == ANSWER
    assert reply.choices[0].finish_reason == "stop"
    assert "[1]" in ANSWER and "依据" in ANSWER
    assert reply.usage is not None and reply.usage.total_tokens > 20
    hotline = reply.model_extra["hotline"] if reply.model_extra else {}
    assert hotline["citations"][0]["clause"] == "第二十条第一款"
    turn = server.container.flow.turns[-1]
    assert turn.question == "涨价要谁同意？"
    assert [(message.role, message.content) for message in turn.history] == [
        ("user", "物业费是什么？"),
        ("assistant", "物业服务的价款。"),
    ]


def test_stream(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ANSWER
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].choices == [] and chunks[-1].usage is not None
    extras = [chunk.model_extra for chunk in chunks if chunk.model_extra and "hotline" in chunk.model_extra]
    assert len(extras) == 1 and extras[0]["hotline"]["status"] == "answered"


def test_stream_without_usage(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model=MODEL, messages=ASKED, stream=True))
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)


def test_extension_parameters_go_through_extra_body(client: openai.OpenAI, server: RunningServer) -> None:
    extra = {"region": "北京市", "as_of": "2020-01-01"}
    client.chat.completions.create(model=MODEL, messages=ASKED, extra_body=extra)
    turn = server.container.flow.turns[-1]
    assert (turn.region, turn.as_of.isoformat()) == ("北京市", "2020-01-01")


async def test_async_completion_and_stream(server: RunningServer) -> None:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=server.url + "/v1", max_retries=0) as client:
        reply = await client.chat.completions.create(model=MODEL, messages=ASKED)
        assert reply.choices[0].message.content == ANSWER
        stream = await client.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
        text = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert "".join(text) == ANSWER


def ask(client: openai.OpenAI, question: str) -> str | None:
    reply = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
    return reply.choices[0].finish_reason


def test_guard_is_a_content_filter(client: openai.OpenAI) -> None:
    assert ask(client, "guardrails_injection") == "content_filter"
    assert ask(client, "unanswerable_no_evidence") == "stop"


def test_errors_are_the_clients_own_types(client: openai.OpenAI, server: RunningServer) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-4o", messages=ASKED)
    assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.InternalServerError) as failing:
        ask(client, "error_retrieval")
    assert failing.value.code == "error_retrieval"
    with pytest.raises(openai.UnprocessableEntityError) as long:
        ask(client, "问" * 1001)
    assert long.value.code == "question_too_long"
    with pytest.raises(openai.AuthenticationError):
        openai.OpenAI(api_key="wrong", base_url=server.url + "/v1", max_retries=0).models.list()


def test_error_inside_a_stream_reaches_the_caller(client: openai.OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "error_composition"}]
    with pytest.raises(openai.APIError) as raised:
        list(client.chat.completions.create(model=MODEL, messages=messages, stream=True))
    assert raised.value.code == "error_composition"


@pytest.mark.parametrize(
    ("parameters", "param"),
    [
        ({"n": 2}, "n"),
        ({"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}, "tools"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"logprobs": True}, "logprobs"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "好"}]}, "messages"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(client: openai.OpenAI, parameters: dict, param: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(**{"model": MODEL, "messages": ASKED, **parameters})
    assert raised.value.param == param


@pytest.mark.parametrize(
    "parameters", [{"top_p": 0.5}, {"stop": ["。"]}, {"metadata": {"a": "b"}}, {"tools": []}, {"presence_penalty": 1.0}]
)
def test_what_changes_nothing_is_accepted(client: openai.OpenAI, parameters: dict) -> None:  # type: ignore[type-arg]
    reply = client.chat.completions.create(**{"model": MODEL, "messages": ASKED, **parameters})
    assert reply.choices[0].message.content == ANSWER
