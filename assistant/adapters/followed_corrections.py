"""``assistant.ports.triage.UnitLessons`` over the database's corrections: in memory, read again when they have changed."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from assistant.domain.correction_memory import CorrectionMemory, UnitLesson
from assistant.ports.feedback import CorrectionBook
from assistant.ports.orders import StoreUnavailable

FOLLOW_EVERY_S = 2.0


class FollowedCorrections:
    """An appeal never waits for the database: it is compared with what is known, and a thread looks for news.

    ``open_book`` may block and raise ``StoreUnavailable``.
    """

    def __init__(
        self,
        open_book: Callable[[], CorrectionBook],
        place_bound: frozenset[str] = frozenset(),
        every_s: float = FOLLOW_EVERY_S,
    ) -> None:
        self._open_book, self._place_bound, self._every_s = open_book, place_bound, every_s
        self._lock = threading.Lock()
        self._due, self._mark = 0.0, ""
        self._memory = CorrectionMemory(())

    def recall(self, text: str, category: str, street: str | None, now: datetime) -> Sequence[UnitLesson]:
        if time.monotonic() >= self._due and not self._lock.locked():
            threading.Thread(target=self._look, name="corrections", daemon=True).start()
        return self._memory.recall(text, category, street, now)

    def refresh(self) -> None:
        """Reads what is there now. Raises ``StoreUnavailable``."""
        with self._lock:
            self._due = time.monotonic() + self._every_s
            book = self._open_book()
            mark = book.corrections_mark()
            if mark != self._mark:
                self._memory, self._mark = CorrectionMemory(book.corrections(), self._place_bound), mark

    def at_rest(self) -> FollowedCorrections:
        """From now on lessons are those that are known."""
        self._due = math.inf
        return self

    def _look(self) -> None:
        with suppress(StoreUnavailable):
            self.refresh()
