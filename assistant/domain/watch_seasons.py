"""Seasonal problems before their season (Article 25 (二)): next month's orders of a matter from the same months last year.

Method: seasonal naive, smoothed and levelled. Last year's same month with a quarter of each neighbour, times how the last three
months stood to the same three a year before (drawn towards 1 by thirty orders). ``backtest`` measures it against the plain seasonal
naive, which repeats last year's month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain.watch import (
    Cell,
    Signal,
    SignalKind,
    WatchedOrder,
    everywhere,
    grouped,
    in_time,
    made,
    month_number,
)

SHRINK = 30.0
LEAST_FORECAST, LEAST_RISE = 8.0, 1.3
Counts = Mapping[int, int]
"""Orders by month number (year · 12 + month - 1)."""


def forecast(counts: Counts, month: int) -> float:
    """Expected orders of ``month`` from the months before it, of which there must be twelve."""
    same = counts.get(month - 12, 0)
    last_year = 0.5 * same + 0.25 * (counts.get(month - 13, same) + counts.get(month - 11, same))
    both = [month - back for back in (1, 2, 3) if month - 12 - back in counts]
    now, then = sum(counts.get(at, 0) for at in both), sum(counts[at - 12] for at in both)
    return last_year * min(2.0, max(0.5, (now + SHRINK) / (then + SHRINK)))


@dataclass(frozen=True, slots=True)
class Backtest:
    """Weighted absolute percentage errors over ``months`` months and ``matters`` matters: sum of errors over sum of orders."""

    months: int
    matters: int
    orders: int
    method: float
    naive: float


def whole_months(orders: Sequence[WatchedOrder], now: datetime) -> range:
    """Months that lie wholly between the first order and ``now``."""
    if not orders:
        return range(0)
    return range(month_number(in_time(orders)[0].received_at) + 1, month_number(now))


def monthly_counts(orders: Sequence[WatchedOrder], months: range) -> dict[str, dict[int, int]]:
    """Per second-level matter, a count for each of ``months``, also where it is zero."""
    counted = {
        cell.category: Counter(month_number(order.received_at) for order in own)
        for cell, own in grouped(orders, everywhere).items()
    }
    return {matter: {month: counts[month] for month in months} for matter, counts in counted.items()}


def backtest(orders: Sequence[WatchedOrder], now: datetime) -> Backtest | None:
    """Every whole month with twelve before it, forecast from what came before; ``None`` where there is none."""
    months = whole_months(orders, now)
    counts = monthly_counts(orders, months)
    tested = [month for month in months if month - 12 in months]
    total = sum(row[month] for row in counts.values() for month in tested)
    if not total:
        return None
    errors = [0.0, 0.0]
    for row in counts.values():
        for month in tested:
            past = {at: count for at, count in row.items() if at < month}
            errors[0] += abs(forecast(past, month) - row[month])
            errors[1] += abs(past[month - 12] - row[month])
    return Backtest(len(tested), len(counts), total, errors[0] / total, errors[1] / total)


def seasonal(orders: Sequence[WatchedOrder], now: datetime) -> list[Signal]:
    """Matters that next month will bring clearly more than the last three months, largest first.

    Evidence: the orders of that month last year.
    """
    months, month = whole_months(orders, now), month_number(now) + 1
    counts = monthly_counts(orders, range(months.start, month))
    cells = grouped(orders, everywhere)
    found = [_season(Cell(matter), row, cells, month) for matter, row in counts.items() if month - 12 in months]
    return sorted((signal for signal in found if signal), key=lambda signal: -signal.expected)


def _season(cell: Cell, row: dict[int, int], cells: dict[Cell, list[WatchedOrder]], month: int) -> Signal | None:
    past = {at: count for at, count in row.items() if at < month - 1}
    expected = forecast(past, month)
    recent = sum(past.get(month - back, 0) for back in (2, 3, 4)) / 3
    if expected < LEAST_FORECAST or expected < LEAST_RISE * recent:
        return None
    then = [order for order in cells[cell] if month_number(order.received_at) == month - 12]
    if not then:
        return None
    name = f"{month // 12}年{month % 12 + 1}月"
    reason = f"预计{name}约{expected:.0f}件，前三个整月平均{recent:.0f}件，去年同月{len(then)}件"
    return made(SignalKind.SEASONAL, cell, then, expected, reason)
