"""Real components for the contract suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from tests.real_postgres import running_postgres
from tests.real_redis import RedisServer, running_redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database with today's schema, empty at each test."""
    if request.param == "sqlite":
        engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    else:
        engine = open_engine(request.getfixturevalue("postgres"))
    migrate(engine)
    yield engine
    if request.param == "postgres":
        migrate(engine, "base")
    engine.dispose()
