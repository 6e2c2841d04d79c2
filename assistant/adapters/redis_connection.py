"""One Redis client with a time limit on everything and a breaker: a silent server cannot hold a request.

redis-py by default waits 40 s and more for a server that accepts and never answers. Here every call, connecting
included, has ``timeout_s``; after a failure nobody tries for ``retry_after_s`` seconds, then the next call finds out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from assistant.domain.degradation import Degradation
from assistant.ports.serving import Readiness

Result = TypeVar("Result")
NAME = "redis"


class RedisUnavailable(Exception):  # noqa: N818 - a state of the world, told by its name
    """Redis refused, failed or did not answer in time; callers fall back to this process."""


class RedisConnection:
    """``run`` calls a command with the client; the budget per request is one try of ``timeout_s`` seconds."""

    required = False

    def __init__(
        self, url: str, degradation: Degradation, *, timeout_s: float = 0.25, retry_after_s: float = 5.0
    ) -> None:
        self.timeout_s, self.retry_after_s, self.degradation = timeout_s, retry_after_s, degradation
        self.client: Redis = Redis.from_url(
            url,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            decode_responses=True,
            max_connections=64,
        )

    async def run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        """Raises ``RedisUnavailable`` within ``timeout_s``, at once while the breaker is open."""
        if self.degradation.is_degraded(NAME):
            raise RedisUnavailable("breaker open")
        return await self._attempt(command)

    async def _attempt(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        try:
            async with asyncio.timeout(self.timeout_s):
                result = await command(self.client)
        except (RedisError, OSError, TimeoutError) as error:
            self.degradation.mark(NAME, self.retry_after_s)
            raise RedisUnavailable(type(error).__name__) from error
        self.degradation.clear(NAME)
        return result

    async def check(self) -> Readiness:
        """Asks Redis itself, whatever the breaker says."""
        try:
            await self._attempt(_ping)
        except RedisUnavailable as error:
            return Readiness(False, str(error))
        return Readiness(True)

    async def close(self) -> None:
        await self.client.aclose()


async def _ping(client: Redis) -> Any:
    return await client.eval("return 1", 0)
