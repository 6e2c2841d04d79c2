"""Rows of the work-order tables from the domain's objects and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from assistant.adapters.order_codec import change_from_json, change_to_json
from assistant.adapters.sql_schema import orders
from assistant.domain.catalogue import WorkCalendar
from assistant.domain.follow_up import follow_up_due
from assistant.domain.order_progress import PersonalData
from assistant.domain.time_limits import Clock, ClockKind, deadline, is_late
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Actor, OrderEvent, Role, Satisfaction
from assistant.ports.orders import OrderRow, Step

DEMO = "演示数据"
ROW_COLUMNS = [orders.c[name] for name in OrderRow.__dataclass_fields__]


def order_values(order: WorkOrder, calendar: WorkCalendar) -> dict[str, Any]:
    """The row of ``work_orders``, without ``code_digest``."""
    same = ("id", "number", "version", "round", "category", "street", "lead", "lead_name", "channel", "title", "place")
    also = ("received_at", "updated_at", "closed_at", "objections", "confidential", "appellant_key", "repeat_of")
    first, final = order.first_follow_up, order.final_follow_up
    return {name: getattr(order, name) for name in (*same, *also, "merged_into")} | {
        "state": order.state.value,
        "type": order.type.value,
        "urgency": order.urgency.value,
        "closed_by": order.closed_by.value if order.closed_by else None,
        "dispatch_due": _due(order.clock(ClockKind.DISPATCH), calendar),
        "feedback_due": _due(order.clock(ClockKind.FEEDBACK), calendar),
        "late": _late(order, calendar),
        "contacted": final.contacted if final else None,
        "solved": final.solved if final else None,
        "satisfaction": final.satisfaction.value if final else None,
        "first_solved": first.solved if first else None,
        "first_satisfaction": first.satisfaction.value if first else None,
        "followed_up_at": order.updated_at if final and order.state is OrderState.FOLLOWED_UP else None,
        "attempts": order.attempts,
        "follow_up_due": follow_up_due(order, calendar),
        "is_demo": DEMO in order.labels,
    }


def _due(clock: Clock | None, calendar: WorkCalendar) -> Any:
    return deadline(clock, calendar) if clock is not None and clock.stopped is None else None


def _late(order: WorkOrder, calendar: WorkCalendar) -> bool | None:
    """Whether a feedback clock that has stopped had run out; ``None`` while it runs or where there is none."""
    stopped = [c for c in order.clocks if c.kind is ClockKind.FEEDBACK and c.stopped is not None]
    if not stopped:
        return order.late
    return any(is_late(clock, clock.stopped, calendar) for clock in stopped if clock.stopped is not None)


def event_values(step: Step) -> Iterator[dict[str, Any]]:
    for event in step.events:
        kind, change = change_to_json(event.change)
        yield {
            "order_id": step.order.id,
            "sequence": event.sequence,
            "at": event.at,
            "actor": event.actor.id,
            "role": event.actor.role.value,
            "actor_unit": event.actor.unit,
            "reason": event.reason,
            "kind": kind,
            "change": change,
        }


def event_of(row: Any) -> OrderEvent:
    actor = Actor(row.actor, Role(row.role), row.actor_unit)
    return OrderEvent(row.sequence, row.at, actor, row.reason, change_from_json(row.kind, row.change))


def person_values(order_id: str, person: PersonalData) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "content": person.content,
        "name": person.name,
        "phone": person.phone,
        "address": person.address,
        "original": json.dumps(person.original, ensure_ascii=False),
    }


def person_of(row: Any) -> PersonalData:
    return PersonalData(row.content, row.name, row.phone, row.address, json.loads(row.original))


def message_values(step: Step) -> Iterator[dict[str, Any]]:
    """One outbox row per message; the key names the event and the receiver, so it is the same for ever."""
    assert step.order.updated_at is not None
    for message in step.messages:
        yield {
            "dedup_key": f"{step.order.id}:{message.body['version']}:{message.destination}",
            "order_id": step.order.id,
            "destination": message.destination,
            "kind": message.kind,
            "body": json.dumps(message.body, ensure_ascii=False),
            "created_at": step.order.updated_at,
            "due_at": step.order.updated_at,
            "attempts": 0,
            "fault": "",
        }


def row_of(found: sa.Row[Any]) -> OrderRow:
    values = dict(found._mapping)
    satisfaction = values.pop("satisfaction")
    state = OrderState(values.pop("state"))
    return OrderRow(state=state, satisfaction=Satisfaction(satisfaction) if satisfaction else None, **values)


def search_text(order: WorkOrder) -> str:
    """What a search may find an order by; all of it is masked."""
    return "\n".join((order.number, order.title, order.content, order.category, order.place, order.lead_name))
