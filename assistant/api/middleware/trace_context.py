"""Gives every request a trace id (``traceparent`` in and out) and an ``x-request-id``."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api import tracing
from assistant.api.middleware import header


class TraceContext:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace_id = tracing.trace_id_of(header(scope, b"traceparent"))
        request_id = tracing.request_id_of(header(scope, b"x-request-id"))
        scope["hotline.trace_id"] = trace_id

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["traceparent"] = tracing.traceparent_for(trace_id)
                headers["x-request-id"] = request_id
            await send(message)

        token = tracing.current_trace_id.set(trace_id)
        try:
            await self.app(scope, receive, send_traced)
        finally:
            tracing.current_trace_id.reset(token)
