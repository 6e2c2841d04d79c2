"""Says 503 at once when too much is in flight, instead of letting everyone wait."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.problems import Problem, send_problem

# Probes must answer precisely when the service is busy; files of the page cost nothing.
# Open pages hold a stream each, which costs nothing while it waits; `LiveHub` bounds how many there are.
EXEMPT = ("/livez", "/readyz", "/metrics", "/assets/", "/v1/events")


class LoadShedding:
    def __init__(self, app: ASGIApp, *, limit: int, retry_after_s: int = 2, on_shed: Callable[[], None]) -> None:
        self.app, self.limit, self.retry_after_s, self.on_shed = app, limit, retry_after_s, on_shed
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(EXEMPT):
            await self.app(scope, receive, send)
        elif self.in_flight >= self.limit:
            self.on_shed()
            headers = {"retry-after": str(self.retry_after_s)}
            detail = "当前咨询人数较多，请稍后再试，或拨打12345。"
            await send_problem(scope, send, Problem(503, "overloaded", detail, headers=headers), close=True)
        else:
            await self._admit(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.in_flight += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.in_flight -= 1
