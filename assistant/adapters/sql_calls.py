"""``CallBook`` beside the work orders in the same database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

import sqlalchemy as sa

from assistant.adapters.sql_call_schema import call_days
from assistant.adapters.sql_engine import reading, writing
from assistant.domain.call_counts import CallCounts


class SqlCalls:
    """Thread-safe."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def put(self, days: Mapping[date, CallCounts]) -> None:
        rows = [{"day": day} | asdict(counts) for day, counts in sorted(days.items())]

        def work(connection: sa.Connection) -> None:
            for day in sorted(days):
                connection.execute(call_days.delete().where(call_days.c.day == day))
            if rows:
                connection.execute(call_days.insert(), rows)

        writing(self.engine, work)

    def days(self, first: date, last: date) -> dict[date, CallCounts]:
        wanted = sa.select(call_days).where(call_days.c.day >= first, call_days.c.day <= last).order_by(call_days.c.day)
        with reading(self.engine) as connection:
            rows = connection.execute(wanted).all()
        return {row.day: CallCounts(row.offered, row.answered, row.within_15s) for row in rows}
