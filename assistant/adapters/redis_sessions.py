"""``SessionStore`` on Redis: a short list of masked messages per conversation that expires by itself."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from assistant.adapters.redis_connection import RedisConnection
from assistant.contracts import Message, Role


class RedisSessions:
    """Raises ``RedisUnavailable`` when Redis does not answer; see ``shared_state`` for the fallback."""

    def __init__(
        self,
        connection: RedisConnection,
        *,
        ttl_s: float = 7200.0,
        max_messages: int = 20,
        prefix: str = "hotline:session:",
    ) -> None:
        self.connection, self.ttl_s, self.max_messages, self.prefix = connection, ttl_s, max_messages, prefix

    async def history(self, conversation_id: str) -> tuple[Message, ...]:
        async def command(client: Redis) -> list[str]:
            return await cast("Awaitable[list[str]]", client.lrange(self.prefix + conversation_id, 0, -1))

        return tuple(_decode(row) for row in await self.connection.run(command))

    async def append(self, conversation_id: str, *messages: Message) -> None:
        key = self.prefix + conversation_id

        async def command(client: Redis) -> None:
            async with client.pipeline(transaction=True) as pipe:
                pipe.rpush(key, *(_encode(message) for message in messages))
                pipe.ltrim(key, -self.max_messages, -1)
                pipe.pexpire(key, int(self.ttl_s * 1000))
                await pipe.execute()

        await self.connection.run(command)


def _encode(message: Message) -> str:
    return json.dumps([message.role, message.content], ensure_ascii=False)


def _decode(row: str) -> Message:
    role, content = json.loads(row)
    return Message(cast("Role", role), content)
