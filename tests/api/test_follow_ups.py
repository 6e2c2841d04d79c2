"""``/v1/follow-ups``: the queue, the script, outcomes; for the hotline alone (Article 23)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import client_of
from tests.api.desks import CALLERS, Hand, OpenedOrders, code_of, opened_orders
from tests.api.fakes import DIGEST, FakeContainer
from tests.orders import reviewed

ANSWERED: dict[str, Any] = {
    "channel": "电话", "connected": True, "contacted": True, "solved": False, "satisfaction": "不满意",
    "opinion": "还在漏，请打13812345678",
}  # fmt: skip


@pytest.fixture
def orders(tmp_path: Path) -> OpenedOrders:
    return opened_orders(tmp_path)


@pytest.fixture
async def client(orders: OpenedOrders) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(FakeContainer(work_orders=orders), callers=CALLERS, keys=(DIGEST,)) as client:
        yield client


async def test_article_23_ask_then_reopen_with_a_new_clock(client: httpx.AsyncClient, orders: OpenedOrders) -> None:
    order, agent = orders.put(reviewed()), Hand(client, "agent")
    queued = (await agent.get("/v1/follow-ups")).json()
    assert [(row["id"], row["need"]) for row in queued["items"]] == [(order, "回访")]
    assert queued["counts"] == {"回访": 1, "时限届满未反馈": 0, "未解决待决定": 0, "待办结": 0}
    case = (await agent.get(f"/v1/follow-ups/{order}")).json()
    assert case["need"] == "回访"
    assert case["number"] in case["script"]["opening"]
    assert [question["field"] for question in case["script"]["questions"]][:3] == [
        "contacted",
        "solved",
        "satisfaction",
    ]
    missed = await agent.post(f"/v1/follow-ups/{order}/outcomes", {"channel": "电话", "connected": False})
    assert missed.status_code == 200
    assert (await agent.get("/v1/follow-ups")).json()["items"] == []
    told = await agent.post(f"/v1/follow-ups/{order}/outcomes", ANSWERED)
    assert (told.json()["state"], "13812345678" in told.text) == ("回访", False)
    waiting = (await agent.get("/v1/follow-ups", need="未解决待决定")).json()["items"]
    assert [row["attempts"] for row in waiting] == [2]
    again = await agent.post(f"/v1/work-orders/{order}/reopenings", {"reason": "诉求人反映未解决"})
    assert (again.json()["round"], again.json()["state"]) == (2, "受理")
    assert again.json()["clocks"][-1]["kind"] == "dispatch"
    case = (await agent.get(f"/v1/follow-ups/{order}")).json()
    assert (case["need"], case["first"]["solved"]) == (None, False)


async def test_outcomes_need_a_version_and_a_key(client: httpx.AsyncClient, orders: OpenedOrders) -> None:
    order, agent = orders.put(reviewed()), Hand(client, "agent")
    stale = await agent.post(f"/v1/follow-ups/{order}/outcomes", ANSWERED, **{"if-match": '"2"'})
    assert code_of(stale) == (412, "order_changed")
    headers = agent.headers(**{"if-match": "*"})
    first, twice = [await client.post(f"/v1/follow-ups/{order}/outcomes", json=ANSWERED, headers=headers) for _ in "ab"]
    assert (first.status_code, twice.headers["idempotency-replayed"]) == (200, "true")
    assert len(first.json()["follow_ups"]) == 1
    half = await agent.post(f"/v1/follow-ups/{order}/outcomes", {"channel": "电话", "connected": True})
    assert code_of(half) == (422, "answers_missing")


async def test_units_neither_see_the_queue_nor_answer_for_the_appellant(
    client: httpx.AsyncClient, orders: OpenedOrders
) -> None:
    order, unit = orders.put(reviewed()), Hand(client, "housing")
    for path in ("", "/script", f"/{order}"):
        assert (await unit.get(f"/v1/follow-ups{path}")).status_code == 403
    assert (await unit.post(f"/v1/follow-ups/{order}/outcomes", ANSWERED)).status_code == 403
    assert code_of(await Hand(client, "agent").get("/v1/follow-ups/absent")) == (404, "order_not_found")


async def test_the_queue_pages(client: httpx.AsyncClient, orders: OpenedOrders) -> None:
    orders.put(reviewed())
    page = (await Hand(client, "boss").get("/v1/follow-ups", limit=1)).json()
    rest = (await Hand(client, "boss").get("/v1/follow-ups", limit=1, cursor=page["next_cursor"])).json()
    assert (len(page["items"]), rest["items"], rest["next_cursor"]) == (1, [], None)


async def test_what_the_citizen_says_becomes_a_proposal_and_nothing_is_written(
    client: httpx.AsyncClient, orders: OpenedOrders
) -> None:
    order, agent = orders.put(reviewed()), Hand(client, "agent")
    before = orders.desk.store.load(order)
    told = await agent.post(f"/v1/follow-ups/{order}/assessment", {"said": "没人联系我，根本没解决，打13812345678"})
    assert told.status_code == 200
    answers = told.json()
    assert (answers["contacted"], answers["solved"], answers["satisfaction"]) == (False, False, None)
    assert len(answers["ask"]) == 1 and "满意" in answers["ask"][0]
    assert "13812345678" not in told.text
    assert orders.desk.store.load(order) == before


@pytest.mark.parametrize(("body", "status"), [({"said": ""}, 422), ({"said": "行", "solved": True}, 422), ({}, 422)])
async def test_an_assessment_needs_words_and_nothing_else(
    client: httpx.AsyncClient, orders: OpenedOrders, body: dict[str, Any], status: int
) -> None:
    order = orders.put(reviewed())
    assert (await Hand(client, "agent").post(f"/v1/follow-ups/{order}/assessment", body)).status_code == status


async def test_units_assess_nothing_and_an_unknown_order_is_not_found(
    client: httpx.AsyncClient, orders: OpenedOrders
) -> None:
    order = orders.put(reviewed())
    refused = await Hand(client, "housing").post(f"/v1/follow-ups/{order}/assessment", {"said": "解决了"})
    assert refused.status_code == 403
    missing = await Hand(client, "agent").post("/v1/follow-ups/nothing/assessment", {"said": "解决了"})
    assert missing.status_code == 404
