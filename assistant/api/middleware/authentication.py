"""Finds out who is asking: an API key (``Authorization: Bearer``), the session cookie of a person, or this machine itself.

Of keys only SHA-256 digests are kept, compared in constant time. Without any key a service in development answers
programs on this machine as a supervisor; pages in a browser sign in, there too.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.cookies import cookie
from assistant.api.identity import Identity, Kind
from assistant.api.middleware import header
from assistant.api.problems import Problem
from assistant.desks.sign_in import SignedIn, SignInDesk
from assistant.domain.accounts import AccountRole
from assistant.ports.orders import StoreUnavailable

PROTECTED = "/v1/"
PUBLIC = "/v1/citizen/"
"""For everybody: no key is asked for there and no cookie is read."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What a key may do; without a role it may ask questions."""

    role: AccountRole | None = None
    unit: str | None = None


class Authentication:
    """Sets ``scope["hotline.identity"]`` and, for limits, ``scope["hotline.principal"]``; neither holds a secret.

    ``desk`` opens the database and may block; it is asked for only where a request brings a session cookie.
    ``is_development``: without it this machine is nobody special. A proxy in front makes everybody look like it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Mapping[str, KnownKey],
        cookie_name: str,
        desk: Callable[[], SignInDesk],
        is_development: bool,
    ) -> None:
        self.app, self.cookie_name, self.desk, self.is_development = app, cookie_name, desk, is_development
        self.keys = {digest.lower(): known for digest, known in keys.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            identity = await self._identify(scope)
            scope["hotline.identity"], scope["hotline.principal"] = identity, identity.principal
        await self.app(scope, receive, send)

    async def _identify(self, scope: Scope) -> Identity:
        address = f"address:{network_of(scope)}"
        if key := bearer(scope):
            digest = known_digest(key, tuple(self.keys))
            if digest:
                return Identity(Kind.KEY, f"key:{digest[:16]}", self.keys[digest].role, self.keys[digest].unit)
            if self.keys:
                return Identity(Kind.NOBODY, address, fault="invalid_api_key")
        if not scope["path"].startswith(PROTECTED) or scope["path"].startswith(PUBLIC):
            return Identity(Kind.NOBODY, address)
        if token := cookie(scope, self.cookie_name):
            signed_in = await self._resolve(token)
            return account_identity(signed_in) if signed_in else Identity(Kind.NOBODY, address, fault="not_signed_in")
        if self.is_development and not self.keys and is_loopback(scope):
            return Identity(Kind.OPEN, address, None if is_browser(scope) else AccountRole.SUPERVISOR)
        return Identity(Kind.NOBODY, address, fault="not_signed_in" if is_browser(scope) else "invalid_api_key")

    async def _resolve(self, token: str) -> SignedIn | None:
        try:
            return await asyncio.to_thread(lambda: self.desk().resolve(token))
        except StoreUnavailable:
            detail = "工单库暂时不可用，无法确认登录状态，请稍后重试。"
            raise Problem(503, "orders_unavailable", detail, headers={"retry-after": "5"}) from None


def account_identity(signed_in: SignedIn) -> Identity:
    account = signed_in.account
    return Identity(Kind.ACCOUNT, account.principal, account.role, account.unit, signed_in)


def known_digest(key: str, digests: Sequence[str]) -> str:
    """The digest of ``digests`` that is the key's; all are compared, so that time does not tell which one it was."""
    presented = hashlib.sha256(key.encode()).hexdigest()
    matches = [digest for digest in digests if hmac.compare_digest(digest, presented)]
    return matches[0] if matches else ""


def bearer(scope: Scope) -> str:
    scheme, _, key = header(scope, b"authorization").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def is_browser(scope: Scope) -> bool:
    """Whether a page asks. Its visitor may be anybody, and any site may send requests to this machine through it."""
    return bool(header(scope, b"sec-fetch-site") or header(scope, b"origin"))


def _address(scope: Scope) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address((scope.get("client") or ("", 0))[0])
    except ValueError:
        return None
    # ``::ffff:203.0.113.7`` is that IPv4 address: as IPv6 all of them would be one household.
    return getattr(address, "ipv4_mapped", None) or address


def is_loopback(scope: Scope) -> bool:
    address = _address(scope)
    return address is not None and address.is_loopback


def network_of(scope: Scope) -> str:
    """The caller's IPv4 address or IPv6 /64 (one household), hashed: limits need sameness, not the address."""
    address = _address(scope)
    if isinstance(address, ipaddress.IPv6Address):
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return hashlib.sha256(str(address).encode()).hexdigest()[:16]
