"""The composition root's part for live pages: the feed that the settings name, the hub and its pulse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.adapters.in_process_feed import InProcessFeed
from assistant.bootstrap.orders import WorkOrders
from assistant.desks.watch import WatchDesk
from assistant.live.burst_pulse import BurstPulse
from assistant.live.hub import LiveHub
from assistant.live.order_pulse import LivePulse
from assistant.ports.live import LiveFeed
from assistant.setting_sections import RedisState
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.adapters.redis_connection import RedisConnection
    from assistant.adapters.redis_feed import RedisFeed


@dataclass(frozen=True)
class LivePages:
    """``start`` and ``stop`` run in the event loop."""

    hub: LiveHub
    pulse: LivePulse
    bursts: BurstPulse
    shared: RedisFeed | None = None

    def start(self) -> None:
        self.hub.start()
        self.pulse.start()
        self.bursts.start()

    async def stop(self) -> None:
        await self.bursts.stop()
        await self.pulse.stop()
        await self.hub.stop()
        if self.shared is not None:
            await self.shared.close()


def open_hub(settings: Settings, redis: RedisConnection | None) -> tuple[LiveHub, RedisFeed | None]:
    """Nothing is connected yet."""
    if redis is None or not isinstance(settings.state, RedisState):
        return LiveHub(InProcessFeed()), None
    from assistant.adapters.redis_feed import RedisFeed

    shared = RedisFeed(redis, settings.state.url.get_secret_value())
    feed: LiveFeed = shared
    return LiveHub(feed), shared


def live_pages(
    settings: Settings, hub: LiveHub, shared: RedisFeed | None, orders: Callable[[], WorkOrders], watch: WatchDesk
) -> LivePages:
    """``orders`` opens the database at the first call."""
    named, every_s = settings.watch.receivers, settings.watch.every_s
    bursts = BurstPulse(hub, watch.bursts, lambda: orders().outbox, named, every_s=every_s)
    return LivePages(hub, LivePulse(hub, lambda: orders().open_orders), bursts, shared)
