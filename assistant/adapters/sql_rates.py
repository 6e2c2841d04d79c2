"""``RateBook`` on SQLite or PostgreSQL: one grouped statement over ``work_orders``; pages of ids by the same conditions.

Groups are counted answer by answer, which SQLite reads off an index in its order (migration 0006), and added up here by
the arithmetic of ``three_rates``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_order_filter import CHANNEL
from assistant.adapters.sql_schema import orders
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.three_rates import (
    CONTENT,
    Exclusions,
    Grouping,
    Measure,
    RateCounts,
    RatedOrder,
    RateFilter,
    group_name,
    measures_of,
)
from assistant.domain.time_limits import midnight
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import Satisfaction
from assistant.ports.rates import RateRules

Condition = sa.ColumnElement[bool]

DAY = sa.func.coalesce(orders.c.followed_up_at, orders.c.closed_at)
UNIT: sa.ColumnElement[str] = sa.func.coalesce(orders.c.lead, orders.c.lead_name)
STREET: sa.ColumnElement[str] = sa.func.coalesce(orders.c.street, sa.literal_column("''"))
STATE: sa.ColumnElement[str] = sa.func.coalesce(orders.c.state, sa.literal_column("''"))
"""Never null; the words keep SQLite from an index by state, which would have it sort all orders."""
COLUMNS: dict[Grouping, sa.ColumnElement[str]] = {
    Grouping.UNIT: UNIT,
    Grouping.CATEGORY: orders.c.category,
    Grouping.CHANNEL: orders.c.channel,
    Grouping.STREET: STREET,
}
_FINISHED = (OrderState.FOLLOWED_UP.value, OrderState.CLOSED.value)
_ANSWERED: Condition = (
    orders.c.contacted.is_not(None)
    | orders.c.solved.is_not(None)
    | (sa.func.coalesce(orders.c.satisfaction, Satisfaction.NOT_GIVEN.value) != Satisfaction.NOT_GIVEN.value)
)
_SATISFIED: Condition = sa.func.coalesce(orders.c.satisfaction, "").in_([word.value for word in CONTENT])
_WITHIN: dict[Measure, Condition] = {
    Measure.VALID: sa.true(),
    Measure.CONTACTED: orders.c.contacted.is_(True),
    Measure.SOLVED: orders.c.solved.is_(True),
    Measure.SATISFIED: _SATISFIED,
    Measure.NOT_CONTACTED: orders.c.contacted.is_not(True),
    Measure.UNSOLVED: orders.c.solved.is_not(True),
    Measure.NOT_SATISFIED: ~_SATISFIED,
}
_ANSWERS = (orders.c.contacted, orders.c.solved, orders.c.satisfaction)
_NAMED = orders.alias("named")


class SqlRates:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine, rules: RateRules) -> None:
        self.engine, self.rules = engine, rules

    def groups(self, wanted: RateFilter, by: Grouping, *, depth: int = 1) -> dict[str, RateCounts]:
        excluded = self._excluded()
        out = sa.literal(0) if excluded is None else sa.func.sum(sa.case((excluded, 1), else_=0))
        keys = (COLUMNS[by], *_ANSWERS)
        query = sa.select(*keys, sa.func.count(), out).where(*_conditions(wanted)).group_by(*keys)
        found: dict[str, RateCounts] = {}
        with reading(self.engine) as connection:
            for value, contacted, solved, satisfaction, number, excluded_number in connection.execute(query):
                name = group_name(value, by, depth)
                kept = number - excluded_number
                counted = _counted(contacted, solved, satisfaction, kept)
                found[name] = found.get(name, RateCounts()) + counted + RateCounts(excluded_number, excluded_number)
        return dict(sorted(found.items()))

    def orders(self, wanted: RateFilter, measure: Measure, *, after: str = "", limit: int = 100) -> list[str]:
        conditions = (*_conditions(wanted), self._condition(measure), orders.c.id > after)
        query = sa.select(orders.c.id).where(*conditions).order_by(orders.c.id).limit(limit)
        with reading(self.engine) as connection:
            return list(connection.scalars(query))

    def samples(self, wanted: RateFilter) -> int:
        query = sa.select(sa.func.count()).where(*_conditions(wanted), orders.c.is_demo)
        with reading(self.engine) as connection:
            return connection.scalar(query) or 0

    def _condition(self, measure: Measure) -> Condition:
        excluded = self._excluded()
        hit = sa.false() if excluded is None else excluded
        if measure is Measure.ORDERS:
            return sa.true()
        return hit if measure is Measure.EXCLUDED else sa.and_(~hit, _ANSWERED, _WITHIN[measure])

    def _excluded(self) -> Condition | None:
        return _excluded(self.rules.exclusions, _is_one_of if self.engine.dialect.name == "sqlite" else orders.c.id.in_)


def _counted(contacted: bool | None, solved: bool | None, satisfaction: str | None, number: int) -> RateCounts:
    """``number`` orders with the same answers, none of them excluded."""
    word = Satisfaction(satisfaction) if satisfaction else Satisfaction.NOT_GIVEN
    measures = measures_of(RatedOrder("", None, contacted=contacted, solved=solved, satisfaction=word), Exclusions())
    return RateCounts(**{field.name: number * (Measure(field.name) in measures) for field in fields(RateCounts)})


def _conditions(wanted: RateFilter) -> list[Condition]:
    begin, end = midnight(wanted.period.first), midnight(wanted.period.last + timedelta(days=1))
    found: list[Condition] = [STATE.in_(_FINISHED), begin <= DAY, end > DAY]
    same = ((UNIT, wanted.unit), (CHANNEL, wanted.channel), (STREET, wanted.street))
    found += [column == value for column, value in same if value is not None]
    if wanted.category is not None:
        found.append(_lies_in(wanted.category))
    return found


def _lies_in(category: str) -> Condition:
    return (orders.c.category == category) | orders.c.category.startswith(category + SEPARATOR, autoescape=True)


def _is_one_of(ids: list[str]) -> Condition:
    """By the number of the row, which every index of SQLite holds: the index need not be left."""
    number: sa.ColumnElement[int] = sa.literal_column("named.rowid")
    numbers = sa.select(number).select_from(_NAMED).where(_NAMED.c.id.in_(ids))
    return sa.literal_column("work_orders.rowid").in_(numbers)


def _excluded(exclusions: Exclusions, is_one_of: Callable[[list[str]], Condition]) -> Condition | None:
    """Never unknown: a missing value is no hit. ``None`` where nothing is excluded."""
    named: tuple[tuple[sa.ColumnElement[str], frozenset[str]], ...] = (
        (orders.c.type, exclusions.types),
        (sa.func.coalesce(orders.c.closed_by, ""), exclusions.endings),
        (orders.c.channel, exclusions.channels),
    )
    hits: list[Condition] = [column.in_(sorted(values)) for column, values in named if values]
    hits += [is_one_of(sorted(exclusions.orders))] if exclusions.orders else []
    hits += map(_lies_in, sorted(exclusions.categories))
    return sa.or_(*hits) if hits else None
