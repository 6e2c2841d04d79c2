"""``/v1/work-orders``: the whole road over HTTP, idempotency, optimistic locking, and who may see and do what."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.api.app import create_app
from assistant.api.work_orders.steps import STEPS
from assistant.bootstrap.orders import mask
from assistant.desks.orders import OrderDesk
from assistant.domain.pii import redact_within_buildings
from assistant.ports.orders import OrderQuery, StoreUnavailable
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer, api_settings
from tests.orders import HOLIDAY, POLICY

ORDER = {
    "title": "演示：楼道漏水", "content": "演示数据：楼道漏水，请联系13812345678", "type": "投诉", "category": "住房/物业管理",
    "street": "street-a", "name": "演示人", "phone": "13812345678",
}  # fmt: skip
KEYS = {name: f"demo-key-of-{name}" for name in ("agent", "boss", "housing", "market")}


class Opened:
    def __init__(self, desk: OrderDesk) -> None:
        self.desk = desk

    def __call__(self) -> Opened:
        return self


def caller(name: str) -> Caller:
    digest = hashlib.sha256(KEYS[name].encode()).hexdigest()
    role, unit = {"agent": ("seat_agent", None), "boss": ("supervisor", None)}.get(name, ("unit", name))
    return Caller(key=digest, role=role, unit=unit)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> OrderDesk:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    return OrderDesk(
        SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), POLICY, mask, "演示盐", mask_place=redact_within_buildings
    )


@pytest.fixture
async def client(desk: OrderDesk) -> AsyncIterator[httpx.AsyncClient]:
    container = FakeContainer(work_orders=Opened(desk))
    async with client_of(container, callers=tuple(map(caller, KEYS)), keys=(DIGEST,)) as client:
        yield client


class Hand:
    """One caller at work: a new idempotency key per request, the last ETag in ``If-Match``."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self.client, self.key, self.count = client, key, 0

    def headers(self, **more: str) -> dict[str, str]:
        self.count += 1
        return {"authorization": f"Bearer {self.key}", "idempotency-key": f"{self.key}-{self.count}", **more}

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/v1/work-orders{path}", params=params, headers=self.headers())

    async def open(self, **more: str) -> httpx.Response:
        return await self.client.post("/v1/work-orders", json=ORDER, headers=self.headers(**more))

    async def step(self, order: str, step: str, match: str = "*", **body: Any) -> httpx.Response:
        headers = self.headers(**{"if-match": match})
        return await self.client.post(f"/v1/work-orders/{order}/{step}", json=body, headers=headers)


@pytest.fixture
def hands(client: httpx.AsyncClient) -> dict[str, Hand]:
    return {name: Hand(client, key) for name, key in KEYS.items()}


async def opened(hands: dict[str, Hand]) -> str:
    return str((await hands["agent"].open()).json()["id"])


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def test_the_whole_road_over_http(hands: dict[str, Hand]) -> None:
    agent, housing = hands["agent"], hands["housing"]
    made = await agent.open()
    assert made.status_code == 201
    order, etag = made.json(), made.headers["etag"]
    assert order["state"] == "受理"
    assert order["clocks"][0]["source"]
    road: list[tuple[Hand, str, dict[str, Any]]] = [
        (agent, "dispatches", {"lead": "housing", "reason": "职责清楚"}),
        (housing, "receipts", {}),
        (housing, "handlings", {"plan": "入户查看"}),
        (housing, "contacts", {"reached": True, "note": "已联系13812345678"}),
        (housing, "feedback", {"result": "已解决", "reply": "漏水点已修", "told_appellant": True}),
        (agent, "feedback-reviews", {"passed": True}),
        (
            agent,
            "follow-ups",
            {"channel": "电话", "connected": True, "contacted": True, "solved": True, "satisfaction": "满意"},
        ),
        (agent, "closures", {}),
    ]
    for hand, step, body in road:
        answer = await hand.step(order["id"], step, etag, **body)
        assert answer.status_code == 200, answer.text
        etag = answer.headers["etag"]
    assert answer.json()["state"] == "办结"
    told = (await agent.get(f"/{order['id']}/events")).json()["items"]
    assert [event["kind"] for event in told][-1] == "Closure"
    assert told[1]["reason"] == "职责清楚"
    assert "appellant_key" not in told[0]["change"]
    assert "13812345678" not in str(told)
    assert (await agent.get(f"/{order['id']}")).json()["follow_ups"][0]["satisfaction"] == "满意"


async def test_every_post_needs_its_key_and_every_step_its_version(
    client: httpx.AsyncClient, hands: dict[str, Hand]
) -> None:
    order, authorised = await opened(hands), {"authorization": f"Bearer {KEYS['agent']}"}
    bare = await client.post("/v1/work-orders", json=ORDER, headers=authorised)
    assert code_of(bare) == (400, "idempotency_key_missing")
    without = await client.post(
        f"/v1/work-orders/{order}/dispatches", json={"lead": "housing"}, headers={**authorised, "idempotency-key": "k"}
    )
    assert code_of(without) == (428, "if_match_missing")
    stale = await hands["agent"].step(order, "dispatches", '"7"', lead="housing")
    assert code_of(stale) == (412, "order_changed")


async def test_same_key_same_body_same_reply_and_one_order(client: httpx.AsyncClient, desk: OrderDesk) -> None:
    headers = {"authorization": f"Bearer {KEYS['agent']}", "idempotency-key": "twice"}
    first = await client.post("/v1/work-orders", json=ORDER, headers=headers)
    again = await client.post("/v1/work-orders", json=ORDER, headers=headers)
    other = await client.post("/v1/work-orders", json=ORDER | {"title": "另一件"}, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert (first.json()["code"] is None, again.json()["code"]) == (False, None)
    assert code_of(other) == (422, "idempotency_key_reused")
    assert desk.store.count(OrderQuery()) == 1


async def test_a_double_click_makes_one_order(client: httpx.AsyncClient, desk: OrderDesk) -> None:
    headers = {"authorization": f"Bearer {KEYS['agent']}", "idempotency-key": "click"}
    posts = (client.post("/v1/work-orders", json=ORDER, headers=headers) for _ in range(6))
    statuses = [response.status_code for response in await asyncio.gather(*posts)]
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert desk.store.count(OrderQuery()) == 1


async def test_of_two_agents_the_slower_is_told(hands: dict[str, Hand]) -> None:
    order = await opened(hands)
    answers = await asyncio.gather(
        hands["agent"].step(order, "dispatches", '"1"', lead="housing"),
        hands["boss"].step(order, "dispatches", '"1"', lead="heating"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_another_units_order_looks_like_none(hands: dict[str, Hand]) -> None:
    """Every route with an id, by a unit that has no part in it: the answer is that of an order that does not exist."""
    order = await opened(hands)
    await hands["agent"].step(order, "dispatches", lead="housing")
    market = hands["market"]
    for path in ("", "/events", "/appellant"):
        seen, absent = [await market.get(f"/{which}{path}", reason="x") for which in (order, "absent")]
        assert (seen.status_code, seen.json()["code"]) == (absent.status_code, "order_not_found")
        assert (await hands["housing"].get(f"/{order}{path}", reason="回访")).status_code == 200
    for step in STEPS:
        body = VALID[step]
        assert code_of(await market.step(order, step, **body)) == (404, "order_not_found"), step
    assert (await market.get("")).json()["total"] == 0
    assert (await market.get("", unit="housing")).json()["total"] == 0
    assert (await hands["housing"].get("")).json()["total"] == 1


VALID: dict[str, dict[str, Any]] = {
    "direct-answers": {"answer": "答"}, "diversions": {"rule": "r", "told": "t"}, "consultations": {"units": ["housing"], "note": "n"},
    "dispatches": {"lead": "market"}, "objections": {"grounds": "g"}, "objection-reviews": {"upheld": True, "note": "n"},
    "receipts": {}, "handlings": {}, "contacts": {"reached": True}, "pauses": {"ground": "不可抗力"}, "resumptions": {},
    "extensions": {"days": 1, "told_appellant": True}, "extension-reviews": {"granted": True},
    "sub-tasks": {"unit": "market", "task": "t", "working_days": 1}, "sub-task-reports": {"task_id": "t", "note": "n", "done": True},
    "whistles": {"units": ["market"], "place": "p", "meet_at": "2026-03-02T12:00:00+08:00"}, "arrivals": {"whistle_id": "w"},
    "whistle-reviews": {"whistle_id": "w", "about": "market", "score": 3}, "stage-reports": {"note": "n"},
    "escalations": {"to": "district", "note": "n"}, "supervisions": {"note": "n"},
    "feedback": {"result": "已解决", "reply": "r", "told_appellant": True}, "feedback-reviews": {"passed": True},
    "follow-ups": {"channel": "电话", "connected": False}, "closures": {}, "reopenings": {}, "merges": {"into": "x"},
}  # fmt: skip


async def test_a_role_may_do_its_own_steps_only(hands: dict[str, Hand]) -> None:
    order = await opened(hands)
    await hands["agent"].step(order, "dispatches", lead="housing")
    assert code_of(await hands["agent"].step(order, "receipts")) == (403, "wrong_role")
    assert code_of(await hands["agent"].step(order, "supervisions", note="限期")) == (403, "wrong_role")
    assert code_of(await hands["housing"].step(order, "merges", into="x")) == (403, "wrong_role")
    assert code_of(await hands["housing"].step(order, "feedback", **VALID["feedback"])) == (409, "wrong_state")
    assert code_of(await hands["agent"].step(order, "dispatches", lead="housing")) == (409, "wrong_state")
    assert (await hands["boss"].step(order, "supervisions", note="限期")).status_code == 200
    assert (await hands["housing"].open()).status_code == 403


async def test_a_key_without_a_role_and_no_key_get_nothing(client: httpx.AsyncClient) -> None:
    assert code_of(await Hand(client, KEY).get("")) == (403, "key_without_role")
    assert (await Hand(client, "wrong").get("")).status_code == 401


async def test_the_appellant_is_shown_with_a_reason_on_record_and_never_when_secret(
    hands: dict[str, Hand], desk: OrderDesk
) -> None:
    order = await opened(hands)
    assert (await hands["agent"].get(f"/{order}/appellant")).status_code == 422
    person = (await hands["agent"].get(f"/{order}/appellant", reason="回访")).json()
    assert (person["phone"], "13812345678" in person["content"]) == ("13812345678", True)
    assert [(access.actor.role.value, access.reason) for access in desk.store.accesses(order)] == [
        ("seat_agent", "回访")
    ]
    made = await hands["agent"].client.post(
        "/v1/work-orders", json=ORDER | {"confidential": True}, headers=hands["agent"].headers()
    )
    await hands["agent"].step(made.json()["id"], "dispatches", lead="housing")
    assert code_of(await hands["housing"].get(f"/{made.json()['id']}/appellant", reason="联系")) == (
        403,
        "person_hidden",
    )


async def test_article_8_progress_by_code(hands: dict[str, Hand]) -> None:
    made = (await hands["agent"].open()).json()
    agent = hands["agent"]
    good = await agent.client.post(
        "/v1/work-orders/progress", json={"number": made["number"], "code": made["code"]}, headers=agent.headers()
    )
    assert good.json()["state"] == "已受理，等待派单"
    bad = await agent.client.post(
        "/v1/work-orders/progress", json={"number": made["number"], "code": "AAAAAAAA"}, headers=agent.headers()
    )
    assert code_of(bad) == (404, "order_not_found")


async def test_who_is_sent_there_reads_the_building_and_never_the_door(hands: dict[str, Hand]) -> None:
    agent = hands["agent"]
    said = {"title": "演示：示例西里2号楼3单元501室漏水", "place": "示例西里2号楼3单元501室"}
    shown = []
    for confidential in (False, True):
        body = ORDER | said | {"confidential": confidential}
        made = await agent.client.post("/v1/work-orders", json=body, headers=agent.headers())
        shown.append((made.json()["title"], made.json()["place"]))
    open_, hidden = ("2号楼〔门牌1〕", "〔门牌1〕")
    assert shown == [(f"演示：示例西里{part}漏水", f"示例西里{part}") for part in (open_, hidden)]


async def test_the_list_filters_and_pages(hands: dict[str, Hand]) -> None:
    for _ in range(5):
        await hands["agent"].open()
    page = (await hands["agent"].get("", limit=3, text="楼道漏水")).json()
    rest = (await hands["agent"].get("", limit=3, text="楼道漏水", cursor=page["next_cursor"])).json()
    assert (page["total"], len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (5, 3, 2, None)
    assert not {row["id"] for row in page["items"]} & {row["id"] for row in rest["items"]}
    assert (await hands["agent"].get("", text="13812345678")).json()["total"] == 0
    assert (await hands["agent"].get("", state="办结")).json()["total"] == 0


async def test_the_list_stands_by_limit_and_pages(hands: dict[str, Hand]) -> None:
    agent = hands["agent"]
    for urgency in ("一般", "紧急", "一般", "加急", "紧急"):
        await agent.client.post("/v1/work-orders", json=ORDER | {"urgency": urgency}, headers=agent.headers())
    by_limit = (await hands["agent"].get("", sort="limit")).json()["items"]
    assert len({row["dispatch_due"] for row in by_limit}) > 1
    assert [row["dispatch_due"] for row in by_limit] == sorted(row["dispatch_due"] for row in by_limit)
    seen: list[str] = []
    said: dict[str, Any] = {"sort": "limit", "limit": 2}
    while True:
        page = (await hands["agent"].get("", **said)).json()
        seen += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        said["cursor"] = page["next_cursor"]
    assert seen == [row["id"] for row in by_limit]


async def test_422_for_a_cursor_of_another_order_of_the_list(hands: dict[str, Hand]) -> None:
    for _ in range(2):
        await hands["agent"].open()
    latest = (await hands["agent"].get("", limit=1)).json()["next_cursor"]
    by_limit = (await hands["agent"].get("", limit=1, sort="limit")).json()["next_cursor"]
    forged = base64.urlsafe_b64encode(b"order-1 yesterday").decode()
    for cursor, sort in ((latest, "limit"), (by_limit, "received"), (forged, "limit")):
        response = await hands["agent"].get("", cursor=cursor, sort=sort)
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


async def test_the_person_behind_a_key_stands_in_the_history(hands: dict[str, Hand], desk: OrderDesk) -> None:
    made = (await hands["agent"].open(**{"x-person": quote("演示坐席7号")})).json()
    actor = desk.store.events(made["id"])[0].actor
    assert actor.id.startswith("key:")
    assert actor.id.endswith("/演示坐席7号")


async def test_wrong_bodies_are_refused_without_echo(hands: dict[str, Hand]) -> None:
    agent = hands["agent"]
    for body in (
        ORDER | {"type": "胡闹13800138000"},
        ORDER | {"x": 1},
        {k: v for k, v in ORDER.items() if k != "content"},
        ORDER | {"received_at": "2026-01-01T00:00:00"},
    ):
        answer = await agent.client.post("/v1/work-orders", json=body, headers=agent.headers())
        assert answer.status_code == 422
        assert "13800138000" not in answer.text
    order = await opened(hands)
    assert code_of(await agent.step(order, "dispatches", lead="community-1")) == (422, "unknown_unit")


async def test_a_category_that_no_catalogue_knows_is_answered_with_the_nearest(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    known = frozenset({"住房/物业管理", "住房/电梯", "公共服务/供暖"})
    policy = replace(POLICY, categories=known)
    container = FakeContainer(
        work_orders=Opened(OrderDesk(SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), policy, mask, "演示盐"))
    )
    async with client_of(container, callers=(caller("agent"),)) as client:
        agent = Hand(client, KEYS["agent"])
        wrong = await client.post("/v1/work-orders", json=ORDER | {"category": "物业"}, headers=agent.headers())
        assert code_of(wrong) == (422, "unknown_category")
        assert wrong.json()["nearest"][0] == "住房/物业管理"
        assert "住房/物业管理" in wrong.json()["detail"]
        assert (await agent.open()).status_code == 201


async def test_not_modified_by_etag(hands: dict[str, Hand]) -> None:
    order = await opened(hands)
    again = await hands["agent"].client.get(
        f"/v1/work-orders/{order}", headers=hands["agent"].headers(**{"if-none-match": '"1"'})
    )
    assert again.status_code == 304


async def test_a_list_that_is_still_the_same_is_not_sent_again(hands: dict[str, Hand]) -> None:
    agent = hands["agent"]
    await agent.open()
    first = await agent.get("")
    known = agent.headers(**{"if-none-match": first.headers["etag"]})
    again = await agent.client.get("/v1/work-orders", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await agent.open()
    changed = await agent.client.get("/v1/work-orders", headers=known)
    assert (changed.status_code, changed.json()["total"]) == (200, first.json()["total"] + 1)
    assert changed.headers["etag"] != first.headers["etag"]


async def test_a_database_that_is_away_is_a_503_and_questions_go_on() -> None:
    def away() -> None:
        raise StoreUnavailable("演示")

    async with client_of(FakeContainer(work_orders=away)) as client:
        answer = await client.get("/v1/work-orders")
        assert code_of(answer) == (503, "orders_unavailable")
        assert answer.headers["retry-after"] == "5"
        assert (await client.post("/v1/inquiries", json={"question": "物业费"})).status_code == 200


async def test_every_step_is_described() -> None:
    app = create_app(FakeContainer(), api_settings())
    paths = app.openapi()["paths"]
    for step in STEPS:
        operation = paths[f"/v1/work-orders/{{order_id}}/{step}"]["post"]
        assert {"200", "403", "404", "409", "412", "422", "428", "503"} <= set(operation["responses"])
        assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("Body")
    assert set(VALID) == set(STEPS)
