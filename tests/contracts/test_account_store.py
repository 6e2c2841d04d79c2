"""One contract for the store of accounts and sessions, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.sql_account_schema import accounts, failures, sessions
from assistant.adapters.sql_accounts import SqlAccounts
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.domain.accounts import Account, AccountRole
from assistant.domain.sign_in_backoff import FORGOTTEN_AFTER
from assistant.domain.sign_in_sessions import Session
from assistant.ports.accounts import LoginTaken
from assistant.ports.orders import StoreUnavailable
from tests.orders import NOON
from tests.real_postgres import running_postgres

CLERK = Account(
    "a-1", "demo-clerk", "演示承办人𠮷", AccountRole.UNIT_HANDLER, "housing", NOON, must_change_password=True
)
BOSS = Account("a-2", "demo-boss", "演示主管", AccountRole.SUPERVISOR, None, NOON)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running_postgres() as url:
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlAccounts]:
    url = sqlite_url(tmp_path / "orders.db") if request.param == "sqlite" else request.getfixturevalue("postgres")
    engine = open_engine(url)
    migrate(engine)
    with engine.begin() as connection:
        for table in (sessions, failures, accounts):
            connection.execute(table.delete())
    yield SqlAccounts(engine)
    engine.dispose()


@pytest.fixture
def filled(store: SqlAccounts) -> SqlAccounts:
    store.add(CLERK, "hash-1")
    store.add(BOSS, "")
    return store


def test_accounts_come_back_as_they_were(filled: SqlAccounts) -> None:
    assert filled.get("a-1") == CLERK
    assert filled.by_login("demo-clerk") == (CLERK, "hash-1")
    assert filled.by_login("demo-boss") == (BOSS, "")
    assert (filled.get("absent"), filled.by_login("absent")) == (None, None)
    assert filled.all() == [BOSS, CLERK]


def test_a_login_is_given_out_once(filled: SqlAccounts) -> None:
    with pytest.raises(LoginTaken):
        filled.add(replace(BOSS, id="a-3"), "other")
    assert len(filled.all()) == 2


def test_a_change_leaves_login_and_password_alone(filled: SqlAccounts) -> None:
    changed = replace(CLERK, login="other", name="演示新名", role=AccountRole.SEAT_AGENT, unit=None, disabled=True)
    filled.change(changed)
    assert filled.by_login("demo-clerk") == (replace(changed, login="demo-clerk"), "hash-1")
    filled.set_password("a-1", "hash-2", must_change=False)
    found = filled.by_login("demo-clerk")
    assert found and (found[1], found[0].must_change_password) == ("hash-2", False)


def test_sessions_open_touch_and_end(filled: SqlAccounts) -> None:
    session = Session("d" * 64, "a-1", NOON, NOON)
    filled.open_session(session)
    filled.open_session(Session("e" * 64, "a-1", NOON, NOON))
    assert filled.session("d" * 64) == (session, CLERK)
    later = NOON + timedelta(minutes=5)
    filled.touch("d" * 64, later)
    assert filled.session("d" * 64) == (replace(session, seen_at=later), CLERK)
    filled.end_session("d" * 64)
    assert filled.session("d" * 64) is None
    assert (filled.end_sessions("a-1"), filled.session("e" * 64)) == (1, None)


def test_forgotten_sessions_are_dropped(filled: SqlAccounts) -> None:
    filled.open_session(Session("d" * 64, "a-1", NOON, NOON))
    filled.open_session(Session("e" * 64, "a-2", NOON + timedelta(days=2), NOON + timedelta(days=2)))
    assert filled.session("d" * 64) is None
    assert filled.session("e" * 64) is not None


def test_failures_count_each_subject_and_are_forgotten(store: SqlAccounts) -> None:
    store.record_failure(("s-1", "s-2"), NOON)
    store.record_failure(("s-1",), NOON + timedelta(seconds=1))
    known = store.failures(("s-1", "s-2", "s-3"))
    assert {subject: failure.count for subject, failure in known.items()} == {"s-1": 2, "s-2": 1}
    assert known["s-1"].last_at == NOON + timedelta(seconds=1)
    store.forget_failures(("s-1",))
    assert set(store.failures(("s-1", "s-2"))) == {"s-2"}
    store.record_failure(("s-2",), NOON + FORGOTTEN_AFTER + timedelta(seconds=1))
    assert store.failures(("s-2",))["s-2"].count == 1


def test_guesses_at_the_same_moment_are_all_counted(store: SqlAccounts) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.record_failure(("s-1",), NOON), range(24)))
    assert store.failures(("s-1",))["s-1"].count == 24


def test_a_database_that_is_away_is_said_so() -> None:
    away = SqlAccounts(open_engine("postgresql://nobody@127.0.0.1:1/x"))
    for call in (away.all, lambda: away.session("x"), lambda: away.record_failure(("x",), NOON)):
        with pytest.raises(StoreUnavailable):
            call()
