"""``OverviewBook`` on SQLite or PostgreSQL: grouped counts under the conditions of the list of orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_order_filter import LEAD, STREET, Condition, conditions
from assistant.adapters.sql_schema import UtcDateTime, orders
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.time_limits import BEIJING
from assistant.ports.orders import OrderQuery
from assistant.ports.overview import Bucket, Dimension

_COLUMNS: dict[Dimension, sa.ColumnElement[str]] = {
    Dimension.TYPE: orders.c.type,
    Dimension.CHANNEL: orders.c.channel,
    Dimension.CATEGORY: orders.c.category,
    Dimension.STREET: STREET,
    Dimension.UNIT: LEAD,
    Dimension.STATE: orders.c.state,
}
# Beijing has kept one offset since 1991.
_SQLITE = {Bucket.HOUR: "%Y-%m-%dT%H", Bucket.DAY: "%Y-%m-%dT00"}
_POSTGRES = {Bucket.HOUR: 'YYYY-MM-DD"T"HH24', Bucket.DAY: 'YYYY-MM-DD"T00"'}
_DAY_S = 86_400.0
_LONG = timedelta(days=90)
_AT: sa.ColumnElement[datetime] = sa.literal_column("+work_orders.received_at", UtcDateTime())
_STATE = orders.c.state.concat("")
"""In this form neither leads SQLite away from an index that holds all that is asked."""


class SqlOverview:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def count(self, query: OrderQuery) -> int:
        where = self._of_callers(query) if query.repeated else self._conditions(query)
        return int(self._one(where, sa.func.count()) or 0)

    def counts(self, queries: Mapping[str, OrderQuery]) -> dict[str, int]:
        base, own = _shared(queries)
        sums = [sa.func.sum(sa.case((sa.and_(sa.true(), *self._conditions(one)), 1), else_=0)) for one in own.values()]
        wanted = sa.select(*sums).select_from(orders).where(*self._conditions(base))
        with reading(self.engine) as connection:
            found = connection.execute(wanted).one()
        return {name: int(number or 0) for name, number in zip(own, found, strict=True)}

    def groups(self, query: OrderQuery, by: Dimension) -> dict[str, int]:
        found: Counter[str] = Counter()
        for name, count in self._grouped(query, _COLUMNS[by]):
            found[name.split(SEPARATOR)[0] if by is Dimension.CATEGORY else name] += count
        return dict(sorted(found.items()))

    def series(self, query: OrderQuery, bucket: Bucket) -> dict[datetime, int]:
        if (
            self.engine.dialect.name == "sqlite"
            and bucket is Bucket.DAY
            and query.received_from
            and query.received_before
        ):
            return self._day_by_day(query, query.received_from, query.received_before)
        rows = self._grouped(query, self._begin(bucket))
        return {datetime.fromisoformat(f"{begin}:00").replace(tzinfo=BEIJING): count for begin, count in sorted(rows)}

    def callers(self, query: OrderQuery) -> int:
        known = sa.select(orders.c.appellant_key).where(*self._of_callers(query)).group_by(orders.c.appellant_key)
        wanted = sa.select(sa.func.count()).select_from(known.subquery())
        with reading(self.engine) as connection:
            return connection.scalar(wanted) or 0

    def days_to_close(self, query: OrderQuery) -> float | None:
        if self.engine.dialect.name == "sqlite":
            days = sa.func.julianday(orders.c.closed_at) - sa.func.julianday(orders.c.received_at)
        else:
            days = sa.extract("epoch", orders.c.closed_at - orders.c.received_at) / _DAY_S
        state: Condition = sa.true() if query.state is None else _STATE.in_([query.state.value])
        mean = self._one([state, *self._conditions(replace(query, state=None))], sa.func.avg(days))
        return float(mean) if mean is not None else None

    def newest(self) -> datetime | None:
        with reading(self.engine) as connection:
            newest: datetime | None = connection.scalar(sa.select(sa.func.max(orders.c.updated_at)))
        return newest

    def _day_by_day(self, query: OrderQuery, begin: datetime, end: datetime) -> dict[datetime, int]:
        """Many short looks along an index: SQLite would sort all the days that it cuts out of the times."""
        first, last = (sa.bindparam(name, type_=UtcDateTime()) for name in ("first", "last"))
        rest, received = replace(query, received_from=None, received_before=None), orders.c.received_at
        within = (*self._conditions(rest), received >= first, received < last)
        wanted = sa.select(sa.func.count()).select_from(orders).where(*within)
        found: dict[datetime, int] = {}
        at = begin.astimezone(BEIJING)
        with reading(self.engine) as connection:
            while at < end:
                day = at.replace(hour=0, minute=0, second=0, microsecond=0)
                following = day + timedelta(days=1)
                found[day] = connection.scalar(wanted, {"first": at, "last": min(end, following)}) or 0
                at = following
        return {day: count for day, count in found.items() if count}

    def _begin(self, bucket: Bucket) -> sa.ColumnElement[str]:
        if self.engine.dialect.name == "sqlite":
            return sa.func.strftime(_SQLITE[bucket], orders.c.received_at, "+8 hours")
        return sa.func.to_char(sa.func.timezone("Asia/Shanghai", orders.c.received_at), _POSTGRES[bucket])

    def _grouped(self, query: OrderQuery, column: sa.ColumnElement[str]) -> list[tuple[str, int]]:
        name = column.label("name")
        wanted = sa.select(name, sa.func.count()).where(*self._conditions(query)).group_by(name)
        with reading(self.engine) as connection:
            return [(row[0], row[1]) for row in connection.execute(wanted)]

    def _one(self, where: Sequence[Condition], what: sa.ColumnElement[Any]) -> Any:
        wanted = sa.select(what).select_from(orders).where(*where)
        with reading(self.engine) as connection:
            return connection.scalar(wanted)

    def _conditions(self, query: OrderQuery) -> list[Condition]:
        return conditions(query, self.engine.dialect.name)

    def _of_callers(self, query: OrderQuery) -> list[Condition]:
        """Those with a caller. SQLite reads a long period faster along its index of callers than by time."""
        known, (begin, end) = orders.c.appellant_key.is_not(None), (query.received_from, query.received_before)
        narrow = (query.lead, query.street, query.category, query.channel) != (None,) * 4
        is_long = begin is not None and end is not None and end - begin >= _LONG
        if self.engine.dialect.name != "sqlite" or narrow or not is_long:
            return [known, *self._conditions(query)]
        rest = replace(query, received_from=None, received_before=None)
        return [known, begin <= _AT, end > _AT, *self._conditions(rest)]


def _shared(queries: Mapping[str, OrderQuery]) -> tuple[OrderQuery, dict[str, OrderQuery]]:
    """What all of them ask, and what each asks beside it."""
    found = [asdict(query) for query in queries.values()]
    same = {name for name in found[0] if all(one[name] == found[0][name] for one in found)}
    base = OrderQuery(**{name: found[0][name] for name in same})
    own = [OrderQuery(**{name: value for name, value in one.items() if name not in same}) for one in found]
    return base, dict(zip(queries, own, strict=True))
