"""``PassageSearch`` for async code: the blocking engine runs in a small pool of threads, within a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from assistant.domain.degradation import Degradation
from assistant.ports.serving import Readiness
from retrieval.contracts import Passage, SearchQuery, SearchResult
from retrieval.ports import IndexUnavailable
from retrieval.search import Search

RETRY_AFTER_S = 5.0
Made = TypeVar("Made")


class ThreadedSearch:
    """Also the readiness check ``index``. A thread that outlives ``timeout_s`` finishes unseen; the caller does not wait."""

    required = True

    def __init__(self, search: Search, degradation: Degradation, *, threads: int = 4, timeout_s: float = 3.0) -> None:
        self._search, self._degradation, self._timeout_s = search, degradation, timeout_s
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="search")

    async def search(self, query: SearchQuery) -> SearchResult:
        """Raises ``IndexUnavailable`` and ``TimeoutError``."""
        try:
            result = await self._in_thread(self._search.search, query)
        except (IndexUnavailable, TimeoutError):
            self._degradation.mark("index", RETRY_AFTER_S)
            raise
        self._degradation.clear("index")
        return result

    async def neighbours(self, passage: Passage) -> tuple[Passage, ...]:
        return tuple(await self._in_thread(self._search.neighbours, passage))

    async def warm_up(self) -> None:
        """Loads what the first search would otherwise wait for; an index that is away stays for ``check`` to tell."""
        with suppress(IndexUnavailable):
            await asyncio.get_running_loop().run_in_executor(self._pool, self._search.warm_up)

    async def check(self) -> Readiness:
        try:
            count = await self._in_thread(self._search.index.count)
        except IndexUnavailable:
            return Readiness(False, "unavailable")
        except TimeoutError:
            return Readiness(False, "silent")
        return Readiness(count > 0, "" if count else "empty")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._search.close()

    async def _in_thread(self, work: Callable[..., Made], *given: object) -> Made:
        running = asyncio.get_running_loop().run_in_executor(self._pool, work, *given)
        async with asyncio.timeout(self._timeout_s):
            return await running
