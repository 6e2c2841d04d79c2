"""Generic cell rate algorithm: ``limit`` requests per ``period_s``, refilled evenly, as pure arithmetic.

Source: ITU-T I.371 (GCRA, virtual scheduling). State per key is one number, the theoretical arrival time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateRule:
    """``limit`` requests may come at once; they come back one by one over ``period_s`` seconds."""

    limit: int
    period_s: float = 60.0

    @property
    def interval_s(self) -> float:
        return self.period_s / self.limit


@dataclass(frozen=True, slots=True)
class RateDecision:
    """Whether a request may pass, and what the caller is told. ``retry_after_s`` is 0.0 when it may."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: float
    retry_after_s: float = 0.0


def decide(rule: RateRule, arrival_s: float | None, now_s: float) -> tuple[RateDecision, float]:
    """The decision and the theoretical arrival time to keep. ``arrival_s`` is ``None`` for an unknown key."""
    due = max(arrival_s if arrival_s is not None else now_s, now_s)
    following = due + rule.interval_s
    allowed_from = following - rule.period_s
    # A nanosecond of slack: sums of intervals must not refuse the last request of a burst.
    if now_s + 1e-9 < allowed_from:
        return RateDecision(False, rule.limit, 0, due - now_s, allowed_from - now_s), due
    remaining = math.floor((rule.period_s - (following - now_s)) / rule.interval_s + 1e-6)
    return RateDecision(True, rule.limit, remaining, following - now_s), following
