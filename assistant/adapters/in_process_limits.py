"""``RateLimiter`` in this process: exact for one process, the fallback when Redis is gone."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from assistant.domain.rate_limit import RateDecision, RateRule, decide


class InProcessLimiter:
    """Keeps at most ``capacity`` callers; the one not seen for longest is forgotten first."""

    def __init__(self, rule: RateRule, *, capacity: int = 50_000, clock: Callable[[], float] = time.monotonic) -> None:
        self.rule, self.capacity, self._clock = rule, capacity, clock
        self._arrivals: OrderedDict[str, float] = OrderedDict()

    async def admit(self, key: str) -> RateDecision:
        decision, arrival = decide(self.rule, self._arrivals.get(key), self._clock())
        self._arrivals[key] = arrival
        self._arrivals.move_to_end(key)
        if len(self._arrivals) > self.capacity:
            self._arrivals.popitem(last=False)
        return decision
