"""``RequestLedger`` beside the work orders: claims of idempotency keys and the replies that were given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assistant.adapters.sql_engine import writing
from assistant.adapters.sql_schema import requests
from assistant.ports.requests import KeyInFlight, KeyReused, Reply, Request, StoredReply

CLAIM_LAPSES = timedelta(minutes=1)
REMEMBERED = timedelta(days=7)
"""How long a repeated request is told the reply of the first; nobody retries for a week."""
PURGE_EVERY = timedelta(days=1)


class SqlRequests:
    """Thread-safe."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._purged = datetime.min.replace(tzinfo=UTC)

    def claim(self, request: Request, now: datetime) -> StoredReply | None:
        if now - self._purged > PURGE_EVERY:
            self._purged = now
            self.purge(now - REMEMBERED)
        try:
            return writing(self.engine, lambda connection: _claim(connection, request, now))
        except IntegrityError as error:  # somebody inserted the same key between our look and our insert
            raise KeyInFlight from error

    def release(self, request: Request) -> None:
        unfinished = requests.delete().where(_of(request) & requests.c.status.is_(None))
        writing(self.engine, lambda connection: connection.execute(unfinished))

    def purge(self, before: datetime) -> int:
        old = requests.delete().where(requests.c.claimed_at < before)
        return writing(self.engine, lambda connection: connection.execute(old).rowcount)


def _of(request: Request) -> sa.ColumnElement[bool]:
    return (requests.c.caller == request.caller) & (requests.c.key == request.key)


def _claim(connection: sa.Connection, request: Request, now: datetime) -> StoredReply | None:
    row = connection.execute(sa.select(requests).where(_of(request)).with_for_update()).one_or_none()
    if row is None:
        new = {"caller": request.caller, "key": request.key, "digest": request.digest, "claimed_at": now}
        connection.execute(requests.insert().values(new))
        return None
    if row.digest != request.digest:
        raise KeyReused
    if row.status is not None:
        return StoredReply(row.status, row.body, row.etag)
    if row.claimed_at > now - CLAIM_LAPSES:
        raise KeyInFlight
    connection.execute(requests.update().where(_of(request)).values(claimed_at=now))
    return None


def finish_request(connection: sa.Connection, reply: Reply) -> None:
    """Keeps the reply beside what it tells of; ``None`` keeps nothing.

    Raises:
        KeyInFlight: the claim has lapsed and another worker took it: only one of us may commit.
    """
    if reply is None:
        return
    request, told = reply
    values = {"status": told.status, "body": told.body, "etag": told.etag}
    unfinished = requests.update().where(_of(request) & requests.c.status.is_(None))
    if connection.execute(unfinished.values(values)).rowcount != 1:
        raise KeyInFlight
