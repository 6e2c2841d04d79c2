"""The composition root's part for work orders: settings in, desk, store and outbox out."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.follow_up_files import load_follow_up_script
from assistant.city_pack import city_pack_folder
from assistant.desks.accounts import AccountDesk
from assistant.desks.feedback import FeedbackDesk
from assistant.desks.orders import OrderDesk
from assistant.desks.overview import OverviewDesk
from assistant.desks.replies import ReplyDesk
from assistant.desks.sign_in import SignInDesk
from assistant.domain.follow_up import FollowUpScript
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.pii import TokenNumbering, redact, redact_within_buildings
from assistant.domain.sign_in_sessions import SessionLimits
from assistant.domain.three_rates import Exclusions, Weights
from assistant.ports.orders import Committed, StoreUnavailable
from assistant.ports.rates import RateRules
from assistant.ports.serving import Readiness
from assistant.setting_sections import Rates, SignIn
from assistant.settings import Settings

if TYPE_CHECKING:  # answering a question must not wait for SQLAlchemy to be imported
    from assistant.adapters.sql_answers import SqlAnswers
    from assistant.adapters.sql_calls import SqlCalls
    from assistant.adapters.sql_corrections import SqlCorrections
    from assistant.adapters.sql_follow_ups import SqlFollowUps
    from assistant.adapters.sql_open_orders import SqlOpenOrders
    from assistant.adapters.sql_orders import SqlWorkOrders
    from assistant.adapters.sql_outbox import SqlOutbox
    from assistant.adapters.sql_rates import SqlRates
    from assistant.domain.catalogue import Catalogue


@dataclass(frozen=True)
class WorkOrders:
    """Everything about work orders and who works on them; ``secret`` makes appellants' keys."""

    desk: OrderDesk
    store: SqlWorkOrders
    outbox: SqlOutbox
    rates: SqlRates
    follow_ups: SqlFollowUps
    script: FollowUpScript
    feedback: FeedbackDesk
    replies: ReplyDesk
    corrections: SqlCorrections
    catalogue: Path
    secret: str
    sign_in: SignInDesk
    accounts: AccountDesk
    open_orders: SqlOpenOrders
    answers: SqlAnswers
    calls: SqlCalls
    overview: OverviewDesk

    def close(self) -> None:
        self.store.close()


def open_work_orders(settings: Settings, committed: Committed | None = None) -> WorkOrders:
    """The database, brought to this version's schema; ``committed`` hears of every commit. Raises ``StoreUnavailable``, ``DataMissing``, ``DataFileError``."""
    from assistant.adapters.sql_accounts import SqlAccounts
    from assistant.adapters.sql_answers import SqlAnswers
    from assistant.adapters.sql_calls import SqlCalls
    from assistant.adapters.sql_corrections import SqlCorrections
    from assistant.adapters.sql_engine import open_engine, sqlite_url
    from assistant.adapters.sql_feedback import SqlFeedback
    from assistant.adapters.sql_follow_ups import SqlFollowUps
    from assistant.adapters.sql_migrations import migrate
    from assistant.adapters.sql_open_orders import SqlOpenOrders
    from assistant.adapters.sql_orders import SqlWorkOrders
    from assistant.adapters.sql_outbox import SqlOutbox
    from assistant.adapters.sql_overview import SqlOverview
    from assistant.adapters.sql_rates import SqlRates
    from assistant.adapters.sql_requests import SqlRequests

    secret = _kept_secret(settings.data_dir)
    folder = city_pack_folder(settings.city_pack) / "catalogue"
    catalogue = load_catalogue(folder)
    url = settings.orders.database_url
    engine = open_engine(url.get_secret_value() if url else sqlite_url(settings.data_dir / "orders.db"))
    migrate(engine)
    store = SqlWorkOrders(engine, catalogue.calendar, committed)
    script = load_follow_up_script(folder)
    requests, accounts = SqlRequests(engine), SqlAccounts(engine)
    desk = OrderDesk(store, requests, order_policy(catalogue, script), mask, secret, mask_place=redact_within_buildings)
    book, answers, calls = SqlFeedback(engine), SqlAnswers(engine), SqlCalls(engine)
    return WorkOrders(
        desk=desk,
        store=store,
        outbox=SqlOutbox(engine),
        rates=SqlRates(engine, rate_rules(settings.rates)),
        follow_ups=SqlFollowUps(engine, script.unreachable_after),
        script=script,
        feedback=FeedbackDesk(book, book, desk, mask),
        replies=ReplyDesk(desk, book),
        corrections=SqlCorrections(engine),
        catalogue=folder,
        secret=secret,
        sign_in=SignInDesk(accounts, secret, session_limits(settings.sign_in)),
        accounts=AccountDesk(accounts, frozenset(desk.policy.units)),
        open_orders=SqlOpenOrders(engine),
        answers=answers,
        calls=calls,
        overview=OverviewDesk(SqlOverview(engine), answers, book, calls),
    )


def order_policy(catalogue: Catalogue, script: FollowUpScript) -> OrderPolicy:
    retry = timedelta(hours=script.retry_hours)
    return replace(OrderPolicy.of(catalogue), unreachable_after=script.unreachable_after, follow_up_retry=retry)


def session_limits(sign_in: SignIn) -> SessionLimits:
    return SessionLimits(timedelta(seconds=sign_in.idle_s), timedelta(seconds=sign_in.absolute_s))


def rate_rules(rates: Rates) -> RateRules:
    exclusions = Exclusions(
        orders=rates.excluded_orders,
        types=rates.excluded_types,
        endings=rates.excluded_endings,
        channels=rates.excluded_channels,
        categories=rates.excluded_categories,
    )
    return RateRules(exclusions, Weights(*rates.weights) if rates.weights else None)


@dataclass(frozen=True, slots=True)
class OrdersSeen:
    """``waiting`` and ``given_up``: messages to the units; unknown (0) for a schema of another version."""

    kind: str
    schema: str
    is_current: bool
    waiting: int = 0
    given_up: int = 0


def look_at_orders(settings: Settings) -> OrdersSeen | None:
    """How the database stands, without making or migrating it; ``None`` where there is none. Raises ``StoreUnavailable``."""
    from assistant.adapters.sql_engine import open_engine, sqlite_url
    from assistant.adapters.sql_migrations import HEAD, current
    from assistant.adapters.sql_outbox import SqlOutbox

    url, file = settings.orders.database_url, settings.data_dir / "orders.db"
    if url is None and not file.exists():
        return None
    engine = open_engine(url.get_secret_value() if url else sqlite_url(file))
    try:
        schema, kind = current(engine), "PostgreSQL" if url else "SQLite"
        if schema is None:
            return None
        if schema != HEAD:
            return OrdersSeen(kind, schema, is_current=False)
        outbox = SqlOutbox(engine).outbox_state()
        return OrdersSeen(kind, schema, True, outbox.waiting, outbox.dead)
    finally:
        engine.dispose()


class OpenOnce:
    """Work orders opened at the first call: answering questions needs no database, and one that is away may come back."""

    def __init__(self, settings: Settings, committed: Committed | None = None) -> None:
        self._settings, self._committed, self._lock = settings, committed, threading.Lock()
        self._opened: WorkOrders | None = None

    def __call__(self) -> WorkOrders:
        """Raises as ``open_work_orders``; the next call tries again."""
        with self._lock:
            if self._opened is None:
                self._opened = open_work_orders(self._settings, self._committed)
            return self._opened

    def load_code(self) -> None:
        """What opening needs, before there are callers: a module that is half imported when file handles run out stays broken."""
        lite = ("sqlite3", "sqlalchemy.dialects.sqlite.pysqlite")
        postgres = ("assistant.adapters.bounded_postgres", "sqlalchemy.dialects.postgresql.psycopg")
        driver = postgres if self._settings.orders.database_url else lite
        for name in ("assistant.adapters.sql_migrations", "alembic.command", "alembic.config", *driver):
            import_module(name)

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None


class OrdersReady:
    """For ``/readyz``: questions are answered without the database, so it is not required."""

    required = False

    def __init__(self, open_orders: OpenOnce) -> None:
        self._open = open_orders

    async def check(self) -> Readiness:
        try:
            await asyncio.to_thread(lambda: self._open().store.id_of(""))
        except StoreUnavailable:
            return Readiness(False, "unavailable")
        return Readiness(True)


def mask(text: str) -> str:
    """The text without personal data."""
    return redact(text, TokenNumbering())[0]


def _kept_secret(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return appellant_secret(folder)
    except OSError as error:
        raise StoreUnavailable(f"{folder}: {error.strerror or error}; nothing was saved") from error


def appellant_secret(folder: Path) -> str:
    """Random, made once: without it nobody can find out a caller's number by trying all numbers."""
    descriptor = os.open(folder / "appellants.key", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as stream:
        # Whoever starts at the same time waits: an empty secret would be no secret, and another one another city's.
        fcntl.flock(stream, fcntl.LOCK_EX)
        secret = stream.read().strip()
        if not secret:
            secret = secrets.token_hex(32)
            stream.write(secret)
        return secret
