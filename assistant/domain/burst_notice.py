"""What is told at once when many people call about one matter at one place (ordinance Article 29): counts, never a person.

Written to the units that the operator named (``HOTLINE_WATCH__RECEIVERS``), and to nobody else: whose duty the matter is,
a supervisor reads beside the signal and tells in person. Nothing is dispatched by a notice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from assistant.domain.time_limits import BEIJING
from assistant.domain.watch import ARTICLES, Signal, SignalKind

NOTICE = "Burst"
"""The notice's ``kind`` on its way, beside the names of an order's steps."""
QUIET = timedelta(days=7)
"""A burst that goes on is not told again for so long."""


@dataclass(frozen=True, slots=True)
class BurstNotice:
    """``about``: the same for the same matter at the same place; ``order_id``: the burst's first order."""

    destination: str
    order_id: str
    about: str
    dedup_key: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class BurstAlert:
    """What an open page of a supervisor is told; the page reads the orders itself."""

    signal_id: str
    article: str
    category: str
    street: str
    place: str
    count: int
    callers: int
    reason: str


def matter_key(signal: Signal) -> str:
    cell = "\n".join((signal.cell.category, signal.cell.street, signal.cell.place))
    return "burst:" + hashlib.sha256(cell.encode()).hexdigest()[:24]


def notices(signals: Iterable[Signal], named: Iterable[str]) -> Iterator[BurstNotice]:
    """One for each burst and each unit in ``named``."""
    receivers = tuple(named)
    for signal in signals:
        if signal.kind is SignalKind.BURST:
            about, day = matter_key(signal), signal.first.astimezone(BEIJING).date().isoformat()
            for unit in receivers:
                yield BurstNotice(unit, signal.orders[0], about, f"{about}:{day}:{unit}", _body(signal))


def alert_of(signal: Signal) -> BurstAlert:
    cell = signal.cell
    place = (cell.category, cell.street, cell.place)
    return BurstAlert(signal.id, ARTICLES[signal.kind], *place, signal.count, signal.callers, signal.reason)


def _body(signal: Signal) -> dict[str, object]:
    return {
        "signal_id": signal.id,
        "article": ARTICLES[signal.kind],
        "category": signal.cell.category,
        "street": signal.cell.street,
        "place": signal.cell.place,
        "first": signal.first.isoformat(),
        "last": signal.last.isoformat(),
        "count": signal.count,
        "callers": signal.callers,
        "expected": signal.expected,
        "reason": signal.reason,
        "propose_to_tell": list(signal.receivers),
    }
