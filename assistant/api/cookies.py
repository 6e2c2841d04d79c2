"""The cookies of signing in, and whether they may travel over TLS only."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response
from starlette.types import Scope

from assistant.api.middleware import header

PLAIN_NAME = "hotline-session"
SECURE_NAME = "__Host-hotline-session"
"""The prefix makes browsers refuse it from a subdomain, a path or plain HTTP (RFC 6265bis §4.1.3.2)."""
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def is_secure(host: str, environment: str) -> bool:
    """Everywhere but on a developer's own machine. ``host`` is the address that the server listens on."""
    return environment != "development" or host not in LOOPBACK


def session_cookie_name(*, secure: bool) -> str:
    return SECURE_NAME if secure else PLAIN_NAME


def cookie(scope: Scope, name: str) -> str:
    """The value, empty when absent or not to be read."""
    try:
        found = SimpleCookie(header(scope, b"cookie")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def give(response: Response, name: str, value: str, *, secure: bool, max_age_s: int) -> None:
    """Out of reach of scripts, never sent along by another site's forms."""
    response.set_cookie(name, value, max_age=max_age_s, path="/", secure=secure, httponly=True, samesite="lax")


def take(response: Response, name: str, *, secure: bool) -> None:
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")
