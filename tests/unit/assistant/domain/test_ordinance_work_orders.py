"""北京市接诉即办工作条例, the articles that bind a work order: one test or more per rule, named after it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from assistant.domain import work_order_events as e
from assistant.domain.appeal import DispatchMode, Urgency
from assistant.domain.order_messages import messages
from assistant.domain.order_policy import NotAllowed
from assistant.domain.order_progress import (
    code_digest,
    code_fits,
    may_see,
    may_see_person,
    merged_progress,
    new_code,
    progress,
)
from assistant.domain.repeat_caller import repeat_signal
from assistant.domain.time_limits import ClockKind, deadline, is_late
from assistant.domain.whistle_metrics import whistle_metrics
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, Role
from assistant.domain.work_order_folding import replay
from assistant.domain.work_order_rules import RULES, record
from tests.orders import (
    AGENT,
    BOSS,
    CONTENT,
    FEEDBACK,
    HEATING,
    HOLIDAY,
    HOUSING,
    NOON,
    POLICY,
    STREET,
    SUB_LIMIT,
    Desk,
    acceptance,
    accepted,
    closed,
    dispatched,
    fed_back,
    handling,
    reviewed,
)

MARKET = Actor("demo-market-clerk", Role.UNIT, "market")


def refused(desk: Desk, change: e.Change, by: Actor = AGENT) -> str:
    before = desk.order
    with pytest.raises(NotAllowed) as caught:
        desk.do(change, by)
    assert desk.order == before
    assert caught.value.detail
    return caught.value.code


def test_the_whole_road_from_acceptance_to_closure() -> None:
    desk = closed()
    kinds = [type(event.change).__name__ for event in desk.events]
    assert kinds == [
        "Acceptance", "Dispatch", "Receipt", "HandlingStart", "Contact", "Feedback", "FeedbackReview", "FollowUp", "Closure"
    ]  # fmt: skip
    assert desk.order.state is S.CLOSED
    assert desk.order.closed_by is e.ClosedBy.FOLLOW_UP
    assert replay("order-1", desk.events) == desk.order


def test_article_8_the_appellant_sees_progress_with_a_code_and_no_notes() -> None:
    desk = handling()
    seen = progress(desk.order, HOLIDAY)
    assert seen.state == "承办单位正在办理"
    assert seen.due == deadline(desk.order.clocks[1], HOLIDAY)
    assert seen.reply == ""
    code = new_code()
    assert code_fits("order-1", code.lower(), code_digest("order-1", code))
    assert not code_fits("order-2", code, code_digest("order-1", code))
    assert progress(reviewed().order, HOLIDAY).can_rate


def test_article_8_another_persons_reply_stays_theirs_when_orders_are_merged() -> None:
    main = replace(closed().order, appellant_key="caller-1")
    same, other = accepted(appellant_key="caller-1").order, accepted(appellant_key="caller-2").order
    nobody = accepted().order
    assert merged_progress(same, main, HOLIDAY).reply == main.reply != ""
    assert merged_progress(other, main, HOLIDAY).reply == ""
    assert merged_progress(nobody, closed().order, HOLIDAY).reply == ""
    assert merged_progress(other, main, HOLIDAY).state == "已与同一事项的工单合并办理：已办结"
    assert not merged_progress(other, reviewed().order, HOLIDAY).can_rate


def test_article_8_secrecy_hides_the_person_from_units() -> None:
    open_order, secret = handling().order, handling(confidential=True).order
    assert may_see_person(open_order, HOUSING)
    assert not may_see_person(secret, HOUSING)
    assert may_see_person(secret, AGENT)
    assert not may_see(open_order, MARKET)
    assert not {"name", "phone", "address"} & {field.name for field in fields(WorkOrder)}


def test_article_9_a_repeat_caller_is_a_signal_and_never_a_block() -> None:
    calls = [NOON - timedelta(days=at) for at in range(40)]
    signal = repeat_signal(calls, NOON)
    assert (signal.orders, signal.is_frequent, signal.since) == (31, True, NOON - timedelta(days=30))
    assert not repeat_signal(calls[:3], NOON).is_frequent
    assert repeat_signal([], NOON).since is None
    accepted(appellant_key="frequent")  # an order is taken in all the same


def test_article_10_an_order_must_be_complete() -> None:
    assert refused(Desk(), acceptance(content=" ")) == "incomplete"
    assert refused(Desk(), acceptance(category="")) == "incomplete"
    assert refused(Desk(), acceptance(street="housing")) == "not_a_street"
    assert refused(Desk(), acceptance(street="community-1")) == "unknown_unit"
    assert refused(Desk(), acceptance(received_at=NOON + timedelta(days=1))) == "received_in_future"


def test_article_11_inquiries_may_be_answered_at_once() -> None:
    desk = accepted()
    assert refused(desk, e.DirectAnswer(" ")) == "answer_missing"
    desk.do(e.DirectAnswer("演示答复"))
    assert (desk.order.state, desk.order.closed_by) == (S.CLOSED, e.ClosedBy.DIRECT_ANSWER)
    assert desk.order.lead is None


def test_article_11_diverted_matters_are_told_and_not_dispatched() -> None:
    desk = accepted()
    desk.do(e.Diverted("statutory-route", "请向法院提起诉讼"))
    assert desk.order.closed_by is e.ClosedBy.DIVERSION
    assert refused(desk, e.Dispatch("housing")) == "wrong_state"
    assert refused(desk, e.Reopening()) == "diverted"


def test_article_11_item_3_a_repeat_is_merged_and_not_worked_twice() -> None:
    repeat = accepted(repeat_of="order-0")
    repeat.do(e.MergeInto("order-0"))
    assert repeat.order.state is S.MERGED
    assert all(clock.stopped for clock in repeat.order.clocks)
    assert refused(repeat, e.Dispatch("housing")) == "wrong_state"
    main = accepted()
    main.do(e.MergeOf("order-1"))
    assert main.order.merged_from == ("order-1",)
    assert refused(main, e.MergeInto("order-9")) == "has_merged"
    assert refused(accepted(), e.MergeInto("order-1")) == "merge_with_itself"


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


def test_article_14_co_units_have_tasks_and_clocks_of_their_own() -> None:
    desk = handling()
    desk.do(e.SubTask("t1", "market", "核查商户", SUB_LIMIT), HOUSING)
    assert refused(desk, e.SubTask("t2", "housing", "x", SUB_LIMIT), HOUSING) == "lead_is_co_unit"
    assert refused(desk, e.SubTaskReport("t1", "好了", True), HOUSING) == "not_your_task"
    task = desk.order.sub_task("t1")
    assert task is not None
    assert task.clock.limit == SUB_LIMIT
    desk.do(e.Contact(reached=True), HOUSING)
    assert refused(desk, FEEDBACK, HOUSING) == "sub_task_silent"
    desk.do(e.SubTaskReport("t1", "正在核查，周五完成", False), MARKET)
    desk.do(FEEDBACK, HOUSING)
    still = desk.order.sub_task("t1")
    assert still is not None
    assert still.clock.stopped is None


def test_article_14_the_first_receiver_leads() -> None:
    desk = handling()
    desk.do(e.SubTask("t1", "market", "核查商户", SUB_LIMIT), HOUSING)
    assert refused(desk, FEEDBACK, MARKET) == "not_the_lead"
    desk.do(e.StageReport("已到现场"), MARKET)


def test_article_15_feedback_needs_contact_and_telling_the_appellant_first() -> None:
    desk = handling()
    assert refused(desk, FEEDBACK, HOUSING) == "appellant_not_contacted"
    desk.do(e.Contact(reached=False), HOUSING)
    assert refused(desk, FEEDBACK, HOUSING) == "appellant_not_contacted"
    desk.do(e.Contact(reached=True), HOUSING)
    untold = e.Feedback(e.HandlingResult.SOLVED, "已修复", told_appellant=False)
    assert refused(desk, untold, HOUSING) == "appellant_not_told"
    desk.do(FEEDBACK, HOUSING)


def test_article_15_an_extension_needs_a_reason_told_to_the_appellant_and_a_review() -> None:
    desk = handling()
    plain = desk.order.clock(ClockKind.FEEDBACK)
    assert plain is not None
    assert refused(desk, e.ExtensionRequest(5, told_appellant=False), HOUSING) == "appellant_not_told"
    desk.do(e.ExtensionRequest(5, told_appellant=True), HOUSING, reason="等待配件")
    assert desk.order.clock(ClockKind.FEEDBACK) == plain
    assert refused(desk, e.ExtensionRequest(5, told_appellant=True), HOUSING) == "extension_pending"
    desk.do(e.ExtensionReview(granted=True))
    extended = desk.order.clock(ClockKind.FEEDBACK)
    assert extended is not None
    later, sooner = deadline(extended, HOLIDAY), deadline(plain, HOLIDAY)
    assert later is not None
    assert sooner is not None
    assert later - sooner == timedelta(days=5)
    assert progress(desk.order, HOLIDAY).extended


def test_article_15_no_extension_after_the_limit() -> None:
    desk = handling()
    desk.at += timedelta(days=9)
    assert refused(desk, e.ExtensionRequest(5, told_appellant=True), HOUSING) == "already_late"


def test_article_15_what_cannot_be_solved_is_explained_and_parked_by_a_supervisor_only() -> None:
    desk = handling()
    desk.do(e.Contact(reached=True), HOUSING)
    bare = e.Feedback(e.HandlingResult.UNSOLVABLE_NOW, "暂无法解决", told_appellant=True)
    assert refused(desk, bare, HOUSING) == "explanation_missing"
    desk.do(e.Feedback(e.HandlingResult.UNSOLVABLE_NOW, "暂无法解决", True, "管线权属未定"), HOUSING)
    desk.do(e.FeedbackReview(passed=True))
    desk.do(e.FollowUp("电话", True, contacted=True, solved=False))
    assert refused(desk, e.Closure()) == "unsolved"
    assert refused(desk, e.Closure(unsolved_approved=True)) == "wrong_role"
    desk.do(e.Closure(unsolved_approved=True), BOSS)


def test_article_16_a_street_calls_and_the_called_arrive() -> None:
    desk = handling(STREET)
    called = e.Whistle("w1", ("market", "housing"), "演示路口", NOON + timedelta(hours=3))
    assert refused(handling(HOUSING), called, HOUSING) == "whistle_not_yours"
    desk.do(called, STREET)
    assert refused(desk, e.Arrival("w1"), HEATING) == "not_your_order"
    desk.do(e.Arrival("w1", "已到"), MARKET)
    assert refused(desk, e.Arrival("w1"), MARKET) == "already_arrived"
    whistle = desk.order.whistle("w1")
    assert whistle is not None
    assert dict(whistle.arrivals) == {"market": desk.at}


def test_article_17_nothing_goes_to_a_community() -> None:
    desk = accepted()
    assert refused(desk, e.Dispatch("community-1")) == "unknown_unit"
    assert refused(desk, e.Dispatch("housing", co_units=("community-1",))) == "unknown_unit"
    assert refused(desk, e.Dispatch("abolished")) == "unknown_unit"


def test_article_19_utilities_run_round_the_clock_on_shorter_limits() -> None:
    clock = dispatched("heating", category="公共服务/供暖/室温不达标").order.clock(ClockKind.FEEDBACK)
    assert clock is not None
    assert deadline(clock, HOLIDAY) == clock.started + timedelta(hours=24)


def test_article_20_a_unit_escalates_upwards_only() -> None:
    desk = handling()
    assert refused(desk, e.Escalation("street-a", "请协调"), HOUSING) == "not_upwards"
    assert refused(desk, e.Escalation("city-housing", " "), HOUSING) == "note_missing"
    desk.do(e.Escalation("city-housing", "涉及市级资金"), HOUSING)
    assert "city-housing" in desk.order.units
    assert desk.order.lead == "housing"


def test_article_22_central_bodies_are_passed_on_to_and_tracked() -> None:
    order = dispatched("railway").order
    assert order.transmitted
    assert order.clock(ClockKind.FEEDBACK) is not None
    assert not dispatched("housing").order.transmitted


def test_article_23_follow_up_before_closing_and_reopening_starts_new_clocks() -> None:
    desk = reviewed()
    assert refused(desk, e.Closure()) == "not_followed_up"
    assert refused(desk, e.FollowUp("电话", True)) == "answers_missing"
    desk.do(e.FollowUp("电话", True, contacted=True, solved=False, satisfaction=e.Satisfaction.DISSATISFIED))
    old = desk.order.clocks
    desk.do(e.Reopening(), after=timedelta(days=1))
    assert (desk.order.state, desk.order.round, desk.order.lead) == (S.ACCEPTED, 2, None)
    assert desk.order.clocks[: len(old)] == old
    fresh = desk.order.clock(ClockKind.DISPATCH)
    assert fresh is not None
    assert fresh.started == desk.at
    desk.do(e.Dispatch("housing"))
    desk.do(e.Receipt(), HOUSING)
    desk.do(e.HandlingStart(), HOUSING)
    assert refused(desk, FEEDBACK, HOUSING) == "appellant_not_contacted"
    desk.do(e.Contact(reached=True), HOUSING)
    desk.do(FEEDBACK, HOUSING)
    desk.do(e.FeedbackReview(passed=True))
    desk.do(CONTENT)
    desk.do(e.Closure())
    first, final = desk.order.first_follow_up, desk.order.final_follow_up
    assert first is not None
    assert final is not None
    assert (first.solved, final.solved) == (False, True)


def test_article_23_three_unanswered_calls_may_close() -> None:
    desk = reviewed()
    for _ in range(3):
        desk.do(e.FollowUp("电话", connected=False))
    desk.do(e.Closure())
    assert desk.order.closed_by is e.ClosedBy.UNREACHABLE


def test_article_23_feedback_that_fails_review_counts_as_never_given() -> None:
    desk = fed_back()
    desk.do(e.FeedbackReview(passed=False, note="未答复诉求"))
    assert desk.order.state is S.HANDLING
    clock = desk.order.clock(ClockKind.FEEDBACK)
    assert clock is not None
    assert clock.stopped is None
    assert is_late(clock, desk.at + timedelta(days=9), HOLIDAY)


def test_article_28_units_get_the_order_masked_and_without_the_appellant() -> None:
    desk = dispatched("street-a", content="演示数据：请联系〔手机1〕", appellant_key="secret-key")
    sent = messages(desk.order, desk.events[-1])
    assert [(message.destination, message.body["part"]) for message in sent] == [
        ("street-a", "主办"),
        ("district", "抄送"),
    ]
    assert all(message.body["content"] == "演示数据：请联系〔手机1〕" for message in sent)
    assert "secret-key" not in repr(sent)
    assert messages(desk.order, desk.events[0]) == ()


def test_article_28_a_unit_is_told_of_supervision_and_of_feedback_that_failed() -> None:
    desk = fed_back()
    desk.do(e.Supervision("限期办结"), BOSS)
    assert [message.destination for message in messages(desk.order, desk.events[-1])] == ["housing"]
    desk.do(e.FeedbackReview(passed=False))
    assert [message.kind for message in messages(desk.order, desk.events[-1])] == ["FeedbackReview"]


def test_article_33_whistle_and_arrival_grade_each_other() -> None:
    desk = handling(STREET)
    desk.do(e.Whistle("w1", ("market", "housing"), "演示路口", desk.at + timedelta(hours=1)), STREET)
    desk.do(e.Arrival("w1"), MARKET, after=timedelta(hours=2))
    desk.do(e.WhistleReview("w1", "market", 4), STREET)
    desk.do(e.WhistleReview("w1", "street-a", 5), MARKET)
    assert refused(desk, e.WhistleReview("w1", "housing", 5), MARKET) == "not_in_whistle"
    assert refused(desk, e.WhistleReview("w1", "market", 4), STREET) == "already_scored"
    found = whistle_metrics([desk.order])
    assert (found.whistles, found.called, found.arrived, found.on_time) == (1, 2, 1, 0)
    assert found.median_delay == timedelta(hours=1, minutes=1)
    assert (found.grade_of_arrivals, found.grade_of_whistles) == (4, 5)
    assert whistle_metrics([desk.order], "heating").whistles == 0


def test_article_35_every_step_says_who_when_and_why() -> None:
    for event in closed().events:
        assert event.actor.id
        assert event.at.tzinfo is not None
        assert event.reason == "演示"
    nobody = Actor(" ", Role.SEAT_AGENT)
    with pytest.raises(NotAllowed, match="actor_missing"):
        record(WorkOrder("o"), acceptance(), nobody, NOON, "", POLICY)


def test_supervision_is_a_supervisors_and_leaves_the_state() -> None:
    desk = handling()
    assert refused(desk, e.Supervision("限期办结")) == "wrong_role"
    desk.do(e.Supervision("限期办结"), BOSS)
    assert (desk.order.supervisions, desk.order.state) == (1, S.HANDLING)


def test_a_unit_cannot_stop_its_own_clock() -> None:
    desk = handling()
    assert refused(desk, e.ClockPause(e.PauseReason.AWAITING_APPELLANT), HOUSING) == "wrong_role"
    desk.do(e.ClockPause(e.PauseReason.AWAITING_APPELLANT))
    assert refused(desk, e.ClockPause(e.PauseReason.AWAITING_APPELLANT)) == "already_paused"
    desk.do(e.Contact(reached=True), HOUSING)
    assert refused(desk, FEEDBACK, HOUSING) == "clock_paused"
    desk.do(e.ClockResumption())
    desk.do(FEEDBACK, HOUSING)


def test_every_step_has_a_rule_and_only_people_have_roles() -> None:
    assert set(RULES) == set(e.Change.__args__)  # type: ignore[attr-defined]
    assert {role for rule in RULES.values() for role in rule.roles} == set(Role)
    assert {role.value for role in Role} == {"appellant", "seat_agent", "unit", "supervisor"}
