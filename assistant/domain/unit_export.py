"""What a unit (承办单位) gets of the orders it has a part in: the whole order and its follow-ups, nobody's identity (Article 28)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from assistant.domain.catalogue import WorkCalendar
from assistant.domain.time_limits import BEIJING, Clock, deadline, is_late
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import FollowUp

Row = dict[str, object]
_SAME = ("id", "number", "round", "title", "content", "category", "street", "place", "channel", "lead", "lead_name")
_ALSO = ("objections", "supervisions", "reply", "labels")


def exported(order: WorkOrder, unit: str, now: datetime, calendar: WorkCalendar) -> Row:
    """One line of the export to ``unit``, as plain data for JSON; texts were masked when they came in.

    The keys that tell whether two orders are one person's stay here, as does who took each step.
    """
    row: Row = {name: getattr(order, name) for name in (*_SAME, *_ALSO)}
    return row | {
        "state": order.state.value,
        "type": order.type.value,
        "urgency": order.urgency.value,
        "part": part_of(order, unit),
        "received_at": told(order.received_at),
        "closed_at": told(order.closed_at),
        "closed_by": order.closed_by.value if order.closed_by else None,
        "result": order.result.value if order.result else None,
        "clocks": [_clock(clock, now, calendar) for clock in order.clocks],
        "follow_ups": [_follow_up(one) for one in order.follow_ups],
    }


def part_of(order: WorkOrder, unit: str) -> str:
    """主办, 协办 or 抄送, as in the messages of a dispatch."""
    if unit == order.lead:
        return "主办"
    return "抄送" if unit in order.copies else "协办"


def _clock(clock: Clock, now: datetime, calendar: WorkCalendar) -> Row:
    late = is_late(clock, clock.stopped or now, calendar)
    return {
        "kind": clock.kind.value,
        "due": told(deadline(clock, calendar)),
        "stopped": told(clock.stopped),
        "late": late,
    }


def _follow_up(one: FollowUp) -> Row:
    answers = asdict(one) | {"satisfaction": one.satisfaction.value, "again_at": told(one.again_at)}
    return dict(answers)


def told(at: datetime | None) -> str | None:
    return at.astimezone(BEIJING).isoformat(timespec="seconds") if at else None
