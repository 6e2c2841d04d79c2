"""Work that a service does beside its requests for as long as it lives."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


def beside(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """A task that nobody awaits until the end. Should a fault end it before, the log says so: pages would only fall silent."""
    task = asyncio.create_task(work, name=getattr(work, "__qualname__", "work"))
    task.add_done_callback(_tell_of_fault)
    return task


def _tell_of_fault(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        logger.error("%s has ended, restart the service", task.get_name(), exc_info=error)


class Pulse(ABC):
    """One task, started and stopped with the service."""

    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = beside(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def _run(self) -> None:
        """Beats until it is cancelled."""
