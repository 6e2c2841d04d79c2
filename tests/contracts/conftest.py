"""Real components for the contract suites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real_redis import RedisServer, running_redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server
