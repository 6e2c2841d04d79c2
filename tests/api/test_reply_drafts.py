"""``/v1/work-orders/{id}/reply-drafts``: drafted on request, kept, taken over or turned down, never sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.extractive_reply import ExtractiveReply
from assistant.adapters.past_replies import PastReplies
from assistant.domain.reply_draft import ReplyCase
from assistant.flows.draft_reply import build_reply_flow
from assistant.ports.feedback import FeedbackQuery
from assistant.reply_contracts import ReplyOutcome
from tests.api.conftest import client_of
from tests.api.desks import CALLERS, Hand, OpenedOrders, code_of, opened_orders
from tests.api.fakes import DIGEST, FakeContainer, FixedSearch
from tests.orders import closed
from tests.replies import logged

NOTE = {"note": "3月4日再次到现场查看，接口不再渗漏，请联系13812345678", "contact": "房屋科 010-00000000"}


@pytest.fixture
def orders(tmp_path: Path) -> OpenedOrders:
    return opened_orders(tmp_path)


@pytest.fixture
def container(orders: OpenedOrders) -> FakeContainer:
    flow = build_reply_flow(
        search=FixedSearch(),
        backup=ExtractiveReply(ExtractiveComposer()),
        history=PastReplies(lambda: orders.desk.store),
    )
    return FakeContainer(work_orders=orders, replies=flow)


@pytest.fixture
async def client(container: FakeContainer) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(container, callers=CALLERS, keys=(DIGEST,)) as client:
        yield client


@pytest.fixture
def path(orders: OpenedOrders) -> str:
    return f"/v1/work-orders/{orders.put(logged())}/reply-drafts"


async def drafted(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """With a gap: nobody has said whom to call."""
    answer = await Hand(client, "housing").post(path, {"note": NOTE["note"]})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_draft_tells_the_log_cites_labels_and_is_not_sent(
    client: httpx.AsyncClient, orders: OpenedOrders, container: FakeContainer, path: str
) -> None:
    answer = await Hand(client, "housing").post(path, NOTE)
    draft = answer.json()
    assert answer.headers["x-ai-generated"] == "true"
    assert "内容由AI生成" in draft["label"]
    assert "草稿" in draft["label"]
    assert "13812345678" not in answer.text
    assert "房屋科 010-00000000" in draft["text"]
    parts = {part["part"]: part["sentences"] for part in draft["parts"]}
    assert list(parts) == ["开头", "核查情况", "办理情况", "办理依据", "下一步安排", "联系方式"]
    assert "已更换管道接口，漏水点已修复。" in [sentence["text"] for sentence in parts["办理情况"]]
    known = {fact["token"] for fact in draft["facts"]}
    assert all(set(s["facts"]) <= known for sentences in parts.values() for s in sentences)
    assert orders.desk.store.load(draft["order_id"]).version == logged().order.version  # type: ignore[union-attr]
    (payload,) = [payload for event, payload in container.audit.records if event == "reply_drafted"]
    assert payload["order_id"] == draft["order_id"]
    assert "漏水" not in json.dumps(payload, ensure_ascii=False)


async def test_the_same_request_gives_the_same_draft(client: httpx.AsyncClient, path: str) -> None:
    unit = Hand(client, "housing")
    headers = unit.headers()
    first, again = [await client.post(path, json=NOTE, headers=headers) for _ in "ab"]
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await unit.get(path)).json()["items"]) == 1
    assert (await unit.get(f"{path}/{first.json()['id']}")).json() == first.json()


async def test_gaps_first_then_edit_with_its_distance(
    client: httpx.AsyncClient, orders: OpenedOrders, path: str
) -> None:
    draft, unit = await drafted(client, path), Hand(client, "housing")
    decisions = f"{path}/{draft['id']}/decisions"
    assert draft["gaps"] == draft["text"].count("【待填写") == 1
    assert code_of(await unit.post(decisions, {"verdict": "accepted"})) == (422, "draft_incomplete")
    edited = "您好！漏水点已修复，请放心使用。"
    taken = await unit.post(decisions, {"verdict": "edited", "text": edited})
    assert (taken.json()["verdict"], taken.json()["final"]) == ("edited", edited)
    assert code_of(await unit.post(decisions, {"verdict": "edited", "text": edited})) == (409, "draft_decided")
    now = datetime.now(UTC)
    (row,) = orders.feedback.book.rows(FeedbackQuery(now - timedelta(hours=1), now + timedelta(hours=1)))
    assert (row.subject, row.unit, row.order_id) == (draft["id"], "housing", draft["order_id"])
    assert row.distance is not None
    assert row.distance > 20


async def test_turning_down_needs_a_reason(client: httpx.AsyncClient, path: str) -> None:
    draft, unit = await drafted(client, path), Hand(client, "housing")
    decisions = f"{path}/{draft['id']}/decisions"
    assert code_of(await unit.post(decisions, {"verdict": "rejected"})) == (422, "reason_missing")
    assert (await unit.post(decisions, {"verdict": "rejected", "reason": "事实不全"})).json()["verdict"] == "rejected"


async def test_others_see_neither_order_nor_draft(client: httpx.AsyncClient, orders: OpenedOrders, path: str) -> None:
    draft, stranger, agent = await drafted(client, path), Hand(client, "market"), Hand(client, "agent")
    for answer in (
        await stranger.post(path, NOTE),
        await stranger.get(path),
        await stranger.get(f"{path}/{draft['id']}"),
        await stranger.post(f"{path}/{draft['id']}/decisions", {"verdict": "rejected", "reason": "x"}),
        await agent.get(f"{path}/absent"),
    ):
        assert code_of(answer) == (404, "order_not_found")
    assert (await agent.get(path)).json()["items"][0]["id"] == draft["id"]


async def test_a_closed_order_needs_no_reply(client: httpx.AsyncClient, orders: OpenedOrders) -> None:
    path = f"/v1/work-orders/{orders.put(closed())}/reply-drafts"
    assert code_of(await Hand(client, "agent").post(path, NOTE)) == (409, "wrong_state")


@dataclass
class Failing:
    status: str
    calls: int = 0

    async def draft_reply(self, case: ReplyCase) -> ReplyOutcome:
        self.calls += 1
        return ReplyOutcome(error=self.status)


@pytest.mark.parametrize(("status", "http"), [("error_composition", 503), ("error_timeout", 504)])
async def test_a_failed_draft_leaves_the_key_free(
    client: httpx.AsyncClient, container: FakeContainer, path: str, status: str, http: int
) -> None:
    container.replies = flow = Failing(status)
    headers = Hand(client, "housing").headers()
    answers = [await client.post(path, json=NOTE, headers=headers) for _ in "ab"]
    assert [code_of(answer) for answer in answers] == [(http, status)] * 2
    assert flow.calls == 2
