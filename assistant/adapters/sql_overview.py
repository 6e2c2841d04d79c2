"""``OverviewBook`` on SQLite or PostgreSQL: grouped counts under the conditions of the list of orders."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_order_filter import LEAD, STREET, conditions
from assistant.adapters.sql_schema import orders
from assistant.domain.catalogue import SEPARATOR
from assistant.domain.time_limits import BEIJING
from assistant.order_ports import OrderQuery
from assistant.overview_ports import Bucket, Dimension

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


class SqlOverview:
    """Thread-safe; reads what the store of work orders writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def count(self, query: OrderQuery) -> int:
        return int(self._one(query, sa.func.count()) or 0)

    def groups(self, query: OrderQuery, by: Dimension) -> dict[str, int]:
        found: Counter[str] = Counter()
        for name, count in self._grouped(query, _COLUMNS[by]):
            found[name.split(SEPARATOR)[0] if by is Dimension.CATEGORY else name] += count
        return dict(sorted(found.items()))

    def series(self, query: OrderQuery, bucket: Bucket) -> dict[datetime, int]:
        rows = self._grouped(query, self._begin(bucket))
        return {datetime.fromisoformat(f"{begin}:00").replace(tzinfo=BEIJING): count for begin, count in sorted(rows)}

    def callers(self, query: OrderQuery) -> int:
        return int(self._one(query, sa.func.count(sa.distinct(orders.c.appellant_key))) or 0)

    def days_to_close(self, query: OrderQuery) -> float | None:
        if self.engine.dialect.name == "sqlite":
            days = sa.func.julianday(orders.c.closed_at) - sa.func.julianday(orders.c.received_at)
        else:
            days = sa.extract("epoch", orders.c.closed_at - orders.c.received_at) / _DAY_S
        mean = self._one(query, sa.func.avg(days))
        return float(mean) if mean is not None else None

    def newest(self) -> datetime | None:
        with reading(self.engine) as connection:
            newest: datetime | None = connection.scalar(sa.select(sa.func.max(orders.c.updated_at)))
        return newest

    def _begin(self, bucket: Bucket) -> sa.ColumnElement[str]:
        if self.engine.dialect.name == "sqlite":
            return sa.func.strftime(_SQLITE[bucket], orders.c.received_at, "+8 hours")
        return sa.func.to_char(sa.func.timezone("Asia/Shanghai", orders.c.received_at), _POSTGRES[bucket])

    def _grouped(self, query: OrderQuery, column: sa.ColumnElement[str]) -> list[tuple[str, int]]:
        name = column.label("name")
        wanted = sa.select(name, sa.func.count()).where(*conditions(query, self.engine.dialect.name)).group_by(name)
        with reading(self.engine) as connection:
            return [(row[0], row[1]) for row in connection.execute(wanted)]

    def _one(self, query: OrderQuery, what: sa.ColumnElement[Any]) -> Any:
        wanted = sa.select(what).select_from(orders).where(*conditions(query, self.engine.dialect.name))
        with reading(self.engine) as connection:
            return connection.scalar(wanted)
