"""The port to the ledger of requests: a POST that comes again with its idempotency key is told what the first was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class KeyReused(Exception):  # noqa: N818 - an answer to a caller's slip
    """The idempotency key came with another body before."""


class KeyInFlight(Exception):  # noqa: N818 - an answer to a caller's haste
    """A request with this idempotency key is being worked on right now."""


@dataclass(frozen=True, slots=True)
class Request:
    """One POST: ``caller`` and ``key`` name it, ``digest`` is the SHA-256 of what it asks."""

    caller: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What a repeated request gets again. ``body`` is JSON."""

    status: int
    body: str
    etag: str = ""


Reply = tuple[Request, StoredReply] | None
"""The reply to a request with an idempotency key, kept in the same transaction as what it tells of."""


class RequestLedger(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def claim(self, request: Request, now: datetime) -> StoredReply | None:
        """The stored reply of the same request, or ``None``: the caller now works on it alone.

        A claim that nobody finished lapses after a minute. Raises ``KeyReused``, ``KeyInFlight``.
        """
        ...

    def release(self, request: Request) -> None:
        """Gives an unfinished claim back."""
        ...

    def purge(self, before: datetime) -> int:
        """Forgets requests claimed before that time; how many there were."""
        ...
