"""``Outbox`` and ``NoticeBook`` beside the work orders in the same database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_engine import reading, writing
from assistant.adapters.sql_schema import outbox
from assistant.domain.burst_notice import NOTICE, QUIET, BurstNotice
from assistant.ports.orders import OutboxMessage, OutboxState

MOST_COUNTED = 100_000
"""Where no receiver is set all messages wait, millions after a year."""


class SqlOutbox:
    """A message is waiting (``due_at`` set), delivered, or dead (neither)."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def lease(self, now: datetime, limit: int, seconds: float) -> list[OutboxMessage]:
        free = outbox.c.leased_until.is_(None) | (outbox.c.leased_until <= now)
        due = outbox.c.delivered_at.is_(None) & (outbox.c.due_at <= now) & free
        chosen = sa.select(outbox.c.id).where(due).order_by(outbox.c.id).limit(limit).with_for_update(skip_locked=True)
        leased = {"leased_until": now + timedelta(seconds=seconds), "attempts": outbox.c.attempts + 1}
        statement = outbox.update().where(outbox.c.id.in_(chosen)).values(leased).returning(*_COLUMNS)

        def work(connection: sa.Connection) -> list[OutboxMessage]:
            return sorted((_message(row) for row in connection.execute(statement)), key=lambda message: message.id)

        return writing(self.engine, work)

    def announce(self, notices: Sequence[BurstNotice], now: datetime | None = None) -> int:
        """``NoticeBook``. Two processes that look at the same moment write the same key, so one of them writes nothing."""
        at = now or datetime.now(UTC)
        insert = sqlite_insert if self.engine.dialect.name == "sqlite" else postgres_insert

        def work(connection: sa.Connection) -> int:
            told = sa.select(outbox.c.dedup_key).where(outbox.c.kind == NOTICE, outbox.c.created_at > at - QUIET)
            known = {(key.rsplit(":", 2)[0], key.rsplit(":", 1)[1]) for key in connection.scalars(told)}
            fresh = [notice for notice in notices if (notice.about, notice.destination) not in known]
            rows = (insert(outbox).values(_notice_row(notice, at)).on_conflict_do_nothing() for notice in fresh)
            return sum(len(connection.execute(row.returning(outbox.c.id)).all()) for row in rows)

        return writing(self.engine, work)

    def delivered(self, message_id: int, at: datetime) -> None:
        self._set(message_id, {"delivered_at": at, "leased_until": None, "fault": ""})

    def failed(self, message_id: int, due_at: datetime | None, fault: str) -> None:
        self._set(message_id, {"due_at": due_at, "leased_until": None, "fault": fault[:64]})

    def resend(self, message_id: int, now: datetime) -> bool:
        """A person's request to try a dead message again; ``False`` where there is none."""
        dead = (outbox.c.id == message_id) & outbox.c.delivered_at.is_(None) & outbox.c.due_at.is_(None)
        statement = outbox.update().where(dead).values(due_at=now, attempts=0)
        return writing(self.engine, lambda connection: connection.execute(statement).rowcount == 1)

    def outbox_state(self) -> OutboxState:
        """Asked at every scrape, so it looks along an index at what is not delivered, and at no more than ``MOST_COUNTED`` of it."""
        undelivered = sa.select(outbox.c.created_at, outbox.c.due_at).where(outbox.c.delivered_at.is_(None))
        looked_at = undelivered.limit(MOST_COUNTED).subquery()
        waits = looked_at.c.due_at.is_not(None)
        query = sa.select(
            sa.func.count().filter(waits),
            sa.func.count().filter(~waits),
            sa.func.min(looked_at.c.created_at).filter(waits),
        )
        with reading(self.engine) as connection:
            return OutboxState(*connection.execute(query).one())

    def delivered_so_far(self) -> int:
        """Counts them all, which takes its time."""
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(sa.func.count()).where(outbox.c.delivered_at.is_not(None))) or 0

    def dead_letters(self, limit: int = 100) -> list[OutboxMessage]:
        dead = outbox.c.delivered_at.is_(None) & outbox.c.due_at.is_(None)
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(*_COLUMNS).where(dead).order_by(outbox.c.id).limit(limit)).all()
        return [_message(row) for row in rows]

    def _set(self, message_id: int, values: dict[str, Any]) -> None:
        statement = outbox.update().where(outbox.c.id == message_id).values(values)
        writing(self.engine, lambda connection: connection.execute(statement))


def _notice_row(notice: BurstNotice, at: datetime) -> dict[str, Any]:
    return {
        "dedup_key": notice.dedup_key,
        "order_id": notice.order_id,
        "destination": notice.destination,
        "kind": NOTICE,
        "body": json.dumps(notice.body, ensure_ascii=False),
        "created_at": at,
        "due_at": at,
        "attempts": 0,
        "fault": "",
    }


_COLUMNS = [outbox.c[name] for name in OutboxMessage.__dataclass_fields__]


def _message(row: Any) -> OutboxMessage:
    return OutboxMessage(*row)
