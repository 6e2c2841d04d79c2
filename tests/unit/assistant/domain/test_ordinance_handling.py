"""北京市接诉即办工作条例, Articles 14 to 22: what the units do with an order, together, in time and upwards."""

from __future__ import annotations

from datetime import timedelta

from assistant.domain import work_order_events as e
from assistant.domain.order_progress import (
    progress,
)
from assistant.domain.time_limits import ClockKind, deadline
from tests.orders import (
    BOSS,
    FEEDBACK,
    HEATING,
    HOLIDAY,
    HOUSING,
    MARKET,
    NOON,
    STREET,
    SUB_LIMIT,
    accepted,
    dispatched,
    handling,
    refused,
)


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
