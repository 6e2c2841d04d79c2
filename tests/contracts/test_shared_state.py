"""Hazard row 62 for Redis: refused, silent, killed and back; requests stay within their budget, answers go on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from assistant.adapters.shared_state import SharedState, open_shared_state
from assistant.contracts import Message
from assistant.domain.degradation import Degradation
from assistant.domain.rate_limit import RateRule
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer
from tests.real_redis import RedisServer, free_port, redis_program, silent_server

# Long beside what a request itself takes on a busy machine, so that the figures below tell waiting from working.
TIMEOUT_S = 1.0
QUESTION = {"question": "物业费涨价要谁同意？"}


@asynccontextmanager
async def state_on(url: str, degradation: Degradation) -> AsyncIterator[SharedState]:
    rule = RateRule(8, 60.0)
    state = open_shared_state(url, timeout_s=TIMEOUT_S, rule=rule, session_ttl_s=60.0, degradation=degradation)
    yield state
    await state.close()


@asynccontextmanager
async def api_on(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, FakeContainer]]:
    container = FakeContainer()
    async with state_on(url, container.degradation) as state:
        container.sessions, container.limiter = state.sessions, state.limiter
        container.readiness = {"redis": state.connection}
        async with client_of(container) as client:
            yield client, container


async def test_silent_redis_holds_a_request_no_longer_than_its_budget_and_only_the_first() -> None:
    with silent_server() as port:
        async with api_on(f"redis://127.0.0.1:{port}/0") as (client, _):
            seconds = []
            for _ in range(2):
                started = time.perf_counter()
                response = await client.post("/v1/inquiries", json=QUESTION)
                seconds.append(time.perf_counter() - started)
                assert response.status_code == 200
                assert response.headers["x-degraded"] == "redis"
            assert seconds[0] < 2 * TIMEOUT_S + 0.2
            assert max(seconds[1:]) < TIMEOUT_S
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
            assert 'hotline_degraded{dependency="redis"} 1.0' in (await client.get("/metrics")).text


async def test_refused_redis_costs_almost_nothing() -> None:
    async with api_on(f"redis://127.0.0.1:{free_port()}/0") as (client, _):
        started = time.perf_counter()
        assert (await client.post("/v1/inquiries", json=QUESTION)).status_code == 200
        assert time.perf_counter() - started < TIMEOUT_S


async def test_without_redis_this_process_admits_a_quarter() -> None:
    async with api_on(f"redis://127.0.0.1:{free_port()}/0") as (client, _):
        statuses = [(await client.post("/v1/inquiries", json=QUESTION)).status_code for _ in range(4)]
        assert statuses == [200, 200, 429, 429]


async def test_conversation_goes_on_without_redis() -> None:
    async with api_on(f"redis://127.0.0.1:{free_port()}/0") as (client, container):
        first = (await client.post("/v1/inquiries", json=QUESTION)).json()
        await client.post("/v1/inquiries", json={**QUESTION, "conversation_id": first["conversation_id"]})
        assert len(container.flow.turns[1].history) == 2


@pytest.mark.redis
async def test_redis_dies_and_comes_back_without_a_restart_of_ours() -> None:
    redis_program()
    server, now = RedisServer(free_port()), [0.0]
    degradation = Degradation(clock=lambda: now[0])
    server.start()
    async with state_on(server.url, degradation) as state:
        await state.sessions.append("c", Message("user", "一"))
        server.stop()
        assert await state.sessions.history("c") == ()
        assert degradation.active() == ("redis",)
        await state.sessions.append("c", Message("user", "二"))
        server.start()
        now[0] += 5.1
        await state.sessions.append("c", Message("user", "三"))
        assert degradation.active() == ()
        assert [message.content for message in await state.sessions.history("c")] == ["三", "二"]
        assert (await state.limiter.admit("k")).limit == 8
    server.stop()


@pytest.mark.redis
async def test_read_only_redis_is_a_fallback_too(redis_server: RedisServer) -> None:
    degradation = Degradation()
    async with state_on(redis_server.url, degradation) as state:
        await state.connection.client.execute_command("REPLICAOF", "127.0.0.1", str(free_port()))  # type: ignore[no-untyped-call]
        try:
            assert (await state.limiter.admit("k")).limit == 2
            assert degradation.active() == ("redis",)
        finally:
            await state.connection.client.execute_command("REPLICAOF", "NO", "ONE")  # type: ignore[no-untyped-call]
