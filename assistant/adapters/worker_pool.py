"""Batches through a few processes and back in their order; a batch whose process was killed is done here: none is lost."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import forkserver
from typing import TypeVar

Batch = TypeVar("Batch")
Done = TypeVar("Done")
MOST_WORKERS = 3
AHEAD = 2
"""Batches that wait beside those in work: they bound the memory."""


def in_order(work: Callable[[Batch], Done], batches: Iterable[Batch], module: str) -> Iterator[Done]:
    """``work`` of each batch. It, ``Batch`` and ``Done`` travel between processes; ``module`` is what it needs imported.

    The first batch is done in this process, while the others start; on one core all of them are.
    """
    rest = iter(batches)
    workers = min(MOST_WORKERS, (os.cpu_count() or 1) - 1)
    head = list(islice(rest, 2))
    if workers < 1 or len(head) < 2:
        yield from map(work, head)
        yield from map(work, rest)
        return
    # A fork server forks from a process without our threads and connections.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    forkserver.ensure_running()
    yield work(head[0])
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent) as pool:
        waiting = deque([_begun(pool, work, head[1])])
        waiting.extend(_begun(pool, work, batch) for batch in islice(rest, workers + AHEAD - 1))
        while waiting:
            done = waiting.popleft()()
            waiting.extend(_begun(pool, work, batch) for batch in islice(rest, 1))
            yield done


def _begun(pool: ProcessPoolExecutor, work: Callable[[Batch], Done], batch: Batch) -> Callable[[], Done]:
    try:
        return partial(_finished, pool.submit(work, batch), work, batch)
    except BrokenProcessPool:
        return partial(work, batch)


def _finished(future: Future[Done], work: Callable[[Batch], Done], batch: Batch) -> Done:
    try:
        return future.result()
    except BrokenProcessPool:
        return work(batch)


def _end_with_parent() -> None:
    """A worker of a process that was killed would wait for work for ever, and its fork server with it."""
    threading.Thread(target=_watch_parent, name="parent-watch", daemon=True).start()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
