"""Where supervisors look at what is coming: today's signals, and the orders behind each. Blocking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from assistant.domain.catalogue import STREET, DispatchEntry
from assistant.domain.dispatch_match import DispatchTable
from assistant.domain.signal_topics import Grouping, SignalTopics, newest, topics_of
from assistant.domain.watch import Cell, Evidence, Signal, WatchedOrder, evidence_of
from assistant.domain.watch_bursts import bursts, with_receivers
from assistant.domain.watch_report import HISTORY, WatchReport, watch
from assistant.ports.watch import WatchBook

FRESH_BURST = timedelta(days=2)
"""What ended before is history by the time that a receiver would read it."""
FRESH_S = 60.0
"""A report over a long history takes a second: callers within a minute share it."""


@dataclass(frozen=True)
class Receivers:
    """Who must be told of a sign of an emergency (Article 29): units of the settings, then whose duty the matter is."""

    always: tuple[str, ...]
    table: DispatchTable
    on: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def of(cls, always: Iterable[str], dispatch: Iterable[DispatchEntry]) -> Receivers:
        return cls(tuple(always), DispatchTable.of(dispatch))

    def __call__(self, cell: Cell) -> tuple[str, ...]:
        entry = self.table.best(cell.category, "", self.on().date())
        duty = [cell.street if unit == STREET else unit for unit in ((entry.lead,) if entry else ())]
        return tuple(dict.fromkeys(unit for unit in (*self.always, *duty, cell.street) if unit))


@dataclass
class WatchDesk:
    """``book`` is opened at each look and may raise ``StoreUnavailable``."""

    open_book: Callable[[], WatchBook]
    receivers: Callable[[Cell], tuple[str, ...]]
    group: Grouping
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[int, tuple[float, WatchReport]] = field(default_factory=dict)

    def report(self, days: int = 30, at: datetime | None = None) -> WatchReport:
        """Signals as of ``at`` (now), bursts of the last ``days``. Raises ``StoreUnavailable``."""
        if at is not None:
            return self._made(days, at)
        with self._lock:
            until, report = self._kept.get(days, (0.0, None))
            if report is None or time.monotonic() > until:
                report = self._made(days, self.now())
                self._kept[days] = (time.monotonic() + FRESH_S, report)
            return report

    def _made(self, days: int, at: datetime) -> WatchReport:
        orders = self.open_book().watched(at - HISTORY, at)
        return watch(orders, at, self.receivers, timedelta(days=days))

    def bursts(self) -> Sequence[Signal]:
        """Bursts that last until now or ended within ``FRESH_BURST``, with whom to tell. Raises ``StoreUnavailable``."""
        at = self.now()
        return with_receivers(bursts(self.open_book().watched(at - HISTORY, at), at - FRESH_BURST), self.receivers)

    def evidence(self, signal_id: str) -> tuple[Evidence, list[WatchedOrder]] | None:
        """The orders that a signal stands on, as they are now; ``None`` for what is no signal's id. Raises ``StoreUnavailable``."""
        found = evidence_of(signal_id)
        if found is None:
            return None
        after, until = found.first - timedelta(seconds=1), found.last + timedelta(seconds=1)
        return found, [order for order in self.open_book().watched(after, until) if found.holds(order)]

    def topics(self, signal_id: str) -> SignalTopics | None:
        """What those orders tell of; ``None`` for what is no signal's id. Raises ``StoreUnavailable``."""
        found = self.evidence(signal_id)
        if found is None:
            return None
        evidence, orders = found
        contents = self.open_book().contents([order.id for order in newest(orders)])
        return topics_of(orders, contents, self.group, evidence.cell.place)
