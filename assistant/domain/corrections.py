"""What events of an order teach: a unit whose objection was upheld was the wrong one (Article 12 ¶3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.domain.feedback import Correction
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Dispatch, ObjectionReview, OrderEvent

OBJECTION = "objection"
PERSON = "person"


def upheld_objections(order: WorkOrder, events: Sequence[OrderEvent]) -> list[Correction]:
    """Corrections that ``events`` brought, the last events of ``order`` as it is after them."""
    upheld = [event for event in events if isinstance(event.change, ObjectionReview) and event.change.upheld]
    wrong = order.rejected[len(order.rejected) - len(upheld) :]
    return [
        replace(_correction(order, event, unit), instead=redispatched(events[events.index(event) :]))
        for event, unit in zip(upheld, wrong, strict=False)
    ]


def redispatched(events: Sequence[OrderEvent]) -> str | None:
    """The unit of the first dispatch among ``events``."""
    return next((event.change.lead for event in events if isinstance(event.change, Dispatch)), None)


def _correction(order: WorkOrder, event: OrderEvent, wrong: str) -> Correction:
    return Correction(
        event.at, OBJECTION, "unit", wrong, None, order.title, order.content, order.category, order.street, order.id
    )
