"""The ports behind live pages: a feed that every process of the service shares, and the counts of open orders."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.live_events import LiveEvent, OpenCounts


class FeedUnavailable(Exception):  # noqa: N818 - a state of the world
    """The feed cannot be reached; what was to be told reached nobody beyond this process."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """``id`` is ``<number>-<number>`` and grows; it is what a page sends back as ``Last-Event-ID``."""

    id: str
    event: LiveEvent


class LiveFeed(Protocol):
    """A hint, not a record: the orders are in the database, and a page that missed something reads them again."""

    async def publish(self, events: Sequence[LiveEvent]) -> None:
        """Raises ``FeedUnavailable``."""
        ...

    def follow(self) -> AsyncGenerator[FeedItem]:
        """Everything published from now on, by any process. Raises ``FeedUnavailable`` when the feed is lost."""
        ...

    async def since(self, item_id: str) -> list[FeedItem] | None:
        """What came after ``item_id``; ``None`` where that is no longer known. Raises ``FeedUnavailable``."""
        ...


class OpenOrders(Protocol):
    """Blocking, as the database is. Every method raises ``StoreUnavailable``."""

    def counts(self, now: datetime, soon: datetime, units: Collection[str | None]) -> dict[str | None, OpenCounts]:
        """Of the orders in which each of ``units`` has a part; ``None`` stands for all orders."""
        ...

    def at_risk(self, now: datetime, soon: datetime) -> list[LiveEvent]:
        """Open orders with a limit that ends between the two instants; at most a thousand, soonest first."""
        ...
