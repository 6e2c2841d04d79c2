"""回访 (ordinance Article 23): when an order's follow-up is due, what it needs, and the script to ask by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.catalogue import WorkCalendar
from assistant.domain.time_limits import ClockKind, deadline
from assistant.domain.work_order import OrderState, WorkOrder

UNDER_WAY = frozenset({OrderState.DISPATCHED, OrderState.SIGNED, OrderState.HANDLING})
TO_ASK = frozenset({OrderState.REVIEWED, OrderState.FOLLOWED_UP})


class FollowUpNeed(StrEnum):
    """What a person has to do about an order in the queue."""

    CALL = "回访"
    LATE_CALL = "时限届满未反馈"
    DECISION = "未解决待决定"
    CLOSURE = "待办结"


@dataclass(frozen=True, slots=True)
class FollowUpQuestion:
    """``field`` is the field of ``FollowUp`` that the answer fills; ``answers`` are the choices, none for free words."""

    field: str
    ask: str
    answers: tuple[str, ...] = ()
    only_if: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpScript:
    """What is said, in order. ``retry_hours`` and ``unreachable_after`` are practice of the hotline, not law."""

    opening: str
    questions: tuple[FollowUpQuestion, ...]
    closing: str
    unsolved: str
    channels: tuple[str, ...]
    retry_hours: int
    unreachable_after: int


def follow_up_due(order: WorkOrder, calendar: WorkCalendar) -> datetime | None:
    """Since or from when the order stands in the queue; ``None``: it does not.

    It enters when the feedback has passed its review or, without a report, when the limit ends; an unanswered attempt
    moves it to the next try.
    """
    if order.state in TO_ASK:
        return order.follow_up_at or order.updated_at
    clock = order.clock(ClockKind.FEEDBACK)
    if order.state not in UNDER_WAY or order.asked_late or clock is None or clock.stopped is not None:
        return None
    ends = deadline(clock, calendar)
    return max(ends, order.follow_up_at) if ends and order.follow_up_at else ends


def need_of(state: OrderState, solved: bool | None, attempts: int, unreachable_after: int) -> FollowUpNeed:
    """What the hotline does next with an order that is in the queue."""
    if state is OrderState.REVIEWED:
        return FollowUpNeed.CLOSURE if attempts >= unreachable_after else FollowUpNeed.CALL
    if state is OrderState.FOLLOWED_UP:
        return FollowUpNeed.DECISION if solved is False else FollowUpNeed.CLOSURE
    return FollowUpNeed.LATE_CALL
