"""Counts how answers ended, and keeps the questions that found nothing; what citizens asked otherwise is not kept here.

Answers never wait for it: counts gather in memory and go to the database a moment later, in one transaction. A database that
is away costs nothing but time; a process that is killed loses the last seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from assistant.contracts import TurnOutcome
from assistant.domain.question_text import fold
from assistant.domain.time_limits import local_day
from assistant.ports.orders import StoreUnavailable
from assistant.ports.overview import AnswerBook, AnswerCounts, AnswerDay, Unanswered

NOTHING_FOUND = frozenset({"unanswerable_no_evidence", "unanswerable_not_in_force", "unanswerable_unsupported"})
KEPT = timedelta(days=180)
"""Questions that nobody asked for so long are forgotten (PIPL Article 19: no longer than needed)."""
MOST_QUESTIONS = 1000
"""Held in memory while the database is away; further ones are counted by day only."""


@dataclass
class AnswerTally:
    """``open_book`` blocks and may raise ``StoreUnavailable``."""

    open_book: Callable[[], AnswerBook]
    delay_s: float = 2.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _days: dict[AnswerDay, AnswerCounts] = field(default_factory=dict)
    _questions: dict[str, Unanswered] = field(default_factory=dict)
    _task: asyncio.Task[None] | None = None
    _forgot: datetime | None = None

    def note(self, outcome: TurnOutcome) -> None:
        at = self.now()
        composer = outcome.composer.value if outcome.composer else ""
        counts = AnswerCounts(1, len(outcome.removed), int(bool(outcome.degraded)))
        self._count(AnswerDay(local_day(at), outcome.status, composer), counts)
        if outcome.status in NOTHING_FOUND and outcome.redacted_question:
            self._keep(unanswered_of(outcome, at))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._later())

    async def flush(self) -> None:
        """Raises ``StoreUnavailable``; what was not written is kept for the next time."""
        days, questions = self._days, self._questions
        self._days, self._questions = {}, {}
        try:
            await asyncio.to_thread(self._write, days, questions)
        except StoreUnavailable:
            for day, counts in days.items():
                self._count(day, counts)
            for item in questions.values():
                self._keep(item)
            raise

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._days:
            with contextlib.suppress(StoreUnavailable):
                await self.flush()

    async def _later(self) -> None:
        while self._days:
            await asyncio.sleep(self.delay_s)
            with contextlib.suppress(StoreUnavailable):
                await self.flush()

    def _write(self, days: dict[AnswerDay, AnswerCounts], questions: dict[str, Unanswered]) -> None:
        book, now = self.open_book(), self.now()
        if days:
            book.add(days, list(questions.values()))
        if self._forgot is None or now - self._forgot > timedelta(days=1):
            book.forget(now - KEPT)
            self._forgot = now

    def _count(self, day: AnswerDay, counts: AnswerCounts) -> None:
        self._days[day] = self._days.get(day, AnswerCounts()) + counts

    def _keep(self, item: Unanswered) -> None:
        known = self._questions.get(item.digest)
        if known is not None:
            first, last = min(known.first_at, item.first_at), max(known.last_at, item.last_at)
            item = replace(item, asked=known.asked + item.asked, first_at=first, last_at=last)
        elif len(self._questions) >= MOST_QUESTIONS:
            return
        self._questions[item.digest] = item


def unanswered_of(outcome: TurnOutcome, at: datetime) -> Unanswered:
    question = outcome.redacted_question[:500]
    digest = hashlib.sha256(normal_form(question).encode()).hexdigest()
    return Unanswered(digest, question, outcome.status, 1, at, at)


def normal_form(question: str) -> str:
    """Letters, digits and Han characters alone, in lower case: what two ways of typing one question share."""
    return "".join(char for char in fold(question).lower() if unicodedata.category(char)[0] in "LN")
