"""The follow-up queue on SQLite and PostgreSQL: what the rules put in is what the list shows, due first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from assistant.adapters.sql_engine import reading
from assistant.adapters.sql_follow_ups import SqlFollowUps
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.adapters.sql_schema import orders
from assistant.desks.orders import OrderDesk, OrderUnknown
from assistant.domain import work_order_events as e
from assistant.domain.follow_up import FollowUpNeed, follow_up_due, need_of
from assistant.domain.work_order_folding import replay
from assistant.ports.orders import Step
from assistant.ports.requests import Request
from tests.contracts.test_work_order_store import FORM, opened
from tests.orders import (
    AGENT,
    BOSS,
    CONTENT,
    FEEDBACK,
    HOLIDAY,
    HOUSING,
    NOON,
    POLICY,
    Desk,
    closed,
    handling,
    reviewed,
)

MONTH = NOON + timedelta(days=30)


@pytest.fixture
def queue(engine: sa.Engine) -> SqlFollowUps:
    return SqlFollowUps(engine, POLICY.unreachable_after)


@pytest.fixture
def store(engine: sa.Engine) -> SqlWorkOrders:
    return SqlWorkOrders(engine, HOLIDAY)


def unsolved() -> Desk:
    desk = reviewed()
    desk.do(replace(CONTENT, solved=False, satisfaction=e.Satisfaction.DISSATISFIED))
    return desk


def unreachable() -> Desk:
    desk = reviewed()
    for _ in range(3):
        desk.do(e.FollowUp("电话", connected=False))
    return desk


def stored(store: SqlWorkOrders, number: int, desk: Desk) -> None:
    events = [desk.events[0], *desk.events[1:]]
    acceptance = replace(events[0].change, number=f"DEMO-{number}")  # type: ignore[type-var]
    events[0] = replace(events[0], change=acceptance)  # type: ignore[arg-type]
    store.commit([Step(replay(f"order-{number}", events), tuple(events), 0)])


def test_article_23_the_queue_holds_what_is_due_longest_due_first(store: SqlWorkOrders, queue: SqlFollowUps) -> None:
    made = [reviewed(), unsolved(), unreachable(), handling(), closed()]
    for number, desk in enumerate(made):
        stored(store, number, desk)
    rows = queue.due(MONTH)
    expected = sorted((follow_up_due(desk.order, HOLIDAY), f"order-{n}") for n, desk in enumerate(made[:4]))  # type: ignore[type-var]
    assert [(row.follow_up_due, row.id) for row in rows] == expected
    assert queue.counts(MONTH) == dict.fromkeys(FollowUpNeed, 1)
    for row in rows:
        need = need_of(row.state, row.solved, row.attempts, POLICY.unreachable_after)
        assert [found.id for found in queue.due(MONTH, need)] == [row.id]
    paged = [queue.due(MONTH, after=after, limit=2) for after in (None, rows[1].id)]
    assert [row.id for page in paged for row in page] == [row.id for row in rows]
    assert queue.due(NOON) == []


def test_article_23_a_late_order_is_not_due_before_its_limit(store: SqlWorkOrders, queue: SqlFollowUps) -> None:
    stored(store, 1, handling())
    assert queue.due(NOON + timedelta(days=6)) == []
    assert [row.id for row in queue.due(NOON + timedelta(days=9))] == ["order-1"]


def test_the_queue_reads_an_index(engine: sa.Engine, queue: SqlFollowUps) -> None:
    wanted = sa.select(orders.c.id).where(orders.c.follow_up_due <= NOON).order_by(orders.c.follow_up_due, orders.c.id)
    sql = str(wanted.compile(engine, compile_kwargs={"literal_binds": False}))
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("2026-01-01",)).all()
        else:  # an empty table is scanned where nothing forbids it
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = connection.execute(sa.text("EXPLAIN " + str(wanted.compile(engine, compile_kwargs=LITERAL)))).all()
    assert "ix_work_orders_follow_up_due_id" in str(plan)


LITERAL = {"literal_binds": True}


@pytest.fixture
def desk(store: SqlWorkOrders) -> OrderDesk:
    return OrderDesk(
        store,
        SqlRequests(store.engine),
        POLICY,
        lambda text: text.replace("13800138000", "〔手机1〕"),
        "演示盐",
        lambda: NOON,
    )


RATING = e.Rating(True, False, e.Satisfaction.DISSATISFIED, "还在漏，请回电13800138000")


def to_review(desk: OrderDesk, order_id: str) -> None:
    road: list[tuple[e.Change, e.Actor]] = [
        (e.Dispatch("housing"), AGENT), (e.Receipt(), HOUSING), (e.HandlingStart(), HOUSING),
        (e.Contact(True), HOUSING), (FEEDBACK, HOUSING), (e.FeedbackReview(True), BOSS),
    ]  # fmt: skip
    for change, actor in road:
        desk.take(order_id, change, actor, "演示")


def test_article_8_rating_by_code_is_one_event_masked_and_repeatable(desk: OrderDesk) -> None:
    order, code = desk.open(FORM, AGENT)
    to_review(desk, order.id)
    ask = Request("citizen:demo", "rate-1", "d" * 64)
    seen = desk.rate(order.number, code, RATING, ask)
    assert (seen.state, seen.can_rate) == ("已回访", False)
    assert desk.rate(order.number, code, RATING, ask).state == "已回访"
    last = desk.store.events(order.id)[-1]
    assert (type(last.change), last.actor.role) == (e.Rating, e.Role.APPELLANT)
    assert "13800138000" not in repr(last)
    with pytest.raises(OrderUnknown):
        desk.see(order.id, last.actor)


class Counted:
    """Notes every call to the store: a wrong number must cost what a wrong code costs."""

    def __init__(self, store: SqlWorkOrders) -> None:
        self.store, self.calls = store, []  # type: ignore[var-annotated]

    def __getattr__(self, name: str) -> object:
        self.calls.append(name)
        return getattr(self.store, name)


def test_article_8_a_wrong_number_and_a_wrong_code_look_alike(desk: OrderDesk, store: SqlWorkOrders) -> None:
    order = opened(desk)
    calls = []
    for number in (order.number, "20260302-0000000000"):
        counted = Counted(store)
        with pytest.raises(OrderUnknown):
            replace(desk, store=counted).rate(number, "AAAAAAAA", RATING)  # type: ignore[arg-type]
        calls.append(counted.calls)
    assert calls[0] == calls[1] != []
