"""A burst is pushed, not only shown (ordinance Article 29): once to each named unit, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from assistant.adapters.in_process_feed import InProcessFeed
from assistant.adapters.outbox_relay import relay
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_outbox import SqlOutbox
from assistant.adapters.sql_watch import SqlWatch
from assistant.bootstrap.history import grouped_texts
from assistant.desks.watch import WatchDesk
from assistant.domain.burst_notice import NOTICE, QUIET, BurstAlert, BurstNotice, notices
from assistant.live.burst_pulse import BurstPulse
from assistant.live.hub import LiveHub
from assistant.ports.orders import OutboxMessage, Step
from tests.orders import HOLIDAY, NOON, accepted

PLACE = "演示街道演示家园2号院"


def calls(engine: sa.Engine, count: int, at: datetime = NOON, name: str = "o") -> None:
    for number in range(count):
        desk = accepted(place=PLACE, appellant_key=f"{name}-{number}")
        came = at + timedelta(minutes=number)
        order = replace(desk.order, id=f"{name}{number}", number=f"{name}{number}", received_at=came)
        SqlWorkOrders(engine, HOLIDAY).commit([Step(order, tuple(desk.events), 0)])


def pulse(engine: sa.Engine, hub: LiveHub, at: datetime) -> BurstPulse:
    desk = WatchDesk(lambda: SqlWatch(engine), lambda cell: ("command", cell.street), grouped_texts, lambda: at)
    return BurstPulse(hub, desk.bursts, lambda: SqlOutbox(engine), ("command",), every_s=3600)


def waiting(engine: sa.Engine) -> list[OutboxMessage]:
    found = SqlOutbox(engine).lease(datetime.max.replace(tzinfo=NOON.tzinfo), 100, 0)
    return [message for message in found if message.kind == NOTICE]


@pytest.fixture
def hub() -> Iterator[LiveHub]:
    yield LiveHub(InProcessFeed())


def test_article_29_a_burst_goes_to_the_named_unit_and_to_no_other(engine: sa.Engine, hub: LiveHub) -> None:
    calls(engine, 8)
    asyncio.run(pulse(engine, hub, NOON + timedelta(hours=1)).beat())
    (message,) = waiting(engine)
    assert (message.destination, message.order_id) == ("command", "o0")
    body = json.loads(message.body)
    assert (body["count"], body["callers"], body["street"], body["article"]) == (8, 8, "street-a", "第二十九条")
    assert body["propose_to_tell"] == ["command", "street-a"]
    assert "o-0" not in message.body  # whoever called is nobody's business


def test_a_burst_that_goes_on_is_told_once_and_a_new_one_later_again(engine: sa.Engine, hub: LiveHub) -> None:
    outbox = SqlOutbox(engine)
    found = _signals(engine, 8, NOON)
    assert outbox.announce(found, NOON) == 1
    later = _signals(engine, 6, NOON + timedelta(hours=5), "more")
    assert outbox.announce(later, NOON + timedelta(hours=6)) == 0
    assert outbox.announce(later, NOON + QUIET + timedelta(minutes=1)) == 0  # the same burst's key
    anew = _signals(engine, 9, NOON + timedelta(days=20), "anew")
    assert outbox.announce(anew, NOON + timedelta(days=20, hours=1)) == 1
    assert len(waiting(engine)) == 2


def _signals(engine: sa.Engine, count: int, at: datetime, name: str = "o") -> tuple[BurstNotice, ...]:
    calls(engine, count, at, name)
    desk = WatchDesk(lambda: SqlWatch(engine), lambda cell: (), grouped_texts, lambda: at + timedelta(hours=1))
    return tuple(notices(desk.bursts(), ("command",)))


def test_processes_that_look_at_once_tell_once(engine: sa.Engine) -> None:
    found = _signals(engine, 8, NOON)
    ready, told = threading.Barrier(6), []

    def look() -> None:
        ready.wait()
        told.append(SqlOutbox(engine).announce(found, NOON))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 1
    assert len(waiting(engine)) == 1


def test_the_relay_carries_a_notice_like_any_message(engine: sa.Engine) -> None:
    SqlOutbox(engine).announce(_signals(engine, 8, NOON), NOON)
    taken: list[OutboxMessage] = []
    report = relay(SqlOutbox(engine), taken.append, now=lambda: NOON + timedelta(days=1))
    assert report.delivered == len(taken)
    assert [message.destination for message in taken if message.kind == NOTICE] == ["command"]
    assert relay(SqlOutbox(engine), taken.append, now=lambda: NOON + timedelta(days=1)).delivered == 0


async def test_supervisors_pages_hear_of_a_burst_once_and_others_do_not(engine: sa.Engine, hub: LiveHub) -> None:
    await asyncio.to_thread(calls, engine, 8)
    supervisor, seat = hub.subscribe("boss", None, supervises=True), hub.subscribe("seat", None)
    beating = pulse(engine, hub, NOON + timedelta(hours=1))
    await beating.beat()
    await beating.beat()
    told = supervisor.queue.get_nowait()
    assert isinstance(told, BurstAlert) and (told.count, told.street) == (8, "street-a")
    assert supervisor.queue.empty()
    assert seat.queue.empty()


async def test_a_calm_day_tells_nobody(engine: sa.Engine, hub: LiveHub) -> None:
    await asyncio.to_thread(calls, engine, 3)
    supervisor = hub.subscribe("boss", None, supervises=True)
    await pulse(engine, hub, NOON + timedelta(hours=1)).beat()
    assert supervisor.queue.empty()
    assert await asyncio.to_thread(waiting, engine) == []
