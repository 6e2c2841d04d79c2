"""``LiveFeed`` in this process: for one process, and what remains when Redis is gone."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence

from assistant.domain.live_events import LiveEvent
from assistant.ports.live import FeedItem


class InProcessFeed:
    """Remembers the last ``capacity`` items. An id from before a restart is not known, and the page reads again."""

    def __init__(self, capacity: int = 2000) -> None:
        self._boot, self._count = time.time_ns() // 1_000_000, 0
        self._items: deque[FeedItem] = deque(maxlen=capacity)
        self._followers: set[asyncio.Queue[FeedItem]] = set()

    async def publish(self, events: Sequence[LiveEvent]) -> None:
        for event in events:
            self._count += 1
            item = FeedItem(f"{self._boot}-{self._count}", event)
            self._items.append(item)
            for follower in self._followers:
                follower.put_nowait(item)

    async def follow(self) -> AsyncGenerator[FeedItem]:
        queue: asyncio.Queue[FeedItem] = asyncio.Queue()
        self._followers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._followers.discard(queue)

    async def since(self, item_id: str) -> list[FeedItem] | None:
        boot, _, number = item_id.partition("-")
        if boot != str(self._boot) or not number.isdecimal():
            return None
        oldest = self._count - len(self._items) + 1
        if not oldest - 1 <= int(number) <= self._count:
            return None
        return list(self._items)[int(number) - oldest + 1 :]
