"""三率 in SQL equals the pure arithmetic over the same rows (Article 32), on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_rates import SqlRates
from assistant.adapters.sql_schema import orders
from assistant.domain.three_rates import (
    Exclusions,
    Grouping,
    Measure,
    Period,
    RateCounts,
    RatedOrder,
    RateFilter,
    measures_of,
    rate_groups,
)
from assistant.domain.time_limits import local_day
from assistant.domain.work_order_events import Satisfaction
from assistant.ports.orders import Step
from assistant.ports.rates import RateRules
from tests.orders import HOLIDAY, closed
from tests.real_postgres import running_postgres

BEGIN = datetime(2026, 2, 18, 12, 0, tzinfo=UTC)
RULES = RateRules(
    Exclusions(
        orders=frozenset({"o-0001", "o-0100"}),
        types=frozenset({"表扬"}),
        endings=frozenset({"直接答复"}),
        channels=frozenset({"微博"}),
        categories=frozenset({"住房/物业_管理"}),
    )
)
WHOLE = RateFilter(Period(date(2026, 2, 19), date(2026, 3, 18)))
FILTERS = (
    WHOLE,
    replace(WHOLE, unit="housing"),
    replace(WHOLE, unit=""),
    replace(WHOLE, category="住房", channel="电话"),
    replace(WHOLE, category="住房/物业_管理", street="street-a"),
    replace(WHOLE, street=""),
    replace(WHOLE, period=Period(date(2026, 3, 1), date(2026, 3, 1))),
    replace(WHOLE, channel="' OR 1=1 --"),
)
NUMBERS = {field: Measure(field) for field in RateCounts.__dataclass_fields__}


def made_row(index: int, chance: random.Random) -> dict[str, Any]:
    """Any mixture of answers and endings, midnights of Beijing among the times; 演示数据."""
    at = BEGIN + chance.choice((timedelta(hours=chance.randrange(24 * 32)), timedelta(hours=4, days=index % 30)))
    finished = chance.choice(("回访", "办结", "办结", "办理", "并单"))
    return {
        "id": f"o-{index:04}", "number": f"演示-{index}", "version": 1, "round": 1, "state": finished,
        "type": chance.choice(("投诉", "求助", "表扬")),
        "category": chance.choice(("住房/物业_管理/漏水", "住房/物业x管理/漏水", "住房", "住房保障", "公共服务/供暖", "")),
        "street": chance.choice((None, "street-a", "street-b")), "lead": chance.choice((None, "housing", "heating")),
        "lead_name": chance.choice(("", "演示单位")), "urgency": "一般", "channel": chance.choice(("电话", "网络", "微博", "")),
        "title": "演示", "received_at": BEGIN - timedelta(days=9), "updated_at": at,
        "closed_at": at if finished == "办结" else None,
        "closed_by": chance.choice((None, "回访办结", "直接答复")) if finished == "办结" else None,
        "contacted": chance.choice((None, True, False)), "solved": chance.choice((None, True, False)),
        "satisfaction": chance.choice((None, *(word.value for word in Satisfaction))),
        "followed_up_at": at if finished == "回访" else None, "objections": 0, "confidential": False,
        "is_demo": index % 2 == 0, "code_digest": "",
    }  # fmt: skip


def rated(row: dict[str, Any]) -> RatedOrder:
    at = row["followed_up_at"] or row["closed_at"]
    return RatedOrder(
        row["id"],
        local_day(at) if at and row["state"] in ("回访", "办结") else None,
        row["lead"] or row["lead_name"],
        row["category"],
        row["channel"],
        row["street"] or "",
        row["type"],
        row["closed_by"] or "",
        row["contacted"],
        row["solved"],
        Satisfaction(row["satisfaction"] or "未评价"),
    )


ROWS = [made_row(index, random.Random(index)) for index in range(1200)]
ORDERS = [rated(row) for row in ROWS]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    if request.param == "sqlite":
        yield from filled(sqlite_url(tmp_path_factory.mktemp("rates") / "orders.db"))
    else:
        with running_postgres() as url:
            yield from filled(url)


def filled(url: str) -> Iterator[sa.Engine]:
    engine = open_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(orders.insert(), ROWS)
    yield engine
    engine.dispose()


@pytest.fixture
def book(engine: sa.Engine) -> SqlRates:
    return SqlRates(engine, RULES)


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("by", Grouping)
def test_article_32_sql_counts_what_the_arithmetic_counts(book: SqlRates, wanted: RateFilter, by: Grouping) -> None:
    for depth in (1, 2, 3):
        expected = rate_groups(ORDERS, wanted, by, RULES.exclusions, depth=depth)
        assert list(book.groups(wanted, by, depth=depth).items()) == list(expected.items())
    assert expected or wanted.channel == "' OR 1=1 --"


def test_article_32_without_exclusions_too(engine: sa.Engine) -> None:
    expected = rate_groups(ORDERS, WHOLE, Grouping.UNIT, Exclusions())
    assert SqlRates(engine, RateRules()).groups(WHOLE, Grouping.UNIT) == expected


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("measure", Measure)
def test_article_32_each_number_is_a_list_of_orders(book: SqlRates, wanted: RateFilter, measure: Measure) -> None:
    expected = sorted(o.id for o in ORDERS if wanted.fits(o) and measure in measures_of(o, RULES.exclusions))
    assert book.orders(wanted, measure, limit=len(ROWS)) == expected
    first = book.orders(wanted, measure, limit=7)
    assert first + book.orders(wanted, measure, after=first[-1] if first else "", limit=len(ROWS)) == expected


def test_article_32_the_list_behind_a_number_is_as_long_as_the_number(book: SqlRates) -> None:
    for unit, counts in book.groups(WHOLE, Grouping.UNIT).items():
        for field, measure in NUMBERS.items():
            found = book.orders(replace(WHOLE, unit=unit), measure, limit=len(ROWS))
            assert len(found) == getattr(counts, field)


def test_article_32_invented_orders_are_told(book: SqlRates) -> None:
    counted = sum(WHOLE.fits(order) for order in ORDERS[::2])
    assert book.samples(WHOLE) == counted > 0


def test_article_32_an_order_that_went_the_whole_road_is_counted(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    done = closed()
    SqlWorkOrders(engine, HOLIDAY).commit([Step(done.order, tuple(done.events), 0)])
    day = local_day(done.at)
    found = SqlRates(engine, RateRules()).groups(RateFilter(Period(day, day)), Grouping.UNIT)
    engine.dispose()
    assert found == {"housing": RateCounts(orders=1, valid=1, contacted=1, solved=1, satisfied=1)}
