"""``WorkOrderStore`` on SQLite or PostgreSQL: append with optimistic locking; events, messages and reply in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assistant.adapters.order_text_search import index_rows, search_row, token_set
from assistant.adapters.sql_corrections import note_objections
from assistant.adapters.sql_engine import reading, writing
from assistant.adapters.sql_order_filter import beyond, conditions, sequence
from assistant.adapters.sql_projection import (
    ROW_COLUMNS,
    event_of,
    event_values,
    message_values,
    order_values,
    person_of,
    person_values,
    row_of,
    search_text,
)
from assistant.adapters.sql_requests import finish_request
from assistant.adapters.sql_schema import accesses, appellants, events, mappings, orders, outbox, parties
from assistant.domain.catalogue import WorkCalendar
from assistant.domain.order_progress import PersonalData
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, OrderEvent, Role
from assistant.domain.work_order_folding import replay
from assistant.ports.orders import (
    Access,
    Committed,
    NumberTaken,
    OrderQuery,
    OrderRow,
    Step,
    VersionConflict,
)
from assistant.ports.requests import Reply


class SqlWorkOrders:
    """Thread-safe. ``calendar`` is needed for the due times in lists; ``committed`` is told what is durable by then."""

    def __init__(self, engine: sa.Engine, calendar: WorkCalendar, committed: Committed | None = None) -> None:
        self.engine, self.calendar, self.committed = engine, calendar, committed

    def close(self) -> None:
        self.engine.dispose()

    def load(self, order_id: str) -> WorkOrder | None:
        found = self.events(order_id)
        return replay(order_id, found) if found else None

    def events(self, order_id: str) -> tuple[OrderEvent, ...]:
        query = sa.select(events).where(events.c.order_id == order_id).order_by(events.c.sequence)
        with reading(self.engine) as connection:
            return tuple(event_of(row) for row in connection.execute(query))

    def id_of(self, number: str) -> str | None:
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(orders.c.id).where(orders.c.number == number))

    def known(self, numbers: Sequence[str]) -> frozenset[str]:
        query = sa.select(orders.c.number).where(orders.c.number.in_(numbers))
        with reading(self.engine) as connection:
            return frozenset(connection.scalars(query))

    def code_digest(self, order_id: str) -> str:
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(orders.c.code_digest).where(orders.c.id == order_id)) or ""

    def find(self, query: OrderQuery) -> list[OrderRow]:
        wanted = sa.select(*ROW_COLUMNS).where(*conditions(query, self.engine.dialect.name, is_page=True))
        wanted = wanted.where(*beyond(query)).order_by(*sequence(query)).limit(query.limit)
        with reading(self.engine) as connection:
            return [row_of(row) for row in connection.execute(wanted)]

    def count(self, query: OrderQuery) -> int:
        with reading(self.engine) as connection:
            counted = sa.select(sa.func.count()).select_from(orders)
            counted = counted.where(*conditions(query, self.engine.dialect.name))
            return connection.scalar(counted) or 0

    def commit(self, steps: Sequence[Step], reply: Reply = None) -> None:
        def work(connection: sa.Connection) -> dict[str, frozenset[str]]:
            self._insert(connection, [step for step in steps if step.expected == 0])
            before = {step.order.id: self._update(connection, step) for step in steps if step.expected > 0}
            _append(connection, steps)
            note_objections(connection, steps)
            finish_request(connection, reply)
            return before

        before = writing(self.engine, work)
        if self.committed is not None:
            self.committed(steps, before)

    def _insert(self, connection: sa.Connection, steps: Sequence[Step]) -> None:
        if not steps:
            return
        values = [order_values(step.order, self.calendar) | {"code_digest": step.code_digest} for step in steps]
        try:
            connection.execute(orders.insert(), values)
        except IntegrityError as error:
            raise NumberTaken from error
        dialect = connection.dialect.name
        index_rows(connection, [search_row(s.order.id, token_set(search_text(s.order)), dialect) for s in steps])

    def _update(self, connection: sa.Connection, step: Step) -> frozenset[str]:
        """The version in the condition is the lock: a slower writer waits, then finds nothing to change.

        Returns the units that had a part in the order until now.
        """
        here = (orders.c.id == step.order.id) & (orders.c.version == step.expected)
        changed = connection.execute(orders.update().where(here).values(order_values(step.order, self.calendar)))
        if changed.rowcount != 1:
            raise VersionConflict
        gone = parties.delete().where(parties.c.order_id == step.order.id).returning(parties.c.unit)
        return frozenset(connection.scalars(gone))

    def person(self, order_id: str) -> PersonalData | None:
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(appellants).where(appellants.c.order_id == order_id)).one_or_none()
        return person_of(row) if row is not None else None

    def record_access(self, access: Access) -> None:
        values = {"order_id": access.order_id, "at": access.at, "reason": access.reason} | {
            "actor": access.actor.id,
            "role": access.actor.role.value,
            "actor_unit": access.actor.unit,
        }
        writing(self.engine, lambda connection: connection.execute(accesses.insert().values(values)))

    def accesses(self, order_id: str) -> tuple[Access, ...]:
        query = sa.select(accesses).where(accesses.c.order_id == order_id).order_by(accesses.c.id)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return tuple(Access(r.order_id, Actor(r.actor, Role(r.role), r.actor_unit), r.at, r.reason) for r in rows)

    def mapping(self, columns_digest: str) -> dict[str, str] | None:
        """The column mapping that was kept for a file with these columns."""
        query = sa.select(mappings.c.mapping).where(mappings.c.columns_digest == columns_digest)
        with reading(self.engine) as connection:
            text = connection.scalar(query)
        return dict(json.loads(text)) if text else None

    def keep_mapping(self, columns_digest: str, mapping: dict[str, str]) -> None:
        values = {"mapping": json.dumps(mapping, ensure_ascii=False), "kept_at": datetime.now(UTC)}

        def work(connection: sa.Connection) -> None:
            connection.execute(mappings.delete().where(mappings.c.columns_digest == columns_digest))
            connection.execute(mappings.insert().values(columns_digest=columns_digest, **values))

        writing(self.engine, work)


def _append(connection: sa.Connection, steps: Sequence[Step]) -> None:
    """Events, parties, personal data and messages of all steps, one statement each."""
    rows: list[tuple[sa.Table, list[dict[str, Any]]]] = [
        (events, [row for step in steps for row in event_values(step)]),
        (parties, [{"order_id": s.order.id, "unit": unit} for s in steps for unit in sorted(s.order.units)]),
        (appellants, [person_values(s.order.id, s.person) for s in steps if s.person is not None]),
        (outbox, [row for step in steps for row in message_values(step)]),
    ]
    for table, values in rows:
        if values:
            connection.execute(table.insert(), values)
