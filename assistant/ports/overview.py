"""The ports to what a supervisor looks at: counts over orders, and how answers ended. All calls block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from assistant.domain.call_counts import CallCounts
from assistant.ports.orders import OrderQuery


class Dimension(StrEnum):
    TYPE = "type"
    CHANNEL = "channel"
    CATEGORY = "category"
    STREET = "street"
    UNIT = "unit"
    STATE = "state"


class Bucket(StrEnum):
    HOUR = "hour"
    DAY = "day"


class OverviewBook(Protocol):
    """Orders counted; ``after`` and ``limit`` of a query count for nothing. Every method raises ``StoreUnavailable``."""

    def count(self, query: OrderQuery) -> int: ...

    def counts(self, queries: Mapping[str, OrderQuery]) -> dict[str, int]:
        """By name, as ``count`` of each in one look; quick where the queries have much in common."""
        ...

    def groups(self, query: OrderQuery, by: Dimension) -> dict[str, int]:
        """By value, empty where none is known; a category by its first level."""
        ...

    def series(self, query: OrderQuery, bucket: Bucket) -> dict[datetime, int]:
        """By the beginning (Beijing) of the day or hour of receipt; without those that have none."""
        ...

    def callers(self, query: OrderQuery) -> int:
        """Different appellants, as far as known."""
        ...

    def days_to_close(self, query: OrderQuery) -> float | None:
        """Mean days from receipt to closing of those that are closed; ``None`` where none is."""
        ...

    def newest(self) -> datetime | None:
        """When an order last changed."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """``removed``: sentences that the check against sources took out; ``degraded``: answers given while something failed."""

    answers: int = 0
    removed: int = 0
    degraded: int = 0

    def __add__(self, other: AnswerCounts) -> AnswerCounts:
        return AnswerCounts(self.answers + other.answers, self.removed + other.removed, self.degraded + other.degraded)


@dataclass(frozen=True, slots=True)
class AnswerDay:
    """Answers of a day (Beijing) that ended alike. ``composer`` is empty where nothing was composed."""

    day: date
    status: str
    composer: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question, masked, for which nothing was found, and how often; ``digest`` is that of its normal form."""

    digest: str
    question: str
    status: str
    asked: int
    first_at: datetime
    last_at: datetime


class AnswerBook(Protocol):
    """Every method raises ``StoreUnavailable``."""

    def add(self, days: Mapping[AnswerDay, AnswerCounts], questions: Sequence[Unanswered]) -> None:
        """Adds to what was counted before; the latest wording of a question stays."""
        ...

    def days(self, first: date, last: date) -> dict[AnswerDay, AnswerCounts]:
        """Both days belong to it."""
        ...

    def unanswered(self, since: datetime, *, limit: int = 50) -> list[Unanswered]:
        """Asked last at or after ``since``; most asked first."""
        ...

    def unanswered_count(self, since: datetime) -> int: ...

    def forget(self, before: datetime) -> int:
        """Questions last asked before that time are dropped; how many there were."""
        ...


class CallBook(Protocol):
    """Counts of the telephone platform. Every method raises ``StoreUnavailable``."""

    def put(self, days: Mapping[date, CallCounts]) -> None:
        """A day that is there already is replaced; all of them or none."""
        ...

    def days(self, first: date, last: date) -> dict[date, CallCounts]:
        """Both days belong to it; days that nobody handed over are not there."""
        ...
