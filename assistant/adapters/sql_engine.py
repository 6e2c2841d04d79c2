"""Opens the database of the work orders: SQLite with WAL and immediate writes, or PostgreSQL with bounded waits."""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError, OperationalError

from assistant.ports.orders import StoreUnavailable

T = TypeVar("T")
logger = logging.getLogger(__name__)
ATTEMPTS = 8
GIVE_UP_AFTER_S = 15.0
"""No further attempt after this: somebody waits for the answer, and a page that waits longer asks again."""
BUSY_MS = 5000
_PG_RETRY = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available
_READ_ONLY = "25006"
_PSYCOPG = "postgresql+psycopg://"
_WORDS = (
    ("the disk is full", ("disk is full", "No space left", "could not extend file")),
    ("stays locked by another program", ("is locked", "lock timeout")),
    ("may only be read", ("readonly database", "read-only transaction")),
    ("is damaged: restore a backup", ("malformed", "not a database", "invalid page")),
    ("cannot be opened", ("unable to open",)),
    ("refuses the name, password or database of its address", ("authentication failed", "does not exist", "pg_hba")),
    ("has no connection to spare", ("QueuePool limit", "too many clients", "remaining connection slots")),
)
"""What an operator can do differs by cause; the drivers tell it by its words alone."""


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def open_engine(url: str) -> sa.Engine:
    """Nothing is connected yet. ``postgresql://`` addresses use psycopg 3. Values never show in errors: they are people's."""
    if url.startswith("sqlite:"):
        return _sqlite(url)
    return _postgres(url.replace("postgresql://", _PSYCOPG, 1).replace("postgres://", _PSYCOPG, 1))


def _postgres(url: str) -> sa.Engine:
    from assistant.adapters.bounded_postgres import STATEMENT_S, Door

    waits = f"-c statement_timeout={STATEMENT_S}s -c lock_timeout=5s -c timezone=UTC"
    arguments = {"connect_timeout": 3, "options": waits, "tcp_user_timeout": 5000}
    engine = sa.create_engine(
        url, pool_pre_ping=True, pool_timeout=5, pool_size=8, connect_args=arguments, hide_parameters=True
    )
    door = Door()

    @sa.event.listens_for(engine, "do_connect")
    def connect(_: Any, __: Any, address: Any, parameters: Any) -> Any:
        return door.connect(*address, **parameters)

    return engine


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
    except (DatabaseError, InterfaceError, sa.exc.TimeoutError) as error:
        if not _is_outage(error):
            raise
        raise unavailable(engine, error) from error


def writing(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """``work`` in one transaction, tried again while others hold the lock. Raises ``StoreUnavailable``."""
    began = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with engine.begin() as connection:
                return work(connection)
        except (DatabaseError, InterfaceError, sa.exc.TimeoutError) as error:
            if not _is_outage(error):
                raise
            if not _is_contention(error) or attempt == ATTEMPTS or time.monotonic() - began > GIVE_UP_AFTER_S:
                raise unavailable(engine, error) from error
        time.sleep(random.uniform(0.5, 1.0) * min(0.5, 0.01 * 2**attempt))  # noqa: S311 - jitter
    raise AssertionError("the last attempt returns or raises")


def unavailable(engine: sa.Engine, error: Exception) -> StoreUnavailable:
    """Logged with its cause here, since people are told only that nothing was saved."""
    where = engine.url.database if engine.dialect.name == "sqlite" else f"{engine.url.host}:{engine.url.port}"
    said = " ".join(str(getattr(error, "orig", error)).split())
    cause = next((words for words, marks in _WORDS if any(mark in said for mark in marks)), "does not answer")
    logger.warning("orders database %s: %s", cause, said[:300])
    if _sqlstate(error) == _READ_ONLY:
        engine.dispose()  # the address may lead to the new primary by now; these connections never will
    return StoreUnavailable(f"the database of work orders ({where}) {cause}; nothing was saved")


def _is_outage(error: Exception) -> bool:
    """Whether the database cannot do its work, as against a statement that it rejects."""
    if type(error) is DatabaseError:  # how SQLite says that a file is damaged
        return True
    if isinstance(error, InternalError):
        return _sqlstate(error) == _READ_ONLY or _sqlstate(error).startswith("XX")
    return isinstance(error, OperationalError | InterfaceError | sa.exc.TimeoutError)


def _is_contention(error: Exception) -> bool:
    said = str(getattr(error, "orig", ""))
    return "database is locked" in said or "database table is locked" in said or _sqlstate(error) in _PG_RETRY


def _sqlstate(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""
