"""What open pages are told the moment it happened: that an order changed, never what is in it.

A page reads the order itself, with its own rights; so an event holds no text and no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.domain.work_order import WorkOrder


class LiveKind(StrEnum):
    OPENED = "opened"
    CHANGED = "changed"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """``units`` are those with a part in the order, before or after; ``at`` is ISO 8601 in UTC. ``channel`` tells web appeals from calls."""

    kind: LiveKind
    order_id: str
    number: str
    version: int
    state: str
    channel: str
    urgency: str
    lead: str | None
    at: str
    units: tuple[str, ...] = ()


def event_of(order: WorkOrder, before: frozenset[str], *, is_new: bool) -> LiveEvent:
    """``before``: units that had a part until now; they are told that it has ended."""
    return LiveEvent(
        kind=LiveKind.OPENED if is_new else LiveKind.CHANGED,
        order_id=order.id,
        number=order.number,
        version=order.version,
        state=order.state.value,
        channel=order.channel,
        urgency=order.urgency.value,
        lead=order.lead,
        at=order.updated_at.isoformat() if order.updated_at else "",
        units=tuple(sorted(order.units | before)),
    )


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """Orders that are not over. ``at_risk``: a limit ends soon; ``late``: one has ended; ``by_state`` has no zeros."""

    by_state: dict[str, int]
    at_risk: int
    late: int
    web: int
    """Accepted on the web and not yet dispatched."""
    follow_up: int = 0
    """To be followed up now (Article 23)."""
