"""Every part of a running service, made from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.in_process_sessions import InProcessSessions
from assistant.adapters.jsonl_audit import JsonlAudit
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.answer_tally import AnswerTally
from assistant.bootstrap.answering import build_flow
from assistant.bootstrap.history import order_history, watch_desk
from assistant.bootstrap.knowledge import knowledge_desk
from assistant.bootstrap.lessons import unit_lessons
from assistant.bootstrap.library import open_library, open_search, registry_file
from assistant.bootstrap.live import LivePages, live_pages, open_hub
from assistant.bootstrap.models import chat_model, secret_of
from assistant.bootstrap.orders import OpenOnce, OrdersReady
from assistant.bootstrap.pack_triage import TriageWhenNeeded
from assistant.bootstrap.replies import build_replies
from assistant.bootstrap.triage import build_triage
from assistant.desks.knowledge import KnowledgeDesk
from assistant.desks.watch import WatchDesk
from assistant.domain.degradation import Degradation
from assistant.domain.rate_limit import RateRule
from assistant.flows.answer_inquiry import AnswerFlow
from assistant.flows.draft_reply import ReplyFlow
from assistant.live.hub import LiveHub
from assistant.ports.accounts import OutsideSignIn
from assistant.ports.answering import SessionStore
from assistant.ports.serving import RateLimiter, ReadinessCheck
from assistant.setting_sections import RedisState
from assistant.settings import Settings
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ports import PassageIndex

if TYPE_CHECKING:
    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel
    from assistant.adapters.order_history import FollowedHistory
    from assistant.adapters.redis_connection import RedisConnection

MINUTE_S = 60.0
HOUR_S = 3600.0


def audit_file(settings: Settings) -> Path:
    return settings.data_dir / "audit.jsonl"


@dataclass(frozen=True)
class Container:
    """Every part of a running service; ``start`` and ``close`` frame its life."""

    flow: AnswerFlow
    triage: TriageWhenNeeded
    search: ThreadedSearch
    passages: PassageIndex
    documents: SqliteRegistry
    sessions: SessionStore
    limiter: RateLimiter
    people: RateLimiter
    filings: RateLimiter
    audit: JsonlAudit
    readiness: Mapping[str, ReadinessCheck]
    degradation: Degradation
    region: str
    work_orders: OpenOnce
    live_pages: LivePages
    outside: OutsideSignIn | None
    replies: ReplyFlow
    history: FollowedHistory
    watch: WatchDesk
    tally: AnswerTally
    knowledge: KnowledgeDesk
    redis: RedisConnection | None = None
    chat: OpenAIChatModel | None = None

    @property
    def live(self) -> LiveHub:
        return self.live_pages.hub

    async def start(self) -> None:
        """The first question must not pay for what can be loaded before it."""
        await self.search.warm_up()
        self.triage.warm_up()
        self.live_pages.start()
        self.history.warm_up_aside()

    async def close(self) -> None:
        await self.live_pages.stop()
        await self.tally.close()
        if self.outside is not None:
            await self.outside.close()
        self.search.close()
        self.documents.close()
        self.history.close()
        self.work_orders.close()
        if self.redis is not None:
            await self.redis.close()
        if self.chat is not None:
            await self.chat.close()


def build_container(settings: Settings) -> Container:
    """Raises ``IndexUnavailable``, ``DataMissing``, ``DataFileError`` and ``WiringError``."""
    degradation = Degradation()
    engine = open_search(settings)
    documents = SqliteRegistry(registry_file(settings))
    search = ThreadedSearch(engine, degradation)
    sessions, limiter, people, filings, redis = _shared_state(settings, degradation)
    hub, shared_feed = open_hub(settings, redis)
    work_orders = OpenOnce(settings, hub.committed)
    history = order_history(settings, work_orders)
    readiness: dict[str, ReadinessCheck] = {"index": search, "orders": OrdersReady(work_orders)}
    if redis is not None:
        readiness["redis"] = redis
    chat, watch = chat_model(settings), watch_desk(settings, work_orders)
    return Container(
        flow=build_flow(settings, search, chat),
        triage=TriageWhenNeeded(lambda: build_triage(settings, history, unit_lessons(settings, work_orders), chat)),
        history=history,
        watch=watch,
        tally=AnswerTally(lambda: work_orders().answers),
        search=search,
        passages=engine.index,
        documents=documents,
        knowledge=knowledge_desk(settings, documents, engine.index, lambda: open_library(settings, writable=True)),
        sessions=sessions,
        limiter=limiter,
        people=people,
        filings=filings,
        audit=JsonlAudit(audit_file(settings)),
        readiness=readiness,
        degradation=degradation,
        region=settings.region,
        work_orders=work_orders,
        live_pages=live_pages(settings, hub, shared_feed, work_orders, watch),
        outside=outside_sign_in(settings),
        replies=build_replies(settings, search, chat, work_orders),
        redis=redis,
        chat=chat,
    )


def _shared_state(
    settings: Settings, degradation: Degradation
) -> tuple[SessionStore, RateLimiter, RateLimiter, RateLimiter, RedisConnection | None]:
    rule = RateRule(settings.api.requests_per_minute, MINUTE_S)
    people_rule = RateRule(settings.sign_in.requests_per_minute, MINUTE_S)
    filing_rule = RateRule(settings.widget.filings_per_hour, HOUR_S)
    if not isinstance(settings.state, RedisState):
        sessions = InProcessSessions(ttl_s=settings.api.session_ttl_s)
        here = [InProcessLimiter(each) for each in (rule, people_rule, filing_rule)]
        return sessions, here[0], here[1], here[2], None
    from assistant.adapters.shared_state import open_shared_state

    shared = open_shared_state(
        settings.state.url.get_secret_value(),
        timeout_s=settings.state.timeout_s,
        rule=rule,
        people_rule=people_rule,
        filing_rule=filing_rule,
        session_ttl_s=settings.api.session_ttl_s,
        degradation=degradation,
    )
    return shared.sessions, shared.limiter, shared.people, shared.filings, shared.connection


def outside_sign_in(settings: Settings) -> OutsideSignIn | None:
    """The city's own sign-in, where one is set. Nothing is connected yet."""
    oidc = settings.sign_in.oidc
    if oidc is None:
        return None
    from assistant.adapters.oidc import OidcSignIn

    secret = secret_of(oidc.client_secret)
    return OidcSignIn(str(oidc.issuer), oidc.client_id, secret, scopes=oidc.scopes, timeout_s=oidc.timeout_s)
