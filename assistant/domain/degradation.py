"""Which dependencies are failing right now, for a header, a metric and ``/readyz``."""

from __future__ import annotations

import time
from collections.abc import Callable


class Degradation:
    """A dependency that failed is degraded until ``retry_after_s`` passed or it answered again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def mark(self, dependency: str, retry_after_s: float) -> None:
        self._until[dependency] = self._clock() + retry_after_s

    def clear(self, dependency: str) -> None:
        self._until.pop(dependency, None)

    def is_degraded(self, dependency: str) -> bool:
        return self._until.get(dependency, 0.0) > self._clock()

    def active(self) -> tuple[str, ...]:
        """Names of failing dependencies, sorted."""
        return tuple(sorted(name for name in tuple(self._until) if self.is_degraded(name)))
