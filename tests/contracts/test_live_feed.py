"""One suite for every ``LiveFeed``: in this process, and on a real Redis that two processes share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from assistant.adapters.in_process_feed import InProcessFeed
from assistant.adapters.redis_connection import RedisConnection
from assistant.adapters.redis_feed import RedisFeed
from assistant.domain.degradation import Degradation
from assistant.domain.live_events import LiveEvent, LiveKind
from assistant.ports.live import FeedItem, FeedUnavailable, LiveFeed
from tests.real_redis import RedisServer, running_redis, silent_server

EVENT = LiveEvent(
    LiveKind.OPENED,
    "o-1",
    "演示-1",
    1,
    "受理",
    "网站",
    "normal",
    None,
    "2026-03-02T04:00:00+00:00",
    ("housing", "market"),
)


def numbered(count: int) -> list[LiveEvent]:
    return [replace(EVENT, kind=LiveKind.CHANGED, order_id=f"o-{number}") for number in range(count)]


KNOCK = replace(EVENT, order_id="knock")


async def heard(feed: LiveFeed, count: int, ready: asyncio.Event) -> list[FeedItem]:
    """``ready`` is set once a knock of its own has come back: whatever is published from then on is heard."""
    items: list[FeedItem] = []
    stream = feed.follow()
    following = asyncio.create_task(anext(stream))
    while not following.done():
        await feed.publish([KNOCK])
        await asyncio.wait([following], timeout=0.05)
    ready.set()
    while len(items) < count:
        item = await following
        items += [item] if item.event != KNOCK else []
        following = asyncio.create_task(anext(stream))
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    return items


class LiveFeedContract:
    @pytest.fixture
    def feed(self) -> LiveFeed:
        """Remembers at least 100 items."""
        raise NotImplementedError

    @pytest.fixture
    def other(self, feed: LiveFeed) -> LiveFeed:
        """Another process's end of the same feed."""
        return feed

    async def test_what_one_publishes_all_hear_in_order_and_whole(self, feed: LiveFeed, other: LiveFeed) -> None:
        ready, also = asyncio.Event(), asyncio.Event()
        listening = asyncio.gather(heard(feed, 41, ready), heard(other, 41, also))
        await ready.wait()
        await also.wait()
        await other.publish([EVENT])
        await other.publish(numbered(40))
        here, there = await asyncio.wait_for(listening, 30)
        assert [item.event for item in here] == [EVENT, *numbered(40)]
        assert here == there
        assert len({item.id for item in here}) == 41

    async def test_a_page_that_comes_back_gets_what_it_missed(self, feed: LiveFeed, other: LiveFeed) -> None:
        ready = asyncio.Event()
        listening = asyncio.create_task(heard(feed, 10, ready))
        await ready.wait()
        await other.publish(numbered(10))
        items = await asyncio.wait_for(listening, 30)
        assert await feed.since(items[3].id) == items[4:]
        assert await feed.since(items[9].id) == []

    async def test_an_id_that_is_not_known_means_read_again(self, feed: LiveFeed) -> None:
        await feed.publish([EVENT])
        for unknown in ("", "x", "1-1", "99999999999999-1", "0-0", "-", "1-", "１-１", "* | DROP"):
            assert await feed.since(unknown) is None, unknown


class TestInProcess(LiveFeedContract):
    @pytest.fixture
    def feed(self) -> LiveFeed:
        return InProcessFeed(capacity=100)

    async def test_what_was_forgotten_is_said_to_be(self) -> None:
        feed = InProcessFeed(capacity=5)
        ready = asyncio.Event()
        listening = asyncio.create_task(heard(feed, 20, ready))
        await ready.wait()
        await feed.publish(numbered(20))
        items = await listening
        assert await feed.since(items[2].id) is None
        assert await feed.since(items[14].id) == items[15:]
        assert await feed.since(items[16].id) == items[17:]


@pytest.mark.redis
class TestRedis(LiveFeedContract):
    @pytest.fixture
    def key(self) -> str:
        return f"hotline:live:{uuid4().hex}"

    @pytest.fixture
    async def feed(self, redis_server: RedisServer, key: str) -> AsyncIterator[LiveFeed]:
        async for feed in self.ends(redis_server.url, key):
            yield feed

    @pytest.fixture
    async def other(self, redis_server: RedisServer, key: str) -> AsyncIterator[LiveFeed]:
        async for feed in self.ends(redis_server.url, key):
            yield feed

    async def ends(self, url: str, key: str) -> AsyncIterator[RedisFeed]:
        connection = RedisConnection(url, Degradation(), timeout_s=2.0)
        feed = RedisFeed(connection, url, key=key, capacity=100)
        yield feed
        await feed.close()
        await connection.close()

    async def test_a_redis_that_began_anew_means_read_again(self, feed: RedisFeed) -> None:
        await feed.publish([EVENT])
        last = (await feed.connection.client.xrevrange(feed.key, count=1))[0][0]
        assert await feed.since(last) == []
        await feed.connection.client.delete(feed.key)
        assert await feed.since(last) is None

    async def test_a_redis_that_goes_away_is_said_to(self) -> None:
        with running_redis() as server:
            async for feed in self.ends(server.url, "k"):
                following = asyncio.create_task(anext(feed.follow()))
                await asyncio.sleep(0.2)
                server.stop()
                with pytest.raises(FeedUnavailable):
                    await asyncio.wait_for(following, 30)
                with pytest.raises(FeedUnavailable):
                    await feed.publish([EVENT])
                with pytest.raises(FeedUnavailable):
                    await feed.since("1-1")

    async def test_a_silent_redis_holds_nobody_up(self) -> None:
        with silent_server() as port:
            url = f"redis://127.0.0.1:{port}/0"
            connection = RedisConnection(url, Degradation(), timeout_s=0.2)
            feed = RedisFeed(connection, url)
            async with asyncio.timeout(5):  # the answer never comes; the budget is 0.2 s
                with pytest.raises(FeedUnavailable):
                    await feed.publish([EVENT])
            await feed.close()
            await connection.close()
