"""``RateLimiter`` on Redis: one script per request, with Redis's own clock, so that all processes agree."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis

from assistant.adapters.redis_connection import RedisConnection
from assistant.domain.rate_limit import RateDecision, RateRule, decide

# The arithmetic of ``assistant.domain.rate_limit``, in one atomic step. Redis 6.2 commands.
ADMIT = """
local now = redis.call('TIME')
local at = tonumber(now[1]) + tonumber(now[2]) / 1000000
local limit, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local interval = period / limit
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or at), at)
local following = due + interval
if at + 0.000000001 >= following - period then
  redis.call('SET', KEYS[1], string.format('%.6f', following), 'PX', math.ceil((following - at) * 1000))
end
return {string.format('%.6f', at), string.format('%.6f', due)}
"""


class RedisLimiter:
    """Raises ``RedisUnavailable`` when Redis does not answer; see ``shared_state`` for the fallback."""

    def __init__(self, connection: RedisConnection, rule: RateRule, *, prefix: str = "hotline:rate:") -> None:
        self.connection, self.rule, self.prefix = connection, rule, prefix

    async def admit(self, key: str) -> RateDecision:
        async def command(client: Redis) -> list[str]:
            arguments = (self.prefix + key, str(self.rule.limit), str(self.rule.period_s))
            return await cast("Awaitable[list[str]]", client.eval(ADMIT, 1, *arguments))

        now, due = map(float, await self.connection.run(command))
        return decide(self.rule, due, now)[0]
