"""``/v1/rates``: numbers, the orders behind them, and who sees whose (Articles 32 and 35)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_rates import SqlRates
from assistant.adapters.sql_requests import SqlRequests
from assistant.bootstrap.orders import mask
from assistant.desks.orders import OrderDesk
from assistant.domain.three_rates import Weights
from assistant.domain.time_limits import local_day
from assistant.ports.orders import Step, StoreUnavailable
from assistant.ports.rates import RateRules
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer
from tests.orders import HOLIDAY, POLICY, closed

DAY = str(local_day(closed().at))
PERIOD = {"from": DAY, "to": DAY}
KEYS = {name: f"demo-key-of-{name}" for name in ("agent", "boss", "housing", "market")}


class Opened:
    def __init__(self, desk: OrderDesk, rates: SqlRates) -> None:
        self.desk, self.rates = desk, rates

    def __call__(self) -> Opened:
        return self


def caller(name: str) -> Caller:
    digest = hashlib.sha256(KEYS[name].encode()).hexdigest()
    role, unit = {"agent": ("seat_agent", None), "boss": ("supervisor", None)}.get(name, ("unit", name))
    return Caller(key=digest, role=role, unit=unit)  # type: ignore[arg-type]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Three closed orders led by housing, one by market."""
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    store, done = SqlWorkOrders(engine, HOLIDAY), closed()
    for number, lead in enumerate(("housing", "housing", "housing", "market")):
        order = replace(done.order, id=f"order-{number}", number=f"DEMO-{number}", lead=lead)
        store.commit([Step(order, tuple(done.events), 0)])
    rates = SqlRates(engine, RateRules(weights=Weights(1, 1, 2)))
    container = FakeContainer(work_orders=Opened(OrderDesk(store, SqlRequests(engine), POLICY, mask, "演示盐"), rates))
    async with client_of(container, callers=tuple(map(caller, KEYS)), keys=(DIGEST,)) as client:
        yield client
    engine.dispose()


async def asked(client: httpx.AsyncClient, name: str, path: str = "", **params: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {KEYS.get(name, KEY)}"}
    return await client.get(f"/v1/rates{path}", params=PERIOD | params, headers=headers)


async def test_article_32_a_supervisor_sees_every_unit_by_name(client: httpx.AsyncClient) -> None:
    report = (await asked(client, "boss")).json()
    assert [(row["group"], row["valid"], row["resolution"]) for row in report["groups"]] == [
        ("housing", 3, 1.0),
        ("market", 1, 1.0),
    ]
    assert report["groups"][0]["name"] == POLICY.units["housing"].name
    assert (report["total"]["orders"], report["total"]["composite"]) == (4, 1.0)
    assert report["composite_note"] == "口径可配置"


async def test_article_32_a_unit_sees_its_own_rows_only(client: httpx.AsyncClient) -> None:
    report = (await asked(client, "market")).json()
    assert [row["group"] for row in report["groups"]] == ["market"]
    assert report["total"]["orders"] == 1
    found = (await asked(client, "market", "/orders")).json()
    assert (found["items"], [line["id"] for line in found["lines"]]) == (["order-3"], ["order-3"])
    refused = await asked(client, "market", unit="housing")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")
    assert (await asked(client, "market", "/orders", unit="housing")).status_code == 403


@pytest.mark.parametrize("name", ["agent", "a key without a role"])
async def test_others_see_none(client: httpx.AsyncClient, name: str) -> None:
    assert (await asked(client, name)).status_code == 403
    assert (await asked(client, name, "/orders")).status_code == 403


async def test_article_32_each_number_leads_to_its_orders_page_by_page(client: httpx.AsyncClient) -> None:
    first = (await asked(client, "boss", "/orders", measure="solved", unit="housing", limit=2)).json()
    assert first["items"] == ["order-0", "order-1"]
    rest = await asked(client, "boss", "/orders", measure="solved", unit="housing", cursor=first["next_cursor"])
    assert (rest.json()["items"], rest.json()["next_cursor"]) == (["order-2"], None)
    assert (await asked(client, "boss", "/orders", measure="unsolved")).json()["items"] == []


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"to": "9999-12-31"},
        {"from": "yesterday"},
        {"by": "rate"},
        {"depth": 4},
        {"category": "a\x00b"},
    ],
)
async def test_what_cannot_be_counted_is_a_problem(client: httpx.AsyncClient, params: dict[str, Any]) -> None:
    answer = await asked(client, "boss", **params)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_database_that_is_away_is_a_503() -> None:
    def away() -> Opened:
        raise StoreUnavailable("演示")

    async with client_of(FakeContainer(work_orders=away)) as client:
        assert (await client.get("/v1/rates", params=PERIOD)).status_code == 503


async def test_a_dash_stands_for_what_is_not_known(client: httpx.AsyncClient) -> None:
    assert (await asked(client, "boss", channel="-")).json()["total"]["orders"] == 0
    assert (await asked(client, "boss", street="-")).json()["total"]["orders"] == 4 - sum(
        row["orders"] for row in (await asked(client, "boss", by="street")).json()["groups"] if row["group"]
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_d4_the_three_rates_are_a_file_and_small_groups_are_hidden_in_it(
    client: httpx.AsyncClient, kind: str
) -> None:
    headers = {"authorization": f"Bearer {KEYS['boss']}"}
    answer = await client.get("/v1/rates/tables/unit", params=PERIOD | {"file": kind}, headers=headers)
    assert answer.headers["content-disposition"] == f'attachment; filename="rates-unit-{DAY}-{DAY}.{kind}"'
    if kind == "csv":
        rows = answer.content.decode("utf-8-sig").splitlines()[1:-1]
        assert rows[0] == "主办单位,有效回访,响应率,解决率,满意率"
        assert {row.split(",", 1)[1] for row in rows[1:]} == {"—,—,—,—"}


@pytest.mark.parametrize(("name", "status"), [("boss", 200), ("housing", 200), ("agent", 403)])
async def test_a_file_of_rates_is_for_those_who_see_the_rates(
    client: httpx.AsyncClient, name: str, status: int
) -> None:
    headers = {"authorization": f"Bearer {KEYS[name]}"}
    assert (await client.get("/v1/rates/tables/unit", params=PERIOD, headers=headers)).status_code == status
    if name == "housing":
        other = await client.get("/v1/rates/tables/unit", params=PERIOD | {"unit": "market"}, headers=headers)
        assert other.status_code == 403
