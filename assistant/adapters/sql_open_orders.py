"""``OpenOrders``: how many orders are under way, and whose limits end soon. Reads the index on (state, due) alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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

    def counts(self, now: datetime, soon: datetime, units: Collection[str | None]) -> dict[str | None, OpenCounts]:
        named = [unit for unit in units if unit is not None]
        rows: list[Any] = []
        with reading(self.engine) as connection:
            if None in units:
                query = sa.select(sa.null(), *_sums(now, soon)).where(orders.c.state.in_(OPEN))
                rows += connection.execute(query.group_by(orders.c.state)).all()
            if named:
                joined = sa.join(parties, orders, parties.c.order_id == orders.c.id)
                query = sa.select(parties.c.unit, *_sums(now, soon)).select_from(joined)
                query = query.where(orders.c.state.in_(OPEN), parties.c.unit.in_(named))
                rows += connection.execute(query.group_by(parties.c.unit, orders.c.state)).all()
        return {unit: _counts([row for row in rows if row[0] == unit]) for unit in units}

    def at_risk(self, now: datetime, soon: datetime) -> list[LiveEvent]:
        due = sa.func.coalesce(orders.c.feedback_due, orders.c.dispatch_due)
        query = sa.select(orders).where(orders.c.state.in_(OPEN), _ends(now, soon)).order_by(due).limit(MOST)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
            units = _units(connection, [row.id for row in rows])
        return [_event(row, units.get(row.id, ())) for row in rows]


def _sums(now: datetime, soon: datetime) -> list[sa.ColumnElement[Any]]:
    """The state, how many, and how many of them for each further count."""
    fresh_from_web = (orders.c.state == OrderState.ACCEPTED.value) & (orders.c.channel != _BY_PHONE)
    return [
        orders.c.state,
        sa.func.count(),
        sa.func.count().filter(_ends(now, soon)),
        sa.func.count().filter((orders.c.feedback_due < now) | (orders.c.dispatch_due < now)),
        sa.func.count().filter(fresh_from_web),
        sa.func.count().filter(orders.c.follow_up_due <= now),
    ]


def _counts(rows: Sequence[Any]) -> OpenCounts:
    return OpenCounts({row[1]: row[2] for row in rows}, *(sum(row[place] for row in rows) for place in range(3, 7)))


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
