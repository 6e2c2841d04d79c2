"""URL and header limits for servers that have none; ``assistant.api.server`` enforces them before it parses."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.problems import Problem, send_problem


class RequestSize:
    def __init__(self, app: ASGIApp, *, max_url_bytes: int, max_header_bytes: int) -> None:
        self.app = app
        self.max_url_bytes, self.max_header_bytes = max_url_bytes, max_header_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._excess(scope) if scope["type"] == "http" else None
        if problem:
            await send_problem(scope, send, problem, close=True)
            return
        await self.app(scope, receive, send)

    def _excess(self, scope: Scope) -> Problem | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self.max_url_bytes:
            return Problem(414, "url_too_long", f"网址超过 {self.max_url_bytes} 字节。", limit=self.max_url_bytes)
        if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > self.max_header_bytes:
            detail = f"请求头超过 {self.max_header_bytes} 字节。"
            return Problem(431, "headers_too_large", detail, limit=self.max_header_bytes)
        return None
