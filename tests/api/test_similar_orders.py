"""``GET /v1/work-orders/{id}/similar``: proposals to merge, for those at the hotline; nothing is merged by it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from assistant.adapters.order_history import FollowedHistory
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_order_feed import SqlOrderFeed
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.bootstrap.orders import mask
from assistant.desks.orders import OrderDesk
from assistant.ports.orders import Step
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer
from tests.orders import HOLIDAY, POLICY, accepted, closed

TEXT = "演示家园楼道顶部漏水三天，物业没有人修"
ROLES = {"agent": "seat_agent", "boss": "supervisor", "unit": "unit", "admin": "admin"}


class Opened:
    def __init__(self, desk: OrderDesk) -> None:
        self.desk = desk

    def __call__(self) -> Opened:
        return self


def key(name: str) -> Caller:
    unit = "housing" if name == "unit" else None
    return Caller(key=SecretStr(hashlib.sha256(name.encode()).hexdigest()), role=ROLES[name], unit=unit)  # type: ignore[arg-type]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Two calls about one leak, a third at another estate, and a closed order of the same kind."""
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    store = SqlWorkOrders(engine, HOLIDAY)
    told = {
        "first": accepted(content=TEXT, place="演示家园", appellant_key="caller-1"),
        "again": accepted(content=f"再次反映：{TEXT}", place="演示家园", appellant_key="caller-2"),
        "elsewhere": accepted(content=TEXT.replace("演示家园", "样板里小区"), place="样板里小区"),
        "done": closed(),
    }
    for order_id, desk in told.items():
        order = replace(desk.order, id=order_id, number=f"N-{order_id}")
        store.commit([Step(order, tuple(desk.events), 0)])
    history = FollowedHistory(lambda: SqlOrderFeed(engine), every_s=0)
    history.warm_up()
    container = FakeContainer(
        work_orders=Opened(OrderDesk(store, SqlRequests(engine), POLICY, mask, "演示盐")), history=history
    )
    async with client_of(container, callers=tuple(map(key, ROLES))) as client:
        yield client
    engine.dispose()


async def asked(client: httpx.AsyncClient, name: str, order_id: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {name}"}
    return await client.get(f"/v1/work-orders/{order_id}/similar", headers=headers)


@pytest.mark.parametrize("name", ["agent", "boss"])
async def test_an_open_order_about_the_same_event_is_proposed_and_the_order_itself_is_not(
    client: httpx.AsyncClient, name: str
) -> None:
    body = (await asked(client, name, "again")).json()
    proposed = [one["order_id"] for one in body["items"] if one["merge_proposed"]]
    assert proposed == ["first"]
    assert all(one["order_id"] not in ("again", "elsewhere") for one in body["items"])
    assert "不会自动并单" in body["statement"]


async def test_a_closed_order_is_a_precedent_with_what_was_done_and_no_proposal(client: httpx.AsyncClient) -> None:
    items = (await asked(client, "agent", "first")).json()["items"]
    (done,) = [one for one in items if one["order_id"] == "done"]
    assert (done["outcome"], done["merge_proposed"]) == ("已修复漏水点", False)


@pytest.mark.parametrize("name", ["unit", "admin"])
async def test_403_for_those_who_do_not_merge(client: httpx.AsyncClient, name: str) -> None:
    assert (await asked(client, name, "first")).status_code == 403


async def test_404_for_an_order_that_is_not_there(client: httpx.AsyncClient) -> None:
    assert (await asked(client, "agent", "nothing")).status_code == 404
