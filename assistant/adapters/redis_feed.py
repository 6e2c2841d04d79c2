"""``LiveFeed`` on a Redis stream: every process writes to it and reads all of it. Redis 6.2 commands.

A stream and not publish/subscribe: a process that lost its connection for a moment reads on where it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from assistant.adapters.redis_connection import RedisConnection, RedisUnavailable
from assistant.domain.live_events import LiveEvent, LiveKind
from assistant.ports.live import FeedItem, FeedUnavailable

BLOCK_S = 5.0
_ID = re.compile(r"\d{1,15}-\d{1,10}", re.ASCII)


class RedisFeed:
    """Short commands go through the shared ``connection`` with its breaker; reading has a client of its own, which waits."""

    def __init__(
        self, connection: RedisConnection, url: str, *, key: str = "hotline:live", capacity: int = 5000
    ) -> None:
        self.connection, self.key, self.capacity = connection, key, capacity
        self.reader: Redis = Redis.from_url(
            url,
            socket_timeout=BLOCK_S + 2.0,
            socket_connect_timeout=2.0,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            decode_responses=True,
        )

    async def publish(self, events: Sequence[LiveEvent]) -> None:
        async def command(client: Redis) -> None:
            async with client.pipeline(transaction=False) as pipe:
                for event in events:
                    pipe.xadd(self.key, {"event": encode(event)}, maxlen=self.capacity, approximate=True)
                await pipe.execute()

        try:
            await self.connection.run(command)
        except RedisUnavailable as error:
            raise FeedUnavailable(str(error)) from error

    async def follow(self) -> AsyncGenerator[FeedItem]:
        try:
            last = await self._last()
            while True:
                found: Any = await self.reader.xread({self.key: last}, block=int(BLOCK_S * 1000), count=500)
                for item in _items(found[0][1] if found else []):
                    last = item.id
                    yield item
        except (RedisError, OSError) as error:
            raise FeedUnavailable(type(error).__name__) from error

    async def _last(self) -> str:
        """Where the stream ends now; ``$`` itself would skip what comes between two reads."""
        rows = await self.reader.xrevrange(self.key, count=1)
        return cast(str, rows[0][0]) if rows else "0-0"

    async def since(self, item_id: str) -> list[FeedItem] | None:
        if not _ID.fullmatch(item_id):
            return None

        async def command(client: Redis) -> list[Any]:
            async with client.pipeline(transaction=True) as pipe:
                pipe.xrange(self.key, min=item_id, max="+", count=self.capacity)
                return cast("list[Any]", (await pipe.execute())[0])

        try:
            rows = await self.connection.run(command)
        except RedisUnavailable as error:
            raise FeedUnavailable(str(error)) from error
        # The item itself must still be there: else nobody knows what was cut off behind it, or Redis began anew.
        return _items(rows[1:]) if rows and rows[0][0] == item_id else None

    async def close(self) -> None:
        await self.reader.aclose()


def encode(event: LiveEvent) -> str:
    return json.dumps(asdict(event), ensure_ascii=False)


def _items(rows: Sequence[tuple[str, dict[str, str]]]) -> list[FeedItem]:
    return [FeedItem(item_id, _decode(fields["event"])) for item_id, fields in rows]


def _decode(text: str) -> LiveEvent:
    values = json.loads(text)
    return LiveEvent(**values | {"kind": LiveKind(values["kind"]), "units": tuple(values["units"])})
