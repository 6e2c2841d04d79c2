"""W3C trace context and request id of the request at hand, for logs, problems and answers."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

from assistant.domain.identifiers import new_id

current_trace_id: ContextVar[str] = ContextVar("hotline_trace_id", default="")

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def trace_id_of(traceparent: str) -> str:
    """The caller's trace id (32 hex digits), or a new one when the header is absent or malformed."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return match.group(1) if match else secrets.token_hex(16)


def traceparent_for(trace_id: str) -> str:
    """A ``traceparent`` value with a span of ours."""
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"


def request_id_of(header: str) -> str:
    """The caller's ``x-request-id`` when it is short and plain, else a new one."""
    return header if _REQUEST_ID.fullmatch(header) else new_id()
