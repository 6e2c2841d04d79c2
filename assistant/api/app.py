"""Builds the HTTP application: routes, the order of the middleware, and the refusal to start unprotected."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from prometheus_client import start_http_server
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from assistant import __version__
from assistant.api import errors
from assistant.api.accounts.endpoints import router as accounts
from assistant.api.appeals.endpoints import router as appeals
from assistant.api.catalogue.endpoints import router as catalogue
from assistant.api.chat_completions.endpoints import router as chat_completions
from assistant.api.chat_completions.schemas import OpenAIErrorDocument
from assistant.api.citizen.endpoints import router as citizen
from assistant.api.cookies import is_secure
from assistant.api.documents.endpoints import router as documents
from assistant.api.events.endpoints import router as events
from assistant.api.feedback.endpoints import router as feedback
from assistant.api.follow_ups.endpoints import router as follow_ups
from assistant.api.health.endpoints import router as health
from assistant.api.inquiries.endpoints import router as inquiries
from assistant.api.knowledge.drafts import router as knowledge_drafts
from assistant.api.knowledge.endpoints import router as knowledge
from assistant.api.metrics import Metrics
from assistant.api.middleware.authentication import Authentication, KnownKey
from assistant.api.middleware.body import StrictBody
from assistant.api.middleware.catch_all import CatchAll
from assistant.api.middleware.hosts import AllowedHosts
from assistant.api.middleware.load_shedding import LoadShedding
from assistant.api.middleware.measure import Measure
from assistant.api.middleware.methods import Methods
from assistant.api.middleware.permissions import Permissions
from assistant.api.middleware.rate_limit import RateLimit
from assistant.api.middleware.request_size import RequestSize
from assistant.api.middleware.security_headers import SecurityHeaders
from assistant.api.middleware.trace_context import TraceContext
from assistant.api.open311.endpoints import router as open311
from assistant.api.overview.endpoints import router as overview
from assistant.api.pages.assets import router as assets
from assistant.api.pages.documentation import router as documentation
from assistant.api.pages.endpoints import router as pages
from assistant.api.pages.plain import router as plain
from assistant.api.pages.policies import router as policies
from assistant.api.pages.web import router as web
from assistant.api.pages.widget import demo
from assistant.api.pages.widget import router as window
from assistant.api.passages.endpoints import router as passages
from assistant.api.rates.endpoints import router as rates
from assistant.api.reply_drafts.endpoints import router as reply_drafts
from assistant.api.schemas import ProblemDocument
from assistant.api.session.endpoints import router as session
from assistant.api.session.oidc import router as oidc
from assistant.api.similar_orders.endpoints import router as similar_orders
from assistant.api.state import ApiContainer, ApiState, attach
from assistant.api.watch.endpoints import router as watch
from assistant.api.work_orders.endpoints import router as work_orders
from assistant.api.work_orders.shared_pages import SharedPages
from assistant.domain.accounts import AccountRole
from assistant.order_ports import StoreUnavailable
from assistant.settings import Api, SignIn, Widget

logger = logging.getLogger(__name__)

ASKING = (inquiries, chat_completions, passages, documents, appeals, catalogue)
ROUTERS = (
    *ASKING,
    work_orders,
    open311,
    reply_drafts,
    follow_ups,
    feedback,
    rates,
    overview,
    similar_orders,
    watch,
    knowledge,
    knowledge_drafts,
    session,
    oidc,
    accounts,
    events,
    health,
    web,
)
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class UnsafeSettings(Exception):  # noqa: N818 - told by its name
    """The service would start open to everyone; the message says which setting to change."""


def create_app(
    container: ApiContainer,
    settings: Api,
    *,
    environment: str = "development",
    widget: Widget | None = None,
    sign_in: SignIn | None = None,
) -> FastAPI:
    """The application for ``uvicorn.run(create_app(…), **server_options(settings))``.

    Raises:
        UnsafeSettings: outside development nobody could be told from anybody, or a key is not a SHA-256 digest.
    """
    sign_in = sign_in or SignIn()
    refuse_unsafe(settings, environment, sign_in, container)
    is_development = environment == "development"
    widget = (widget or Widget()).settled(is_development)
    shows_page = settings.landing_page if settings.landing_page is not None else is_development or bool(widget.enabled)
    metrics = Metrics(container.degradation.active, lambda: container.work_orders().outbox.outbox_state())
    app = FastAPI(
        title="12345 热线政策咨询助手",
        version=__version__,
        summary="每句答复都注明现行有效的依据；没有依据时如实说明。",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=_lifespan(container, settings, metrics),
        redirect_slashes=False,
    )
    is_public = shows_page or bool(widget.enabled)
    optional = [*([pages] if shows_page else []), *([assets] if is_public or settings.docs else [])]
    optional += [policies] if is_public else []
    optional += [citizen, window, plain] if widget.enabled else []
    optional += [demo] if widget.demo else []
    for router in (*ROUTERS, *optional, *([documentation] if settings.docs else [])):
        _mount(app, router)
    state = ApiState(
        container=container,
        settings=settings,
        metrics=metrics,
        shows_page=shows_page,
        open_metrics=is_development,
        widget=widget,
        sign_in=sign_in,
        may_sign_in=is_development or sign_in.origin is not None,
        secure_cookies=is_secure(settings.host, environment),
        pages=SharedPages(lambda: container.live.changes),
    )
    attach(app, state)
    errors.install(app)
    _describe(app)
    for middleware in reversed(_middleware(app, state, is_development)):
        app.add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)
    return app


def refuse_unsafe(settings: Api, environment: str, sign_in: SignIn, container: ApiContainer) -> None:
    keys = known_keys(settings)
    if any(not _DIGEST.fullmatch(key) for key in keys):
        raise UnsafeSettings("HOTLINE_API__KEYS: every entry is the SHA-256 of a key, 64 hex digits")
    if environment == "development":
        return
    if sign_in.origin is not None and not sign_in.origin.startswith("https://"):
        raise UnsafeSettings("HOTLINE_SIGN_IN__ORIGIN: outside development it starts with https://")
    if not keys and sign_in.origin is None:
        raise UnsafeSettings(
            "HOTLINE_API__KEYS is empty: outside development the API needs at least one key digest, "
            "or HOTLINE_SIGN_IN__ORIGIN (https://…) and an account"
        )
    if not keys and sign_in.oidc is None and not _has_accounts(container):
        raise UnsafeSettings("nobody could sign in: make an account with `hotline accounts add LOGIN --role admin`")


def _has_accounts(container: ApiContainer) -> bool:
    try:
        return any(not account.disabled for account in container.work_orders().accounts.store.all())
    except StoreUnavailable as error:
        raise UnsafeSettings(str(error)) from error


def known_keys(settings: Api) -> dict[str, KnownKey]:
    """By digest: the plain ones, which may ask, and those with a role."""
    roles = {caller.key.get_secret_value(): KnownKey(_role(caller.role), caller.unit) for caller in settings.callers}
    return {key.get_secret_value(): KnownKey() for key in settings.keys} | roles


def _role(name: str) -> AccountRole:
    return AccountRole.UNIT_HANDLER if name == "unit" else AccountRole(name)


def _mount(app: FastAPI, router: APIRouter) -> None:
    # Flat routes: `Methods` reads templates and methods from them before routing.
    app.router.routes.extend(router.routes)


def _middleware(app: FastAPI, state: ApiState, is_development: bool) -> list[Middleware]:
    """From the outermost to the innermost."""
    container, settings, metrics = state.container, state.settings, state.metrics
    stack = [
        Middleware(TraceContext),
        Middleware(Measure, metrics=metrics),
        Middleware(SecurityHeaders, over_tls=(state.sign_in.origin or "").startswith("https://")),
        Middleware(CatchAll),
        Middleware(AllowedHosts, hosts=settings.allowed_hosts),
        Middleware(RequestSize, max_url_bytes=settings.max_url_bytes, max_header_bytes=settings.max_header_bytes),
        Middleware(Methods, routes=app.router.routes),
        Middleware(LoadShedding, limit=settings.max_concurrency, on_shed=metrics.shed.inc),
        Middleware(
            Authentication,
            keys=known_keys(settings),
            cookie_name=state.cookie_name,
            desk=lambda: container.work_orders().sign_in,
            is_development=is_development,
        ),
        Middleware(RateLimit, limiter=container.limiter, people=container.people, on_refused=metrics.rate_limited.inc),
        Middleware(Permissions),
        Middleware(StrictBody, max_bytes=settings.max_body_bytes, timeout_s=settings.body_timeout_s),
    ]
    if settings.allowed_origins:
        stack.insert(6, _cross_origin(settings))
    return stack


def _cross_origin(settings: Api) -> Middleware:
    """Without configured origins there is no CORS header at all, so browsers refuse."""
    return Middleware(
        CORSMiddleware,
        allow_origins=list(settings.allowed_origins),
        allow_methods=["GET", "POST"],
        allow_headers=[
            *("authorization", "content-type", "traceparent", "x-request-id"),
            *("idempotency-key", "if-match", "if-none-match", "x-person"),
        ],
        expose_headers=[
            *("traceparent", "x-request-id", "x-ai-generated", "retry-after", "ratelimit-remaining"),
            *("etag", "idempotency-replayed"),
        ],
    )


def _lifespan(container: ApiContainer, settings: Api, metrics: Metrics) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await container.start()
        stop_metrics = _serve_metrics(settings, metrics)
        try:
            yield
        finally:
            stop_metrics()
            await container.close()

    return lifespan


def _serve_metrics(settings: Api, metrics: Metrics) -> Any:
    """A port of its own for scrapers when one is set; failing to bind it must not stop the service."""
    if settings.metrics_port is None:
        return lambda: None
    try:
        server, thread = start_http_server(settings.metrics_port, settings.host, metrics.registry)
    except OSError as error:
        logger.error("metrics port not opened: %s", type(error).__name__)
        return lambda: None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join(timeout=2.0)

    return stop


def _describe(app: FastAPI) -> None:
    """Adds to the OpenAPI description the shapes of errors, which no route returns by itself."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        description = generate()
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        for model in (ProblemDocument, OpenAIErrorDocument):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        description["components"]["securitySchemes"] = {"apiKey": {"type": "http", "scheme": "bearer"}}
        description["security"] = [{"apiKey": []}]
        return description

    app.openapi = openapi  # type: ignore[method-assign]
