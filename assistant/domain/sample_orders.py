"""Invented work orders (演示数据) played through the real rules, so that every list and rate has something to show.

Objections, extensions, co-handling, whistles, late ones, reopenings; who calls is ``sample_calls``' business. The same seed gives the
same orders; ids and numbers follow from it too.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assistant.domain import work_order_events as e
from assistant.domain.appeal import AppealType, Urgency
from assistant.domain.catalogue import STREET
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.order_progress import PersonalData
from assistant.domain.order_title import whole_clauses
from assistant.domain.sample_calls import Call, SampleWorld, sample_calls
from assistant.domain.time_limits import ClockKind, Limit, deadline
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_rules import advance

DEMO = "演示数据"
AGENTS = tuple(e.Actor(f"演示坐席{number}", e.Role.SEAT_AGENT) for number in range(1, 9))
CHIEF = e.Actor("演示主管", e.Role.SUPERVISOR)


@dataclass
class SampleOrder:
    order: WorkOrder
    person: PersonalData
    events: list[e.OrderEvent] = field(default_factory=list)


def shown_key(phone: str) -> str:
    """The number is invented, so its key may show it."""
    return f"demo-{phone}"


def sample_orders(
    world: SampleWorld,
    policy: OrderPolicy,
    end: datetime,
    count: int,
    seed: int,
    key: Callable[[str], str | None] = shown_key,
) -> Iterator[SampleOrder]:
    """``count`` orders received within fifteen months before ``end``, in order of time; none has an event after ``end``.

    ``key`` makes an appellant's key of a number, so that a call from that number finds the orders.
    """
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    calls = sample_calls(world, end, count, chance)
    made: list[SampleOrder] = []
    for at, call in enumerate(calls):
        earlier = made[call.repeat_of].order.id if call.repeat_of is not None else None
        play = _Play(world, policy, end, random.Random(f"{seed}-{at}"), call, key(call.phone))  # noqa: S311
        made.append(play.run(f"demo-{seed}-{at:06d}", f"演示-{call.at:%Y%m%d}-{at:06d}", earlier))
        yield made[-1]


class _Over(Exception):  # noqa: N818 - the end of the sample's time
    pass


class _Play:
    """Lets people take the steps of one order until it is closed or the sample's time ends."""

    def __init__(
        self,
        world: SampleWorld,
        policy: OrderPolicy,
        end: datetime,
        chance: random.Random,
        call: Call,
        key: str | None,
    ) -> None:
        self.key = key
        self.world, self.policy, self.end, self.chance, self.call = world, policy, end, chance, call
        self.agent = chance.choice(AGENTS)
        self.at = call.at

    def run(self, order_id: str, number: str, repeat_of: str | None) -> SampleOrder:
        call = self.call
        person = PersonalData(call.text, "演示诉求人", call.phone, call.place, {})
        self.made = SampleOrder(WorkOrder(order_id), person)
        try:
            self._accept(number, repeat_of)
            if not self._end_early(repeat_of):
                self._rounds()
        except _Over:
            pass
        return self.made

    def _do(self, change: e.Change, by: e.Actor, hours: float, reason: str = "") -> None:
        at = self.at + timedelta(hours=hours)
        if at > self.end:
            raise _Over
        order, event = advance(self.made.order, change, by, at, reason or DEMO, self.policy)
        self.at, self.made.order = at, order
        self.made.events.append(event)

    @property
    def _lead(self) -> e.Actor:
        return e.Actor("演示经办人", e.Role.UNIT, self.made.order.lead)

    def _accept(self, number: str, repeat_of: str | None) -> None:
        call = self.call
        urgent = Urgency.URGENT if call.matter.burst else Urgency.NORMAL
        change = e.Acceptance(
            number,
            f"（演示）{whole_clauses(call.text)}",
            f"{DEMO}：{call.text}。",
            call.matter.type,
            call.matter.category,
            call.street,
            call.at,
            channel=self.chance.choices(["电话", "网站", "微信", "APP"], [87, 5, 5, 3])[0],
            urgency=urgent,
            complex=self.chance.random() < 0.06,
            confidential=self.chance.random() < 0.08,
            place=call.place,
            appellant_key=self.key,
            repeat_of=repeat_of,
            labels=(DEMO,),
        )
        self._do(change, self.agent, self.chance.uniform(0.02, 0.1), "来电受理")

    def _end_early(self, repeat_of: str | None) -> bool:
        """Answered, diverted or merged: no dispatch."""
        inquiry = self.call.matter.type in (AppealType.INQUIRY, AppealType.PRAISE)
        if inquiry and self.chance.random() < 0.7:
            self._do(
                e.DirectAnswer(self.chance.choice(self.call.matter.answers)), self.agent, 0.1, "知识库可以直接答复"
            )
            return True
        if repeat_of is not None and self.chance.random() < 0.5:
            self._do(e.MergeInto(repeat_of), self.agent, 0.3, "同一诉求人同一事项")
            return True
        return False

    def _rounds(self) -> None:
        for _ in range(3):
            self._dispatch()
            self._handle()
            if self._follow_up():
                return
        self._do(e.Closure(unsolved_approved=True), CHIEF, 2, "暂无法解决，纳入台账")

    def _dispatch(self) -> None:
        lead, co_units = self.world.leads[self.call.matter.category]
        here = [self.call.street if unit == STREET else unit for unit in (lead, *co_units[:1])]
        if self.chance.random() < 0.06:
            self._wrong_dispatch(here[0])
        slow = self.chance.random() < 0.04
        others = tuple(unit for unit in here[1:] if unit != here[0] and self.chance.random() < 0.4)
        self._do(
            e.Dispatch(here[0], others),
            self.agent,
            self.chance.uniform(20, 40) if slow else self._short(),
            "按派单目录",
        )

    def _wrong_dispatch(self, right: str) -> None:
        """派单异议: sometimes the unit is right, sometimes not."""
        wrong = self.chance.choice([street for street, _ in self.world.streets if street != right])
        self._do(e.Dispatch(wrong), self.agent, self._short(), "按属地")
        self._do(
            e.DispatchObjection("事项不属本单位职责", ("职责清单",), right), self._lead, self.chance.uniform(1, 12)
        )
        self._do(e.ObjectionReview(True, "异议成立，改派"), CHIEF, self.chance.uniform(1, 20))

    def _short(self) -> float:
        return min(20.0, self.chance.expovariate(1 / 1.5) + 0.1)

    def _handle(self) -> None:
        self._do(e.Receipt(), self._lead, self.chance.uniform(0.2, 8), "签收")
        self._do(e.HandlingStart("现场核查"), self._lead, self.chance.uniform(0.2, 6))
        self._do(e.Contact(True, "电话联系，确认诉求"), self._lead, self.chance.uniform(0.2, 16))
        self._sometimes()
        if self.end - self.call.at < timedelta(days=25) and self.chance.random() < 0.12:
            raise _Over  # left lying: what a supervisor must see
        self._do(self._feedback(), self._lead, self._working_hours(), "办理完毕")
        if self.chance.random() < 0.05:
            self._do(e.FeedbackReview(False, "未逐项答复"), self.agent, 6)
            self._do(self._feedback(), self._lead, self.chance.uniform(4, 40), "补充办理")
        self._do(e.FeedbackReview(True), self.agent, self.chance.uniform(1, 10), "内容完整")

    def _sometimes(self) -> None:
        """Extensions, co-handling, whistles: each in a few orders."""
        draw, order = self.chance.random(), self.made.order
        if draw < 0.05 and self._hours_left() > 1:
            self._do(e.ExtensionRequest(self.chance.randint(2, 7), True), self._lead, 0.5, "等待配件，已告知诉求人")
            self._do(e.ExtensionReview(True, "同意"), self.agent, 2)
        elif draw < 0.11:
            self._co_handle("housing-administration" if order.lead != "housing-administration" else "market-regulation")
        elif draw < 0.14 and order.lead == self.call.street:
            self._blow_whistle()

    def _co_handle(self, unit: str) -> None:
        if unit not in self.policy.units:
            return
        limit = Limit("sub-task", 3, "working_days", "主办单位约定")
        self._do(e.SubTask("协办-1", unit, "协助核查", limit), self._lead, 1, "需要协办")
        self._do(e.SubTaskReport("协办-1", "已核查", True), e.Actor("演示协办人", e.Role.UNIT, unit), 20)

    def _blow_whistle(self) -> None:
        called = [unit for unit in ("housing-administration", "market-regulation") if unit in self.policy.units]
        if called:
            self._do(
                e.Whistle(
                    f"吹哨-{self.made.order.round}", (called[0],), self.call.place, self.at + timedelta(hours=12)
                ),
                self._lead,
                1,
            )
            arrived = e.Actor("演示报到人", e.Role.UNIT, called[0])
            self._do(e.Arrival(f"吹哨-{self.made.order.round}", "已到场"), arrived, self.chance.uniform(6, 16))

    def _hours_left(self) -> float:
        clock = self.made.order.clock(ClockKind.FEEDBACK)
        due = deadline(clock, self.policy.calendar) if clock else None
        return (due - self.at).total_seconds() / 3600 if due else 24

    def _working_hours(self) -> float:
        """Mostly within the limit, now and then after it."""
        left = max(self._hours_left(), 1)
        if self.chance.random() < 0.07:
            return left + self.chance.uniform(2, 90)
        return left * self.chance.betavariate(2, 3)

    def _feedback(self) -> e.Feedback:
        unsolvable = self.chance.random() < 0.04
        if unsolvable:
            why = "涉及历史遗留问题，已向诉求人解释"
            return e.Feedback(e.HandlingResult.UNSOLVABLE_NOW, "暂时无法解决", True, why)
        result = self.chance.choices(
            [e.HandlingResult.SOLVED, e.HandlingResult.EXPLAINED, e.HandlingResult.PARTLY], [80, 12, 8]
        )
        return e.Feedback(result[0], self.chance.choice(self.call.matter.answers), True)

    def _follow_up(self) -> bool:
        """Whether the order is over; otherwise it was reopened."""
        while self.made.order.attempts < self.policy.unreachable_after and self.chance.random() < 0.14:
            self._do(e.FollowUp("电话", False), self.agent, 20)
        if self.made.order.attempts >= self.policy.unreachable_after:
            self._do(e.Closure(), self.agent, 1, "多次未接通")
            return True
        answer = self._answers()
        self._do(answer, self.agent, self.chance.uniform(4, 60), "时限届满回访")
        if answer.solved:
            self._do(e.Closure(), self.agent, 0.5, "诉求人认可")
            return True
        if self.chance.random() < 0.5:
            self._do(e.Closure(unsolved_approved=True), CHIEF, 5, "暂无法解决，纳入台账")
            return True
        if self.made.order.round == 3:
            return False
        self._do(e.Reopening(), self.agent, 1, "诉求人认为没有解决")
        return self.made.order.state is not OrderState.ACCEPTED

    def _answers(self) -> e.FollowUp:
        solved = self.made.order.result is not e.HandlingResult.UNSOLVABLE_NOW and self.chance.random() < 0.9
        words = [e.Satisfaction.SATISFIED, e.Satisfaction.BASICALLY, e.Satisfaction.DISSATISFIED]
        satisfaction = self.chance.choices(words, [80, 14, 6] if solved else [5, 25, 70])[0]
        channel = self.chance.choices(["电话", "短信", "网络"], [85, 10, 5])[0]
        return e.FollowUp(channel, True, self.chance.random() < 0.96, solved, satisfaction)
