"""What watch reads of the store of work orders, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_watch import SqlWatch
from assistant.bootstrap.history import grouped_texts
from assistant.desks.watch import WatchDesk
from assistant.domain.watch import Cell, WatchedOrder
from assistant.ports.orders import Step
from tests.orders import HOLIDAY, NOON, Desk, accepted, closed


def commit(engine: sa.Engine, desk: Desk, order_id: str) -> None:
    order = replace(desk.order, id=order_id, number=order_id)
    SqlWorkOrders(engine, HOLIDAY).commit([Step(order, tuple(desk.events), 0)])


def seen(engine: sa.Engine) -> list[WatchedOrder]:
    return SqlWatch(engine).watched(NOON - timedelta(days=1), NOON)


def test_an_order_is_read_with_its_estate_and_how_it_stands(engine: sa.Engine) -> None:
    commit(engine, accepted(place="演示街道演示家园2号院3号楼", appellant_key="caller-1"), "open")
    commit(engine, closed(), "closed")
    by_id = {order.id: order for order in seen(engine)}
    assert by_id["open"] == WatchedOrder(
        *("open", NOON, "住房/物业管理", "street-a", "演示家园2号院", "caller-1", "演示：楼道漏水"), is_open=True
    )
    assert not by_id["closed"].is_open
    assert by_id["closed"].caller == "closed"  # nobody's number: it counts as one person


def test_the_edge_of_the_days_belongs_to_the_later_look(engine: sa.Engine) -> None:
    commit(engine, accepted(), "o1")
    book = SqlWatch(engine)
    assert book.watched(NOON, NOON + timedelta(days=1)) == []
    assert len(book.watched(NOON - timedelta(seconds=1), NOON)) == 1


def test_the_orders_behind_a_signal_are_those_it_was_made_of(engine: sa.Engine) -> None:
    for number in range(8):
        commit(engine, accepted(place="演示家园2号院", received_at=NOON - timedelta(minutes=number)), f"o{number}")
    commit(engine, accepted(place="样板里", received_at=NOON - timedelta(minutes=3)), "elsewhere")
    desk = WatchDesk(
        lambda: SqlWatch(engine), lambda cell: ("district",), grouped_texts, lambda: NOON + timedelta(hours=1)
    )
    (signal, *_) = desk.report().signals
    assert signal.cell == Cell("住房/物业管理", "street-a", "演示家园2号院") and signal.receivers == ("district",)
    evidence = desk.evidence(signal.id)
    assert evidence is not None
    assert [order.id for order in evidence[1]] == list(signal.orders) == [f"o{number}" for number in range(7, -1, -1)]
    assert desk.evidence("nothing") is None


def test_what_appellants_said_is_read_by_order(engine: sa.Engine) -> None:
    for order_id in ("o1", "o2"):
        commit(engine, accepted(), order_id)
    contents = SqlWatch(engine).contents(["o1", "no order"])
    assert list(contents) == ["o1"] and accepted().order.title.rstrip("…") in contents["o1"]


def test_callers_within_a_minute_share_a_report(engine: sa.Engine) -> None:
    looks = 0

    def book() -> SqlWatch:
        nonlocal looks
        looks += 1
        return SqlWatch(engine)

    desk = WatchDesk(book, lambda cell: (), grouped_texts)
    assert desk.report() is desk.report()
    assert desk.report(14).since > desk.report().since
    assert looks == 2
