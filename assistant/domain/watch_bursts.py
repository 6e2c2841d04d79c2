"""Bursts: many people about one matter at one place within hours (Article 29), and whole groups over weeks.

The expectation is that of the space-time permutation scan (Kulldorff et al. 2005): calls of the place times calls of the hours
over all calls of the matter, so neither a cold week nor a large estate is a burst. The tail is Poisson's, Bonferroni-corrected.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.domain.watch import (
    Cell,
    Signal,
    SignalKind,
    WatchedOrder,
    at_place,
    everywhere,
    grouped,
    in_street,
    in_time,
    made,
    recent_groups,
)

WINDOWS = (timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
LEAST_CALLERS = 5
LEAST_PER_DAY = 0.08
"""Orders of one matter at one place that a day may bring anyhow: a place never heard of is no burst by its first calls."""
PRIOR_ORDERS = 100
"""A place's share of a matter is drawn towards its share of all calls by so many orders."""
ALPHA = 0.001
GROUP_WINDOW = timedelta(days=30)
_MANY = re.compile(
    r"联名|集体|联合反映|全体业主|多名业主|众多业主|[一二三四五六七八九几数\d]+(?:百|十)?多?(?:户|名业主|位业主|名工人|名家长)"
)


@dataclass(frozen=True, slots=True)
class _Window:
    orders: list[WatchedOrder]
    expected: float
    chance: float


def bursts(orders: Iterable[WatchedOrder], since: datetime) -> list[Signal]:
    """Bursts that end at ``since`` or later, surest first; ``orders`` are a year or so, in any order.

    One burst is told once: where one estate is what makes its street stand out, the estate is told.
    """
    orders = in_time(orders)
    matters = {
        cell.category: [order.received_at for order in whole] for cell, whole in grouped(orders, everywhere).items()
    }
    shares: Counter[str | tuple[str, str]] = Counter(order.street for order in orders)
    shares.update((order.street, order.place) for order in orders if order.place)
    tests = max(1, len(WINDOWS) * sum(order.received_at >= since for order in orders))
    found: list[Signal] = []
    for cell_of in (at_place, in_street):
        for cell, own in grouped(orders, cell_of).items():
            share = shares[(cell.street, cell.place) if cell.place else cell.street] / len(orders)
            signal = _burst(cell, own, _Matter(matters[cell.category], share), since, ALPHA / tests)
            if signal is not None and not _told_already(signal, found):
                found.append(signal)
    return sorted(found, key=lambda signal: (signal.chance, signal.first))


@dataclass(frozen=True, slots=True)
class _Matter:
    """When all orders of a matter came; ``share``: of all orders of all matters, how many come from the place in question."""

    times: list[datetime]
    share: float

    def expected(self, own: int, inside: int, end: datetime, length: timedelta) -> float:
        """The place's share at other times, of what others bring now: a burst must not explain itself."""
        now = bisect_right(self.times, end) - bisect_right(self.times, end - length)
        share = (own - inside + self.share * PRIOR_ORDERS) / (len(self.times) - now + PRIOR_ORDERS)
        return share * (now - inside) + LEAST_PER_DAY * (length / timedelta(days=1))


def _burst(cell: Cell, own: list[WatchedOrder], matter: _Matter, since: datetime, alpha: float) -> Signal | None:
    """The surest windows of a cell, joined where they overlap."""
    if len(own) < LEAST_CALLERS or own[-1].received_at < since:
        return None
    sure = [window for window in _windows(own, matter, since) if window.chance < alpha]
    if not sure:
        return None
    best = min(sure, key=lambda window: window.chance)
    ids = {order.id for window in sure if _touch(window, best) for order in window.orders}
    joined = [order for order in own if order.id in ids]
    hours = (joined[-1].received_at - joined[0].received_at).total_seconds() / 3600
    callers = len({order.caller for order in joined})
    reason = f"{max(1, math.ceil(hours))}小时内{callers}人反映同一事项{len(joined)}件，按往常只有{best.expected:.1f}件"
    return made(SignalKind.BURST, cell, joined, best.expected, reason, best.chance)


def _touch(one: _Window, other: _Window) -> bool:
    return (
        one.orders[0].received_at <= other.orders[-1].received_at
        and other.orders[0].received_at <= one.orders[-1].received_at
    )


def _windows(own: list[WatchedOrder], matter: _Matter, since: datetime) -> Iterator[_Window]:
    """Each order of the cell closes one window of each length; those that end before ``since`` are of no interest."""
    fresh = bisect_left(own, since, key=lambda order: order.received_at)
    for length in WINDOWS:
        first = 0
        for last, order in enumerate(own[fresh:], fresh):
            while own[first].received_at <= order.received_at - length:
                first += 1
            inside = own[first : last + 1]
            if len(inside) >= LEAST_CALLERS and _callers(inside) >= LEAST_CALLERS:
                expected = matter.expected(len(own), len(inside), order.received_at, length)
                yield _Window(inside, expected, poisson_tail(len(inside), expected))


def _callers(orders: Iterable[WatchedOrder]) -> int:
    return len({order.caller for order in orders})


def poisson_tail(count: int, mean: float) -> float:
    """P(X >= count) for X ~ Poisson(mean), mean > 0, without losing small tails to rounding."""
    if count <= 0:
        return 1.0
    term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    total, at = 0.0, count
    while term > total * 1e-12 or at < mean:
        total += term
        at += 1
        term *= mean / at
    return min(1.0, total)


def _told_already(signal: Signal, told: list[Signal]) -> bool:
    """Most of its orders belong to one that is told."""
    mine = set(signal.orders)
    return any(len(mine & set(other.orders)) * 2 >= len(mine) for other in told)


def groups(orders: Iterable[WatchedOrder], now: datetime, known: Sequence[Signal] = ()) -> list[Signal]:
    """群体诉求: at least five people about one matter at one estate within thirty days, or orders that speak for many."""
    found = (_group(cell, own) for cell, own in recent_groups(orders, at_place, now - GROUP_WINDOW, now))
    fresh = [signal for signal in found if signal and not _told_already(signal, list(known))]
    return sorted(fresh, key=lambda signal: (-signal.callers, signal.first))


def _group(cell: Cell, own: Sequence[WatchedOrder]) -> Signal | None:
    callers, spoken = _callers(own), sum(bool(_MANY.search(order.title)) for order in own)
    if callers < LEAST_CALLERS and (spoken < 1 or callers < 2):
        return None
    words = f"，其中{spoken}件代表多人" if spoken else ""
    return made(SignalKind.GROUP, cell, own, 0.0, f"30天内{callers}人反映同一小区的同一事项{len(own)}件{words}")


def with_receivers(signals: Iterable[Signal], receivers: Callable[[Cell], tuple[str, ...]]) -> list[Signal]:
    """Article 29: a sign of an emergency has somebody by name who must be told at once."""
    return [replace(signal, receivers=receivers(signal.cell)) for signal in signals]
