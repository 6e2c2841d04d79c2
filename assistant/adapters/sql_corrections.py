"""``CorrectionBook`` on SQLite or PostgreSQL; upheld objections are noted with the step that upheld them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_feedback_schema import corrections
from assistant.domain.corrections import OBJECTION, redispatched, upheld_objections
from assistant.domain.feedback import Correction
from assistant.ports.orders import Step

_COLUMNS = [corrections.c[name] for name in Correction.__dataclass_fields__]


class SqlCorrections:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def corrections(self) -> list[Correction]:
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(*_COLUMNS).order_by(corrections.c.id)).all()
        return [Correction(**row._mapping) for row in rows]

    def corrections_mark(self) -> str:
        query = sa.select(sa.func.max(corrections.c.id), sa.func.count(corrections.c.instead))
        with reading(self.engine) as connection:
            return ":".join(map(str, connection.execute(query).one()))


def keep_corrections(connection: sa.Connection, found: Sequence[Correction]) -> None:
    if found:
        connection.execute(corrections.insert(), [asdict(item) for item in found])


def note_objections(connection: sa.Connection, steps: Sequence[Step]) -> None:
    """In the transaction of ``steps``: what they teach, and which unit an earlier correction has led to."""
    taught = [step for step in steps if step.order.rejected]
    keep_corrections(connection, [item for step in taught for item in upheld_objections(step.order, step.events)])
    for step in taught:
        unit = redispatched(step.events) if step.expected else None
        if unit is not None:
            connection.execute(_waiting(step.order.id).values(instead=unit))


def _waiting(order_id: str) -> Any:
    here = (corrections.c.order_id == order_id) & (corrections.c.source == OBJECTION)
    return corrections.update().where(here & corrections.c.instead.is_(None))
