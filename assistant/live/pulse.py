"""Work that a service does beside its requests for as long as it lives."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod


class Pulse(ABC):
    """One task, started and stopped with the service."""

    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _run(self) -> None:
        """Beats until it is cancelled."""
