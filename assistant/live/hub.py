"""Tells open pages what happened: one reader of the feed per process, one bounded queue per page.

Orders are committed in threads; ``committed`` may be called from any. A page that reads too slowly is let go, with a
word to come back and read everything again: it must not hold back the others nor fill the memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.domain.burst_notice import BurstAlert
from assistant.domain.live_events import LiveEvent, OpenCounts, event_of
from assistant.live.pulse import beside
from assistant.ports.live import FeedItem, FeedUnavailable, LiveFeed
from assistant.ports.orders import Step

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 100
"""Steps of one commit that are told one by one; a bulk import says "read again" instead."""
AGAIN_AFTER_S, LONGEST_PAUSE_S = 1.0, 30.0
"""All open pages read everything at each attempt, so an outage must not make them do so every second."""


class Resync:
    """Something may have been missed: read everything again."""


class Dropped:
    """This page was too slow, or the process is about to end; the stream ends and the page comes back."""


Told = FeedItem | LiveEvent | OpenCounts | BurstAlert | Resync | Dropped
"""A bare ``LiveEvent`` came from this process alone and has no place in the feed."""


@dataclass(eq=False)
class Subscription:
    """One open page. ``unit``: hears of that unit's orders only. ``key`` names who listens, for the limit; ``supervises``: hears of bursts."""

    key: str
    unit: str | None
    queue: asyncio.Queue[Told] = field(default_factory=lambda: asyncio.Queue(maxsize=256))
    is_dropped: bool = False
    counted: OpenCounts | None = None
    supervises: bool = False

    def hears(self, event: LiveEvent | BurstAlert) -> bool:
        if isinstance(event, BurstAlert):
            return self.supervises
        return self.unit is None or self.unit in event.units

    def put(self, told: Told) -> None:
        if self.is_dropped:
            return
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.drop()

    def drop(self) -> None:
        """What waits is forgotten: the page reads everything again when it comes back."""
        self.is_dropped = True
        self._empty()
        self.queue.put_nowait(Dropped())

    def _empty(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()


class TooManyStreams(Exception):  # noqa: N818 - an answer
    """This person, or this process, has as many open streams as it may."""


class LiveHub:
    """``start`` and ``stop`` frame its life in the event loop; before and after, ``committed`` says nothing."""

    def __init__(self, feed: LiveFeed, *, most: int = 2000, most_per_key: int = 12) -> None:
        self.feed, self.most, self.most_per_key = feed, most, most_per_key
        self.subscriptions: set[Subscription] = set()
        self.changes = 0
        """Grows with every commit and event that this process hears of; 0: none yet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: asyncio.Queue[list[LiveEvent]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks = [beside(self._publish()), beside(self._follow())]

    async def stop(self) -> None:
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def dismiss(self) -> None:
        """Lets every page go, to come back to the next process: one that ends need not wait for streams without end."""
        for subscription in tuple(self.subscriptions):
            subscription.drop()

    def committed(self, steps: Sequence[Step], before: Mapping[str, frozenset[str]]) -> None:
        """After the commit, from any thread. Nobody waits for this. A unit whose part has ended hears of that too."""
        self.changes += 1
        loop = self._loop
        if loop is None or not steps:
            return
        nobody: frozenset[str] = frozenset()
        events = [
            event_of(step.order, before.get(step.order.id, nobody), is_new=step.expected == 0)
            for step in steps[: MOST_AT_ONCE + 1]
        ]
        with contextlib.suppress(RuntimeError):  # the loop has just been closed
            loop.call_soon_threadsafe(self._waiting.put_nowait, events)

    def subscribe(self, key: str, unit: str | None, *, supervises: bool = False) -> Subscription:
        """Raises ``TooManyStreams``."""
        mine = sum(1 for subscription in self.subscriptions if subscription.key == key)
        if mine >= self.most_per_key or len(self.subscriptions) >= self.most:
            raise TooManyStreams
        subscription = Subscription(key, unit, supervises=supervises)
        self.subscriptions.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        self.subscriptions.discard(subscription)

    async def missed(self, subscription: Subscription, last_id: str) -> list[FeedItem] | None:
        """What the page has not seen since ``last_id``; ``None``: it must read everything again."""
        try:
            items = await self.feed.since(last_id)
        except FeedUnavailable:
            return None
        return None if items is None else [item for item in items if subscription.hears(item.event)]

    def tell(self, told: Told) -> None:
        """To every page of this process that may hear it."""
        event = told.event if isinstance(told, FeedItem) else told
        self.changes += isinstance(event, LiveEvent | Resync)
        for subscription in tuple(self.subscriptions):
            if not isinstance(event, LiveEvent | BurstAlert) or subscription.hears(event):
                subscription.put(told)

    async def _publish(self) -> None:
        while True:
            events = await self._waiting.get()
            if len(events) > MOST_AT_ONCE:
                self.tell(Resync())
                continue
            try:
                await self.feed.publish(events)
            except FeedUnavailable:
                for event in events:
                    self.tell(event)

    async def _follow(self) -> None:
        """A lost feed is tried again ever more rarely; each time pages read again what they may have missed."""
        pause_s = AGAIN_AFTER_S
        while True:
            began = time.monotonic()
            try:
                async with contextlib.aclosing(self.feed.follow()) as items:
                    async for item in items:
                        self.tell(item)
            except FeedUnavailable as error:
                logger.warning("live feed lost: %s", error)
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause_s = AGAIN_AFTER_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            self.tell(Resync())
