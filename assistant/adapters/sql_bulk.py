"""New orders by the thousand: workers make the rows of all tables, one process writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from assistant.adapters.order_text_search import index_rows, search_row
from assistant.adapters.sql_engine import writing
from assistant.adapters.sql_projection import event_values, order_values, person_values
from assistant.adapters.sql_schema import appellants, events, orders, parties
from assistant.domain.catalogue import WorkCalendar
from assistant.ports.orders import NumberTaken, Step

TABLES = (orders, events, parties, appellants)


@dataclass(frozen=True, slots=True)
class ReadyOrder:
    """``rows`` of each of ``TABLES``, and the one of the search."""

    number: str
    rows: tuple[list[dict[str, Any]], ...]
    search: dict[str, Any]


def ready_order(step: Step, tokens: Sequence[int], calendar: WorkCalendar, dialect: str) -> ReadyOrder:
    """``step`` opens the order; ``tokens``: the ``token_set`` of its masked text."""
    order = step.order
    rows = (
        [order_values(order, calendar) | {"code_digest": step.code_digest}],
        list(event_values(step)),
        [{"order_id": order.id, "unit": unit} for unit in sorted(order.units)],
        [person_values(order.id, step.person)] if step.person is not None else [],
    )
    return ReadyOrder(order.number, rows, search_row(order.id, tokens, dialect))


def write_ready(engine: sa.Engine, found: Sequence[ReadyOrder]) -> None:
    """All of them in one transaction, or none; nobody is told of them. Raises ``NumberTaken``, ``StoreUnavailable``."""

    def work(connection: sa.Connection) -> None:
        for at, table in enumerate(TABLES):
            rows = [row for one in found for row in one.rows[at]]
            if rows:
                connection.execute(table.insert(), rows)
        index_rows(connection, [one.search for one in found])

    try:
        writing(engine, work)
    except IntegrityError as error:
        raise NumberTaken from error
