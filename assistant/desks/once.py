"""What a request asks for is done once, however often it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from assistant.ports.requests import Request, RequestLedger, StoredReply


class RepeatedRequest(Exception):  # noqa: N818 - an answer
    """The same request was answered before; ``reply`` is what it was told then."""

    def __init__(self, reply: StoredReply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@contextmanager
def once(ledger: RequestLedger, request: Request | None, now: datetime) -> Iterator[None]:
    """Frames the work on ``request`` (``None``: no key, nothing to remember). Whoever commits the work stores its reply.

    A refusal leaves the key free, so that the person may correct the request and try again.

    Raises:
        RepeatedRequest: it was answered before.  KeyReused, KeyInFlight, StoreUnavailable: see ``RequestLedger``.
    """
    if request is None:
        yield
        return
    earlier = ledger.claim(request, now)
    if earlier is not None:
        raise RepeatedRequest(earlier)
    try:
        yield
    except BaseException:
        ledger.release(request)
        raise
