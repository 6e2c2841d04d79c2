"""One contract for the counts of open orders and the limits that come near, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_open_orders import SqlOpenOrders
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_projection import order_values
from assistant.domain.live_events import LiveKind, OpenCounts
from assistant.domain.work_order import WorkOrder
from assistant.ports.orders import Step, StoreUnavailable
from tests.orders import HOLIDAY, NOON, Desk, acceptance, closed, dispatched, reviewed
from tests.real_postgres import running_postgres

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = sqlite_url(tmp_path / "orders.db") if request.param == "sqlite" else request.getfixturevalue("postgres")
    engine = open_engine(url)
    migrate(engine)
    yield engine
    if request.param == "postgres":
        migrate(engine, "base")
    engine.dispose()


def accepted(channel: str) -> Desk:
    desk = Desk()
    desk.do(acceptance(channel=channel))
    return desk


@pytest.fixture
def orders(engine: sa.Engine) -> dict[str, WorkOrder]:
    store = SqlWorkOrders(engine, HOLIDAY)
    played = {
        "phone": accepted("电话"),
        "web": accepted("网站"),
        "housing": dispatched("housing"),
        "market": dispatched("market"),
        "reviewed": reviewed(),
        "closed": closed(),
    }
    kept: dict[str, WorkOrder] = {}
    for name, desk in played.items():
        desk = _named(desk, name)
        store.commit([Step(desk.order, tuple(desk.events), 0)])
        kept[name] = desk.order
    return kept


def _named(desk: Desk, name: str) -> Desk:
    desk.order = replace(desk.order, id=name, number=f"演示-{name}")
    return desk


def due(order: WorkOrder) -> timedelta:
    values = order_values(order, HOLIDAY)
    ends = values["feedback_due"] or values["dispatch_due"]
    assert ends is not None
    return ends - NOON


def test_counts_leave_out_what_is_over(engine: sa.Engine, orders: dict[str, WorkOrder]) -> None:
    counts = SqlOpenOrders(engine).counts(NOON, NOON + HOUR, {None})[None]
    assert counts.by_state == {"受理": 2, "派单": 2, "审核": 1}
    assert (counts.web, counts.late, counts.at_risk) == (1, 0, 0)


def test_late_and_at_risk_follow_the_clock(engine: sa.Engine, orders: dict[str, WorkOrder]) -> None:
    open_orders = SqlOpenOrders(engine)
    ends = NOON + due(orders["phone"])
    near = open_orders.counts(ends - HOUR, ends + HOUR, {None})[None]
    after = open_orders.counts(ends + HOUR, ends + 2 * HOUR, {None})[None]
    assert (near.at_risk, near.late) == (2, 0)
    assert (after.at_risk, after.late) == (0, 2)


def test_a_units_counts_are_of_its_own_orders(engine: sa.Engine, orders: dict[str, WorkOrder]) -> None:
    counts = SqlOpenOrders(engine).counts(NOON, NOON + HOUR, {"market", "heating", None})
    assert counts["market"] == OpenCounts({"派单": 1}, at_risk=0, late=0, web=0)
    assert counts["heating"] == OpenCounts({}, at_risk=0, late=0, web=0)
    assert sum(counts[None].by_state.values()) == 5


def test_article_23_follow_ups_that_are_due_are_counted(engine: sa.Engine, orders: dict[str, WorkOrder]) -> None:
    later = NOON + timedelta(days=60)
    counts = SqlOpenOrders(engine).counts(later, later, {None})[None]
    assert counts.follow_up == 3  # the one that was reviewed, and two whose limit ended without an answer


def test_what_comes_near_is_told_with_its_units(engine: sa.Engine, orders: dict[str, WorkOrder]) -> None:
    open_orders = SqlOpenOrders(engine)
    ends = NOON + due(orders["housing"])
    found = {event.order_id: event for event in open_orders.at_risk(ends - HOUR, ends + HOUR)}
    assert {"housing", "market"} <= set(found)
    event = found["housing"]
    assert (event.kind, event.units, event.state, event.version) == (LiveKind.AT_RISK, ("housing",), "派单", 2)
    assert open_orders.at_risk(NOON - 2 * HOUR, NOON - HOUR) == []


def test_a_database_that_is_away_is_said_so() -> None:
    away = SqlOpenOrders(open_engine("postgresql://nobody@127.0.0.1:1/x"))
    with pytest.raises(StoreUnavailable):
        away.counts(NOON, NOON, {None})
    with pytest.raises(StoreUnavailable):
        away.at_risk(NOON, NOON)
