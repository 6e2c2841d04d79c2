"""Sessions and limits shared through Redis, each with a local stand-in: answers go on when Redis is silent or gone.

While Redis is away this process admits a quarter of the shared rate: with N processes the sum stays near the cap
instead of N times above it. Conversations begun in that time live in this process.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.in_process_sessions import InProcessSessions
from assistant.adapters.redis_connection import RedisConnection, RedisUnavailable
from assistant.adapters.redis_limits import RedisLimiter
from assistant.adapters.redis_sessions import RedisSessions
from assistant.contracts import Message
from assistant.domain.degradation import Degradation
from assistant.domain.rate_limit import RateDecision, RateRule
from assistant.ports.answering import SessionStore
from assistant.ports.serving import RateLimiter

LOCAL_SHARE = 4


class LimiterWithFallback:
    def __init__(self, shared: RateLimiter, local: RateLimiter) -> None:
        self.shared, self.local = shared, local

    async def admit(self, key: str) -> RateDecision:
        try:
            return await self.shared.admit(key)
        except RedisUnavailable:
            return await self.local.admit(key)


class SessionsWithFallback:
    """Reads both: a conversation that went on during an outage keeps both halves until the local one expires."""

    def __init__(self, shared: SessionStore, local: SessionStore) -> None:
        self.shared, self.local = shared, local

    async def history(self, conversation_id: str) -> tuple[Message, ...]:
        held_here = await self.local.history(conversation_id)
        try:
            return (*await self.shared.history(conversation_id), *held_here)
        except RedisUnavailable:
            return held_here

    async def append(self, conversation_id: str, *messages: Message) -> None:
        try:
            await self.shared.append(conversation_id, *messages)
        except RedisUnavailable:
            await self.local.append(conversation_id, *messages)


@dataclass(frozen=True, slots=True)
class SharedState:
    """What the container takes; ``connection`` is also the ``/readyz`` check named ``redis``."""

    sessions: SessionStore
    limiter: RateLimiter
    people: RateLimiter
    filings: RateLimiter
    connection: RedisConnection

    async def close(self) -> None:
        await self.connection.close()


def open_shared_state(
    url: str,
    *,
    timeout_s: float,
    rule: RateRule,
    session_ttl_s: float,
    degradation: Degradation,
    people_rule: RateRule | None = None,
    filing_rule: RateRule | None = None,
) -> SharedState:
    """Builds without connecting: a Redis that is down at start-up only degrades. Rules not given are ``rule``."""
    connection = RedisConnection(url, degradation, timeout_s=timeout_s)
    return SharedState(
        SessionsWithFallback(RedisSessions(connection, ttl_s=session_ttl_s), InProcessSessions(ttl_s=session_ttl_s)),
        _limiter(connection, rule, "hotline:rate:"),
        _limiter(connection, people_rule or rule, "hotline:rate:"),
        _limiter(connection, filing_rule or rule, "hotline:filings:"),
        connection,
    )


def _limiter(connection: RedisConnection, rule: RateRule, prefix: str) -> LimiterWithFallback:
    local_rule = RateRule(max(1, rule.limit // LOCAL_SHARE), rule.period_s)
    return LimiterWithFallback(RedisLimiter(connection, rule, prefix=prefix), InProcessLimiter(local_rule))
