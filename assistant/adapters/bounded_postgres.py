"""Connections to PostgreSQL that give up on a server which accepts and says nothing: frozen, or behind a network that dropped us.

libpq bounds connecting only. ``statement_timeout`` is the server's own promise, and TCP hears nothing of a frozen process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Any

import psycopg
from psycopg.waiting import Ready

STATEMENT_S = 15
"""The server ends a statement after this."""
SILENCE_S = STATEMENT_S + 3.0
"""A living server has answered by then, if only to say that the statement took too long."""
PING_S = 3.0
NOT_AGAIN_WITHIN_S = 2.0


class BoundedConnection(psycopg.Connection[Any]):
    """``silence_s`` is measured from the last byte, so that a long batch may go on. ``None``: as long as it takes."""

    silence_s: float | None = SILENCE_S

    def wait(self, gen: Generator[Any, Any, Any], *limits: Any, **more: Any) -> Any:
        # Only the pool's ping runs in autocommit.
        limit = PING_S if self.autocommit else self.silence_s
        return super().wait(gen if limit is None else self._bounded(gen, limit), *limits, **more)

    def _bounded(self, gen: Generator[Any, Any, Any], limit: float) -> Generator[Any, Any, Any]:
        """``gen``, told every tenth of a second that nothing has come (``Ready.NONE``)."""
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready != Ready.NONE:
                    heard = time.monotonic()
                elif time.monotonic() - heard > limit:
                    self.pgconn.finish()  # or giving the transaction up would wait just as long
                    raise psycopg.OperationalError(f"the server said nothing for {limit:g} s")
                wanted = gen.send(ready)
        except StopIteration as ended:
            return ended.value


class Door:
    """Where connections are made. Just after a failure nobody tries: while a server is away, each try costs its whole time limit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._shut_until = clock, float("-inf")

    def connect(self, *address: Any, **parameters: Any) -> BoundedConnection:
        if self._clock() < self._shut_until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        try:
            return BoundedConnection.connect(*address, **parameters)
        except psycopg.OperationalError:
            self._shut_until = self._clock() + NOT_AGAIN_WITHIN_S
            raise
