"""Past orders follow the store of work orders: new, changed, imported with old dates, replaced; on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.adapters.order_history import FollowedHistory
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_order_feed import SqlOrderFeed
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_schema import orders
from assistant.domain import work_order_events as e
from assistant.domain.appeal import Appeal, Judgement, Place, Relation, SimilarOrder
from assistant.domain.work_order import OrderState
from assistant.ports.orders import Step, StoreUnavailable
from tests.orders import HOLIDAY, HOUSING, NOON, Desk, acceptance, accepted, closed

TEXT = "演示数据：演示家园楼道顶部漏水三天"


def commit(engine: sa.Engine, desk: Desk, order_id: str, expected: int = 0, number: str = "") -> None:
    order = replace(desk.order, id=order_id, number=number or order_id)
    events = tuple(event for event in desk.events if event.sequence > expected)
    SqlWorkOrders(engine, HOLIDAY).commit([Step(order, events, expected)])


def similar(history: FollowedHistory, text: str = TEXT) -> tuple[SimilarOrder, ...]:
    import asyncio

    appeal = Appeal(text, NOON + timedelta(hours=1), appellant_key="caller-1")
    place = Place("", "朝阳区", "street-a")
    return asyncio.run(history.similar(appeal, Judgement("住房/物业管理", 0.8), place, 10))


@pytest.fixture
def feed(engine: sa.Engine) -> SqlOrderFeed:
    return SqlOrderFeed(engine)


def desk_of(**changes: object) -> Desk:
    return accepted(content=TEXT, place="演示家园", appellant_key="caller-1", **changes)


def test_an_order_is_fed_with_its_words_its_place_and_what_was_done(engine: sa.Engine, feed: SqlOrderFeed) -> None:
    commit(engine, closed(), "done")
    (order,) = feed.changed(None)
    assert order.text == "演示：楼道漏水\n楼道顶部漏水三天"
    assert (order.outcome, order.solved, order.is_over) == ("已修复漏水点", True, True)
    assert feed.versions() == {"done": order.version} and feed.count() == 1


def test_pages_follow_each_other_without_gap_or_repeat(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.adapters.sql_order_feed.PAGE", 4)
    for at in range(9):
        commit(engine, desk_of(), f"o{at}")
    assert [order.id for order in SqlOrderFeed(engine).changed(None)] == [f"o{at}" for at in range(9)]


def test_a_new_order_and_then_its_progress_are_known_at_the_next_appeal(engine: sa.Engine, feed: SqlOrderFeed) -> None:
    history = FollowedHistory(lambda: feed, every_s=0)
    history.warm_up()
    assert similar(history) == ()
    desk = desk_of()
    commit(engine, desk, "o1")
    (order,) = similar(history)
    assert (order.relation, order.state) == (Relation.OWN_REPEAT, "受理")
    assert history.received("caller-1") == [desk.order.received_at]
    assert history.received("caller-2") == []
    desk.do(e.Dispatch("housing"))
    desk.do(e.Receipt(), HOUSING)
    commit(engine, desk, "o1", expected=1)
    assert similar(history)[0].state == "签收"


def test_imported_orders_with_old_dates_are_found_too(engine: sa.Engine, feed: SqlOrderFeed) -> None:
    history = FollowedHistory(lambda: feed, every_s=0)
    commit(engine, desk_of(), "new")
    history.warm_up()
    old = Desk(at=NOON - timedelta(days=9))
    old.do(replace(acceptance(content=TEXT, place="演示家园"), received_at=NOON - timedelta(days=10)))
    commit(engine, old, "old")
    assert {order.order_id for order in similar(history)} == {"new", "old"}


def test_the_index_on_disk_is_brought_up_to_date_and_a_replaced_database_is_read_anew(
    engine: sa.Engine, feed: SqlOrderFeed, tmp_path: Path
) -> None:
    commit(engine, desk_of(), "o1")
    first = FollowedHistory(lambda: feed, tmp_path / "similar")
    first.warm_up()
    first.save()
    commit(engine, desk_of(), "o2")
    second = FollowedHistory(lambda: feed, tmp_path / "similar")
    second.warm_up()
    assert {order.order_id for order in similar(second)} == {"o1", "o2"}
    migrate(engine, "base")
    migrate(engine)
    commit(engine, desk_of(), "o3")
    third = FollowedHistory(lambda: feed, tmp_path / "similar")
    third.warm_up()
    assert [order.order_id for order in similar(third)] == ["o3"]


def test_while_the_store_is_away_appeals_are_compared_with_what_is_known(engine: sa.Engine, feed: SqlOrderFeed) -> None:
    away = False

    def open_feed() -> SqlOrderFeed:
        if away:
            raise StoreUnavailable("演示")
        return feed

    commit(engine, desk_of(), "o1")
    history = FollowedHistory(open_feed, every_s=0)
    history.warm_up()
    away = True
    assert [order.order_id for order in similar(history)] == ["o1"]
    unopened = FollowedHistory(open_feed)
    assert similar(unopened) == ()
    with pytest.raises(StoreUnavailable):
        unopened.warm_up()


@pytest.fixture
def before_places(engine: sa.Engine) -> Iterator[sa.Engine]:
    migrate(engine, "base")
    migrate(engine, "0003")
    yield engine


def test_the_migration_fills_the_places_of_orders_that_were_there(before_places: sa.Engine) -> None:
    columns = "id, number, version, state, round, type, category, lead_name, urgency, channel, title, received_at"
    more = "updated_at, objections, confidential, is_demo, code_digest"
    first = {"a": ("Acceptance", '{"place":"演示家园"}'), "h": ("History", '{"acceptance":{"place":"样板里"}}')}
    with before_places.begin() as connection:
        for order_id, (kind, change) in (first | {"n": ("Acceptance", "{}")}).items():
            values = "1, '受理', 1, '投诉', '住房', '', '一般', '电话', '演示', '2026-01-01', '2026-01-01', 0, false, true, ''"
            order = sa.text(f"INSERT INTO work_orders ({columns}, {more}) VALUES (:id, :id, {values})")
            connection.execute(order, {"id": order_id})
            event = "INSERT INTO work_order_events (order_id, sequence, at, actor, role, reason, kind, change) "
            event += "VALUES (:id, 1, '2026-01-01', 'x', 'seat_agent', '', :kind, :change)"
            connection.execute(sa.text(event), {"id": order_id, "kind": kind, "change": change})
    migrate(before_places)
    with before_places.connect() as connection:
        found = dict(connection.execute(sa.select(orders.c.id, orders.c.place)).all())  # type: ignore[arg-type]
    assert found == {"a": "演示家园", "h": "样板里", "n": ""}


def test_states_of_the_feed_are_those_of_the_store(engine: sa.Engine, feed: SqlOrderFeed) -> None:
    commit(engine, desk_of(), "o1")
    assert [order.state for order in feed.orders(["o1", "nowhere"])] == [OrderState.ACCEPTED]
