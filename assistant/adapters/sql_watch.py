"""``WatchBook`` on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_order_feed import SqlOrderFeed
from assistant.adapters.sql_schema import orders
from assistant.domain.place_names import place_of
from assistant.domain.watch import WatchedOrder
from assistant.domain.work_order import OrderState

_OVER = frozenset({OrderState.CLOSED.value, OrderState.MERGED.value})
_COLUMNS = (
    *(orders.c.id, orders.c.received_at, orders.c.category, orders.c.street, orders.c.place, orders.c.title),
    *(orders.c.appellant_key, orders.c.state, orders.c.solved, orders.c.round),
)


class SqlWatch:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def watched(self, after: datetime, until: datetime) -> list[WatchedOrder]:
        here = sa.select(*_COLUMNS).where(orders.c.received_at > after, orders.c.received_at <= until)
        with reading(self.engine) as connection:
            rows = connection.execute(here.order_by(orders.c.received_at, orders.c.id)).all()
        return [
            WatchedOrder(
                id=row.id,
                received_at=row.received_at,
                category=row.category,
                street=row.street or "",
                place=estate(row.place),
                caller=row.appellant_key or row.id,
                title=row.title,
                is_open=row.state not in _OVER,
                is_unsolved=row.solved is False or row.round > 1,
            )
            for row in rows
        ]

    def contents(self, ids: Sequence[str]) -> dict[str, str]:
        return {order.id: order.text for order in SqlOrderFeed(self.engine).orders(ids)}


@lru_cache(maxsize=65_536)
def estate(place: str) -> str:
    """The estate of a place field, empty when it names none."""
    name = place_of(place) if place else None
    return name.text if name else ""
