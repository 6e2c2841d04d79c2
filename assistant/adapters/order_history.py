"""``OrderHistory`` over the store of work orders: an index in memory that follows the store and lies on disk between runs."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from assistant.domain.appeal import Appeal, Judgement, Place, SimilarOrder
from assistant.domain.past_order import PastOrder
from assistant.ports.history import OrderFeed
from assistant.ports.orders import StoreUnavailable
from assistant.ports.triage import OrderHistory
from assistant.similarity.order_index import OrderIndex
from assistant.similarity.search import SHARES, find_similar
from assistant.similarity.storage import IndexUnusable, load, save
from assistant.similarity.telling import asked_of, told
from retrieval.static_embedding import default_embedding

FOLLOW_EVERY_S = 2.0
WAIT_S = 0.5
"""How long an appeal waits for the latest changes; then it is compared with what is known."""
OVERLAP = timedelta(minutes=2)
"""Clocks of machines differ, and a change is dated before it is committed: what is this fresh is read again."""


class IndexedHistory:
    """Answers from an index as it is. Not blocking for long: about 5 ms over 100,000 orders."""

    def __init__(self, index: OrderIndex) -> None:
        self.index = index

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        matches = find_similar(self.index, asked_of(appeal, category, place), limit)
        return tuple(told(match, appeal.received_at) for match in matches)

    def received(self, appellant_key: str) -> list[datetime]:
        orders = self.index.orders
        known = len(orders)  # a writer may be adding a row that is not there yet
        return [orders[row].received_at for row in self.index.rows_of_caller.get(appellant_key, ()) if row < known]


class FollowedHistory:
    """Follows a feed: at most every ``every_s`` seconds an appeal first has what has changed read, which is little.

    The first load of a long history takes seconds: ``warm_up`` does it. Until then, and while the store is away, appeals are
    compared with what is known. ``open_feed`` may raise ``StoreUnavailable``.
    """

    def __init__(
        self, open_feed: Callable[[], OrderFeed], folder: Path | None = None, every_s: float = FOLLOW_EVERY_S
    ) -> None:
        self._open_feed, self._folder, self._every_s = open_feed, folder, every_s
        self._lock = threading.Lock()
        self._due = 0.0
        self._mark: datetime | None = None
        self._unsaved = 0
        self._index: OrderIndex | None = None

    @property
    def index(self) -> OrderIndex:
        return self._index if self._index is not None else OrderIndex.empty(default_embedding().dimension)

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        if self._index is None:
            self.warm_up_aside()
        elif time.monotonic() >= self._due:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(asyncio.to_thread(self.follow)), WAIT_S)
        return await IndexedHistory(self.index).similar(appeal, category, place, limit)

    def received(self, appellant_key: str) -> list[datetime]:
        return IndexedHistory(self.index).received(appellant_key)

    def warm_up(self) -> None:
        """Loads what lies on disk and follows the store. Raises ``StoreUnavailable``."""
        with self._lock:
            self._follow()

    def warm_up_aside(self) -> None:
        """As ``warm_up`` in a thread of its own; where the store is away, a later appeal tries again."""
        if time.monotonic() >= self._due and not self._lock.locked():
            threading.Thread(target=self.follow, name="order-history", daemon=True).start()

    def follow(self) -> None:
        """Reads what has changed, unless somebody is at it."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._follow()
        except StoreUnavailable:
            self._due = time.monotonic() + self._every_s
        finally:
            self._lock.release()

    def close(self) -> None:
        """Waits for a thread that is reading, keeps the index for the next start and follows no more."""
        self.save()
        self.pause()

    def pause(self) -> None:
        """From now on answers come from what is known."""
        self._due = math.inf

    def save(self) -> None:
        """Writes the index beside the database; it is a copy that the next run starts from."""
        with self._lock:
            if self._folder is not None and self._unsaved and self._index is not None:
                save(self._index, self._folder, self._mark)
                self._unsaved = 0

    def _follow(self) -> None:
        feed = self._open_feed()
        if self._index is None:
            self._index = self._first(feed)
        else:
            since = self._mark - OVERLAP if self._mark else None
            self._unsaved += self._index.add(self._marked(feed.changed(since)))
            if feed.count() != len(self._index):
                self._index = self._reconciled(self._index, feed)
        self._due = time.monotonic() + self._every_s

    def _first(self, feed: OrderFeed) -> OrderIndex:
        if self._folder is not None:
            with suppress(IndexUnusable):
                stored, self._mark = load(self._folder)
                return self._reconciled(stored, feed)
        return self._built(feed)

    def _built(self, feed: OrderFeed) -> OrderIndex:
        self._mark, index = None, OrderIndex.empty(default_embedding().dimension)
        self._unsaved += index.add(self._marked(feed.changed(None)))
        return index

    def _reconciled(self, index: OrderIndex, feed: OrderFeed) -> OrderIndex:
        """Every order of the store in its latest version: imports may be dated before our mark, a database may be replaced."""
        versions = feed.versions()
        if not index.row_of.keys() <= versions.keys():
            return self._built(feed)
        stale = [key for key, version in versions.items() if index.version(key) < version]
        self._unsaved += index.add(self._marked(feed.orders(stale)))
        return index

    def _marked(self, orders: Iterable[PastOrder]) -> Iterator[PastOrder]:
        for order in orders:
            if order.updated_at is not None and (self._mark is None or order.updated_at > self._mark):
                self._mark = order.updated_at
            yield order


class JoinedHistories:
    """Several histories as one."""

    def __init__(self, histories: Iterable[OrderHistory]) -> None:
        self._histories = tuple(histories)

    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        found = [order for one in self._histories for order in await one.similar(appeal, category, place, limit)]
        found.sort(key=lambda order: -order.score)
        shared = [[order for order in found if order.relation is one][:most] for one, most in SHARES.items()]
        return tuple(order for orders in shared for order in orders)[:limit]

    def received(self, appellant_key: str) -> list[datetime]:
        return [at for one in self._histories for at in one.received(appellant_key)]
