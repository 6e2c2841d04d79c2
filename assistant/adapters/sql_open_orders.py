"""``OpenOrders``: how many orders are under way, and whose limits end soon. Reads the index on (state, due) alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_schema import orders, parties
from assistant.domain.live_events import LiveEvent, LiveKind, OpenCounts
from assistant.domain.work_order import OrderState

OPEN = tuple(state.value for state in OrderState if state not in (OrderState.CLOSED, OrderState.MERGED))
MOST = 1000
_BY_PHONE = "电话"


class SqlOpenOrders:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def counts(self, now: datetime, soon: datetime, unit: str | None) -> OpenCounts:
        fresh_from_web = (orders.c.state == OrderState.ACCEPTED.value) & (orders.c.channel != _BY_PHONE)
        query = sa.select(
            orders.c.state,
            sa.func.count(),
            sa.func.count().filter(_ends(now, soon)),
            sa.func.count().filter((orders.c.feedback_due < now) | (orders.c.dispatch_due < now)),
            sa.func.count().filter(fresh_from_web),
            sa.func.count().filter(orders.c.follow_up_due <= now),
        )
        query = query.where(orders.c.state.in_(OPEN)).group_by(orders.c.state)
        if unit is not None:
            query = query.where(orders.c.id.in_(sa.select(parties.c.order_id).where(parties.c.unit == unit)))
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        by_state = {state: count for state, count, *_ in rows}
        return OpenCounts(by_state, *(sum(row[place] for row in rows) for place in range(2, 6)))

    def at_risk(self, now: datetime, soon: datetime) -> list[LiveEvent]:
        due = sa.func.coalesce(orders.c.feedback_due, orders.c.dispatch_due)
        query = sa.select(orders).where(orders.c.state.in_(OPEN), _ends(now, soon)).order_by(due).limit(MOST)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
            units = _units(connection, [row.id for row in rows])
        return [_event(row, units.get(row.id, ())) for row in rows]


def _ends(now: datetime, soon: datetime) -> sa.ColumnElement[bool]:
    return orders.c.feedback_due.between(now, soon) | orders.c.dispatch_due.between(now, soon)


def _units(connection: sa.Connection, ids: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    query = sa.select(parties.c.order_id, parties.c.unit).where(parties.c.order_id.in_(ids)).order_by(parties.c.unit)
    for order_id, unit in connection.execute(query):
        found[order_id] = (*found.get(order_id, ()), unit)
    return found


def _event(row: Any, units: tuple[str, ...]) -> LiveEvent:
    plain = {name: getattr(row, name) for name in ("number", "version", "state", "channel", "urgency", "lead")}
    return LiveEvent(LiveKind.AT_RISK, order_id=row.id, at=row.updated_at.isoformat(), units=units, **plain)
