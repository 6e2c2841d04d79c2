"""``RateBook`` on SQLite or PostgreSQL: one grouped statement over ``work_orders``; pages of ids by the same conditions."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_schema import orders
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.three_rates import CONTENT, Exclusions, Grouping, Measure, RateCounts, RateFilter, group_name
from assistant.domain.time_limits import midnight
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import Satisfaction
from assistant.rate_ports import RateRules

Condition = sa.ColumnElement[bool]

DAY = sa.func.coalesce(orders.c.followed_up_at, orders.c.closed_at)
UNIT: sa.ColumnElement[str] = sa.func.coalesce(orders.c.lead, orders.c.lead_name)
STREET: sa.ColumnElement[str] = sa.func.coalesce(orders.c.street, "")
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
_COUNTED = (Measure.EXCLUDED, Measure.VALID, Measure.CONTACTED, Measure.SOLVED, Measure.SATISFIED)


class SqlRates:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine, rules: RateRules) -> None:
        self.engine, self.rules = engine, rules

    def groups(self, wanted: RateFilter, by: Grouping, *, depth: int = 1) -> dict[str, RateCounts]:
        column = COLUMNS[by].label("name")
        counted = [sa.func.sum(sa.case((self._condition(measure), 1), else_=0)) for measure in _COUNTED]
        query = sa.select(column, sa.func.count(), *counted).where(*_conditions(wanted)).group_by(column)
        found: dict[str, RateCounts] = {}
        with reading(self.engine) as connection:
            for value, *numbers in connection.execute(query):
                name = group_name(value, by, depth)
                found[name] = found.get(name, RateCounts()) + RateCounts(*map(int, numbers))
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
        excluded = _excluded(self.rules.exclusions)
        if measure is Measure.ORDERS:
            return sa.true()
        return excluded if measure is Measure.EXCLUDED else sa.and_(~excluded, _ANSWERED, _WITHIN[measure])


def _conditions(wanted: RateFilter) -> list[Condition]:
    begin, end = midnight(wanted.period.first), midnight(wanted.period.last + timedelta(days=1))
    found: list[Condition] = [orders.c.state.in_(_FINISHED), begin <= DAY, end > DAY]
    same = ((UNIT, wanted.unit), (orders.c.channel, wanted.channel), (STREET, wanted.street))
    found += [column == value for column, value in same if value is not None]
    if wanted.category is not None:
        found.append(_lies_in(wanted.category))
    return found


def _lies_in(category: str) -> Condition:
    return (orders.c.category == category) | orders.c.category.startswith(category + SEPARATOR, autoescape=True)


def _excluded(exclusions: Exclusions) -> Condition:
    """Never unknown: a missing value is no hit."""
    named: tuple[tuple[sa.ColumnElement[str], frozenset[str]], ...] = (
        (orders.c.id, exclusions.orders),
        (orders.c.type, exclusions.types),
        (sa.func.coalesce(orders.c.closed_by, ""), exclusions.endings),
        (orders.c.channel, exclusions.channels),
    )
    hits = [column.in_(sorted(values)) for column, values in named if values]
    return sa.or_(sa.false(), *hits, *map(_lies_in, sorted(exclusions.categories)))
