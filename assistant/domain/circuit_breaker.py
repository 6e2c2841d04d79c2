"""Stop asking a dependency that keeps failing, and try it again later with one probe."""

from __future__ import annotations

import time
from collections.abc import Callable


class CircuitBreaker:
    """Closed → open after ``failures`` in a row → after ``rest_s`` seconds one caller may probe; its success closes it.

    Not thread-safe: one event loop owns it.
    """

    def __init__(self, failures: int = 3, rest_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._threshold, self._rest_s, self._clock = failures, rest_s, clock
        self._failed = 0
        self._opened_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self._opened_at is not None

    def admits(self) -> bool:
        """Whether to try now. When the rest is over this lets one probe through and starts the rest anew."""
        if self._opened_at is None:
            return True
        if self._clock() - self._opened_at < self._rest_s:
            return False
        self._opened_at = self._clock()
        return True

    def succeeded(self) -> None:
        self._failed, self._opened_at = 0, None

    def failed(self) -> None:
        self._failed += 1
        if self._failed >= self._threshold:
            self._opened_at = self._clock()
