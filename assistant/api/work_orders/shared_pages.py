"""One look at the database for all open pages that ask the same: after a change each of them reads its list again."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

KEEP_S = 1.0
"""However quiet the feed is: a change of another process may not have been told."""
MOST = 256


@dataclass(frozen=True, slots=True)
class ReadyPage:
    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> ReadyPage:
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')


@dataclass(frozen=True, slots=True)
class _Kept:
    task: asyncio.Task[ReadyPage]
    changes: int
    until: float

    @property
    def has_failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


@dataclass
class SharedPages:
    """``changes`` grows with every change that this process hears of; while it is 0 nothing was heard and nothing is shared.

    A page begun before a change is not given to who asks after it. Keys hold everything that decides what a page shows,
    the unit of who asks among it.
    """

    changes: Callable[[], int]
    now: Callable[[], float] = time.monotonic
    _kept: dict[Hashable, _Kept] = field(default_factory=dict)

    async def get(self, key: Hashable, make: Callable[[], Awaitable[ReadyPage]]) -> ReadyPage:
        """Raises what ``make`` raises. Who leaves early takes nothing from those who wait beside them."""
        changes, now, kept = self.changes(), self.now(), self._kept.get(key)
        if kept is not None and changes and kept.changes == changes and now < kept.until and not kept.has_failed:
            return await asyncio.shield(kept.task)
        task: asyncio.Task[ReadyPage] = asyncio.ensure_future(make())
        task.add_done_callback(_heard)
        self._keep(key, _Kept(task, changes, now + KEEP_S))
        return await asyncio.shield(task)

    def _keep(self, key: Hashable, kept: _Kept) -> None:
        self._kept.pop(key, None)
        self._kept[key] = kept
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]


def _heard(task: asyncio.Task[ReadyPage]) -> None:
    """A failure that nobody waits for any more is no event of its own."""
    if not task.cancelled():
        task.exception()
