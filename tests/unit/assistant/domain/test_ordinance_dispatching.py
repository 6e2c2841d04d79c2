"""北京市接诉即办工作条例, Articles 12 and 13: to whom an order goes, objections to that, and its limits."""

from __future__ import annotations

from datetime import timedelta

from assistant.domain import work_order_events as e
from assistant.domain.appeal import DispatchMode, Urgency
from assistant.domain.time_limits import ClockKind
from assistant.domain.work_order import OrderState as S
from tests.orders import (
    BOSS,
    HOUSING,
    MARKET,
    NOON,
    accepted,
    dispatched,
    refused,
)


def test_article_12_a_clear_duty_goes_to_the_unit_directly() -> None:
    assert dispatched("housing").order.mode is DispatchMode.DIRECT
    assert dispatched("housing").order.copies == ()


def test_article_12_a_street_is_copied_to_the_district_government() -> None:
    order = dispatched("street-a").order
    assert order.mode is DispatchMode.DIRECT_WITH_DISTRICT_COPY
    assert order.copies == ("district",)


def test_article_12_an_unclear_unit_goes_to_the_district_government() -> None:
    assert dispatched("district").order.mode is DispatchMode.DISTRICT_COORDINATION


def test_article_12_hard_cases_are_consulted_before_dispatch() -> None:
    desk = accepted()
    assert refused(desk, e.Consultation((), "无")) == "consultation_empty"
    desk.do(e.Consultation(("housing", "market"), "由住建牵头"))
    assert desk.order.state is S.ACCEPTED
    assert desk.events[-1].change == e.Consultation(("housing", "market"), "由住建牵头")


def test_article_12_objection_is_reviewed_before_redispatch() -> None:
    desk = dispatched("housing")
    assert refused(desk, e.DispatchObjection(" "), HOUSING) == "grounds_missing"
    assert refused(desk, e.DispatchObjection("不属本单位职责"), MARKET) == "not_your_order"
    desk.do(e.DispatchObjection("不属本单位职责", ("三定方案",), "market"), HOUSING)
    assert desk.order.state is S.OBJECTED
    assert refused(desk, e.Dispatch("market")) == "wrong_state"
    assert refused(desk, e.ObjectionReview(True, "成立")) == "wrong_role"
    assert refused(desk, e.ObjectionReview(True, " "), BOSS) == "note_missing"
    desk.do(e.ObjectionReview(True, "成立，改派市场监管"), BOSS)
    assert (desk.order.state, desk.order.lead) == (S.ACCEPTED, None)
    desk.do(e.Dispatch("market"))
    assert desk.order.lead == "market"
    assert len([clock for clock in desk.order.clocks if clock.kind is ClockKind.FEEDBACK]) == 1


def test_article_12_a_rejected_objection_wins_no_time() -> None:
    desk = dispatched("housing")
    before = desk.order.clock(ClockKind.FEEDBACK)
    desk.do(e.DispatchObjection("不属本单位职责"), HOUSING)
    desk.do(e.ObjectionReview(False, "属本单位职责"), BOSS, after=timedelta(days=2))
    assert desk.order.state is S.DISPATCHED
    assert desk.order.lead == "housing"
    assert desk.order.clock(ClockKind.FEEDBACK) == before


def test_article_13_an_order_states_its_limits_with_their_source() -> None:
    order = dispatched("heating", category="公共服务/供暖/室温不达标").order
    clocks = {clock.kind: clock for clock in order.clocks}
    assert (clocks[ClockKind.DISPATCH].limit.rule, clocks[ClockKind.FEEDBACK].limit.rule) == (
        "dispatch-utilities", "feedback-utilities"
    )  # fmt: skip
    assert all(clock.limit.source for clock in order.clocks)
    assert clocks[ClockKind.DISPATCH].started == NOON
    assert clocks[ClockKind.DISPATCH].stopped is not None
    urgent = dispatched("heating", urgency=Urgency.EMERGENCY).order.clock(ClockKind.FEEDBACK)
    assert urgent is not None
    assert urgent.limit.rule == "feedback-emergency"
