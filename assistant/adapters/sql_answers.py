"""``AnswerBook`` beside the work orders in the same database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_answer_schema import answer_days, unanswered
from assistant.adapters.sql_engine import reading, writing
from assistant.ports.overview import AnswerCounts, AnswerDay, Unanswered


class SqlAnswers:
    """Thread-safe; several processes add to the same rows."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, days: Mapping[AnswerDay, AnswerCounts], questions: Sequence[Unanswered]) -> None:
        def work(connection: sa.Connection) -> None:
            # In one order everywhere, so that two writers never wait for each other in a circle.
            for day, counts in sorted(days.items(), key=lambda item: (item[0].day, item[0].status, item[0].composer)):
                connection.execute(self._added(answer_days, asdict(day), asdict(counts), {}))
            for item in sorted(questions, key=lambda item: item.digest):
                values = asdict(item)
                key, first = {"digest": values.pop("digest")}, {"first_at": values.pop("first_at")}
                asked = {"asked": values.pop("asked")}
                connection.execute(self._added(unanswered, key, asked, values, first))

        writing(self.engine, work)

    def _added(
        self,
        table: sa.Table,
        key: dict[str, Any],
        summed: dict[str, int],
        latest: dict[str, Any],
        first: dict[str, Any] | None = None,
    ) -> Any:
        """A row, or what is added to the one that is there: ``latest`` values replace, ``first`` ones stay."""
        insert = sqlite_insert if self.engine.dialect.name == "sqlite" else postgres_insert
        row = insert(table).values(**key, **summed, **latest, **(first or {}))
        changed = {name: table.c[name] + row.excluded[name] for name in summed}
        changed |= {name: row.excluded[name] for name in latest}
        return row.on_conflict_do_update(index_elements=list(key), set_=changed)

    def days(self, first: date, last: date) -> dict[AnswerDay, AnswerCounts]:
        wanted = sa.select(answer_days).where(answer_days.c.day >= first, answer_days.c.day <= last)
        with reading(self.engine) as connection:
            rows = connection.execute(wanted).all()
        return {
            AnswerDay(row.day, row.status, row.composer): AnswerCounts(row.answers, row.removed, row.degraded)
            for row in rows
        }

    def unanswered(self, since: datetime, *, limit: int = 50) -> list[Unanswered]:
        wanted = sa.select(unanswered).where(unanswered.c.last_at >= since)
        wanted = wanted.order_by(unanswered.c.asked.desc(), unanswered.c.last_at.desc()).limit(limit)
        with reading(self.engine) as connection:
            return [Unanswered(**row._mapping) for row in connection.execute(wanted)]

    def unanswered_count(self, since: datetime) -> int:
        wanted = sa.select(sa.func.count()).select_from(unanswered).where(unanswered.c.last_at >= since)
        with reading(self.engine) as connection:
            return connection.scalar(wanted) or 0

    def forget(self, before: datetime) -> int:
        old = unanswered.delete().where(unanswered.c.last_at < before)
        return writing(self.engine, lambda connection: connection.execute(old).rowcount)
