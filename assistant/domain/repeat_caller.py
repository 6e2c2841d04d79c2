"""A caller who rings again and again (ordinance Article 9): a signal for the agent, never a reason to refuse by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=30)
MANY = 10


@dataclass(frozen=True, slots=True)
class RepeatCaller:
    """``orders`` of one appellant within ``WINDOW``, the first of them at ``since``. ``tell`` is empty where they are few."""

    orders: int
    since: datetime | None
    tell: str = ""


UNKNOWN_CALLER = RepeatCaller(0, None)


def repeat_caller(received: Iterable[datetime], now: datetime, *, many: int = MANY) -> RepeatCaller:
    """``received``: when the appellant's orders came in, in any order."""
    recent = sorted(at for at in received if now - WINDOW <= at <= now)
    tell = f"同一来电号码近{WINDOW.days}天已有{len(recent)}件诉求，请先看本人此前的工单；照常受理。"
    return RepeatCaller(len(recent), recent[0] if recent else None, tell if len(recent) >= many else "")
