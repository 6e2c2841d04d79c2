"""A caller who rings again and again (ordinance Article 9): a signal for the agent, never a reason to refuse by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
MANY = 10


@dataclass(frozen=True, slots=True)
class RepeatSignal:
    """``orders`` of one appellant within ``WINDOW``; ``is_frequent`` asks the agent to look, nothing more."""

    orders: int
    since: datetime | None
    is_frequent: bool


def repeat_signal(received: Iterable[datetime], now: datetime, *, many: int = MANY) -> RepeatSignal:
    """``received``: when the appellant's orders came in, in any order."""
    recent = sorted(at for at in received if now - WINDOW <= at <= now)
    return RepeatSignal(len(recent), recent[0] if recent else None, len(recent) >= many)
