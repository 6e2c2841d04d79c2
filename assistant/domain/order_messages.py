"""What units are told when a person has taken a step (ordinance Article 28): masked, without the appellant."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain import work_order_events as e
from assistant.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True)
class OrderMessage:
    """``kind`` is the step's name; ``destination`` a unit id; ``body`` plain data for JSON."""

    destination: str
    kind: str
    body: dict[str, object]


def messages(order: WorkOrder, event: e.OrderEvent) -> tuple[OrderMessage, ...]:
    """To whom ``event`` must be sent; ``order`` is the order after it."""
    change, kind = event.change, type(event.change).__name__
    body = _body(order, event)
    return tuple(OrderMessage(unit, kind, body | {"part": part}) for unit, part in _receivers(order, change))


def _receivers(order: WorkOrder, change: e.Change) -> list[tuple[str, str]]:
    match change:
        case e.Dispatch():
            told = [(change.lead, "主办"), *((unit, "协办") for unit in change.co_units)]
            return [*told, *((unit, "抄送") for unit in change.copies)]
        case e.SubTask():
            return [(change.unit, "协办")]
        case e.Whistle():
            return [(unit, "报到") for unit in change.units]
        case e.Escalation():
            return [(change.to, "提级")]
        case e.Supervision() | e.ExtensionReview() | e.FeedbackReview(passed=False) | e.ObjectionReview(upheld=False):
            return [(order.lead, "主办")] if order.lead else []
        case _:
            return []


def _body(order: WorkOrder, event: e.OrderEvent) -> dict[str, object]:
    clocks = {clock.kind.value: clock.limit.value for clock in order.clocks if clock.stopped is None}
    return {
        "order_id": order.id,
        "number": order.number,
        "version": event.sequence,
        "at": event.at.isoformat(),
        "title": order.title,
        "content": order.content,
        "category": order.category,
        "street": order.street,
        "urgency": order.urgency.value,
        "reason": event.reason,
        "limits": clocks,
    }
