"""What the running service needs from outside: limits, readiness, an audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from assistant.domain.rate_limit import RateDecision


class AuditLog(Protocol):
    async def append(self, event: str, payload: dict[str, Any]) -> None: ...


class RateLimiter(Protocol):
    async def admit(self, key: str) -> RateDecision:
        """Counts one request of ``key``, which is opaque and never holds personal data."""
        ...


@dataclass(frozen=True, slots=True)
class Readiness:
    """State of one dependency; ``detail`` is a short fixed phrase, never an address or a secret."""

    ok: bool
    detail: str = ""


class ReadinessCheck(Protocol):
    """Asked by ``/readyz``. A dependency that is not ``required`` only degrades the service."""

    @property
    def required(self) -> bool: ...

    async def check(self) -> Readiness: ...
