"""HEAD as GET without a body, OPTIONS with ``Allow``, 405 with every allowed method, 404 where there is no route."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.problems import Problem, send_problem


class Methods:
    """``routes`` is read at each request: it may be filled after this is built."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        allowed, scope["hotline.route"] = self._match(scope["path"], "GET" if method == "HEAD" else method)
        if not allowed:
            await send_problem(scope, send, Problem(404, "not_found", "没有这个地址。"))
        elif method == "OPTIONS":
            await _send_options(send, allowed)
        elif method not in allowed:
            detail = f"这个地址只支持 {', '.join(allowed)}。"
            problem = Problem(405, "method_not_allowed", detail, headers={"allow": ", ".join(allowed)})
            await send_problem(scope, send, problem)
        elif method == "HEAD":
            # The server drops the body of a HEAD response; the handler behind knows GET only.
            await self.app({**scope, "method": "GET", "hotline.head": True}, receive, without_body(send))
        else:
            await self.app(scope, receive, send)

    def _match(self, path: str, method: str) -> tuple[tuple[str, ...], str]:
        """Allowed methods of ``path``, and the template of the route that answers ``method`` there."""
        methods: set[str] = set()
        template = fallback = ""
        for route in self.routes:
            if isinstance(route, Route) and route.path_regex.match(path):
                methods |= route.methods or set()
                fallback = fallback or route.path
                template = template or (route.path if method in (route.methods or ()) else "")
        template = template or fallback
        if "GET" in methods:
            methods.add("HEAD")
        return (tuple(sorted(methods | {"OPTIONS"})) if methods else ()), template or "unmatched"


def without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return send_head


async def _send_options(send: Send, allowed: Sequence[str]) -> None:
    headers = [(b"allow", ", ".join(allowed).encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 204, "headers": headers[:1]})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
