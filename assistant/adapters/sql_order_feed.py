"""``OrderFeed`` on SQLite or PostgreSQL: rows of ``work_orders`` with the words of their events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_schema import events, orders
from assistant.domain.past_order import OUTCOME_CHARS, PastOrder
from assistant.domain.sample_orders import DEMO
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import ClosedBy, HandlingResult

PAGE = 2000
_TOLD = {"Feedback": "reply", "DirectAnswer": "answer", "Diverted": "told"}
_KINDS = ("Acceptance", "History", *_TOLD)
_COLUMNS = (
    *(orders.c.id, orders.c.number, orders.c.version, orders.c.state, orders.c.category, orders.c.received_at),
    *(orders.c.title, orders.c.street, orders.c.place, orders.c.appellant_key, orders.c.lead, orders.c.solved),
    *(orders.c.closed_by, orders.c.updated_at),
)


class SqlOrderFeed:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def changed(self, since: datetime | None) -> Iterator[PastOrder]:
        here = (orders.c.updated_at, orders.c.id)
        last: tuple[Any, ...] | None = None
        while True:
            query = sa.select(*_COLUMNS).order_by(*here).limit(PAGE)
            if last is not None:
                query = query.where(sa.tuple_(*here) > sa.tuple_(*map(sa.literal, last)))
            elif since is not None:
                query = query.where(orders.c.updated_at >= since)
            rows = self._page(query)
            yield from (order for _, order in rows)
            if len(rows) < PAGE:
                return
            last = rows[-1][0]

    def orders(self, ids: Sequence[str]) -> Iterator[PastOrder]:
        for at in range(0, len(ids), PAGE // 4):
            wanted = ids[at : at + PAGE // 4]
            yield from (order for _, order in self._page(sa.select(*_COLUMNS).where(orders.c.id.in_(wanted))))

    def versions(self) -> dict[str, int]:
        with reading(self.engine) as connection:
            return {row.id: row.version for row in connection.execute(sa.select(orders.c.id, orders.c.version))}

    def count(self) -> int:
        with reading(self.engine) as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(orders)) or 0

    def _page(self, query: sa.Select[Any]) -> list[tuple[tuple[Any, ...], PastOrder]]:
        """((updated_at, id), order); a page and its words are one consistent view."""
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
            said = _words(connection, [row.id for row in rows])
        return [((row.updated_at, row.id), _order(row, said.get(row.id, []))) for row in rows]


def _words(connection: sa.Connection, ids: list[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """(kind, change) of the events that say what it was about and what was done, in their order."""
    if not ids:
        return {}
    found = sa.select(events.c.order_id, events.c.kind, events.c.change).where(
        events.c.order_id.in_(sa.bindparam("ids", ids, expanding=True)), events.c.kind.in_(_KINDS)
    )
    rows = connection.execute(found.order_by(events.c.order_id, events.c.sequence))
    return {
        order_id: [(row.kind, json.loads(row.change)) for row in group]
        for order_id, group in groupby(rows, key=lambda row: row.order_id)
    }


def _order(row: Any, said: list[tuple[str, dict[str, Any]]]) -> PastOrder:
    content, outcome, result = "", "", ""
    for kind, change in said:
        if kind in _TOLD:
            outcome, result = change.get(_TOLD[kind], ""), change.get("result", "")
        else:
            outcome = change.get("reply", "")
            content = change.get("acceptance", change).get("content", "")
    title = row.title.removeprefix("（演示）")
    content = content.removeprefix(f"{DEMO}：")
    told_once = title.rstrip("…") in content
    return PastOrder(
        id=row.id,
        number=row.number,
        version=row.version,
        state=OrderState(row.state),
        category=row.category,
        received_at=row.received_at,
        title=row.title,
        text=content if told_once else f"{title}\n{content}",
        street=row.street,
        place=row.place,
        appellant_key=row.appellant_key,
        lead=row.lead,
        solved=row.solved,
        outcome=outcome[:OUTCOME_CHARS],
        unsettled=_unsettled(row, result),
        updated_at=row.updated_at,
    )


def _unsettled(row: Any, result: str) -> bool:
    if row.closed_by == ClosedBy.DIRECT_ANSWER:
        return False
    return row.solved is False or result == HandlingResult.UNSOLVABLE_NOW
