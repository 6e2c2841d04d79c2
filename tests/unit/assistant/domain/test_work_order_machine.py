"""The state machine under random people taking random steps in random order: what must hold after every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assistant.domain import work_order_events as e
from assistant.domain.order_policy import NotAllowed
from assistant.domain.time_limits import ClockKind, elapsed
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order_folding import replay
from assistant.domain.work_order_rules import RULES
from tests.orders import (
    AGENT,
    BOSS,
    CONTENT,
    FEEDBACK,
    HEATING,
    HOLIDAY,
    HOUSING,
    NOON,
    STREET,
    SUB_LIMIT,
    Desk,
    acceptance,
)

MARKET = e.Actor("demo-market-clerk", e.Role.UNIT, "market")
people = st.sampled_from([AGENT, BOSS, HOUSING, STREET, HEATING, MARKET])
units = st.sampled_from(["housing", "market", "street-a", "heating", "district", "railway", "community-1"])
ids = st.sampled_from(["one", "two"])
steps: st.SearchStrategy[e.Change] = st.one_of(
    st.builds(e.Dispatch, units, st.lists(units, max_size=2).map(tuple)),
    st.builds(e.DispatchObjection, st.sampled_from(["", "不属职责"])),
    st.builds(e.ObjectionReview, st.booleans(), st.just("已核")),
    st.just(e.Receipt()),
    st.just(e.HandlingStart()),
    st.builds(e.Contact, st.booleans()),
    st.builds(e.ClockPause, st.sampled_from(e.PauseReason)),
    st.just(e.ClockResumption()),
    st.builds(e.ExtensionRequest, st.integers(0, 40), st.booleans()),
    st.builds(e.ExtensionReview, st.booleans()),
    st.builds(e.SubTask, ids, units, st.just("协办"), st.just(SUB_LIMIT)),
    st.builds(e.SubTaskReport, ids, st.just("进展"), st.booleans()),
    st.builds(e.Whistle, ids, st.lists(units, max_size=3).map(tuple), st.just("演示路口"), st.just(NOON)),
    st.builds(e.Arrival, ids),
    st.builds(e.WhistleReview, ids, units, st.integers(0, 6)),
    st.builds(e.StageReport, st.just("进展")),
    st.builds(e.Escalation, units, st.just("请协调")),
    st.builds(e.Supervision, st.just("限期")),
    st.builds(e.Feedback, st.sampled_from(e.HandlingResult), st.just("结果"), st.booleans()),
    st.builds(e.FeedbackReview, st.booleans()),
    st.sampled_from([CONTENT, replace(CONTENT, solved=False), e.FollowUp("短信", connected=False)]),
    st.builds(e.Closure, st.booleans()),
    st.just(e.Reopening()),
    st.builds(e.MergeInto, st.sampled_from(["order-1", "order-2"])),
    st.builds(e.MergeOf, st.just("order-3")),
    st.just(e.DirectAnswer("答复")),
    st.just(e.Diverted("rule", "告知")),
)
NEXT: dict[S, tuple[tuple[e.Change, e.Actor | None], ...]] = {
    S.ACCEPTED: ((e.Dispatch("housing"), AGENT), (e.Dispatch("street-a"), AGENT)),
    S.DISPATCHED: ((e.Receipt(), None),),
    S.OBJECTED: ((e.ObjectionReview(True, "成立"), BOSS), (e.ObjectionReview(False, "不成立"), BOSS)),
    S.SIGNED: ((e.HandlingStart(), None),),
    S.HANDLING: ((e.Contact(True), None), (FEEDBACK, None)),
    S.FED_BACK: ((e.FeedbackReview(True), AGENT), (e.FeedbackReview(False), AGENT)),
    S.REVIEWED: ((CONTENT, AGENT),),
    S.FOLLOWED_UP: ((e.Closure(), AGENT), (e.Reopening(), AGENT)),
    S.CLOSED: ((e.Reopening(), AGENT),),
}


class WorkOrders(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @initialize()
    def accept(self) -> None:
        self.desk.do(acceptance())

    @rule(change=steps, by=people, hours=st.integers(0, 60))
    def try_anything(self, change: e.Change, by: e.Actor, hours: int) -> None:
        self._try(change, by, timedelta(hours=hours))

    @precondition(lambda self: self.desk.order.state in NEXT)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Without this the walk would seldom get past the first steps."""
        change, by = data.draw(st.sampled_from(NEXT[self.desk.order.state]))
        lead = e.Actor("demo-clerk", e.Role.UNIT, self.desk.order.lead)
        self._try(change, by or lead, timedelta(hours=1))

    def _try(self, change: e.Change, by: e.Actor, after: timedelta) -> None:
        before, count = self.desk.order, len(self.desk.events)
        try:
            self.desk.do(change, by, after=after)
        except NotAllowed as refusal:
            assert refusal.detail.endswith("。")
            assert self.desk.order == before
            assert len(self.desk.events) == count
            return
        assert before.state in RULES[type(change)].states
        assert by.role in RULES[type(change)].roles
        if before.lead and by.role is e.Role.UNIT:
            assert by.unit in before.units

    @invariant()
    def the_events_are_the_order(self) -> None:
        events = self.desk.events
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert replay("order-1", events) == self.desk.order
        assert all(one.at <= two.at for one, two in pairwise(events))

    @invariant()
    def a_unit_at_work_is_a_unit_of_the_list(self) -> None:
        order = self.desk.order
        working = {S.DISPATCHED, S.OBJECTED, S.SIGNED, S.HANDLING, S.FED_BACK, S.REVIEWED, S.FOLLOWED_UP}
        if order.state in working:
            assert order.lead is not None
            assert "community" not in order.lead
        if order.state is S.ACCEPTED:
            assert order.lead is None

    @invariant()
    def clocks_are_where_the_state_says(self) -> None:
        order = self.desk.order
        dispatch, feedback = order.clock(ClockKind.DISPATCH), order.clock(ClockKind.FEEDBACK)
        if order.is_over:
            assert all(clock.stopped is not None for clock in order.clocks)
        if order.state is S.ACCEPTED and dispatch is not None:
            assert dispatch.stopped is None
        if order.state in (S.SIGNED, S.HANDLING, S.DISPATCHED, S.OBJECTED):
            assert feedback is not None
            assert feedback.stopped is None
        assert sum(clock.kind is ClockKind.FEEDBACK and clock.stopped is None for clock in order.clocks) <= 1
        for clock in order.clocks:
            assert elapsed(clock, self.desk.at, HOLIDAY) >= timedelta()
            assert all(one.end is not None and one.end <= two.start for one, two in pairwise(clock.pauses))

    @invariant()
    def nobody_closes_unasked_or_unexplained(self) -> None:
        order = self.desk.order
        if order.state is not S.CLOSED:
            assert order.closed_by is None
        elif order.closed_by is e.ClosedBy.FOLLOW_UP:
            last = self.desk.events[-1]
            final = order.final_follow_up
            assert final is not None
            closing = next(event for event in reversed(self.desk.events) if isinstance(event.change, e.Closure))
            assert final.solved or closing.actor.role is e.Role.SUPERVISOR
            assert last.actor.role in (e.Role.SEAT_AGENT, e.Role.SUPERVISOR)


WorkOrders.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestWorkOrders = WorkOrders.TestCase
