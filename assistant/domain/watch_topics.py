"""Topics that rise, that last, and that many places share: candidates for 每月一题 (Article 24)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    month_number,
    recent_groups,
    upper,
    within,
)
from assistant.domain.watch_bursts import poisson_tail

WEEKS = timedelta(days=28)
YEAR = timedelta(days=364)
"""Whole weeks, so that the same weekdays are compared."""
A_YEAR = timedelta(days=365)
SOME = 3
"""Orders imagined on both sides of a ratio: few say little."""
LEAST_RISE, LEAST_ORDERS, RISE_ALPHA = 1.5, 8, 0.01
LASTING_SPAN, LASTING_MONTHS, LASTING_ORDERS = timedelta(days=90), 3, 3
TOPICS, TOPIC_STREETS, TOPIC_MONTHS = 5, 5, 3


def rising(orders: Iterable[WatchedOrder], now: datetime, left_out: frozenset[str] = frozenset()) -> list[Signal]:
    """Matters with more orders in the last four weeks than the four before and the season let expect, largest rise first.

    ``left_out``: orders of bursts, which are told as such.
    """
    orders = in_time(orders)
    whole = [*grouped(orders, everywhere).items(), *grouped(orders, in_street).items()]
    kept = ((cell, [order for order in own if order.id not in left_out] if left_out else own) for cell, own in whole)
    cells = [(cell, own) for cell, own in kept if own]
    found = [signal for cell, own in cells if (signal := _rise(cell, own, now, RISE_ALPHA / len(cells)))]
    return sorted(found, key=lambda signal: -signal.count / max(signal.expected, 1.0))


def _rise(cell: Cell, own: Sequence[WatchedOrder], now: datetime, alpha: float) -> Signal | None:
    recent = within(own, now - WEEKS, now)
    if len(recent) < LEAST_ORDERS:
        return None
    before = len(within(own, now - 2 * WEEKS, now - WEEKS))
    ratio, error = season_ratio(own, now)
    expected = before * ratio
    # What is expected is itself counted: the rise must stand out from two standard errors above it.
    edge = max(expected, 1.0) * (1 + 2 * math.hypot(error, (before + 1) ** -0.5))
    chance = poisson_tail(len(recent), edge)
    if len(recent) < LEAST_RISE * expected or chance >= alpha:
        return None
    reason = f"近四周{len(recent)}件，前四周{before}件，按去年同期的季节变化应有约{expected:.0f}件"
    return made(SignalKind.RISING, cell, recent, expected, reason, chance)


def season_ratio(own: Sequence[WatchedOrder], now: datetime) -> tuple[float, float]:
    """How these four weeks stood to the four before a year ago, in [1/4, 4], and its relative error; (1, 0) where nothing was."""
    then = len(within(own, now - YEAR - WEEKS, now - YEAR))
    before = len(within(own, now - YEAR - 2 * WEEKS, now - YEAR - WEEKS))
    if not then + before:
        return 1.0, 0.0
    ratio = min(4.0, max(0.25, (then + SOME) / (before + SOME)))
    return ratio, math.hypot((then + SOME) ** -0.5, (before + SOME) ** -0.5)


def lasting(orders: Iterable[WatchedOrder], now: datetime) -> list[Signal]:
    """Matters at one estate that came back over at least three months and are not settled, longest first."""
    cells = recent_groups(orders, at_place, now - A_YEAR, now)
    found = [signal for cell, own in cells if (signal := _lasting(cell, own, now))]
    return sorted(found, key=lambda signal: (-signal.count, signal.first - signal.last))


def _lasting(cell: Cell, own: Sequence[WatchedOrder], now: datetime) -> Signal | None:
    if len(own) < LASTING_ORDERS or now - own[-1].received_at > LASTING_SPAN:
        return None
    span = own[-1].received_at - own[0].received_at
    months = _months(own)
    stuck = [order for order in own if order.is_unsolved or (order.is_open and now - order.received_at > WEEKS)]
    if len(months) < LASTING_MONTHS or span < LASTING_SPAN or not stuck:
        return None
    reason = f"{span.days}天里在{len(months)}个月份反复反映{len(own)}件，{len(stuck)}件没有解决"
    return made(SignalKind.LASTING, cell, own, 0.0, reason)


def monthly_topics(orders: Iterable[WatchedOrder], now: datetime) -> list[Signal]:
    """每月一题 candidates: third-level matters that are frequent, in many 街乡, in many months and hard to solve, best first.

    Score = orders × share of 街乡 × share of months × (1 + share unsolved); the parts are in the reason.
    """
    cells = dict(recent_groups(orders, third_level, now - A_YEAR, now))
    recent = [order for own in cells.values() for order in own]
    streets, months = len({order.street for order in recent}), len(_months(recent))
    ranked = sorted(_scored(cells, streets, months), key=lambda item: -item[0])
    return [signal for _, signal in ranked[:TOPICS]]


def third_level(order: WatchedOrder) -> tuple[str, ...]:
    return (upper(order.category, 3),)


def _months(orders: Sequence[WatchedOrder]) -> set[int]:
    return {month_number(order.received_at) for order in orders}


def _scored(cells: Mapping[Cell, Sequence[WatchedOrder]], streets: int, months: int) -> Iterator[tuple[float, Signal]]:
    for cell, own in cells.items():
        wide, long = len({order.street for order in own}), len(_months(own))
        unsolved = sum(order.is_unsolved for order in own) / len(own)
        if wide < TOPIC_STREETS or long < TOPIC_MONTHS:
            continue
        score = len(own) * (wide / streets) * (long / months) * (1 + unsolved)
        reason = f"一年内{len(own)}件，涉及{wide}个街乡、{long}个月份，未解决{unsolved:.0%}"
        yield score, made(SignalKind.MONTHLY_TOPIC, cell, own, 0.0, reason)
