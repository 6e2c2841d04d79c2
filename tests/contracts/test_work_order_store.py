"""One contract for the store of work orders on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.adapters import sql_outbox
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import HEAD, current, migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_outbox import SqlOutbox
from assistant.adapters.sql_requests import SqlRequests
from assistant.adapters.sql_schema import metadata, orders
from assistant.desks.once import RepeatedRequest
from assistant.desks.orders import OrderDesk, OrderForm, OrderUnknown
from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType
from assistant.domain.order_policy import NotAllowed
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_folding import replay
from assistant.ports.orders import (
    NumberTaken,
    OrderQuery,
    Step,
    StoreUnavailable,
    VersionConflict,
)
from assistant.ports.requests import KeyInFlight, KeyReused, Request, StoredReply
from tests.orders import AGENT, BOSS, CONTENT, HOLIDAY, HOUSING, NOON, POLICY, STREET, acceptance, closed, handling


@pytest.fixture
def store(engine: sa.Engine) -> SqlWorkOrders:
    return SqlWorkOrders(engine, HOLIDAY)


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


FAR = datetime.max.replace(tzinfo=UTC)
FORM = OrderForm(
    "演示：楼道漏水", "演示数据：楼道漏水，电话13800138000", AppealType.COMPLAINT, "住房/物业管理", "street-a",
    phone="13800138000", name="演示人", labels=("演示数据",),
)  # fmt: skip
ASK = Request("key:demo", "k-1", "d" * 64)
SAID = StoredReply(201, '{"id":"x"}', '"1"')


def opened(desk: OrderDesk) -> WorkOrder:
    return desk.open(FORM, AGENT)[0]


def stored(store: SqlWorkOrders, events: list[e.OrderEvent], order: WorkOrder) -> WorkOrder:
    store.commit([Step(order, tuple(events), 0)])
    return order


def test_the_migrated_schema_is_the_declared_one(engine: sa.Engine) -> None:
    assert current(engine) == HEAD
    assert migrate(engine) is False
    with engine.connect() as connection:
        hide = {
            "include_object": lambda o, name, kind, *_: (
                not (kind == "table" and str(name).startswith("order_search")) and name != "ix_overview"
            )
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=hide), metadata)
    assert differences == []


def test_migrations_go_down_and_up_again(engine: sa.Engine) -> None:
    migrate(engine, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    assert migrate(engine)


def test_starting_processes_migrate_once(engine: sa.Engine) -> None:
    migrate(engine, "base")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate(engine), range(4)))
    assert current(engine) == HEAD


def test_an_order_comes_back_as_its_events(store: SqlWorkOrders) -> None:
    played = closed()
    stored(store, played.events, played.order)
    assert store.load("order-1") == played.order
    assert store.events("order-1") == tuple(played.events)
    assert store.load("nobody") is None
    assert store.id_of("DEMO-0001") == "order-1"


def test_every_kind_of_event_survives_the_store(store: SqlWorkOrders) -> None:
    desk = handling(STREET)
    desk.do(e.Whistle("w1", ("market",), "演示路口", NOON), STREET)
    desk.do(e.ExtensionRequest(3, True), STREET)
    desk.do(e.ExtensionReview(True, "同意"))
    desk.do(e.ClockPause(e.PauseReason.FORCE_MAJEURE))
    desk.do(e.ClockResumption())
    stored(store, desk.events, desk.order)
    assert replay("order-1", store.events("order-1")) == desk.order


def test_personal_data_stays_out_of_events_and_lists(desk: OrderDesk, engine: sa.Engine) -> None:
    order, code = desk.open(FORM, AGENT)
    assert "13800138000" not in repr(desk.store.events(order.id))
    assert [row.title for row in desk.store.find(OrderQuery(text="楼道漏水"))] == ["演示：楼道漏水"]
    assert desk.store.find(OrderQuery(text="13800138000")) == []
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            dump = repr(connection.execute(sa.select(table)).all())
            assert ("13800138000" in dump) == (table.name == "appellants"), table.name
            assert code not in dump
    person = desk.person(order.id, AGENT, "回访")
    assert (person.phone, person.content) == (FORM.phone, FORM.content)
    assert [(access.actor, access.reason) for access in desk.store.accesses(order.id)] == [(AGENT, "回访")]
    with pytest.raises(NotAllowed):
        desk.person(order.id, AGENT, " ")


def test_the_appellants_name_stays_out_of_every_text(desk: OrderDesk, engine: sa.Engine) -> None:
    """No rule finds every name, but this one stands in a field beside the text."""
    form = replace(FORM, title="演示人家漏水", content="演示人称楼道漏水", place="演示人家楼下", confidential=True)
    order = desk.open(form, AGENT)[0]
    assert (order.title, order.content, order.place) == ("诉求人家漏水", "诉求人称楼道漏水", "诉求人家楼下")
    with engine.connect() as connection:
        said = connection.execute(sa.text("SELECT content, name FROM appellants")).one()
    assert tuple(said) == ("演示人称楼道漏水", "演示人")


def test_a_unit_sees_its_own_orders_only(desk: OrderDesk) -> None:
    order = opened(desk)
    with pytest.raises(OrderUnknown):
        desk.see(order.id, HOUSING)
    desk.take(order.id, e.Dispatch("housing"), AGENT, "职责清楚")
    assert desk.see(order.id, HOUSING).lead == "housing"
    with pytest.raises(OrderUnknown):
        desk.take(order.id, e.Receipt(), STREET)
    assert [row.id for row in desk.store.find(OrderQuery(unit="housing"))] == [order.id]
    assert desk.store.find(OrderQuery(unit="street-a")) == []


def test_progress_needs_number_and_code(desk: OrderDesk) -> None:
    order, code = desk.open(FORM, AGENT)
    assert desk.progress(order.number, code).state == "已受理，等待派单"
    for number, wrong in ((order.number, "AAAAAAAA"), ("20260302-0000000000", code)):
        with pytest.raises(OrderUnknown):
            desk.progress(number, wrong)


def test_the_slower_of_two_writers_is_told(desk: OrderDesk) -> None:
    order = opened(desk)
    desk.take(order.id, e.Dispatch("housing"), AGENT, expected=1)
    with pytest.raises(VersionConflict):
        desk.take(order.id, e.Supervision("限期"), BOSS, expected=1)
    assert len(desk.store.events(order.id)) == 2


def test_of_many_writers_at_once_exactly_one_wins(desk: OrderDesk) -> None:
    order = opened(desk)
    start = threading.Barrier(8)

    def dispatch(lead: str) -> bool:
        start.wait()
        try:
            desk.take(order.id, e.Dispatch(lead), AGENT, expected=1)
        except (VersionConflict, NotAllowed):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(dispatch, ["housing", "heating"] * 4))
    assert sum(won) == 1
    assert len(desk.store.events(order.id)) == 2


def test_many_writers_on_many_orders_all_get_through(desk: OrderDesk) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: opened(desk), range(40)))
    assert desk.store.count(OrderQuery()) == 40


def test_the_same_number_is_taken_once(store: SqlWorkOrders) -> None:
    stored(store, closed().events, closed().order)
    again = handling()
    with pytest.raises(NumberTaken):
        store.commit([Step(again.order, tuple(again.events), 0)])
    assert store.known(["DEMO-0001", "DEMO-0002"]) == {"DEMO-0001"}


def test_a_batch_is_all_or_nothing(store: SqlWorkOrders) -> None:
    stored(store, closed().events, closed().order)
    fresh = handling(number="DEMO-0002")
    with pytest.raises(NumberTaken):
        store.commit([
            Step(replay("order-2", fresh.events), tuple(fresh.events), 0),
            Step(replay("order-3", closed().events), tuple(closed().events), 0),
        ])  # fmt: skip
    assert store.load("order-2") is None


def test_same_key_and_body_give_the_same_reply_and_one_order(desk: OrderDesk) -> None:
    desk.open(FORM, AGENT, ASK, lambda order: SAID)
    with pytest.raises(RepeatedRequest) as repeated:
        desk.open(FORM, AGENT, ASK, lambda order: SAID)
    assert repeated.value.reply == SAID
    assert desk.store.count(OrderQuery()) == 1


def test_same_key_with_another_body_is_refused(desk: OrderDesk) -> None:
    desk.open(FORM, AGENT, ASK, lambda order: SAID)
    with pytest.raises(KeyReused):
        desk.open(FORM, AGENT, Request(ASK.caller, ASK.key, "e" * 64), lambda order: SAID)
    assert desk.requests.claim(Request("key:other", ASK.key, "e" * 64), NOON) is None


def test_concurrent_requests_with_one_key_make_one_order(desk: OrderDesk) -> None:
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait()
        try:
            desk.open(FORM, AGENT, ASK, lambda order: SAID)
        except (KeyInFlight, RepeatedRequest) as answer:
            return type(answer).__name__
        return "made"

    with ThreadPoolExecutor(8) as pool:
        endings = list(pool.map(ask, range(8)))
    assert endings.count("made") == 1
    assert desk.store.count(OrderQuery()) == 1


def test_a_refused_step_frees_its_key(desk: OrderDesk) -> None:
    order = opened(desk)
    with pytest.raises(NotAllowed):
        desk.take(order.id, e.Closure(), AGENT, request=ASK, answer=lambda order: SAID)
    assert desk.requests.claim(ASK, NOON) is None


def test_a_worker_whose_claim_lapsed_may_not_commit(desk: OrderDesk) -> None:
    order = opened(desk)
    desk.requests.claim(ASK, NOON)
    desk.requests.release(ASK)
    step = Step(order, (), 1)
    with pytest.raises(KeyInFlight):
        desk.store.commit([step], (ASK, SAID))


def test_dispatch_puts_its_messages_into_the_same_transaction(desk: OrderDesk, engine: sa.Engine) -> None:
    order = opened(desk)
    box = SqlOutbox(engine)
    assert box.outbox_state().waiting == 0
    desk.take(order.id, e.Dispatch("street-a", ("housing",)), AGENT)
    leased = box.lease(NOON, 10, 60)
    assert [(m.destination, m.kind) for m in leased] == [
        ("street-a", "Dispatch"), ("housing", "Dispatch"), ("district", "Dispatch")
    ]  # fmt: skip
    assert [m.dedup_key for m in leased] == [f"{order.id}:2:{unit}" for unit in ("street-a", "housing", "district")]
    assert "13800138000" not in leased[0].body
    assert box.lease(NOON, 10, 60) == []
    assert len(box.lease(NOON + timedelta(seconds=61), 10, 60)) == 3


def test_an_aborted_transaction_leaves_no_message(desk: OrderDesk, engine: sa.Engine) -> None:
    order = opened(desk)
    step = desk._step(order, e.Dispatch("housing"), AGENT, "")
    with pytest.raises(KeyInFlight):  # the reply cannot be kept, so nothing is
        desk.store.commit([step], (ASK, SAID))
    assert SqlOutbox(engine).outbox_state().waiting == 0
    assert desk.store.load(order.id) == order


def test_dead_letters_wait_for_a_person(desk: OrderDesk, engine: sa.Engine) -> None:
    order, box = opened(desk), SqlOutbox(engine)
    desk.take(order.id, e.Dispatch("housing"), AGENT)
    [message] = box.lease(NOON, 10, 60)
    box.failed(message.id, None, "refused_422")
    assert box.lease(NOON + timedelta(days=9), 10, 60) == []
    assert (box.outbox_state().dead, [m.id for m in box.dead_letters()]) == (1, [message.id])
    assert box.resend(message.id, NOON)
    assert not box.resend(message.id, NOON)
    [again] = box.lease(NOON, 10, 60)
    assert (again.dedup_key, again.attempts) == (message.dedup_key, 1)
    box.delivered(again.id, NOON)
    assert (box.outbox_state().waiting, box.delivered_so_far()) == (0, 1)


def test_counting_what_waits_does_not_grow_with_what_waits(
    desk: OrderDesk, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked at every scrape; without a receiver a year's dispatches wait."""
    for _ in range(3):
        desk.take(opened(desk).id, e.Dispatch("housing"), AGENT)
    assert SqlOutbox(engine).outbox_state().waiting == 3
    monkeypatch.setattr(sql_outbox, "MOST_COUNTED", 2)
    assert SqlOutbox(engine).outbox_state().waiting == 2


def test_merging_writes_both_orders_at_once(desk: OrderDesk) -> None:
    main, repeat = opened(desk), opened(desk)
    desk.take(repeat.id, e.MergeInto(main.id), AGENT, "同一诉求人同一事项")
    first, second = desk.store.load(main.id), desk.store.load(repeat.id)
    assert first is not None
    assert second is not None
    assert (first.merged_from, second.state) == ((repeat.id,), OrderState.MERGED)


def test_the_caller_of_a_merged_order_sees_how_the_main_one_goes(desk: OrderDesk) -> None:
    main, code = desk.open(FORM, AGENT)
    repeat, its_code = desk.open(FORM, AGENT)
    desk.take(repeat.id, e.MergeInto(main.id), AGENT, "同一诉求人同一事项")
    desk.take(main.id, e.Dispatch("housing"), AGENT, "职责清楚")
    seen = desk.progress(repeat.number, its_code)
    assert seen.number == repeat.number
    assert seen.state == "已与同一事项的工单合并办理：已派至承办单位，等待签收"
    assert seen.due == desk.progress(main.number, code).due


def filled(store: SqlWorkOrders) -> None:
    for at in range(12):
        category = "公共服务/供暖/室温不达标" if at % 3 == 0 else "住房/物业管理"
        changes = {"number": f"DEMO-{at}", "category": category, "received_at": NOON - timedelta(days=at)}
        desk = handling(content=f"演示数据第{at}件，电梯坏了", **changes) if at % 2 else closed()
        if at % 2 == 0:
            first = e.OrderEvent(1, NOON, AGENT, "演示", acceptance(**changes))
            desk.events[0] = first
        store.commit([Step(replay(f"order-{at:02}", desk.events), tuple(desk.events), 0)])


QUERIES: tuple[tuple[OrderQuery, Callable[[int], bool]], ...] = (
    (OrderQuery(), lambda at: True),
    (OrderQuery(state=OrderState.HANDLING), lambda at: at % 2 == 1),
    (OrderQuery(open_only=True), lambda at: at % 2 == 1),
    (OrderQuery(category="公共服务"), lambda at: at % 3 == 0),
    (OrderQuery(category="公共服务/供"), lambda at: False),
    (OrderQuery(category="住房/物业管理"), lambda at: at % 3 != 0),
    (OrderQuery(text="电梯"), lambda at: at % 2 == 1),
    (OrderQuery(text="电梯 坏了"), lambda at: at % 2 == 1),
    (OrderQuery(text='电"梯" OR x'), lambda at: False),
    (OrderQuery(text="DEMO-3"), lambda at: at == 3),
    (OrderQuery(text="3.5 NOT (x"), lambda at: False),
    (OrderQuery(text="?!"), lambda at: False),
    (OrderQuery(received_from=NOON - timedelta(days=4)), lambda at: at <= 4),
    (OrderQuery(received_before=NOON - timedelta(days=4)), lambda at: at > 4),
    (OrderQuery(lead="housing", unit="housing"), lambda at: True),
    (OrderQuery(street="street-b"), lambda at: False),
)


def test_queries_find_what_fits_and_page_through_it(store: SqlWorkOrders) -> None:
    filled(store)
    for query, fits in QUERIES:
        expected = [f"order-{at:02}" for at in range(12) if fits(at)]
        found: list[str] = []
        after = None
        while page := store.find(
            OrderQuery(**{**{f: getattr(query, f) for f in query.__slots__}, "after": after, "limit": 5})
        ):
            found += [row.id for row in page]
            after = found[-1]
        assert found == expected, query
        assert store.count(query) == len(expected), query


def test_what_ends_next_stands_first_however_many_pages_it_takes(store: SqlWorkOrders) -> None:
    """Handled orders have a limit, closed ones none; a limit that moves while somebody pages loses no line."""
    for at in range(12):
        changes: dict[str, Any] = {"number": f"DEMO-{at}", "received_at": NOON - timedelta(days=(at * 5) % 7)}
        played = handling(**changes) if at % 3 else closed()
        if at % 3 == 0:
            played.events[0] = e.OrderEvent(1, NOON, AGENT, "演示", acceptance(**changes))
        store.commit([Step(replay(f"order-{at:02}", played.events), tuple(played.events), 0)])
    with store.engine.begin() as connection:
        for at in range(12):
            due = NOON + timedelta(hours=(at * 7) % 5) if at % 3 else None
            connection.execute(orders.update().where(orders.c.id == f"order-{at:02}").values(feedback_due=due))
    whole = store.find(OrderQuery(by_limit=True))
    by_hand = sorted(store.find(OrderQuery()), key=lambda row: row.running_limit or FAR)
    assert [row.id for row in whole] == [row.id for row in by_hand]
    assert len({row.running_limit for row in whole}) < len(whole) and whole[-1].running_limit is None

    paged: list[str] = []
    query = OrderQuery(by_limit=True, limit=2)
    while page := store.find(query):
        paged += [row.id for row in page]
        query = replace(query, after=page[-1].id, after_limit=page[-1].running_limit)
        with store.engine.begin() as connection:
            moved = orders.update().where(orders.c.id == page[-1].id)
            connection.execute(moved.values(feedback_due=NOON - timedelta(days=1)))
    assert paged == [row.id for row in whole]


def test_a_row_tells_lateness_and_follow_up(store: SqlWorkOrders) -> None:
    desk = closed()
    stored(store, desk.events, desk.order)
    [row] = store.find(OrderQuery())
    assert (row.late, row.contacted, row.solved, row.satisfaction) == (False, True, True, e.Satisfaction.SATISFIED)
    assert row.feedback_due is None
    assert CONTENT.satisfaction is row.satisfaction


def test_a_kept_mapping_comes_back(store: SqlWorkOrders) -> None:
    assert store.mapping("a" * 64) is None
    store.keep_mapping("a" * 64, {"来电内容": "content"})
    store.keep_mapping("a" * 64, {"来电内容": "content", "标题": "title"})
    assert store.mapping("a" * 64) == {"来电内容": "content", "标题": "title"}


def test_a_database_that_is_away_says_so_quickly(tmp_path: Path) -> None:
    for url in ("postgresql://nobody@127.0.0.1:1/x", sqlite_url(tmp_path / "no" / "folder" / "orders.db")):
        with pytest.raises(StoreUnavailable, match="nothing was saved"):
            SqlWorkOrders(open_engine(url), HOLIDAY).load("x")
