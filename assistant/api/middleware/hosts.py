"""Refuses a ``Host`` that is not ours (DNS rebinding, poisoned links) and a form posted from another site.

Probes may come from this machine by a loopback name whatever is allowed: a health check inside a container knows no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.middleware import header
from assistant.api.middleware.authentication import is_loopback
from assistant.api.problems import Problem, send_problem

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
PROBES = frozenset({"/livez", "/readyz"})


class AllowedHosts:
    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(scope):
            await send_problem(
                scope, send, Problem(400, "host_not_allowed", "请求的主机名不在允许范围内。"), close=True
            )
            return
        await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        values = [value for key, value in scope["headers"] if key == b"host"]
        return len(values) == 1 and self._admits(host_name(values[0].decode("latin-1")), scope)

    def _admits(self, host: str, scope: Scope) -> bool:
        return bool({host, "*"} & self.hosts) or (host in LOOPBACK and scope["path"] in PROBES and is_loopback(scope))


def host_name(value: str) -> str:
    """``value`` of a ``Host`` header without its port; an IPv6 address keeps its brackets."""
    host = value.strip().lower()
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.split(":")[0]


def is_cross_site(scope: Scope) -> bool:
    """Whether a browser says that another origin sent this request."""
    site = header(scope, b"sec-fetch-site")
    if site:
        return site in ("cross-site", "same-site")
    origin = header(scope, b"origin")
    return bool(origin) and urlsplit(origin).netloc.lower() != header(scope, b"host").lower()
