"""``/v1/feedback``: who may say what, what is kept of it, and the counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import client_of
from tests.api.desks import CALLERS, Hand, OpenedOrders, code_of, opened_orders
from tests.api.fakes import DIGEST, KEY, FakeContainer
from tests.orders import handling

TODAY = datetime.now(UTC).date()
PERIOD = {"from": str(TODAY - timedelta(days=1)), "to": str(TODAY + timedelta(days=1))}
EDITED: dict[str, Any] = {
    "kind": "suggestion", "subject": "triage-1", "part": "unit", "verdict": "edited", "proposed": "street-a",
    "final": "housing", "reason": "打13812345678核实过", "question": "演示：楼道漏水",
}  # fmt: skip
THUMB = {"kind": "answer", "subject": "answer-1", "verdict": "down", "reason": "没有说到点上"}


@pytest.fixture
def orders(tmp_path: Path) -> OpenedOrders:
    return opened_orders(tmp_path)


@pytest.fixture
async def client(orders: OpenedOrders) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(FakeContainer(work_orders=orders), callers=CALLERS, keys=(DIGEST,)) as client:
        yield client


async def test_a_correction_is_kept_masked_measured_and_counted(
    client: httpx.AsyncClient, orders: OpenedOrders
) -> None:
    agent, boss = Hand(client, "agent"), Hand(client, "boss")
    kept = await agent.post("/v1/feedback", EDITED)
    assert (kept.status_code, kept.json()["verdict"], kept.json()["distance"]) == (201, "edited", 8)
    rows = (await boss.get("/v1/feedback", **PERIOD)).json()["items"]
    assert [(row["part"], row["final"], row["role"]) for row in rows] == [("unit", "housing", "seat_agent")]
    assert "13812345678" not in str(rows)
    (counted,) = (await boss.get("/v1/feedback/counts", **PERIOD)).json()["rows"]
    assert (counted["edited"], counted["adoption"], counted["edit_rate"]) == (1, 1.0, 1.0)
    assert [item.instead for item in orders.corrections.corrections()] == ["housing"]


async def test_any_caller_gives_thumbs_and_no_more(client: httpx.AsyncClient) -> None:
    widget = Hand(client, KEY)
    assert (await widget.post("/v1/feedback", THUMB)).status_code == 201
    assert code_of(await widget.post("/v1/feedback", EDITED)) == (403, "wrong_role")
    assert (await widget.get("/v1/feedback", **PERIOD)).status_code == 403


async def test_what_is_missing_is_named(client: httpx.AsyncClient) -> None:
    agent = Hand(client, "agent")
    assert code_of(await agent.post("/v1/feedback", EDITED | {"part": "mood"})) == (422, "unknown_part")
    bare = THUMB | {"verdict": "rejected", "reason": " "}
    assert code_of(await agent.post("/v1/feedback", bare)) == (422, "reason_missing")
    assert code_of(await agent.post("/v1/feedback", THUMB | {"kind": "mood"})) == (422, "invalid_request")
    authorised = {"authorization": agent.headers()["authorization"]}
    without = await client.post("/v1/feedback", json=THUMB, headers=authorised)
    assert code_of(without) == (400, "idempotency_key_missing")


async def test_a_repeated_click_counts_once(client: httpx.AsyncClient) -> None:
    agent = Hand(client, "agent")
    headers = agent.headers()
    first, again = [await client.post("/v1/feedback", json=EDITED, headers=headers) for _ in "ab"]
    assert (first.json()["id"] is None, again.headers["idempotency-replayed"]) == (False, "true")
    assert len((await Hand(client, "boss").get("/v1/feedback", **PERIOD)).json()["items"]) == 1


async def test_feedback_on_a_foreign_order_looks_like_on_none(client: httpx.AsyncClient, orders: OpenedOrders) -> None:
    order = orders.put(handling())
    answers = [await Hand(client, "market").post("/v1/feedback", EDITED | {"order_id": name}) for name in (order, "no")]
    assert [code_of(answer) for answer in answers] == [(404, "order_not_found")] * 2
    assert (await Hand(client, "housing").post("/v1/feedback", EDITED | {"order_id": order})).status_code == 201


async def test_counts_are_the_supervisors(client: httpx.AsyncClient) -> None:
    assert (await Hand(client, "agent").get("/v1/feedback/counts", **PERIOD)).status_code == 403
    upside_down = {"from": PERIOD["to"], "to": PERIOD["from"]}
    assert code_of(await Hand(client, "boss").get("/v1/feedback/counts", **upside_down)) == (422, "invalid_period")
