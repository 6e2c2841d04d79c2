"""Clocks of an order (办理时限) as pure arithmetic: when a limit ends, what is left, what a pause changes.

How time counts (ordinance Article 13 leaves limits to law, standards and policy; the counting follows 民法典 第二百〇一条
and 第二百〇三条): limits in seconds or hours run from the start without a break. Limits in days begin with the day after
the start and end at 24:00 of the last day, Beijing time. Working days skip days off. While a clock is paused nothing counts.
So every limit is an amount of counting time, and its end is the first instant at which that amount has run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from assistant.domain.catalogue import TimeLimitRule, WorkCalendar

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
_UNITS = {"seconds": timedelta(seconds=1), "hours": timedelta(hours=1), "days": DAY, "working_days": DAY}
FURTHEST = timedelta(days=3660)
"""No limit ends later than ten years after its start; a calendar with no working day must not loop for ever."""


class ClockKind(StrEnum):
    DISPATCH = "dispatch"
    CONTACT = "contact"
    FEEDBACK = "feedback"
    SUB_TASK = "sub_task"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a step may take, copied into the order so that later changes of the data do not rewrite its past."""

    rule: str
    value: int
    unit: str
    source: str = ""

    @classmethod
    def of(cls, rule: TimeLimitRule) -> Limit:
        return cls(rule.id, rule.value, rule.unit, rule.source)

    @property
    def amount(self) -> timedelta:
        return self.value * _UNITS[self.unit]


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stood still from ``start`` until ``end``; ``None``: it still does."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit at work. ``pauses`` are in order and apart; ``extra`` are granted extensions in days of the limit's kind."""

    kind: ClockKind
    limit: Limit
    started: datetime
    stopped: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extra: int = 0

    @property
    def is_paused(self) -> bool:
        return self.stopped is None and bool(self.pauses) and self.pauses[-1].end is None

    @property
    def allowed(self) -> timedelta:
        return self.limit.amount + self.extra * DAY

    def paused(self, at: datetime) -> Clock:
        return replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: datetime) -> Clock:
        return replace(self, pauses=(*self.pauses[:-1], Pause(self.pauses[-1].start, at)))

    def stopped_at(self, at: datetime | None) -> Clock:
        return replace(self, stopped=at)

    def extended(self, days: int) -> Clock:
        return replace(self, extra=self.extra + days)


def first_instant(clock: Clock) -> datetime:
    """When counting begins: at once for hours, at the next midnight for days (民法典第二百〇一条)."""
    if clock.limit.unit in ("seconds", "hours"):
        return clock.started
    return midnight(local_day(clock.started) + DAY)


def deadline(clock: Clock, calendar: WorkCalendar) -> datetime | None:
    """When the limit ends; ``None`` while the clock is paused or the calendar knows no such day."""
    left = clock.allowed
    for start, end in _counting(clock, calendar):
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def elapsed(clock: Clock, now: datetime, calendar: WorkCalendar) -> timedelta:
    """How much counting time has run until ``now``, or until the clock stopped."""
    until = now if clock.stopped is None else min(now, clock.stopped)
    spent = timedelta()
    for start, end in _counting(clock, calendar):
        if start >= until:
            break
        spent += min(end, until) - start
    return spent


def remaining(clock: Clock, now: datetime, calendar: WorkCalendar) -> timedelta:
    """Counting time that is left; negative once the limit has passed."""
    return clock.allowed - elapsed(clock, now, calendar)


def is_late(clock: Clock, now: datetime, calendar: WorkCalendar) -> bool:
    """Whether the limit passed before the clock stopped, or has passed by ``now``."""
    return remaining(clock, now, calendar) < timedelta()


def _counting(clock: Clock, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    """Disjoint stretches, in order, in which the clock runs; together at most ``FURTHEST`` long."""
    begin = first_instant(clock)
    stretches: Iterable[tuple[datetime, datetime]] = [(begin, begin + FURTHEST)]
    if clock.limit.unit == "working_days":
        stretches = working_days(begin, calendar)
    for start, end in stretches:
        yield from _without_pauses(start, end, clock.pauses)


def working_days(begin: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    """Whole working days from the one that ``begin`` opens."""
    first = local_day(begin)
    for offset in range(FURTHEST.days):
        day = first + offset * DAY
        if calendar.is_working_day(day):
            yield midnight(day), midnight(day + DAY)


def _without_pauses(start: datetime, end: datetime, pauses: Iterable[Pause]) -> Iterator[tuple[datetime, datetime]]:
    for pause in pauses:
        if pause.end is not None and pause.end <= start:
            continue
        if pause.start >= end:
            break
        if pause.start > start:
            yield start, pause.start
        if pause.end is None or pause.end >= end:
            return
        start = pause.end
    if start < end:
        yield start, end


def local_day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)
