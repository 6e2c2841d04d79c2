"""Builders of work orders for tests; every unit, person and order in them is 演示数据."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.desks.orders import OrderDesk
from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType
from assistant.domain.catalogue import HandlingUnit, TimeLimitRule, UnitKind, WorkCalendar
from assistant.domain.order_policy import NotAllowed, OrderPolicy
from assistant.domain.time_limits import Limit
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_rules import advance
from retrieval.contracts import Validity

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""A Monday noon in Beijing."""

AGENT = e.Actor("demo-agent", e.Role.SEAT_AGENT)
BOSS = e.Actor("demo-boss", e.Role.SUPERVISOR)
HOUSING = e.Actor("demo-housing-clerk", e.Role.UNIT, "housing")
STREET = e.Actor("demo-street-clerk", e.Role.UNIT, "street-a")
HEATING = e.Actor("demo-heating-clerk", e.Role.UNIT, "heating")
MARKET = e.Actor("demo-market-clerk", e.Role.UNIT, "market")


def unit(id: str, kind: UnitKind, repealed_on: date | None = None) -> HandlingUnit:
    return HandlingUnit(id, f"演示{id}", kind, validity=Validity(None, repealed_on))


def rule(
    id: str, clock: str, value: int, unit: str, level: str = "", categories: tuple[str, ...] = ()
) -> TimeLimitRule:
    return TimeLimitRule(id, clock, id, value, unit, f"演示依据 {id}", Validity(), False, level, categories)


UNITS = (
    unit("housing", UnitKind.BUREAU),
    unit("market", UnitKind.BUREAU),
    unit("street-a", UnitKind.STREET),
    unit("street-b", UnitKind.STREET),
    unit("heating", UnitKind.COMPANY),
    unit("district", UnitKind.DISTRICT_GOVERNMENT),
    unit("city-housing", UnitKind.CITY),
    unit("railway", UnitKind.CENTRAL),
    unit("abolished", UnitKind.BUREAU, date(2025, 1, 1)),
)
UTILITIES = ("公共服务/供暖",)
LIMITS = (
    rule("dispatch-emergency", "dispatch", 1, "hours", "emergency"),
    rule("dispatch-utilities", "dispatch", 2, "hours", categories=UTILITIES),
    rule("dispatch-general", "dispatch", 24, "hours"),
    rule("contact", "contact", 24, "hours"),
    rule("feedback-emergency", "feedback", 2, "hours", "emergency"),
    rule("feedback-utilities", "feedback", 24, "hours", categories=UTILITIES),
    rule("feedback-general", "feedback", 7, "days"),
    rule("feedback-complex", "feedback", 15, "days", "complex"),
    rule("feedback-cards", "feedback", 7, "working_days", categories=("市场管理/单用途预付卡",)),
)
HOLIDAY = WorkCalendar(frozenset({date(2026, 3, 4)}), frozenset({date(2026, 3, 7)}), date(2026, 12, 31))
POLICY = OrderPolicy({unit.id: unit for unit in UNITS}, LIMITS, HOLIDAY, "district")


def acceptance(**changes: object) -> e.Acceptance:
    made = e.Acceptance(
        "DEMO-0001",
        "演示：楼道漏水",
        "演示数据：楼道顶部漏水三天",
        AppealType.COMPLAINT,
        "住房/物业管理",
        "street-a",
        NOON,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Desk:
    """Plays an order step by step, a minute apart."""

    order: WorkOrder = field(default_factory=lambda: WorkOrder("order-1"))
    at: datetime = NOON
    policy: OrderPolicy = POLICY
    events: list[e.OrderEvent] = field(default_factory=list)

    def do(
        self, change: e.Change, by: e.Actor = AGENT, reason: str = "演示", after: timedelta | None = None
    ) -> WorkOrder:
        at = self.at + (timedelta(minutes=1) if after is None else after)
        self.order, event = advance(self.order, change, by, at, reason, self.policy)
        self.at = at
        self.events.append(event)
        return self.order


def accepted(**changes: object) -> Desk:
    desk = Desk()
    desk.do(acceptance(**changes))
    return desk


def dispatched(lead: str = "housing", **changes: object) -> Desk:
    desk = accepted(**changes)
    desk.do(e.Dispatch(lead))
    return desk


def handling(by: e.Actor = HOUSING, **changes: object) -> Desk:
    desk = dispatched(by.unit or "", **changes)
    desk.do(e.Receipt(), by)
    desk.do(e.HandlingStart(), by)
    return desk


FEEDBACK = e.Feedback(e.HandlingResult.SOLVED, "已修复漏水点", told_appellant=True)
CONTENT = e.FollowUp("电话", True, contacted=True, solved=True, satisfaction=e.Satisfaction.SATISFIED)
SUB_LIMIT = Limit("sub", 2, "working_days", "演示")


def fed_back(by: e.Actor = HOUSING) -> Desk:
    desk = handling(by)
    desk.do(e.Contact(reached=True), by)
    desk.do(FEEDBACK, by)
    return desk


def reviewed() -> Desk:
    desk = fed_back()
    desk.do(e.FeedbackReview(passed=True))
    return desk


def closed() -> Desk:
    desk = reviewed()
    desk.do(CONTENT)
    desk.do(e.Closure())
    return desk


def taken_to_review(desk: OrderDesk, order_id: str, unit: str = "heating-supplier") -> None:
    """A stored order, from the seat's queue to where its appellant may rate it; ``unit`` is one of the city pack."""
    lead, boss = e.Actor("演示单位", e.Role.UNIT, unit), e.Actor("演示班长", e.Role.SUPERVISOR)
    road: list[tuple[e.Change, e.Actor]] = [
        (e.Dispatch(unit), boss), (e.Receipt(), lead), (e.HandlingStart(), lead), (e.Contact(reached=True), lead),
        (FEEDBACK, lead), (e.FeedbackReview(passed=True), boss),
    ]  # fmt: skip
    for change, actor in road:
        desk.take(order_id, change, actor, "演示")


def refused(desk: Desk, change: e.Change, by: e.Actor = AGENT) -> str:
    before = desk.order
    with pytest.raises(NotAllowed) as caught:
        desk.do(change, by)
    assert desk.order == before
    assert caught.value.detail
    return caught.value.code
