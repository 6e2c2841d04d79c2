"""One suite for every ``SessionStore``: in this process, and on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from assistant.adapters.in_process_sessions import InProcessSessions
from assistant.adapters.redis_connection import RedisConnection
from assistant.adapters.redis_sessions import RedisSessions
from assistant.contracts import Message
from assistant.domain.degradation import Degradation
from assistant.ports.answering import SessionStore
from tests.real_redis import RedisServer

ASKED = Message("user", "〔手机1〕物业费涨价要谁同意？𠮷👨‍👩‍👧‍👦")
# Leaves 0.8 s for a pause of the machine between two steps of a test.
TTL_S = 2.0
ANSWERED = Message("assistant", "由业主共同决定。\n“引号”与\\反斜线")


class SessionStoreContract:
    @pytest.fixture
    def store(self) -> SessionStore:
        """Keeps 4 messages for ``TTL_S``."""
        raise NotImplementedError

    @pytest.fixture
    def conversation(self) -> str:
        return uuid4().hex

    async def test_unknown_conversations_are_empty(self, store: SessionStore, conversation: str) -> None:
        assert await store.history(conversation) == ()

    async def test_messages_come_back_as_they_were_in_order(self, store: SessionStore, conversation: str) -> None:
        await store.append(conversation, ASKED, ANSWERED)
        assert await store.history(conversation) == (ASKED, ANSWERED)

    async def test_conversations_are_apart(self, store: SessionStore, conversation: str) -> None:
        await store.append(conversation, ASKED)
        assert await store.history(conversation + "x") == ()

    async def test_only_the_last_messages_are_kept(self, store: SessionStore, conversation: str) -> None:
        for number in range(6):
            await store.append(conversation, Message("user", str(number)))
        assert [message.content for message in await store.history(conversation)] == ["2", "3", "4", "5"]

    async def test_conversations_expire_after_the_latest_message(self, store: SessionStore, conversation: str) -> None:
        await store.append(conversation, ASKED)
        await asyncio.sleep(0.6 * TTL_S)
        await store.append(conversation, ANSWERED)
        await asyncio.sleep(0.6 * TTL_S)
        assert await store.history(conversation) == (ASKED, ANSWERED)
        await asyncio.sleep(0.6 * TTL_S)
        assert await store.history(conversation) == ()


class TestInProcess(SessionStoreContract):
    @pytest.fixture
    def store(self) -> SessionStore:
        return InProcessSessions(ttl_s=TTL_S, max_messages=4)

    async def test_memory_is_bounded(self) -> None:
        store = InProcessSessions(capacity=10)
        for number in range(50):
            await store.append(str(number), ASKED)
        assert len(store._conversations) == 10


@pytest.mark.redis
class TestRedis(SessionStoreContract):
    @pytest.fixture
    async def store(self, redis_server: RedisServer) -> AsyncIterator[SessionStore]:
        connection = RedisConnection(redis_server.url, Degradation(), timeout_s=2.0)
        yield RedisSessions(connection, ttl_s=TTL_S, max_messages=4)
        await connection.close()
