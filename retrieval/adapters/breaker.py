"""A pause after a failure, so that a silent service is not waited for again and again."""

from __future__ import annotations

import time
from collections.abc import Callable


class Breaker:
    """Open for ``retry_after_s`` seconds after each failure. ``clock`` counts seconds and never goes back."""

    def __init__(self, retry_after_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._retry_after_s = retry_after_s
        self._clock = clock
        self._closed_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """True while the service should not be asked."""
        return self._clock() < self._closed_at

    def failed(self) -> None:
        self._closed_at = self._clock() + self._retry_after_s
