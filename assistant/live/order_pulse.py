"""What changes by itself as time passes: limits that come near, and how many orders are open. Asked every few seconds.

Asked once for all pages of this process and not once per page; where nobody listens, nobody asks.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant.domain.live_events import LiveEvent, OpenCounts
from assistant.live.hub import LiveHub
from assistant.live.pulse import Pulse
from assistant.ports.live import OpenOrders
from assistant.ports.orders import StoreUnavailable

SOON = timedelta(hours=2)
"""A limit that ends within this is at risk: time enough to act, and to tell the appellant (Article 15)."""


class LivePulse(Pulse):
    """``orders`` may open the database and block."""

    def __init__(
        self,
        hub: LiveHub,
        orders: Callable[[], OpenOrders],
        *,
        every_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.hub, self.orders, self.every_s, self.now = hub, orders, every_s, now
        self._warned: set[tuple[str, int]] | None = None

    async def _run(self) -> None:
        while True:
            if self.hub.subscriptions:
                with contextlib.suppress(StoreUnavailable):
                    await self.beat()
            await asyncio.sleep(self.every_s)

    async def beat(self) -> None:
        """Raises ``StoreUnavailable``."""
        now = self.now()
        units = {subscription.unit for subscription in self.hub.subscriptions}
        counted, near = await asyncio.to_thread(self._ask, now, units)
        self._warn(near)
        for subscription in tuple(self.hub.subscriptions):
            counts = counted.get(subscription.unit)
            if counts is not None and counts != subscription.counted:
                subscription.counted = counts
                subscription.put(counts)

    def _ask(self, now: datetime, units: set[str | None]) -> tuple[dict[str | None, OpenCounts], list[LiveEvent]]:
        orders = self.orders()
        return orders.counts(now, now + SOON, units), orders.at_risk(now, now + SOON)

    def _warn(self, near: list[LiveEvent]) -> None:
        """Once per order and version. What was near before anybody listened stands in the lists already."""
        known, self._warned = self._warned, {(event.order_id, event.version) for event in near}
        for event in near:
            if known is not None and (event.order_id, event.version) not in known:
                self.hub.tell(event)
