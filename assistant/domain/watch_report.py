"""All signals of a day in the order in which somebody should read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.watch import Cell, Signal, SignalKind, WatchedOrder, in_time, within
from assistant.domain.watch_bursts import bursts, groups, with_receivers
from assistant.domain.watch_seasons import Backtest, backtest, seasonal
from assistant.domain.watch_topics import lasting, monthly_topics, rising

LOOK_BACK = timedelta(days=30)
HISTORY = timedelta(days=480)
"""Fifteen months and some days: a year for the season and what came before it."""


@dataclass(frozen=True, slots=True)
class WatchReport:
    """``backtest``: how well the seasonal forecast would have done; ``None`` without a year and a month of history."""

    at: datetime
    since: datetime
    orders: int
    signals: tuple[Signal, ...]
    backtest: Backtest | None

    def of(self, kind: SignalKind) -> tuple[Signal, ...]:
        return tuple(signal for signal in self.signals if signal.kind is kind)


def watch(
    orders: Sequence[WatchedOrder],
    now: datetime,
    receivers: Callable[[Cell], tuple[str, ...]],
    look_back: timedelta = LOOK_BACK,
) -> WatchReport:
    """Bursts of the last ``look_back``, then groups, rising, lasting and seasonal matters and candidates for 每月一题."""
    past = in_time(within(in_time(orders), now - HISTORY, now))
    since = now - look_back
    sudden = bursts(past, since)
    told = frozenset(order for signal in sudden for order in signal.orders)
    alarming = with_receivers([*sudden, *groups(past, now, sudden)], receivers)
    calm = [*rising(past, now, told), *lasting(past, now), *seasonal(past, now), *monthly_topics(past, now)]
    return WatchReport(now, since, len(past), (*alarming, *calm), backtest(past, now))
