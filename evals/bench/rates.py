"""How long the three rates and the overview take over many generated orders (演示数据): ``python -m evals.bench.rates``.

On SQLite, or on the empty PostgreSQL database of ``--database``. All orders lie in the year, so every row is read and counted.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice, product
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from assistant.adapters.sql_answers import SqlAnswers
from assistant.adapters.sql_calls import SqlCalls
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_feedback import SqlFeedback
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_overview import SqlOverview
from assistant.adapters.sql_rates import SqlRates
from assistant.adapters.sql_schema import orders
from assistant.desks.overview import OverviewDesk
from assistant.domain.three_rates import Exclusions, Grouping, Period, RateFilter
from assistant.ports.orders import OrderQuery
from assistant.ports.rates import RateRules

T = TypeVar("T")
BEGIN = datetime(2025, 9, 1, tzinfo=UTC)
YEAR = RateFilter(Period(date(2025, 9, 1), date(2026, 9, 1)))
MONTH = RateFilter(Period(date(2026, 2, 19), date(2026, 3, 18)))
BATCH = 20_000


def made_rows(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for index in range(count):
        at = BEGIN + timedelta(minutes=chance.randrange(60 * 24 * 365))
        yield {
            "id": f"{chance.randrange(1 << 60):015x}{index:07d}", "number": f"演示-{index:010d}", "version": 9, "round": 1,
            "state": "办结", "type": chance.choice(("投诉", "求助", "咨询")), "channel": chance.choice(("电话", "网络", "微信")),
            "category": f"类{chance.randrange(20)}/项{chance.randrange(5)}/目{chance.randrange(3)}",
            "street": f"street-{chance.randrange(43)}", "lead": f"unit-{chance.randrange(90)}", "lead_name": "",
            "urgency": "一般", "title": "演示：小区楼道顶部漏水三天无人处理", "received_at": at, "updated_at": at, "closed_at": at,
            "closed_by": "回访办结", "late": False, "contacted": chance.random() < 0.97, "solved": chance.random() < 0.9,
            "satisfaction": chance.choice(("满意", "基本满意", "不满意", "未评价")), "objections": 0, "confidential": False,
            "is_demo": True, "code_digest": f"{chance.randrange(1 << 256):064x}",
            "appellant_key": f"{chance.randrange(count):032x}",
        }  # fmt: skip


def fill(engine: sa.Engine, count: int) -> None:
    migrate(engine)
    rows = made_rows(count, random.Random(12345))
    for _ in range(-(-count // BATCH)):
        with engine.begin() as connection:
            connection.execute(orders.insert(), list(islice(rows, BATCH)))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE work_orders")  # as the server does by itself some time later


def measure(engine: sa.Engine, rounds: int) -> Iterator[str]:
    with engine.connect() as connection:
        ids = frozenset(connection.scalars(sa.select(orders.c.id).order_by(orders.c.id).limit(200)))
    ruled = Exclusions(
        ids, frozenset({"咨询"}), frozenset({"直接答复"}), frozenset({"微信"}), frozenset({"类4", "类3/项2"})
    )
    for rules, exclusions in (
        ("all count", Exclusions()),
        ("ids, types, endings, channels, categories excluded", ruled),
    ):
        book = SqlRates(engine, RateRules(exclusions))
        for (name, wanted), by in product((("year", YEAR), ("month", MONTH)), Grouping):
            groups, told = timed(partial(book.groups, wanted, by), rounds)
            counted = sum(counts.orders for counts in groups.values())
            yield f"{name:6}{by:9}{counted:>9} orders  {told}  {rules}"
    desk = OverviewDesk(
        SqlOverview(engine),
        SqlAnswers(engine),
        SqlFeedback(engine),
        SqlCalls(engine),
        lambda: BEGIN + timedelta(days=365),
    )
    for name, wanted in (("year", YEAR), ("month", MONTH)):
        seen, told = timed(partial(desk.look, OrderQuery(), wanted.period), rounds)
        yield f"{name:6}overview {seen.figures['intake'].count:>9} orders  {told}"


def timed(look: Callable[[], T], rounds: int) -> tuple[T, str]:
    """What the last look saw, and the shortest and longest time of all."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        seen = look()
        seconds.append(time.perf_counter() - began)
    return seen, f"{min(seconds):.2f}–{max(seconds):.2f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--database", help="address of an empty PostgreSQL database; default: SQLite in a temporary folder"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(given.database or sqlite_url(Path(folder) / "orders.db"))
        fill(engine, given.orders)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for line in measure(engine, given.rounds):
            print(line, flush=True)
        engine.dispose()


if __name__ == "__main__":
    main()
