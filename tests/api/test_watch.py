"""``/v1/watch``: for supervisors; every signal with its orders; refusals are problems."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from assistant.bootstrap.history import grouped_texts
from assistant.desks.watch import WatchDesk
from assistant.domain.watch import WatchedOrder
from assistant.ports.orders import StoreUnavailable
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SAID = "家里从昨天夜里起就没有暖气，老人冻得睡不着，供热单位说在抢修，没有说什么时候好。"
OTHERWISE = "演示：地下车库积水没人抽，车开不出来，电梯井里也有水，请尽快派人来处理。"
ROLES = {"agent": "seat_agent", "boss": "supervisor", "admin": "admin", "unit": "unit"}


class FixedBook:
    away = False

    def watched(self, after: datetime, until: datetime) -> Sequence[WatchedOrder]:
        if self.away:
            raise StoreUnavailable("演示")
        first = WatchedOrder(
            "o0", NOW, "公共服务/供暖/停暖与故障抢修", "street-wangjing", "演示家园", "c", "演示：停暖"
        )
        made = [
            replace(first, id=f"o{n}", received_at=NOW - timedelta(minutes=30 * n), caller=f"c{n}") for n in range(8)
        ]
        made[3] = replace(made[3], title="演示：地下车库进水")
        return [order for order in reversed(made) if after < order.received_at <= until]

    def contents(self, ids: Sequence[str]) -> dict[str, str]:
        return {order_id: OTHERWISE if order_id == "o3" else SAID for order_id in ids}


def key(name: str) -> Caller:
    unit = "heating-supplier" if name == "unit" else None
    return Caller(key=SecretStr(hashlib.sha256(name.encode()).hexdigest()), role=ROLES[name], unit=unit)  # type: ignore[arg-type]


@pytest.fixture
def book() -> FixedBook:
    return FixedBook()


@pytest.fixture
async def client(book: FixedBook) -> AsyncIterator[httpx.AsyncClient]:
    desk = WatchDesk(lambda: book, lambda cell: ("district-command-centre", "new-unit"), grouped_texts, lambda: NOW)
    async with client_of(FakeContainer(watch=desk), callers=tuple(map(key, ROLES))) as client:
        yield client


async def asked(client: httpx.AsyncClient, name: str, path: str = "", **params: str | int) -> httpx.Response:
    return await client.get(f"/v1/watch{path}", params=params, headers={"authorization": f"Bearer {name}"})


async def test_article_29_a_burst_is_shown_with_whom_to_tell(client: httpx.AsyncClient) -> None:
    body = (await asked(client, "boss")).json()
    (signal,) = [one for one in body["signals"] if one["kind"] == "burst"]
    assert (signal["article"], signal["count"], signal["callers"]) == ("第二十九条", 8, 8)
    assert signal["street_name"] == "望京街道办事处"
    assert signal["receivers"] == [
        {"id": "district-command-centre", "name": "朝阳区城市管理指挥中心"},
        {"id": "new-unit", "name": "new-unit"},
    ]
    assert signal["first"].endswith("+08:00")
    assert "主管核实" in body["statement"]


async def test_signals_of_one_kind_only(client: httpx.AsyncClient) -> None:
    body = (await asked(client, "boss", kind="lasting")).json()
    assert body["signals"] == []


async def test_the_orders_behind_a_signal_come_in_pages(client: httpx.AsyncClient) -> None:
    (signal,) = (await asked(client, "boss", kind="burst")).json()["signals"]
    first = (await asked(client, "boss", f"/{signal['id']}/orders", limit=5)).json()
    rest = (await asked(client, "boss", f"/{signal['id']}/orders", limit=5, cursor=first["next_cursor"])).json()
    assert first["total"] == 8 and rest["next_cursor"] is None
    assert [order["id"] for order in (*first["items"], *rest["items"])] == [f"o{n}" for n in range(7, -1, -1)]
    assert "caller" not in first["items"][0]


async def test_what_the_orders_behind_a_signal_tell_of(client: httpx.AsyncClient) -> None:
    (signal,) = (await asked(client, "boss", kind="burst")).json()["signals"]
    body = (await asked(client, "boss", f"/{signal['id']}/topics")).json()
    assert {name: body[name] for name in ("total", "compared", "alone", "found")} == {
        "total": 8, "compared": 8, "alone": 1, "found": 1
    }  # fmt: skip
    (topic,) = body["topics"]
    assert (topic["count"], topic["callers"], topic["title"]) == (7, 7, "演示：停暖")
    assert [order["id"] for order in topic["items"]] == [f"o{n}" for n in (7, 6, 5, 4, 2, 1, 0)]
    assert topic["last"] > topic["first"] and topic["last"].endswith("+08:00")


@pytest.mark.parametrize("name", ["agent", "unit", "admin"])
@pytest.mark.parametrize("path", ["", "/abc/orders", "/abc/topics"])
async def test_403_for_others(client: httpx.AsyncClient, name: str, path: str) -> None:
    assert (await asked(client, name, path)).status_code == 403


@pytest.mark.parametrize("part", ["orders", "topics"])
async def test_404_for_what_is_no_signal(client: httpx.AsyncClient, part: str) -> None:
    response = await asked(client, "boss", f"/abc/{part}")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("params", [{"days": 0}, {"days": 367}, {"kind": "x"}])
async def test_422_for_what_it_cannot_read(client: httpx.AsyncClient, params: dict[str, str | int]) -> None:
    assert (await asked(client, "boss", **params)).status_code == 422


@pytest.mark.parametrize("limit", [0, 101])
async def test_422_for_more_topics_than_can_be_read(client: httpx.AsyncClient, limit: int) -> None:
    assert (await asked(client, "boss", "/abc/topics", limit=limit)).status_code == 422


async def test_422_for_a_cursor_of_another_list(client: httpx.AsyncClient) -> None:
    (signal,) = (await asked(client, "boss", kind="burst")).json()["signals"]
    response = await asked(client, "boss", f"/{signal['id']}/orders", cursor="bm93aGVyZQ")
    assert response.status_code == 422


async def test_503_while_the_store_is_away(client: httpx.AsyncClient, book: FixedBook) -> None:
    book.away = True
    response = await asked(client, "boss")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
