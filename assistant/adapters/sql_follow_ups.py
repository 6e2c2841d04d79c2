"""``FollowUpQueue`` on SQLite or PostgreSQL: reads what the store of work orders writes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_projection import ROW_COLUMNS, row_of
from assistant.adapters.sql_schema import orders
from assistant.domain.follow_up import TO_ASK, FollowUpNeed
from assistant.domain.work_order import OrderState
from assistant.ports.orders import OrderRow

Condition = sa.ColumnElement[bool]


class SqlFollowUps:
    """Thread-safe. ``unreachable_after``: unanswered attempts after which an order may be closed."""

    def __init__(self, engine: sa.Engine, unreachable_after: int) -> None:
        self.engine, self.unreachable_after = engine, unreachable_after

    def due(
        self, before: datetime, need: FollowUpNeed | None = None, *, after: str | None = None, limit: int = 20
    ) -> list[OrderRow]:
        wanted = sa.select(*ROW_COLUMNS).where(orders.c.follow_up_due <= before)
        if need is not None:
            wanted = wanted.where(self._needs()[need])
        if after is not None:
            edge = sa.select(orders.c.follow_up_due, orders.c.id).where(orders.c.id == after).subquery()
            place = sa.tuple_(orders.c.follow_up_due, orders.c.id)
            wanted = wanted.where(place > sa.tuple_(edge.c.follow_up_due, edge.c.id))
        wanted = wanted.order_by(orders.c.follow_up_due, orders.c.id).limit(limit)
        with reading(self.engine) as connection:
            return [row_of(row) for row in connection.execute(wanted)]

    def counts(self, before: datetime) -> dict[FollowUpNeed, int]:
        needs = self._needs()
        sums = [sa.func.sum(sa.case((condition, 1), else_=0)) for condition in needs.values()]
        with reading(self.engine) as connection:
            found = connection.execute(sa.select(*sums).where(orders.c.follow_up_due <= before)).one()
        return {need: int(number or 0) for need, number in zip(needs, found, strict=True)}

    def _needs(self) -> dict[FollowUpNeed, Condition]:
        """As ``domain.follow_up.need_of``."""
        reviewed = orders.c.state == OrderState.REVIEWED.value
        asked = orders.c.state == OrderState.FOLLOWED_UP.value
        unsolved = sa.func.coalesce(orders.c.solved, sa.true()) == sa.false()
        tried = orders.c.attempts >= self.unreachable_after
        return {
            FollowUpNeed.CALL: reviewed & ~tried,
            FollowUpNeed.LATE_CALL: orders.c.state.not_in([state.value for state in TO_ASK]),
            FollowUpNeed.DECISION: asked & unsolved,
            FollowUpNeed.CLOSURE: (reviewed & tried) | (asked & ~unsolved),
        }
