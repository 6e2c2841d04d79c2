"""北京市接诉即办工作条例, Articles 23 to 35: follow-up and closing, what units are told, and the record of every step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.domain import work_order_events as e
from assistant.domain.order_messages import messages
from assistant.domain.order_policy import NotAllowed
from assistant.domain.time_limits import ClockKind, is_late
from assistant.domain.whistle_metrics import whistle_metrics
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, Role
from assistant.domain.work_order_rules import record
from tests.orders import (
    BOSS,
    CONTENT,
    FEEDBACK,
    HOLIDAY,
    HOUSING,
    MARKET,
    NOON,
    POLICY,
    STREET,
    acceptance,
    closed,
    dispatched,
    fed_back,
    handling,
    refused,
    reviewed,
)


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
