"""One suite for every ``RateLimiter``: in this process, and on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.redis_connection import RedisConnection
from assistant.adapters.redis_limits import RedisLimiter
from assistant.domain.degradation import Degradation
from assistant.domain.rate_limit import RateRule
from assistant.ports.serving import RateLimiter
from tests.real_redis import RedisServer

# Ten seconds: a pause of the machine between two calls of a test must not earn another admission (one in 2 s).
RULE = RateRule(5, 10.0)


class RateLimiterContract:
    @pytest.fixture
    def limiter(self) -> RateLimiter:
        raise NotImplementedError

    @pytest.fixture
    def key(self) -> str:
        return uuid4().hex

    async def test_a_burst_up_to_the_limit_passes_and_no_more(self, limiter: RateLimiter, key: str) -> None:
        decisions = [await limiter.admit(key) for _ in range(6)]
        assert [decision.allowed for decision in decisions] == [True] * 5 + [False]
        assert [decision.remaining for decision in decisions] == [4, 3, 2, 1, 0, 0]
        assert all(decision.limit == 5 for decision in decisions)

    async def test_callers_do_not_share(self, limiter: RateLimiter, key: str) -> None:
        for _ in range(6):
            await limiter.admit(key)
        assert (await limiter.admit(key + "x")).allowed

    async def test_waiting_as_told_is_enough(self, limiter: RateLimiter, key: str) -> None:
        for _ in range(5):
            await limiter.admit(key)
        refused = await limiter.admit(key)
        assert 0.0 < refused.retry_after_s <= RULE.interval_s
        await asyncio.sleep(refused.retry_after_s + 0.02)
        assert (await limiter.admit(key)).allowed
        assert not (await limiter.admit(key)).allowed

    async def test_many_at_once_get_exactly_the_limit(self, limiter: RateLimiter, key: str) -> None:
        decisions = await asyncio.gather(*(limiter.admit(key) for _ in range(30)))
        assert sum(decision.allowed for decision in decisions) == 5

    async def test_being_refused_costs_nothing(self, limiter: RateLimiter, key: str) -> None:
        for _ in range(50):
            await limiter.admit(key)
        assert (await limiter.admit(key)).retry_after_s <= RULE.interval_s


class TestInProcess(RateLimiterContract):
    @pytest.fixture
    def limiter(self) -> RateLimiter:
        return InProcessLimiter(RULE)

    async def test_memory_is_bounded(self) -> None:
        limiter = InProcessLimiter(RULE, capacity=10)
        for number in range(100):
            await limiter.admit(str(number))
        assert len(limiter._arrivals) == 10


@pytest.mark.redis
class TestRedis(RateLimiterContract):
    @pytest.fixture
    async def limiter(self, redis_server: RedisServer) -> AsyncIterator[RateLimiter]:
        connection = RedisConnection(redis_server.url, Degradation(), timeout_s=2.0)
        yield RedisLimiter(connection, RULE)
        await connection.close()

    async def test_processes_share_one_limit_and_state_expires(self, redis_server: RedisServer, key: str) -> None:
        connections = [RedisConnection(redis_server.url, Degradation(), timeout_s=2.0) for _ in range(2)]
        limiters = [RedisLimiter(connection, RULE) for connection in connections]
        allowed = [(await limiters[number % 2].admit(key)).allowed for number in range(8)]
        assert sum(allowed) == 5
        assert 0 < await connections[0].client.pttl("hotline:rate:" + key) <= 10_000
        for connection in connections:
            await connection.close()
