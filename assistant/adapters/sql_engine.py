"""Opens the database of the work orders: SQLite with WAL and immediate writes, or PostgreSQL with bounded waits."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from assistant.ports.orders import StoreUnavailable

T = TypeVar("T")
ATTEMPTS = 8
BUSY_MS = 5000
_PG_RETRY = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def open_engine(url: str) -> sa.Engine:
    """Nothing is connected yet. ``postgresql://`` addresses use psycopg 3. Values never show in errors: they are people's."""
    if url.startswith("sqlite:"):
        return _sqlite(url)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)
    waits = "-c statement_timeout=15000 -c lock_timeout=5000 -c timezone=UTC"
    arguments = {"connect_timeout": 3, "options": waits, "tcp_user_timeout": 5000}
    return sa.create_engine(
        url, pool_pre_ping=True, pool_timeout=5, pool_size=8, connect_args=arguments, hide_parameters=True
    )


def _sqlite(url: str) -> sa.Engine:
    make_private(Path(sa.make_url(url).database or ""))
    engine = sa.create_engine(
        url, connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False}, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are ours: the driver's begin too late
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("reads", False)
        # A deferred transaction that reads and then writes fails at once with SQLITE_BUSY, whatever the timeout.
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def make_private(file: Path) -> None:
    """A database that is not there yet is its owner's alone: it will hold names and numbers. SQLite's own files beside it follow."""
    with suppress(OSError):  # there already, or cannot be made: connecting will say so
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent view. Raises ``StoreUnavailable``."""
    try:
        with engine.connect().execution_options(reads=True) as connection, connection.begin():
            yield connection
    except (OperationalError, InterfaceError, sa.exc.TimeoutError) as error:
        raise unavailable(engine) from error


def writing(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """``work`` in one transaction, tried again while others hold the lock. Raises ``StoreUnavailable``."""
    for attempt in range(ATTEMPTS):
        try:
            with engine.begin() as connection:
                return work(connection)
        except sa.exc.TimeoutError as error:
            raise unavailable(engine) from error
        except (OperationalError, InterfaceError) as error:
            if not _is_contention(error):
                raise unavailable(engine) from error
        time.sleep(random.uniform(0.5, 1.0) * min(0.5, 0.01 * 2**attempt))  # noqa: S311 - jitter
    raise unavailable(engine)


def unavailable(engine: sa.Engine) -> StoreUnavailable:
    where = engine.url.database if engine.dialect.name == "sqlite" else f"{engine.url.host}:{engine.url.port}"
    return StoreUnavailable(f"the database of work orders ({where}) does not answer or stays locked; nothing was saved")


def _is_contention(error: DBAPIError) -> bool:
    if "database is locked" in str(error.orig) or "database table is locked" in str(error.orig):
        return True
    return getattr(error.orig, "sqlstate", None) in _PG_RETRY
