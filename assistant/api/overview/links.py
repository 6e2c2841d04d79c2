"""The address of the list behind a number: ``GET /v1/work-orders`` with the same filter."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from assistant.api.work_orders.listing import NOT_KNOWN
from assistant.domain.time_limits import BEIJING
from assistant.ports.orders import OrderQuery

LIST = "/v1/work-orders"


def link_of(query: OrderQuery) -> str:
    """``received_from`` and ``received_before`` are times in Beijing; flags stand where they are set."""
    words = {"lead": query.lead, "street": query.street, "category": query.category}
    values: dict[str, str | None] = {
        "state": query.state.value if query.state else None,
        **{name: NOT_KNOWN if word == "" else word for name, word in words.items()},
        "channel": query.channel,
        "type": query.type,
        "ending": query.ending.value if query.ending else None,
        "received_from": _said(query.received_from),
        "received_before": _said(query.received_before),
        "late": _flag(query.late),
        "dispatched": _flag(query.dispatched),
        **{name: "true" for name, is_set in _flags(query).items() if is_set},
    }
    said = urlencode({name: value for name, value in values.items() if value is not None})
    return f"{LIST}?{said}" if said else LIST


def _flags(query: OrderQuery) -> dict[str, bool]:
    at_risk, overdue = query.due_from is not None, query.due_from is None and query.due_before is not None
    open_only = query.open_only and not at_risk and not overdue
    events = {"objected": query.objected, "repeated": query.repeated}
    return {"at_risk": at_risk, "overdue": overdue, "open_only": open_only, **events}


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _said(at: datetime | None) -> str | None:
    return at.astimezone(BEIJING).isoformat() if at is not None else None
