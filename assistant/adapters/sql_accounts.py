"""``AccountStore`` on SQLite or PostgreSQL, in the database of the work orders.

Sessions live here and not in Redis: Redis may lose what it was told, and a session that was ended must stay ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assistant.adapters.sql_account_schema import accounts, failures, sessions
from assistant.adapters.sql_engine import reading, writing
from assistant.domain.accounts import Account, AccountRole
from assistant.domain.sign_in_backoff import FORGOTTEN_AFTER, Failures
from assistant.domain.sign_in_sessions import Session
from assistant.ports.accounts import LoginTaken

DROPPED_AFTER = timedelta(days=1)


class SqlAccounts:
    """Thread-safe."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, account: Account, password_hash: str) -> None:
        try:
            self._write(accounts.insert().values(**_values(account), password_hash=password_hash))
        except IntegrityError as error:
            raise LoginTaken from error

    def get(self, account_id: str) -> Account | None:
        row = self._row(sa.select(accounts).where(accounts.c.id == account_id))
        return _account(row) if row is not None else None

    def by_login(self, login: str) -> tuple[Account, str] | None:
        row = self._row(sa.select(accounts).where(accounts.c.login == login))
        return (_account(row), row.password_hash) if row is not None else None

    def all(self) -> list[Account]:
        with reading(self.engine) as connection:
            return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.login))]

    def change(self, account: Account) -> None:
        values = {name: _values(account)[name] for name in ("name", "role", "unit", "disabled")}
        self._write(accounts.update().where(accounts.c.id == account.id).values(values))

    def set_password(self, account_id: str, password_hash: str, *, must_change: bool) -> None:
        values = {"password_hash": password_hash, "must_change_password": must_change}
        self._write(accounts.update().where(accounts.c.id == account_id).values(values))

    def open_session(self, session: Session) -> None:
        stale = sessions.delete().where(sessions.c.seen_at < session.seen_at - DROPPED_AFTER)
        values = {name: getattr(session, name) for name in Session.__dataclass_fields__}
        self._write(stale, sessions.insert().values(values))

    def session(self, digest: str) -> tuple[Session, Account] | None:
        joined = sa.join(sessions, accounts, sessions.c.account_id == accounts.c.id)
        query = sa.select(*sessions.c, *accounts.c).select_from(joined).where(sessions.c.digest == digest)
        row = self._row(query)
        if row is None:
            return None
        return Session(row.digest, row.account_id, row.started_at, row.seen_at), _account(row)

    def touch(self, digest: str, at: datetime) -> None:
        self._write(sessions.update().where(sessions.c.digest == digest).values(seen_at=at))

    def end_session(self, digest: str) -> None:
        self._write(sessions.delete().where(sessions.c.digest == digest))

    def end_sessions(self, account_id: str) -> int:
        return self._write(sessions.delete().where(sessions.c.account_id == account_id))

    def failures(self, subjects: Sequence[str]) -> Mapping[str, Failures]:
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(failures).where(failures.c.subject.in_(subjects))).all()
        return {subject: Failures(count, last_at) for subject, count, last_at in rows}

    def record_failure(self, subjects: Sequence[str], at: datetime) -> None:
        def work(connection: sa.Connection) -> None:
            connection.execute(failures.delete().where(failures.c.last_at < at - FORGOTTEN_AFTER))
            for subject in subjects:
                _count_one(connection, subject, at)

        writing(self.engine, work)

    def forget_failures(self, subjects: Sequence[str]) -> None:
        self._write(failures.delete().where(failures.c.subject.in_(subjects)))

    def _row(self, query: sa.Select[Any]) -> Any:
        with reading(self.engine) as connection:
            return connection.execute(query).one_or_none()

    def _write(self, *statements: sa.Executable) -> int:
        """All in one transaction; how many rows the last one touched."""

        def work(connection: sa.Connection) -> int:
            return [connection.execute(statement).rowcount for statement in statements][-1]

        return writing(self.engine, work)


def _count_one(connection: sa.Connection, subject: str, at: datetime) -> None:
    """In one statement, so that guesses at the same moment are all counted."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]  # the other dialect's, called alike
    made = insert(failures).values(subject=subject, count=1, last_at=at)
    again = {"count": failures.c.count + 1, "last_at": at}
    connection.execute(made.on_conflict_do_update(index_elements=[failures.c.subject], set_=again))


def _values(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in Account.__dataclass_fields__} | {"role": account.role.value}


def _account(row: Any) -> Account:
    plain = {name: getattr(row, name) for name in Account.__dataclass_fields__ if name != "role"}
    return Account(role=AccountRole(row.role), **plain)
