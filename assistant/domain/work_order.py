"""A work order (工单) as its events leave it: state, parties, clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType, DispatchMode, Urgency
from assistant.domain.order_limits import Matter
from assistant.domain.time_limits import Clock, ClockKind, Limit


class OrderState(StrEnum):
    """受理 → 派单 → 签收 → 办理 → 反馈 → 审核 → 回访 → 办结, with 退单审核 and 并单 beside the road."""

    ACCEPTED = "受理"
    DISPATCHED = "派单"
    OBJECTED = "退单审核"
    SIGNED = "签收"
    HANDLING = "办理"
    FED_BACK = "反馈"
    REVIEWED = "审核"
    FOLLOWED_UP = "回访"
    CLOSED = "办结"
    MERGED = "并单"


@dataclass(frozen=True, slots=True)
class SubTaskState:
    """``clock`` is the co-unit's own."""

    id: str
    unit: str
    task: str
    clock: Clock
    reports: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class WhistleState:
    id: str
    by: str
    units: tuple[str, ...]
    meet_at: datetime
    arrivals: tuple[tuple[str, datetime], ...] = ()
    scores: tuple[tuple[str, str, int], ...] = ()
    """(from unit, about unit, 1 to 5)."""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """``version`` is the sequence of the last event; ``round`` counts from 1 and grows with every reopening."""

    id: str
    version: int = 0
    state: OrderState = OrderState.ACCEPTED
    round: int = 1
    number: str = ""
    title: str = ""
    content: str = ""
    type: AppealType = AppealType.OTHER
    category: str = ""
    street: str | None = None
    place: str = ""
    channel: str = ""
    urgency: Urgency = Urgency.NORMAL
    complex: bool = False
    confidential: bool = False
    labels: tuple[str, ...] = ()
    appellant_key: str | None = None
    repeat_of: str | None = None
    received_at: datetime | None = None
    updated_at: datetime | None = None
    lead: str | None = None
    lead_name: str = ""
    co_units: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    mode: DispatchMode | None = None
    transmitted: bool = False
    basis: tuple[str, ...] = ()
    dispatch_limit: Limit | None = None
    clocks: tuple[Clock, ...] = ()
    objections: int = 0
    objected_from: OrderState | None = None
    extension_days: int | None = None
    sub_tasks: tuple[SubTaskState, ...] = ()
    whistles: tuple[WhistleState, ...] = ()
    escalated_to: tuple[str, ...] = ()
    supervisions: int = 0
    contacts: int = 0
    result: e.HandlingResult | None = None
    reply: str = ""
    told: bool = False
    attempts: int = 0
    follow_ups: tuple[e.FollowUp, ...] = ()
    follow_up_at: datetime | None = None
    """When the hotline is to call, or to decide on what the call brought; the limit's end has a rule of its own."""
    asked_late: bool = False
    """Whether the appellant was reached in this round after the limit ended and before the unit reported."""
    rated: bool = False
    rejected: tuple[str, ...] = ()
    """Units whose objection was upheld, in order."""
    closed_by: e.ClosedBy | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    merged_from: tuple[str, ...] = ()
    late: bool | None = None
    """As the history says, for imported orders; else the clocks know."""

    @property
    def matter(self) -> Matter:
        return Matter(self.category, self.urgency, self.complex)

    def clock(self, kind: ClockKind) -> Clock | None:
        """The latest clock of this kind."""
        return next((clock for clock in reversed(self.clocks) if clock.kind is kind), None)

    @property
    def first_follow_up(self) -> e.FollowUp | None:
        return self.follow_ups[0] if self.follow_ups else None

    @property
    def final_follow_up(self) -> e.FollowUp | None:
        return self.follow_ups[-1] if self.follow_ups else None

    @property
    def units(self) -> frozenset[str]:
        """Units that may see the order: lead, co-units, copies, sub-tasks, called by whistle, escalated to."""
        called = [unit for whistle in self.whistles for unit in whistle.units]
        named = [*self.co_units, *self.copies, *called, *self.escalated_to, *(task.unit for task in self.sub_tasks)]
        return frozenset([*named, *([self.lead] if self.lead else [])])

    @property
    def is_over(self) -> bool:
        return self.state in (OrderState.CLOSED, OrderState.MERGED)

    def sub_task(self, task_id: str) -> SubTaskState | None:
        return next((task for task in self.sub_tasks if task.id == task_id), None)

    def whistle(self, whistle_id: str) -> WhistleState | None:
        return next((whistle for whistle in self.whistles if whistle.id == whistle_id), None)
