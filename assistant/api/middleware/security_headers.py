"""Headers that keep a browser from doing more with our responses than showing them."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page brings its own files and talks only to its own origin; nothing inline, nothing foreign.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # `no-referrer` would make browsers send `Origin: null` with the page's own form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


# A year (RFC 6797): a browser that came over TLS once never tries plain HTTP again, where a cookie could be planted.
OVER_TLS = {"strict-transport-security": "max-age=31536000"}


class SecurityHeaders:
    """``over_tls``: the operator says that TLS ends in front of this service."""

    def __init__(self, app: ASGIApp, *, over_tls: bool = False) -> None:
        self.app, self.headers = app, HEADERS | (OVER_TLS if over_tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                # A 304 has no type, and its headers replace those of the page that the browser kept.
                if message["status"] != 304:
                    headers.setdefault("content-security-policy", PAGE_POLICY if is_page else DATA_POLICY)
                headers.setdefault("cache-control", "no-store")
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if re.search("frame-ancestors (?!'none')", headers.get("content-security-policy", "")):
                    # The older header knows no list of sites and would forbid what the policy allows.
                    del headers["x-frame-options"]
            await send(message)

        await self.app(scope, receive, send_secured if scope["type"] == "http" else send)
