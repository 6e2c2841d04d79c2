"""Every middleware in its order, from the outermost to the innermost."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from assistant.api.middleware.authentication import Authentication
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
from assistant.api.safe_start import known_keys
from assistant.api.state import ApiState
from assistant.setting_sections import Api


def middleware_of(app: FastAPI, state: ApiState, is_development: bool) -> list[Middleware]:
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
