"""Static API keys for ``/v1``: ``Authorization: Bearer KEY``; only SHA-256 digests are kept, compared in constant time.

Without keys (development only, see ``assistant.api.app``) the API is open to callers on this machine alone.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.middleware import header
from assistant.api.problems import Problem, send_problem

PROTECTED = "/v1/"


class Authentication:
    """Sets ``scope["hotline.principal"]``: ``key:…`` for a known key, else ``address:…``; neither holds a secret."""

    def __init__(self, app: ASGIApp, digests: Sequence[str]) -> None:
        self.app = app
        self.digests = tuple(digest.lower() for digest in digests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            digest = self._known_digest(bearer(scope))
            scope["hotline.principal"] = f"key:{digest[:16]}" if digest else f"address:{network_of(scope)}"
            scope["hotline.refused"] = scope["path"].startswith(PROTECTED) and not (digest or self._is_open_to(scope))
        await self.app(scope, receive, send)

    def _known_digest(self, key: str) -> str:
        presented = hashlib.sha256(key.encode()).hexdigest()
        # Every digest is compared, so that time does not tell which one matched.
        matches = [digest for digest in self.digests if hmac.compare_digest(digest, presented)]
        return matches[0] if key and matches else ""

    def _is_open_to(self, scope: Scope) -> bool:
        return not self.digests and is_loopback(scope)


class RefuseUnknown:
    """Answers 401. Stands behind the rate limit, so that guessing keys is limited like everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("hotline.refused"):
            headers = {"www-authenticate": "Bearer"}
            detail = "需要有效的 API 密钥（Authorization: Bearer …）。"
            await send_problem(scope, send, Problem(401, "invalid_api_key", detail, headers=headers), close=True)
            return
        await self.app(scope, receive, send)


def bearer(scope: Scope) -> str:
    scheme, _, key = header(scope, b"authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _address(scope: Scope) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address((scope.get("client") or ("", 0))[0])
    except ValueError:
        return None


def is_loopback(scope: Scope) -> bool:
    address = _address(scope)
    return address is not None and address.is_loopback


def network_of(scope: Scope) -> str:
    """The caller's IPv4 address or IPv6 /64 (one household), hashed: limits need sameness, not the address."""
    address = _address(scope)
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return hashlib.sha256(str(address).encode()).hexdigest()[:16]
