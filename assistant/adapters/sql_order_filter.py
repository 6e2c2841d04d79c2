"""What an ``OrderQuery`` means in SQL: lists, counts and the overview share it, so that a number equals its list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from assistant.adapters.order_text_search import fits
from assistant.adapters.sql_schema import UtcDateTime, orders, parties
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.work_order import OrderState
from assistant.ports.orders import OrderQuery

Condition = sa.ColumnElement[bool]

LEAD: sa.ColumnElement[str] = sa.func.coalesce(orders.c.lead, "")
STREET: sa.ColumnElement[str] = sa.func.coalesce(orders.c.street, "")
CHANNEL: sa.ColumnElement[str] = orders.c.channel.concat("")
"""There are few: by the index of the rates SQLite would look a third of all orders up one by one."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_ENDS: sa.ColumnElement[datetime] = sa.func.coalesce(
    orders.c.feedback_due, orders.c.dispatch_due, sa.literal(_NEVER, UtcDateTime)
)
_OPEN = [state.value for state in OrderState if state not in (OrderState.CLOSED, OrderState.MERGED)]
"""Named, not excluded: so an index by state finds the few that are open."""


def conditions(query: OrderQuery, dialect: str, *, is_page: bool = False) -> list[Condition]:
    """``dialect``: the engine's. ``is_page``: the latest few are wanted, not all: SQLite then walks along the time and does
    not sort all open orders first, unless few can have a limit that ends or that is what they are sorted by."""
    walks = is_page and dialect == "sqlite" and query.due_before is None and not query.by_limit
    state = orders.c.state.concat("") if walks else orders.c.state
    same: dict[sa.ColumnElement[Any], str | bool | None] = {
        orders.c.state: query.state and query.state.value,
        CHANNEL: query.channel,
        orders.c.type: query.type,
        orders.c.appellant_key: query.appellant_key,
        orders.c.is_demo: query.demo,
        orders.c.closed_by: query.ending and query.ending.value,
        orders.c.late: query.late,
    }
    found: list[Condition] = [column == value for column, value in same.items() if value is not None]
    if query.lead is not None:  # equality with a value keeps the index in use
        found.append(orders.c.lead == query.lead if query.lead else orders.c.lead.is_(None))
    if query.street is not None:
        found.append(orders.c.street == query.street if query.street else orders.c.street.is_(None))
    if query.ids is not None:
        found.append(orders.c.id.in_(query.ids))
    if query.unit is not None:
        found.append(orders.c.id.in_(sa.select(parties.c.order_id).where(parties.c.unit == query.unit)))
    if query.category is not None:
        below = orders.c.category.startswith(query.category + SEPARATOR, autoescape=True)
        found.append((orders.c.category == query.category) | below)
    return found + _times(query) + _turns(query, state) + ([fits(query.text, dialect)] if query.text.strip() else [])


def _times(query: OrderQuery) -> list[Condition]:
    found: list[Condition] = []
    if query.received_from is not None:
        found.append(orders.c.received_at >= query.received_from)
    if query.received_before is not None:
        found.append(orders.c.received_at < query.received_before)
    if query.due_before is not None:
        found.append(sa.or_(*(_due(column, query) for column in (orders.c.feedback_due, orders.c.dispatch_due))))
    return found


def _due(column: sa.Column[object], query: OrderQuery) -> Condition:
    ends = column < query.due_before
    return ends & (column >= query.due_from) if query.due_from is not None else ends


def _turns(query: OrderQuery, state: sa.ColumnElement[str]) -> list[Condition]:
    """What happened to an order on its way."""
    found: list[Condition] = []
    if query.open_only:
        found.append(state.in_(_OPEN))
    if query.dispatched is not None:
        led = orders.c.lead.is_not(None) | (orders.c.lead_name != "")
        found.append(led if query.dispatched else ~led)
    if query.objected:
        found.append(orders.c.objections > 0)
    if query.repeated:
        earlier = orders.alias("earlier")
        before = (earlier.c.appellant_key == orders.c.appellant_key) & (earlier.c.received_at < orders.c.received_at)
        found.append(sa.exists(sa.select(1).where(before)))
    return found


def sequence(query: OrderQuery) -> tuple[sa.ColumnElement[Any], ...]:
    """What a list is sorted by."""
    latest = (orders.c.received_at.desc(), orders.c.id.desc())
    return (_ENDS, *latest) if query.by_limit else latest


def beyond(query: OrderQuery) -> list[Condition]:
    """Only what comes after the row ``query.after`` in that sequence."""
    if query.after is None:
        return []
    edge = sa.select(orders.c.received_at, orders.c.id).where(orders.c.id == query.after).subquery()
    older = sa.tuple_(orders.c.received_at, orders.c.id) < sa.tuple_(edge.c.received_at, edge.c.id)
    if not query.by_limit:
        return [older]
    limit = sa.literal(query.after_limit or _NEVER, UtcDateTime)
    return [(limit < _ENDS) | ((limit == _ENDS) & older)]
