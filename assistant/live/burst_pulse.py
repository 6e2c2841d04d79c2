"""Looks for bursts every few minutes and tells of each once: supervisors' open pages, and the units that the operator named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from assistant.domain.burst_notice import alert_of, matter_key, notices
from assistant.domain.watch import Signal
from assistant.live.hub import LiveHub
from assistant.live.pulse import Pulse
from assistant.ports.orders import StoreUnavailable
from assistant.ports.watch import NoticeBook

logger = logging.getLogger(__name__)


class BurstPulse(Pulse):
    """``bursts`` and ``book`` may open the database and block. Every process looks: the book tells each unit once all the same."""

    def __init__(
        self,
        hub: LiveHub,
        bursts: Callable[[], Sequence[Signal]],
        book: Callable[[], NoticeBook],
        named: Iterable[str],
        *,
        every_s: float,
    ) -> None:
        self.hub, self.bursts, self.book, self.named, self.every_s = hub, bursts, book, tuple(named), every_s
        self._told: set[str] = set()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            try:
                await self.beat()
            except StoreUnavailable as error:
                logger.warning("bursts not looked for: %s", error)

    async def beat(self) -> None:
        """Raises ``StoreUnavailable``."""
        found = await asyncio.to_thread(self._look)
        for signal in found:
            if matter_key(signal) not in self._told:
                self.hub.tell(alert_of(signal))
        self._told = {matter_key(signal) for signal in found}

    def _look(self) -> Sequence[Signal]:
        found = self.bursts()
        told = self.book().announce(tuple(notices(found, self.named))) if found else 0
        if told:
            logger.warning("bursts: %d notice(s) written for %s", told, ", ".join(self.named))
        return found
