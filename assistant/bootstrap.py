"""The only composition root: settings in, a container of ready parts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.account_ports import OutsideSignIn
from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.degradation import Degradation
from assistant.adapters.extractive_composer import ExtractiveComposer
from assistant.adapters.guarded_composer import GuardedComposer
from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.in_process_sessions import InProcessSessions
from assistant.adapters.jsonl_audit import JsonlAudit
from assistant.adapters.pack_triage import TriageWhenNeeded, open_triage_flow
from assistant.adapters.screening_files import load_screener
from assistant.adapters.threaded_search import ThreadedSearch
from assistant.answer_tally import AnswerTally
from assistant.city_pack import DataMissing, city_pack_folder, prompts_folder
from assistant.domain.rate_limit import RateRule
from assistant.domain.screening import Screener
from assistant.flows import AnswerFlow, build_answer_flow
from assistant.history_bootstrap import joined, order_history, watch_desk
from assistant.knowledge_bootstrap import knowledge_desk
from assistant.knowledge_desk import KnowledgeDesk
from assistant.lesson_bootstrap import unit_lessons
from assistant.live import LiveHub
from assistant.live_bootstrap import LivePages, live_pages, open_hub
from assistant.order_bootstrap import OpenOnce, OrdersReady, WorkOrders, appellant_secret
from assistant.ports import Composer, FieldFiller, OrderHistory, RateLimiter, ReadinessCheck, SessionStore, UnitLessons
from assistant.reply_bootstrap import build_replies
from assistant.reply_flow import ReplyFlow
from assistant.settings import OpenAIChat, RedisState, ServerIndex, Settings
from assistant.stages.compose_answer import ComposeBudget
from assistant.stages.redact_pii import redact_pii
from assistant.stages.screen_input import ScreenInput
from assistant.triage_flow import TriageFlow
from assistant.watch_desk import WatchDesk
from retrieval.ingestion.registry import SqliteRegistry
from retrieval.ports import Embedder, PassageIndex, Reranker
from retrieval.search import Search

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel
    from assistant.adapters.order_history import FollowedHistory
    from assistant.adapters.redis_connection import RedisConnection

MINUTE_S = 60.0
HOUR_S = 3600.0


def index_folder(settings: Settings) -> Path:
    return settings.data_dir / "index"


def registry_file(settings: Settings) -> Path:
    return settings.data_dir / "registry.db"


def audit_file(settings: Settings) -> Path:
    return settings.data_dir / "audit.jsonl"


def open_search(settings: Settings, *, writable: bool = False) -> Search:
    """Search over the index that the settings name. Raises ``IndexUnavailable``."""
    from retrieval.adapters.open_search import open_embedded, open_server

    embedder, cross_encoder = _embedder(settings), _cross_encoder(settings)
    if isinstance(settings.index, ServerIndex):
        return open_server(
            str(settings.index.url),
            settings.index.collection,
            api_key=_secret(settings.index.api_key),
            timeout_s=settings.index.timeout_s,
            embedder=embedder,
            cross_encoder=cross_encoder,
        )
    return open_embedded(index_folder(settings), writable=writable, embedder=embedder, cross_encoder=cross_encoder)


@dataclass(frozen=True)
class Library:
    """What the ``corpus`` commands work on: the index to write to and the ledger of documents."""

    index: PassageIndex
    registry: SqliteRegistry
    folder: Path

    def close(self) -> None:
        self.index.close()
        self.registry.close()


def open_library(settings: Settings, *, writable: bool) -> Library:
    """Raises ``IndexUnavailable`` and ``DataMissing``."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    search = open_search(settings, writable=writable)
    return Library(search.index, SqliteRegistry(registry_file(settings)), city_pack_folder(settings.city_pack))


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
    chat, watch = _chat_model(settings), watch_desk(settings, work_orders)
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


def build_flow(settings: Settings, search: ThreadedSearch, chat: OpenAIChatModel | None = None) -> AnswerFlow:
    """``chat`` is ``None`` where answers are to quote clauses."""
    screener = load_screener()
    backup = GuardedComposer(ExtractiveComposer(), screener.gives_orders)
    return build_answer_flow(
        search=search,
        composer=_model_composer(settings, chat, screener) if chat else backup,
        backup=backup,
        redact=redact_pii,
        screen=ScreenInput(screener),
        catalogue=city_pack_folder(settings.city_pack) / "catalogue",
        home_region=settings.region,
        budget=_budget(settings),
    )


def open_replies(settings: Settings, open_orders: Callable[[], WorkOrders]) -> tuple[ReplyFlow, Callable[[], None]]:
    """Flow ``draft_reply`` by itself and what closes it. Raises ``IndexUnavailable``, ``DataFileError``."""
    search = ThreadedSearch(open_search(settings), Degradation())
    return build_replies(settings, search, _chat_model(settings), open_orders), search.close


def build_triage(
    settings: Settings,
    history: OrderHistory | None = None,
    lessons: UnitLessons | None = None,
    chat: OpenAIChatModel | None = None,
) -> TriageFlow:
    """Flow ``triage_appeal``; needs the city pack only, and uses ``history``, ``lessons`` and what was learned from the
    city's own orders. ``chat`` is closed by who gave it; a command that gives none ends with the one made here.

    Raises:
        DataMissing, DataFileError, WiringError; ModelUnusable: ``models_dir`` is damaged.
    """
    catalogue = city_pack_folder(settings.city_pack) / "catalogue"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secret = appellant_secret(settings.data_dir).encode()
    from assistant.learning.place_tagger import load_place_tagger  # numpy: only for those who triage

    tagger, filler = load_place_tagger(), _field_filler(settings, chat or _chat_model(settings))
    if settings.models_dir is None:
        return open_triage_flow(
            catalogue, secret=secret, history=history, lessons=lessons, place_tagger=tagger, filler=filler
        )
    if not settings.models_dir.is_dir():
        raise DataMissing(
            f"HOTLINE_MODELS_DIR={settings.models_dir}: no such folder; make it with `hotline learn --out`"
        )
    from assistant.learning.learned_models import load_categories, load_router

    router = load_router(settings.models_dir, load_catalogue(catalogue))
    return open_triage_flow(
        catalogue,
        secret=secret,
        history=joined(settings, history),
        router=router,
        categories=load_categories(settings.models_dir),
        lessons=lessons,
        place_tagger=tagger,
        filler=filler,
    )


def _budget(settings: Settings) -> ComposeBudget:
    if isinstance(settings.chat, OpenAIChat):
        return ComposeBudget(first_sentence_s=settings.chat.first_token_timeout_s, total_s=settings.chat.timeout_s)
    return ComposeBudget()


def _chat_model(settings: Settings) -> OpenAIChatModel | None:
    if not isinstance(settings.chat, OpenAIChat):
        return None
    from assistant.adapters.openai_chat import OpenAIChat as OpenAIChatModel

    chat = settings.chat
    return OpenAIChatModel(str(chat.base_url), chat.model, _secret(chat.api_key))


def _field_filler(settings: Settings, chat: OpenAIChatModel | None) -> FieldFiller | None:
    if chat is None:
        return None
    from assistant.adapters.model_fields import ModelFields
    from assistant.prompting import load_prompt

    prompt, screener = load_prompt(prompts_folder(settings.prompts_dir), "extract_appeal"), load_screener()
    return ModelFields(chat, prompt, neutralise=lambda text: screener.screen_content(text, official=False).text)


def _model_composer(settings: Settings, chat: OpenAIChatModel, screener: Screener) -> Composer:
    from assistant.adapters.model_composer import ModelComposer
    from assistant.prompting import load_prompt

    prompt = load_prompt(prompts_folder(settings.prompts_dir), "compose_answer")
    composer = ModelComposer(chat, prompt, neutralise=lambda text: screener.screen_content(text).text)
    return GuardedComposer(composer, screener.gives_orders)


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

    secret = _secret(oidc.client_secret)
    return OidcSignIn(str(oidc.issuer), oidc.client_id, secret, scopes=oidc.scopes, timeout_s=oidc.timeout_s)


def _embedder(settings: Settings) -> Embedder | None:
    if settings.embedder is None:
        return None
    from retrieval.adapters.openai_embedder import OpenAIEmbedder

    remote = settings.embedder
    return OpenAIEmbedder(
        str(remote.base_url), remote.model, api_key=_secret(remote.api_key), timeout_s=remote.timeout_s
    )


def _cross_encoder(settings: Settings) -> Reranker | None:
    if settings.reranker is None:
        return None
    from retrieval.adapters.rerank_endpoint import RerankEndpoint

    remote = settings.reranker
    return RerankEndpoint(
        str(remote.base_url), remote.model, api_key=_secret(remote.api_key), timeout_s=remote.timeout_s
    )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None
