"""A database of orders that is silent, read-only, full, locked or damaged: said within a bound, with its cause, and got over."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from assistant.adapters import bounded_postgres, sql_engine
from assistant.adapters.bounded_postgres import NOT_AGAIN_WITHIN_S, BoundedConnection, Door
from assistant.adapters.sql_engine import open_engine, reading, sqlite_url, writing
from assistant.adapters.sql_migrations import _alone_and_unhurried
from assistant.ports.orders import StoreUnavailable

SILENCE_S = 2.5
"""Shorter than a service waits, and long for a busy machine that answers."""


class Wire:
    """A way to a server that can be stopped: it takes what is sent and hands nothing on, as a frozen process does."""

    def __init__(self, port: int) -> None:
        self.server_port, self.may_pass = port, threading.Event()
        self.may_pass.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here = self.listener.accept()[0]
                there = socket.create_connection(("127.0.0.1", self.server_port))
                self.open += here, there
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self.may_pass.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.may_pass.set()
        for one in (self.listener, *self.open):
            one.close()


@pytest.fixture
def wire(postgres: str) -> Iterator[Wire]:
    wire = Wire(sa.make_url(postgres).port or 0)
    yield wire
    wire.close()


@pytest.fixture
def over_wire(wire: Wire, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    monkeypatch.setattr(bounded_postgres, "PING_S", SILENCE_S)
    monkeypatch.setattr(BoundedConnection, "silence_s", SILENCE_S)
    monkeypatch.setattr(bounded_postgres, "NOT_AGAIN_WITHIN_S", 0.0)
    engine = open_engine(postgres.replace(f":{wire.server_port}/", f":{wire.port}/"))
    yield engine
    engine.dispose()


def one(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.text("SELECT 1")) or 0)


@pytest.mark.postgres
def test_a_server_that_falls_silent_between_two_requests_holds_nobody(wire: Wire, over_wire: sa.Engine) -> None:
    assert writing(over_wire, one) == 1
    wire.may_pass.clear()
    for _ in range(2):  # the pooled connection first, then a new one
        with pytest.raises(StoreUnavailable, match="does not answer; nothing was saved"):
            writing(over_wire, one)
    wire.may_pass.set()
    assert writing(over_wire, one) == 1


@pytest.mark.postgres
def test_a_server_that_falls_silent_amid_a_transaction_holds_nobody(wire: Wire, over_wire: sa.Engine) -> None:
    def work(connection: sa.Connection) -> int:
        one(connection)
        wire.may_pass.clear()
        return one(connection)

    with pytest.raises(StoreUnavailable, match="does not answer"):
        writing(over_wire, work)
    wire.may_pass.set()
    with reading(over_wire) as connection:
        assert one(connection) == 1


@pytest.mark.postgres
def test_a_long_answer_is_no_silence(over_wire: sa.Engine) -> None:
    """Longer than the bound altogether, a row of it every moment."""
    rows = "SELECT repeat('x', 9000), pg_sleep(0.3) FROM generate_series(1, 10)"
    with reading(over_wire) as connection:
        assert len(connection.exec_driver_sql(rows).all()) == 10


@pytest.mark.postgres
def test_a_migration_has_all_the_time_it_needs_and_nobody_else(over_wire: sa.Engine) -> None:
    def limits(connection: sa.Connection) -> tuple[str, float | None]:
        driver = connection.connection.driver_connection
        assert isinstance(driver, BoundedConnection)
        return str(connection.scalar(sa.text("SHOW statement_timeout"))), driver.silence_s

    def work(connection: sa.Connection) -> tuple[str, float | None]:
        with _alone_and_unhurried(connection):
            connection.exec_driver_sql("SELECT pg_sleep(3)")  # longer than the silence of this test
            return limits(connection)

    assert writing(over_wire, work) == ("0", None)
    assert writing(over_wire, limits) == ("15s", SILENCE_S)


@pytest.mark.postgres
def test_a_server_that_became_a_copy_is_no_fault_of_the_program(over_wire: sa.Engine) -> None:
    def work(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("CREATE TABLE never (it INT)")

    with pytest.raises(StoreUnavailable, match="may only be read"):
        writing(over_wire, work)
    assert writing(over_wire, one) == 1


@pytest.mark.postgres
def test_a_wrong_address_is_told_from_a_server_that_is_away(postgres: str) -> None:
    stranger = open_engine(postgres.replace("hotline@", "nobody@"))
    with pytest.raises(StoreUnavailable, match="refuses the name, password or database"):
        writing(stranger, one)


@pytest.mark.postgres
def test_a_wrong_statement_stays_a_fault_of_the_program(over_wire: sa.Engine) -> None:
    with pytest.raises(sa.exc.ProgrammingError), reading(over_wire) as connection:
        connection.exec_driver_sql("SELECT nothing_of_the_kind")


def test_after_a_failure_nobody_tries_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now, tries = [100.0], []

    def refused(*_: object, **__: object) -> None:
        tries.append(now[0])
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(BoundedConnection, "connect", refused)
    door = Door(clock=lambda: now[0])
    for later in (0.0, NOT_AGAIN_WITHIN_S / 2, NOT_AGAIN_WITHIN_S):
        now[0] = 100.0 + later
        with pytest.raises(psycopg.OperationalError):
            door.connect(host="x")
    assert tries == [100.0, 100.0 + NOT_AGAIN_WITHIN_S]


@pytest.mark.parametrize(
    ("pragma", "cause"), [("max_page_count=2", "the disk is full"), ("query_only=ON", "may only be read")]
)
def test_what_ails_a_file_is_named_and_logged(
    tmp_path: Path, pragma: str, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))

    def work(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
        for number in range(9):
            connection.exec_driver_sql(f"CREATE TABLE t{number} (a TEXT)")

    with caplog.at_level(logging.WARNING), pytest.raises(StoreUnavailable, match=f"orders.db\\) {cause}; nothing"):
        writing(engine, work)
    assert f"orders database {cause}" in caplog.text


def test_a_damaged_file_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "orders.db").write_bytes(b"this was a database once" * 500)
    with (
        pytest.raises(StoreUnavailable, match="is damaged: restore a backup"),
        reading(open_engine(sqlite_url(tmp_path / "orders.db"))) as connection,
    ):
        one(connection)


def test_a_file_that_another_program_locks_is_waited_for_within_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_engine, "BUSY_MS", 20)
    monkeypatch.setattr(sql_engine, "GIVE_UP_AFTER_S", 0.0)
    holder, waiter = (open_engine(sqlite_url(tmp_path / "orders.db")) for _ in range(2))
    tries = []
    with holder.begin():
        monkeypatch.setattr(sql_engine.time, "sleep", tries.append)
        with pytest.raises(StoreUnavailable, match="stays locked by another program"):
            writing(waiter, one)
    assert not tries, "the first attempt used up the time there is"
    assert writing(waiter, one) == 1
