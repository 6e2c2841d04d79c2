"""``POST /v1/inquiries``: the answer, the conversation around it, and one test per family of endings."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from assistant.contracts import Message
from assistant.statuses import load_statuses
from tests.api.conftest import client_of
from tests.api.fakes import ANSWER, SENTENCES, FakeContainer

STATUSES = load_statuses()


async def post(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/v1/inquiries", json=body)


async def test_answer_names_its_sources(client: httpx.AsyncClient) -> None:
    response = await post(client, question="物业费涨价要谁同意？", as_of="2025-03-01")
    body = response.json()
    assert response.status_code == 200
    assert body["answer"] == ANSWER
    assert [sentence["citations"] for sentence in body["sentences"]] == [[1], [1]]
    citation = body["citations"][0]
    assert (citation["title"], citation["clause"], citation["effective_from"]) == (
        "演示物业管理办法", "第二十条第一款", "2020-05-01",
    )  # fmt: skip
    assert body["as_of"] == "2025-03-01"
    assert body["label"] and body["statement"]
    assert response.headers["x-ai-generated"] == "true"


async def test_trace_tells_stages_prompt_and_passages(client: httpx.AsyncClient) -> None:
    trace = (await post(client, question="物业费")).json()["trace"]
    assert [stage["stage"] for stage in trace["stages"]] == ["redact_pii", "retrieve_evidence"]
    assert trace["prompt"] == "compose_answer@v1#3f2a"
    assert trace["passages"] == ["p-20-1"]


async def test_region_and_day_reach_the_flow(client: httpx.AsyncClient, container: FakeContainer) -> None:
    await post(client, question="物业费", region="北京市", as_of="2019-01-01")
    await post(client, question="物业费")
    asked, by_default = container.flow.turns
    assert (asked.region, asked.as_of.isoformat()) == ("北京市", "2019-01-01")
    assert by_default.region == container.region


CANNED = [name for name, status in STATUSES.statuses.items() if status.http == 200 and name != "answered"]


@pytest.mark.parametrize("status", CANNED)
async def test_every_ending_that_is_an_answer_is_200(client: httpx.AsyncClient, status: str) -> None:
    response = await post(client, question=status)
    assert response.status_code == 200
    assert response.json()["status"] == status
    assert response.json()["answer"] == STATUSES[status].text
    assert response.headers["x-ai-generated"] == "false"


@pytest.mark.parametrize("status", [name for name in STATUSES.statuses if name.startswith("error_")])
async def test_every_error_ending_is_a_problem(client: httpx.AsyncClient, status: str) -> None:
    response = await post(client, question=status)
    body = response.json()
    assert response.status_code == STATUSES[status].http
    assert response.headers["content-type"].startswith("application/problem+json")
    assert (body["code"], body["detail"]) == (status, STATUSES[status].text)
    assert ("retry-after" in response.headers) == (response.status_code == 503)


async def test_a_bug_is_500_and_says_nothing(client: httpx.AsyncClient) -> None:
    response = await post(client, question="错")
    assert response.status_code == 500
    assert response.json()["code"] == "error_internal"
    assert "13800138000" not in response.text and "LookupError" not in response.text


async def test_follow_up_sees_the_masked_conversation(client: httpx.AsyncClient, container: FakeContainer) -> None:
    first = (await post(client, question="我是13800138000，物业费涨价要谁同意？")).json()
    await post(client, question="那外地户口呢？", conversation_id=first["conversation_id"])
    history = container.flow.turns[1].history
    assert history == (
        Message("user", "〔已遮蔽〕物业费涨价要谁同意"),
        Message("assistant", "".join(sentence.text for sentence in SENTENCES)),
    )


async def test_knowing_a_conversation_id_is_not_enough(container: FakeContainer) -> None:
    async with client_of(container, peer="127.0.0.1") as mine, client_of(container, peer="127.0.0.2") as theirs:
        known = (await post(mine, question="物业费")).json()["conversation_id"]
        await post(theirs, question="那呢？", conversation_id=known)
    assert container.flow.turns[1].history == ()


async def test_use_chat_messages_are_understood(client: httpx.AsyncClient, container: FakeContainer) -> None:
    messages = [
        {"id": "m0", "role": "user", "parts": [{"type": "text", "text": "物业费是什么？"}]},
        {"id": "r0", "role": "assistant", "parts": [{"type": "step-start"}, {"type": "text", "text": "价款。"}]},
        {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "物业费涨价？"}]},
    ]
    response = await post(client, id="c1", messages=messages, trigger="submit-message", messageId="m1")
    assert response.headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert container.flow.turns[0].question == "物业费涨价？"
    assert container.flow.turns[0].history == (Message("user", "物业费是什么？"), Message("assistant", "价款。"))


async def test_audit_holds_the_masked_question_only(client: httpx.AsyncClient, container: FakeContainer) -> None:
    await post(client, question="我是13800138000，物业费涨价要谁同意？")
    ((event, record),) = container.audit.records
    assert (event, record["status"], record["sources"]) == ("inquiry_finished", "answered", ["p-20-1"])
    assert "13800138000" not in str(record)


async def test_full_disk_does_not_take_the_answer_away(client: httpx.AsyncClient, container: FakeContainer) -> None:
    container.audit.broken = True
    response = await post(client, question="物业费")
    assert response.status_code == 200
    assert (await client.get("/readyz")).json()["dependencies"]["audit"]["status"] == "failing"


async def test_degradation_shows_in_a_header(client: httpx.AsyncClient, container: FakeContainer) -> None:
    container.degradation.mark("redis", 60)
    container.flow.degraded = ("model",)
    assert (await post(client, question="物业费")).headers["x-degraded"] == "model, redis"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"question": 5}, "question"),
        ({"question": "好", "as_of": "2025-02-30"}, "as_of"),
        ({"question": "好", "conversation_id": "../../etc"}, "conversation_id"),
        ({"question": "好", "秘密字段": "我的电话13800138000"}, "body"),
        ({"question": "好", "messages": [{"role": "user", "parts": []}]}, "body"),
        ([], "body"),
    ],
)
async def test_invalid_requests_name_the_field_and_echo_nothing(
    client: httpx.AsyncClient, body: Any, field: str
) -> None:
    response = await client.post("/v1/inquiries", json=body)
    problem = response.json()
    assert response.status_code == 422
    assert problem["code"] == "invalid_request"
    assert problem["errors"][0]["field"] == field
    assert "13800138000" not in response.text and "秘密字段" not in response.text
