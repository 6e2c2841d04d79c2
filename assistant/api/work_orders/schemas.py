"""Work orders 工单 as callers see them; texts are masked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.config import JsonDict

from assistant.api.schemas import AwareMoment, Shape
from assistant.desks.orders import OrderForm
from assistant.domain.appeal import AppealType, DispatchMode, Urgency
from assistant.domain.catalogue import WorkCalendar
from assistant.domain.order_progress import Progress
from assistant.domain.time_limits import Clock, deadline, is_late
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import Change, ClosedBy, FollowUp, HandlingResult, OrderEvent, Satisfaction
from assistant.ports.orders import OrderRow

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
OrderId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]

EXAMPLE: JsonDict = {
    "title": "楼道漏水",
    "content": "演示数据：某小区3号楼楼道顶部漏水三天，物业没有处理。",
    "type": "投诉",
    "category": "住房/物业管理/物业服务不到位",
    "street": "street-wangjing",
    "phone": "10012345678",
}


class NewOrder(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    title: Line
    content: Text
    type: AppealType
    category: Line = Field(description="三级问题分类，以 / 分隔")
    street: UnitId | None = Field(default=None, description="街乡的单位编号")
    place: Note = ""
    channel: Annotated[str, StringConstraints(max_length=64)] = "电话"
    urgency: Urgency = Urgency.NORMAL
    complex: bool = Field(default=False, description="疑难复杂")
    confidential: bool = Field(default=False, description="保密：承办单位看不到诉求人")
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    address: Annotated[str, StringConstraints(max_length=300)] = ""
    received_at: AwareMoment | None = None
    repeat_of: OrderId | None = None

    def form(self) -> OrderForm:
        return OrderForm(**self.model_dump())


class ClockView(Shape):
    kind: str
    limit: int
    unit: str
    source: str = Field(description="时限的依据")
    started: datetime
    stopped: datetime | None
    paused: bool
    due: datetime | None
    late: bool

    @classmethod
    def of(cls, clock: Clock, now: datetime, calendar: WorkCalendar) -> ClockView:
        return cls(
            kind=clock.kind.value,
            limit=clock.limit.value,
            unit=clock.limit.unit,
            source=clock.limit.source,
            started=clock.started,
            stopped=clock.stopped,
            paused=clock.is_paused,
            due=deadline(clock, calendar),
            late=is_late(clock, now, calendar),
        )


class SubTaskView(Shape):
    id: str
    unit: str
    task: str
    done: bool
    clock: ClockView


class OrderView(Shape):
    id: str
    version: int
    number: str
    state: OrderState
    round: int
    title: str
    content: str
    type: AppealType
    category: str
    street: str | None
    place: str
    channel: str
    urgency: Urgency
    complex: bool
    confidential: bool
    labels: tuple[str, ...]
    received_at: datetime | None
    updated_at: datetime | None
    lead: str | None
    co_units: tuple[str, ...]
    copies: tuple[str, ...]
    mode: DispatchMode | None
    basis: tuple[str, ...]
    clocks: list[ClockView]
    sub_tasks: list[SubTaskView]
    objections: int
    extension_days: int | None = Field(description="待审核的延期天数")
    result: HandlingResult | None
    reply: str
    follow_ups: tuple[FollowUp, ...]
    closed_by: ClosedBy | None
    closed_at: datetime | None
    repeat_of: str | None
    merged_into: str | None
    merged_from: tuple[str, ...]
    code: str | None = Field(default=None, description="进度查询码，只在受理时给出一次")

    @classmethod
    def of(cls, order: WorkOrder, now: datetime, calendar: WorkCalendar, code: str | None = None) -> OrderView:
        special = ("clocks", "sub_tasks", "code")
        plain = {name: getattr(order, name) for name in cls.model_fields if name not in special}
        tasks = [
            SubTaskView(id=t.id, unit=t.unit, task=t.task, done=t.done, clock=ClockView.of(t.clock, now, calendar))
            for t in order.sub_tasks
        ]
        clocks = [ClockView.of(clock, now, calendar) for clock in order.clocks]
        return cls(**plain, clocks=clocks, sub_tasks=tasks, code=code)


class OrderLine(Shape):
    """One row of the list."""

    id: str
    number: str
    version: int
    state: OrderState
    round: int
    type: str
    category: str
    street: str | None
    lead: str | None
    lead_name: str
    urgency: str
    channel: str
    title: str
    received_at: datetime
    updated_at: datetime
    dispatch_due: datetime | None
    feedback_due: datetime | None
    closed_at: datetime | None
    late: bool | None
    contacted: bool | None
    solved: bool | None
    satisfaction: Satisfaction | None
    objections: int
    confidential: bool
    is_demo: bool

    @classmethod
    def of(cls, row: OrderRow) -> OrderLine:
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class OrderPage(Shape):
    items: list[OrderLine]
    total: int
    next_cursor: str | None


class EventView(Shape):
    sequence: int
    kind: str
    at: datetime
    actor: str
    role: str
    unit: str | None
    reason: str
    change: dict[str, Any]

    @classmethod
    def of(cls, event: OrderEvent) -> EventView:
        # The appellant's key stays inside: with it a unit could put one person's orders together.
        change = _CHANGE.dump_python(event.change, mode="json", exclude=_KEYS)
        actor = event.actor
        return cls(
            sequence=event.sequence,
            kind=type(event.change).__name__,
            at=event.at,
            actor=actor.id,
            role=actor.role.value,
            unit=actor.unit,
            reason=event.reason,
            change=change,
        )


_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_KEYS: Any = {"appellant_key": True, "acceptance": {"appellant_key": True}}


class EventList(Shape):
    items: list[EventView]


class AppellantView(Shape):
    name: str
    phone: str
    address: str
    content: str


class ProgressQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: Line
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=8)]


class ProgressView(Shape):
    number: str
    state: str
    received_at: datetime | None
    due: datetime | None
    extended: bool
    reply: str
    can_rate: bool
    step: int | None = Field(description="0 受理、1 派单、2 办理、3 反馈、4 回访、5 办结；并单后为空")

    @classmethod
    def of(cls, progress: Progress) -> ProgressView:
        return cls(**{name: getattr(progress, name) for name in cls.model_fields})
