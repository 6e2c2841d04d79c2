"""The hub: who hears what, who is let go, what happens when the feed is lost; and the pulse of limits and counts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from assistant.adapters.in_process_feed import InProcessFeed
from assistant.domain.live_events import LiveEvent, LiveKind, OpenCounts
from assistant.live.hub import MOST_AT_ONCE, Dropped, LiveHub, Resync, Subscription, Told, TooManyStreams
from assistant.live.order_pulse import LivePulse
from assistant.ports.live import FeedItem, FeedUnavailable
from assistant.ports.orders import Step
from tests.orders import NOON, dispatched

DISPATCHED = dispatched().order
STEP = Step(DISPATCHED, (), 1)


@pytest.fixture
async def hub() -> AsyncIterator[LiveHub]:
    hub = LiveHub(InProcessFeed(), most=4, most_per_key=2)
    hub.start()
    await asyncio.sleep(0)
    yield hub
    await hub.stop()


async def told(subscription: Subscription) -> Told:
    return await asyncio.wait_for(subscription.queue.get(), 30)


def event_in(said: Told) -> LiveEvent:
    assert isinstance(said, FeedItem)
    return said.event


async def test_a_commit_in_a_thread_reaches_pages_without_text_of_the_order(hub: LiveHub) -> None:
    page = hub.subscribe("a", None)
    await asyncio.to_thread(hub.committed, [STEP], {})
    event = event_in(await told(page))
    assert (event.kind, event.order_id, event.version) == (LiveKind.CHANGED, "order-1", 2)
    assert (event.lead, event.units, event.state) == ("housing", ("housing",), "派单")
    assert "漏水" not in str(event)


async def test_every_change_that_is_heard_of_counts_and_counts_of_orders_do_not(hub: LiveHub) -> None:
    assert hub.changes == 0
    page = hub.subscribe("a", None)
    hub.committed([STEP], {})
    assert hub.changes == 1  # at once: who asks after their own step must not get what stood before it
    await told(page)
    heard = hub.changes
    assert heard == 2
    hub.tell(Resync())
    assert hub.changes == heard + 1
    hub.tell(OpenCounts({}, 0, 0, 0, 0))
    assert hub.changes == heard + 1


async def test_a_new_order_is_told_as_opened(hub: LiveHub) -> None:
    page = hub.subscribe("a", None)
    hub.committed([replace(STEP, expected=0)], {})
    assert event_in(await told(page)).kind is LiveKind.OPENED


async def test_a_unit_hears_of_its_own_orders_only(hub: LiveHub) -> None:
    housing, market = hub.subscribe("h", "housing"), hub.subscribe("m", "market")
    hub.committed([STEP], {})
    assert event_in(await told(housing)).order_id == "order-1"
    assert market.queue.empty()


async def test_a_unit_whose_part_has_ended_hears_of_that(hub: LiveHub) -> None:
    market = hub.subscribe("m", "market")
    hub.committed([STEP], {"order-1": frozenset({"market"})})
    assert event_in(await told(market)).lead == "housing"


async def test_what_was_missed_is_filtered_the_same_way(hub: LiveHub) -> None:
    housing, market = hub.subscribe("h", "housing"), hub.subscribe("m", "market")
    hub.committed([STEP, STEP], {})
    first = await told(housing)
    assert isinstance(first, FeedItem)
    assert [item.event.order_id for item in await hub.missed(housing, first.id) or ()] == ["order-1"]
    assert await hub.missed(market, first.id) == []
    assert await hub.missed(market, "unknown") is None


async def test_a_slow_page_is_let_go_and_holds_nobody_back(hub: LiveHub) -> None:
    slow, quick = hub.subscribe("s", None), hub.subscribe("q", None)
    for _ in range(300):
        hub.committed([STEP], {})
        await told(quick)
    assert isinstance(await told(slow), Dropped)
    assert slow.queue.empty()


async def test_at_the_end_every_page_is_let_go_whatever_waits_for_it(hub: LiveHub) -> None:
    busy, idle = hub.subscribe("b", None), hub.subscribe("i", None)
    hub.tell(Resync())
    hub.dismiss()
    assert isinstance(await told(busy), Dropped)
    assert isinstance(await told(idle), Dropped)
    hub.tell(Resync())
    assert busy.queue.empty()


async def test_streams_are_limited_per_person_and_altogether(hub: LiveHub) -> None:
    first = hub.subscribe("a", None)
    hub.subscribe("a", None)
    with pytest.raises(TooManyStreams):
        hub.subscribe("a", None)
    hub.leave(first)
    for key in ("a", "b", "c"):
        hub.subscribe(key, None)
    with pytest.raises(TooManyStreams):
        hub.subscribe("d", None)


async def test_a_bulk_import_says_read_again(hub: LiveHub) -> None:
    page = hub.subscribe("a", None)
    hub.committed([STEP] * (MOST_AT_ONCE + 50), {})
    assert isinstance(await told(page), Resync)
    assert page.queue.empty()


def test_without_a_server_a_commit_says_nothing() -> None:
    hub = LiveHub(InProcessFeed())
    hub.committed([STEP], {})
    thread = threading.Thread(target=hub.committed, args=([STEP], {}))
    thread.start()
    thread.join(2)
    assert not thread.is_alive()


class LostFeed:
    """Fails until ``works``."""

    def __init__(self) -> None:
        self.works, self.inner = False, InProcessFeed()

    async def publish(self, events: Sequence[LiveEvent]) -> None:
        if not self.works:
            raise FeedUnavailable("演示")
        await self.inner.publish(events)

    async def follow(self) -> AsyncGenerator[FeedItem]:
        if not self.works:
            raise FeedUnavailable("演示")
        async for item in self.inner.follow():
            yield item

    async def since(self, item_id: str) -> list[FeedItem] | None:
        raise FeedUnavailable("演示")


async def test_a_lost_feed_still_tells_this_process_and_asks_to_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.live.hub.AGAIN_AFTER_S", 0.05)
    feed = LostFeed()
    hub = LiveHub(feed)
    hub.start()
    page = hub.subscribe("a", None)
    hub.committed([STEP], {})
    said = [await told(page)]
    while not isinstance(said[-1], Resync):
        said.append(await told(page))
    assert any(isinstance(one, LiveEvent) and one.order_id == "order-1" for one in said)
    assert await hub.missed(page, "1-1") is None
    while not page.queue.empty():
        page.queue.get_nowait()
    feed.works = True
    assert isinstance(await told(page), Resync)  # said just before the feed is followed again
    hub.committed([STEP], {})
    assert event_in(await told(page)).order_id == "order-1"
    await hub.stop()


async def test_an_outage_does_not_make_pages_read_again_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.live.hub.AGAIN_AFTER_S", 0.02)
    hub = LiveHub(LostFeed())
    hub.start()
    page = hub.subscribe("a", None)
    await asyncio.sleep(0.5)
    await hub.stop()
    assert 1 <= page.queue.qsize() <= 5


COUNTS = OpenCounts({"受理": 2}, at_risk=1, late=0, web=1)
NEAR = LiveEvent(LiveKind.AT_RISK, "o-9", "演示-9", 3, "办理", "电话", "normal", "housing", "", ("housing",))


class FixedOpenOrders:
    def __init__(self) -> None:
        self.near: list[LiveEvent] = []
        self.asked: list[str | None] = []

    def counts(self, now: datetime, soon: datetime, units: Collection[str | None]) -> dict[str | None, OpenCounts]:
        self.asked += units
        return {unit: COUNTS if unit is None else replace(COUNTS, web=0) for unit in units}

    def at_risk(self, now: datetime, soon: datetime) -> list[LiveEvent]:
        return self.near


async def test_counts_are_asked_once_for_all_and_told_when_they_change(hub: LiveHub) -> None:
    orders = FixedOpenOrders()
    pulse = LivePulse(hub, lambda: orders, now=lambda: NOON)
    pages = [hub.subscribe("a", None), hub.subscribe("b", None), hub.subscribe("c", "housing")]
    await pulse.beat()
    assert sorted(orders.asked, key=str) == [None, "housing"]
    assert [await told(page) for page in pages] == [COUNTS, COUNTS, replace(COUNTS, web=0)]
    await pulse.beat()
    assert all(page.queue.empty() for page in pages)


async def test_nothing_is_counted_while_no_page_is_open(hub: LiveHub) -> None:
    orders = FixedOpenOrders()
    pulse = LivePulse(hub, lambda: orders, every_s=0, now=lambda: NOON)
    pulse.start()
    for _ in range(50):
        await asyncio.sleep(0)
    assert orders.asked == []
    page = hub.subscribe("a", None)
    assert await told(page) == COUNTS
    await pulse.stop()


async def test_article_15_a_limit_that_comes_near_is_told_once(hub: LiveHub) -> None:
    orders = FixedOpenOrders()
    orders.near = [NEAR]
    pulse = LivePulse(hub, lambda: orders, now=lambda: NOON)
    page, other = hub.subscribe("a", "housing"), hub.subscribe("b", "market")
    await pulse.beat()
    later = replace(NEAR, order_id="o-10")
    orders.near = [NEAR, later]
    await pulse.beat()
    await pulse.beat()
    said = [page.queue.get_nowait() for _ in range(page.queue.qsize())]
    assert [one for one in said if isinstance(one, LiveEvent)] == [later]
    assert not any(isinstance(other.queue.get_nowait(), LiveEvent) for _ in range(other.queue.qsize()))
