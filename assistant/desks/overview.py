"""Where a supervisor looks at the whole: every figure carries the query of the orders behind it. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from assistant.domain.call_counts import CallCounts
from assistant.domain.feedback import FeedbackCounts, FeedbackKind
from assistant.domain.three_rates import Period
from assistant.domain.time_limits import local_day, midnight
from assistant.domain.work_order import OrderState
from assistant.domain.work_order_events import ClosedBy
from assistant.live.order_pulse import SOON
from assistant.ports.feedback import FeedbackBook
from assistant.ports.orders import OrderQuery
from assistant.ports.overview import AnswerBook, AnswerCounts, AnswerDay, Bucket, CallBook, Dimension, OverviewBook

USUAL_DAYS = 28
"""What is usual for an hour is its mean over the four weeks before."""
SHOWN = tuple(by for by in Dimension if by is not Dimension.STATE)


@dataclass(frozen=True, slots=True)
class Figure:
    """``count`` orders, which ``query`` lists."""

    count: int
    query: OrderQuery


@dataclass(frozen=True, slots=True)
class Step:
    """One hour or day of a series. ``usual``: see ``USUAL_DAYS``, only for hours."""

    begin: datetime
    figure: Figure
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How answers ended in the period and what people made of proposals; ``unanswered`` questions are different ones."""

    answers: Mapping[AnswerDay, AnswerCounts]
    feedback: Mapping[tuple[FeedbackKind, str], FeedbackCounts]
    unanswered: int


@dataclass(frozen=True, slots=True)
class Overview:
    """``figures`` by name: those of ``NOW_FIGURES`` are as of ``at``, the others of orders received in the period.

    ``before``: the intake of as many days right before; ``newest``: when an order last changed; ``calls``: of the telephone
    platform, which no filter narrows.
    """

    at: datetime
    period: Period
    newest: datetime | None
    samples: int
    figures: Mapping[str, Figure]
    before: Figure
    states: Mapping[str, Figure]
    hours: tuple[Step, ...]
    days: tuple[Step, ...]
    groups: Mapping[Dimension, Mapping[str, Figure]]
    callers: int
    days_to_close: float | None
    quality: Quality
    calls: Mapping[date, CallCounts]


LOOKS_AT_ONCE = 4
"""Connections that one look at the whole takes; a server has eight at once."""
SAMPLES, BEFORE = "samples", "before"
NOW_FIGURES = frozenset({"today", "open", "at_risk", "late"})


@dataclass(frozen=True)
class OverviewDesk:
    book: OverviewBook
    answers: AnswerBook
    feedback: FeedbackBook
    calls: CallBook
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def look(self, wanted: OrderQuery, period: Period) -> Overview:
        """``wanted``: lead, street, category and channel, or none. Raises ``StoreUnavailable``."""
        at = self.now()
        within = in_days(wanted, period.first, period.last)
        length = (period.last - period.first) + timedelta(days=1)
        before = in_days(wanted, period.first - length, period.first - timedelta(days=1))
        now, received = _now_queries(wanted, at), _received_queries(within)
        repeated = replace(within, repeated=True)
        with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:  # the longest first
            callers = pool.submit(self.book.callers, within)
            again = pool.submit(self._figure, repeated)
            groups = {by: pool.submit(self.grouped, within, by) for by in SHOWN}
            days = pool.submit(self.days, within, period)
            mean = pool.submit(self.book.days_to_close, replace(within, state=OrderState.CLOSED))
            counts = pool.submit(self.book.counts, received | {SAMPLES: replace(within, demo=True)})
            hours = pool.submit(self.hours, wanted, local_day(at))
            at_once = {name: pool.submit(self._figure, query) for name, query in (now | {BEFORE: before}).items()}
            states = pool.submit(self._states, wanted)
            newest, quality = pool.submit(self.book.newest), pool.submit(self.quality, period)
            calls = pool.submit(self.calls.days, period.first, period.last)
        figures = {name: look.result() for name, look in at_once.items()}
        figures |= {name: Figure(counts.result()[name], query) for name, query in received.items()}
        return Overview(
            at=at,
            period=period,
            newest=newest.result(),
            samples=counts.result()[SAMPLES],
            before=figures.pop(BEFORE),
            figures=figures | {"repeated": again.result()},
            states=states.result(),
            hours=hours.result(),
            days=days.result(),
            groups={by: look.result() for by, look in groups.items()},
            callers=callers.result(),
            days_to_close=mean.result(),
            quality=quality.result(),
            calls=calls.result(),
        )

    def grouped(self, query: OrderQuery, by: Dimension) -> dict[str, Figure]:
        return {name: Figure(count, narrowed(query, by, name)) for name, count in self.book.groups(query, by).items()}

    def _figure(self, query: OrderQuery) -> Figure:
        return Figure(self.book.count(query), query)

    def _states(self, wanted: OrderQuery) -> dict[str, Figure]:
        """In the order of the road."""
        found = self.grouped(replace(wanted, open_only=True), Dimension.STATE)
        return {state.value: found[state.value] for state in OrderState if state.value in found}

    def hours(self, wanted: OrderQuery, today: date) -> tuple[Step, ...]:
        before = in_days(wanted, today - timedelta(days=USUAL_DAYS), today - timedelta(days=1))
        sums = [0] * 24
        for begin, count in self.book.series(before, Bucket.HOUR).items():
            sums[begin.hour] += count
        counts = self.book.series(in_days(wanted, today, today), Bucket.HOUR)
        begins = [midnight(today) + timedelta(hours=hour) for hour in range(24)]
        steps = (between(wanted, begin, begin + timedelta(hours=1)) for begin in begins)
        return tuple(
            Step(begin, Figure(counts.get(begin, 0), query), round(total / USUAL_DAYS, 2))
            for begin, query, total in zip(begins, steps, sums, strict=True)
        )

    def days(self, within: OrderQuery, period: Period) -> tuple[Step, ...]:
        counts = self.book.series(within, Bucket.DAY)
        length = (period.last - period.first).days + 1
        begins = [midnight(period.first + timedelta(days=day)) for day in range(length)]
        return tuple(
            Step(begin, Figure(counts.get(begin, 0), between(within, begin, begin + timedelta(days=1))))
            for begin in begins
        )

    def quality(self, period: Period) -> Quality:
        begin, end = midnight(period.first), midnight(period.last + timedelta(days=1))
        return Quality(
            answers=self.answers.days(period.first, period.last),
            feedback=self.feedback.counts(begin, end),
            unanswered=self.answers.unanswered_count(begin),
        )


def between(query: OrderQuery, begin: datetime, end: datetime) -> OrderQuery:
    return replace(query, received_from=begin, received_before=end)


def in_days(query: OrderQuery, first: date, last: date) -> OrderQuery:
    """Received on these days in Beijing, both included."""
    return between(query, midnight(first), midnight(last + timedelta(days=1)))


def _now_queries(wanted: OrderQuery, at: datetime) -> dict[str, OrderQuery]:
    is_open, today = replace(wanted, open_only=True), local_day(at)
    return {
        "today": in_days(wanted, today, today),
        "open": is_open,
        "at_risk": replace(is_open, due_from=at, due_before=at + SOON),
        "late": replace(is_open, due_before=at),
    }


def _received_queries(within: OrderQuery) -> dict[str, OrderQuery]:
    """Of orders received in one period: they are counted in one look."""
    return {
        "intake": within,
        "direct": replace(within, ending=ClosedBy.DIRECT_ANSWER),
        "dispatched": replace(within, dispatched=True),
        "diverted": replace(within, ending=ClosedBy.DIVERSION),
        "objected": replace(within, objected=True),
        "closed": replace(within, state=OrderState.CLOSED),
        "fed_back_late": replace(within, late=True),
    }


def narrowed(query: OrderQuery, by: Dimension, name: str) -> OrderQuery:
    """Those of one group."""
    match by:
        case Dimension.TYPE:
            return replace(query, type=name)
        case Dimension.CHANNEL:
            return replace(query, channel=name)
        case Dimension.CATEGORY:
            return query if query.category else replace(query, category=name)
        case Dimension.STREET:
            return replace(query, street=name)
        case Dimension.UNIT:
            return replace(query, lead=name)
        case Dimension.STATE:
            return replace(query, state=OrderState(name))
