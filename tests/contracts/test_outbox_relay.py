"""The outbox over a real HTTP receiver, under faults and under SIGKILL: every dispatch has exactly one effect."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.adapters.outbox_relay import (
    AWAY_S,
    IDLE_S,
    MOST_ATTEMPTS,
    HttpDelivery,
    keep_relaying,
    relay,
    wait_after,
)
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_outbox import SqlOutbox
from assistant.adapters.sql_requests import SqlRequests
from assistant.desks.orders import OrderDesk, OrderForm
from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType
from assistant.domain.work_order import OrderState
from assistant.ports.orders import OrderQuery, OutboxMessage, StoreUnavailable
from tests.orders import AGENT, HOLIDAY, POLICY
from tests.real_postgres import running_postgres
from tests.real_redis import silent_server

ROOT = Path(__file__).resolve().parents[2]
LATER = datetime(2099, 1, 1, tzinfo=UTC)


class Receiver(ThreadingHTTPServer):
    """Deduplicates by key. ``script`` holds the status of the next answers; afterwards it takes everything."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.effects: dict[str, dict[str, object]] = {}
        self.arrivals: Counter[str] = Counter()
        self.script: list[int | str] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/work-orders"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers["idempotency-key"]
        with self.server.lock:
            step = self.server.script.pop(0) if self.server.script else 200
            if step in (200, "garbled"):
                self.server.arrivals[key] += 1
                self.server.effects.setdefault(key, body)
        answer = b"<html>" if step == "garbled" else b"{}"
        self.send_response(200 if step == "garbled" else int(step))
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    yield engine
    engine.dispose()


def dispatch(engine: sa.Engine, lead: str = "housing") -> str:
    desk = OrderDesk(SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), POLICY, str)
    order = desk.open(OrderForm("演示", "演示数据", AppealType.HELP, "住房/物业管理"), AGENT)[0]
    desk.take(order.id, e.Dispatch(lead), AGENT)
    return order.id


def test_a_dispatch_arrives_once_with_its_key(engine: sa.Engine, receiver: Receiver) -> None:
    order_id = dispatch(engine)
    box = SqlOutbox(engine)
    assert relay(box, HttpDelivery(receiver.url)).delivered == 1
    assert relay(box, HttpDelivery(receiver.url), now=lambda: LATER).delivered == 0
    assert receiver.arrivals == {f"{order_id}:2:housing": 1}
    assert receiver.effects[f"{order_id}:2:housing"]["title"] == "演示"


def test_a_relay_that_dies_after_sending_sends_again_and_the_receiver_acts_once(
    engine: sa.Engine, receiver: Receiver
) -> None:
    dispatch(engine)
    box, deliver = SqlOutbox(engine), HttpDelivery(receiver.url)

    def die_after(message: OutboxMessage) -> None:
        deliver(message)
        raise SystemExit

    with pytest.raises(SystemExit):
        relay(box, die_after)
    assert relay(box, deliver).delivered == 0  # still leased
    assert relay(box, deliver, now=lambda: LATER).delivered == 1
    assert sum(receiver.arrivals.values()) == 2
    assert len(receiver.effects) == 1


@pytest.mark.parametrize("fault", [500, 503, 429, 302, "garbled"])
def test_a_passing_fault_is_tried_again_later(engine: sa.Engine, receiver: Receiver, fault: int | str) -> None:
    dispatch(engine)
    box, deliver = SqlOutbox(engine), HttpDelivery(receiver.url)
    receiver.script = [fault]
    assert relay(box, deliver).failed == 1
    assert relay(box, deliver).delivered == 0  # not yet due
    assert relay(box, deliver, now=lambda: LATER).delivered == 1
    assert len(receiver.effects) == 1


def test_a_refusal_for_good_waits_for_a_person(engine: sa.Engine, receiver: Receiver) -> None:
    dispatch(engine)
    box, deliver = SqlOutbox(engine), HttpDelivery(receiver.url)
    receiver.script = [422]
    assert relay(box, deliver).dead == 1
    [letter] = box.dead_letters()
    assert box.resend(letter.id, datetime.now(UTC))
    assert relay(box, deliver).delivered == 1


def test_a_silent_or_absent_receiver_costs_its_budget_only(engine: sa.Engine) -> None:
    dispatch(engine)
    box = SqlOutbox(engine)
    with silent_server() as port:
        began = time.monotonic()
        assert relay(box, HttpDelivery(f"http://127.0.0.1:{port}/", timeout_s=0.3)).failed == 1
        assert time.monotonic() - began < 5  # the receiver itself never answers
    assert relay(box, HttpDelivery("http://127.0.0.1:1/"), now=lambda: LATER).failed == 1


def test_a_watching_relay_outlives_a_database_that_goes_away(engine: sa.Engine) -> None:
    """It ended with status 1, and dispatches waited until somebody started it again."""

    away, taken, paused = iter([True, True]), list[OutboxMessage](), list[float]()

    class Box(SqlOutbox):
        def lease(self, now: datetime, limit: int, lease_s: float) -> list[OutboxMessage]:
            if next(away, False):
                raise StoreUnavailable("away")
            return super().lease(now, limit, lease_s)

    def pause(seconds: float) -> None:
        paused.append(seconds)
        if seconds == IDLE_S:
            raise KeyboardInterrupt

    dispatch(engine)
    with pytest.raises(KeyboardInterrupt):
        keep_relaying(Box(engine), taken.append, pause)
    assert paused == [AWAY_S, AWAY_S, 0.0, IDLE_S]
    assert len(taken) == 1


def test_in_the_end_it_is_given_up_and_shown(engine: sa.Engine) -> None:
    dispatch(engine)
    box, deliver = SqlOutbox(engine), HttpDelivery("http://127.0.0.1:1/")
    day = datetime(2099, 1, 1, tzinfo=UTC)
    for at in range(MOST_ATTEMPTS):
        relay(box, deliver, now=lambda at=at: day + timedelta(days=at))  # type: ignore[misc]
    assert box.outbox_state().dead == 1
    assert wait_after(1) <= wait_after(99) <= timedelta(minutes=15)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "killed.db")
    else:
        with running_postgres() as url:
            yield url


@pytest.mark.slow
def test_sigkill_anywhere_leaves_exactly_one_effect_per_dispatch(database: str, receiver: Receiver) -> None:
    """Kills a process that dispatches and relays, six times at random moments; then one calm relay ends the work."""
    engine = open_engine(database)
    migrate(engine)
    told: list[str] = []
    chance = random.Random(12345)
    for _ in range(6):
        command = [sys.executable, "-m", "tests.dispatching_process", database, receiver.url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout is not None
        told.append(process.stdout.readline().strip())
        time.sleep(chance.uniform(0, 0.4))
        process.kill()
        told += process.stdout.read().split()
        process.wait()
    box = SqlOutbox(engine)
    while relay(box, HttpDelivery(receiver.url), now=lambda: LATER).delivered:
        pass
    store = SqlWorkOrders(engine, HOLIDAY)
    dispatched = [row.id for row in store.find(OrderQuery(state=OrderState.DISPATCHED, limit=100_000))]
    expected = {f"{order_id}:2:{unit}" for order_id in dispatched for unit in ("street-a", "housing", "district")}
    assert len(dispatched) >= 6
    assert set(filter(None, told)) <= set(dispatched)
    assert set(receiver.effects) == expected
    assert box.outbox_state().waiting == 0
    engine.dispose()
