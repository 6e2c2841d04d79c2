"""Builds the HTTP application of its parts: routes, middleware, state, and what happens at its start and end."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from prometheus_client import start_http_server

from assistant import __version__
from assistant.api import errors
from assistant.api.chat_completions.schemas import OpenAIErrorDocument
from assistant.api.cookies import is_secure
from assistant.api.metrics import Metrics
from assistant.api.middleware.stack import middleware_of
from assistant.api.routes import served
from assistant.api.safe_start import refuse_unsafe
from assistant.api.schemas import ProblemDocument
from assistant.api.state import ApiContainer, ApiState, attach
from assistant.api.work_orders.shared_pages import SharedPages
from assistant.setting_sections import Api, SignIn, Widget

logger = logging.getLogger(__name__)


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
    app.router.routes.extend(served(state))
    errors.install(app)
    _describe(app)
    for middleware in reversed(middleware_of(app, state, is_development)):
        app.add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)
    return app


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

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
