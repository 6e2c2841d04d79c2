"""``GET /v1/events`` over a real socket: what a page hears, how it resumes, and when its stream ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.desks.orders import OrderForm
from assistant.domain.appeal import AppealType
from assistant.domain.burst_notice import BurstAlert
from assistant.domain.work_order_events import Actor, Dispatch, DispatchObjection, ObjectionReview, Role
from tests.api.conftest import RunningServer, serving
from tests.api.fakes import FakeContainer
from tests.api.people import Office, Page, office
from tests.orders import AGENT, BOSS

FORM = OrderForm("演示：漏水", "演示数据", AppealType.COMPLAINT, "住房/物业管理/物业服务不到位", channel="网站")


@pytest.fixture
def people(tmp_path: Path) -> Office:
    return office(tmp_path)


@pytest.fixture
def server(people: Office) -> Iterator[RunningServer]:
    container = FakeContainer(work_orders=people)
    people.store.committed = container.live.committed
    with serving(container, stream_heartbeat_s=0.3) as server:
        yield server


@dataclass(frozen=True)
class Heard:
    event: str
    data: dict[str, Any]
    id: str = ""


class Reader:
    """Reads frames as a browser's EventSource does."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self.lines = response, response.aiter_lines()
        self.beats = 0

    async def next(self) -> Heard | None:
        """The next event; ``None`` at the end of the stream."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(30):
            async for line in self.lines:
                if line.startswith(":"):
                    self.beats += 1
                elif not line and "data" in fields:
                    return Heard(fields["event"], json.loads(fields["data"]), fields.get("id", ""))
                else:
                    name, _, value = line.partition(": ")
                    fields[name] = value
        return None


@asynccontextmanager
async def listening(server: RunningServer, people: Office, login: str, **headers: str) -> AsyncIterator[Reader]:
    async with httpx.AsyncClient(base_url=server.url, timeout=10) as client:
        page = Page(client)
        page.ORIGIN = server.url
        assert (await page.sign_in(login, people.passwords[login])).status_code == 200
        async with client.stream("GET", "/v1/events", headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Reader(response)


def opened(people: Office) -> str:
    return people.desk.open(FORM, AGENT)[0].id


def dispatched(people: Office, order_id: str, login: str) -> None:
    people.desk.take(order_id, Dispatch(str(people.account(login).unit)), AGENT)


async def test_a_page_hears_what_happens_without_a_word_of_the_order(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "seat") as page:
        assert await page.next() == Heard("resync", {})
        order_id = await asyncio.to_thread(opened, people)
        heard = await page.next()
        assert heard is not None and heard.id
        assert (heard.event, heard.data["type"], heard.data["order_id"]) == ("order", "opened", order_id)
        assert (heard.data["channel"], heard.data["state"], heard.data["version"]) == ("网站", "受理", 1)
        assert set(heard.data) == {
            *("type", "order_id", "number", "version", "state", "channel", "urgency", "lead", "at"),
        }
        await asyncio.to_thread(dispatched, people, order_id, "housing")
        changed = await page.next()
        assert changed is not None
        assert (changed.data["type"], changed.data["lead"]) == ("changed", "housing-administration")


async def test_a_unit_hears_of_its_own_orders_only(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "housing") as housing, listening(server, people, "market") as market:
        assert await housing.next() == await market.next() == Heard("resync", {})
        theirs, ours = [await asyncio.to_thread(opened, people) for _ in range(2)]
        await asyncio.to_thread(dispatched, people, theirs, "market")
        await asyncio.to_thread(dispatched, people, ours, "housing")
        mine, others = await housing.next(), await market.next()
        assert mine is not None and others is not None
        assert (mine.data["order_id"], others.data["order_id"]) == (ours, theirs)


async def test_article_29_a_supervisors_page_hears_of_a_burst_and_a_seats_does_not(people: Office) -> None:
    container = FakeContainer(work_orders=people)
    people.store.committed = container.live.committed
    alert = BurstAlert(
        "signal", "第二十九条", "供热/温度不达标", "street-a", "演示家园", 12, 11, "3小时内11人反映同一事项12件"
    )
    with serving(container, stream_heartbeat_s=0.3) as server:
        async with listening(server, people, "boss") as boss, listening(server, people, "seat") as seat:
            assert await boss.next() == await seat.next() == Heard("resync", {})
            container.live.tell(alert)
            heard = await boss.next()
            assert heard is not None
            assert (heard.event, heard.data["count"], heard.data["street"]) == ("burst", 12, "street-a")
            await asyncio.to_thread(opened, people)
            told = await seat.next()
            assert told is not None
            assert told.event == "order"


async def test_a_unit_whose_objection_was_upheld_hears_that_the_order_left_it(
    server: RunningServer, people: Office
) -> None:
    clerk = Actor("demo-clerk", Role.UNIT, str(people.account("housing").unit))
    order_id = await asyncio.to_thread(opened, people)
    dispatched(people, order_id, "housing")
    people.desk.take(order_id, DispatchObjection("不是本单位职责"), clerk)
    async with listening(server, people, "housing") as housing:
        assert await housing.next() == Heard("resync", {})
        people.desk.take(order_id, ObjectionReview(upheld=True, note="同意退单"), BOSS)
        left = await housing.next()
        assert left is not None
        assert (left.data["order_id"], left.data["lead"]) == (order_id, None)


async def test_a_page_that_lost_its_line_goes_on_where_it_was(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "seat") as page:
        await page.next()
        first = await asyncio.to_thread(opened, people)
        heard = await page.next()
        assert heard is not None
    missed = [await asyncio.to_thread(opened, people) for _ in range(3)]
    async with listening(server, people, "seat", **{"last-event-id": heard.id}) as again:
        replayed = [await again.next() for _ in range(3)]
        assert [item.data["order_id"] for item in replayed if item] == missed
        assert first not in missed
    async with listening(server, people, "seat", **{"last-event-id": "1-1"}) as unknown:
        assert await unknown.next() == Heard("resync", {})


async def test_quiet_streams_beat(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "seat") as page:
        await page.next()
        for _ in range(30):  # as long as it takes on a slow machine
            await asyncio.sleep(0.8)
            await asyncio.to_thread(opened, people)
            await page.next()
            if page.beats >= 2:
                break
        assert page.beats >= 2


@pytest.mark.parametrize("ending", ["signed out", "disabled", "expired"])
async def test_a_stream_ends_with_its_session(server: RunningServer, people: Office, ending: str) -> None:
    async with listening(server, people, "seat") as page:
        await page.next()
        account = people.account("seat")
        if ending == "signed out":
            people.sign_in.sign_out_everywhere(account.id)
        elif ending == "disabled":
            people.accounts.change(account, "", disabled=True)
        else:
            people.clock.at += timedelta(hours=2)
        assert await page.next() is None
    await until(lambda: not server.container.live.subscriptions)


async def test_an_open_stream_does_not_keep_a_session_alive(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "seat") as page:
        await page.next()
        for _ in range(4):
            people.clock.at += timedelta(minutes=16)
            await asyncio.sleep(0.4)
        assert await page.next() is None


async def test_pages_that_leave_are_forgotten(server: RunningServer, people: Office) -> None:
    async with listening(server, people, "seat") as page:
        await page.next()
        assert len(server.container.live.subscriptions) == 1
    await until(lambda: not server.container.live.subscriptions)


async def until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_who_may_not_listen_and_how_many_may(server: RunningServer, people: Office) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        page = Page(client)
        page.ORIGIN = server.url
        assert (await page.call("GET", "/v1/events")).status_code == 401
        await page.sign_in("admin", people.passwords["admin"])
        assert (await page.call("GET", "/v1/events")).status_code == 403
        await page.sign_in("seat", people.passwords["seat"])
        server.container.live.most_per_key = 0
        refused = await page.call("GET", "/v1/events")
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
            429,
            "too_many_streams",
            "10",
        )
