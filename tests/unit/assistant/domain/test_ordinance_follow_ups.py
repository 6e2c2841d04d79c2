"""Articles 8 and 23: the follow-up queue, unanswered attempts, first and final answers, the appellant's own rating."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.adapters.follow_up_files import load_follow_up_script
from assistant.city_pack import city_pack_folder
from assistant.domain import work_order_events as e
from assistant.domain.follow_up import FollowUpNeed, follow_up_due, need_of
from assistant.domain.order_policy import NotAllowed
from assistant.domain.order_progress import progress
from assistant.domain.time_limits import ClockKind, deadline
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order_events import Actor, Role
from tests.orders import AGENT, CONTENT, FEEDBACK, HOLIDAY, HOUSING, POLICY, Desk, closed, fed_back, handling, reviewed

APPELLANT = Actor("appellant", Role.APPELLANT)
UNSOLVED = e.FollowUp("电话", True, contacted=True, solved=False, satisfaction=e.Satisfaction.DISSATISFIED)
PLEASED = e.Rating(contacted=True, solved=True, satisfaction=e.Satisfaction.SATISFIED)


def refused(desk: Desk, change: e.Change, by: Actor = AGENT) -> str:
    with pytest.raises(NotAllowed) as caught:
        desk.do(change, by)
    return caught.value.code


def due(desk: Desk) -> object:
    return follow_up_due(desk.order, HOLIDAY)


def test_article_23_an_order_enters_the_queue_when_its_feedback_passes_review() -> None:
    assert due(fed_back()) is None
    desk = reviewed()
    assert due(desk) == desk.at
    assert due(closed()) is None


def test_article_23_an_order_without_feedback_enters_the_queue_when_its_limit_ends() -> None:
    desk = handling()
    clock = desk.order.clock(ClockKind.FEEDBACK)
    assert clock is not None
    assert due(desk) == deadline(clock, HOLIDAY)
    assert refused(desk, CONTENT) == "limit_not_over"
    desk.at += timedelta(days=9)
    desk.do(UNSOLVED)
    assert (desk.order.state, desk.order.asked_late, due(desk)) == (S.HANDLING, True, None)
    desk.do(e.Contact(reached=True), HOUSING)
    desk.do(FEEDBACK, HOUSING)
    desk.do(e.FeedbackReview(passed=True))
    desk.do(CONTENT)
    first, final = desk.order.first_follow_up, desk.order.final_follow_up
    assert first is not None
    assert final is not None
    assert (first.solved, final.solved) == (False, True)


def test_article_23_an_extended_or_paused_limit_moves_the_follow_up() -> None:
    desk = handling()
    before = due(desk)
    desk.do(e.ExtensionRequest(5, told_appellant=True), HOUSING)
    desk.do(e.ExtensionReview(granted=True))
    assert due(desk) == before + timedelta(days=5)  # type: ignore[operator]
    desk.do(e.ClockPause(e.PauseReason.FORCE_MAJEURE))
    assert due(desk) is None


def test_article_23_an_unanswered_call_comes_back_later() -> None:
    desk = reviewed()
    desk.do(e.FollowUp("电话", connected=False))
    assert due(desk) == desk.at + POLICY.follow_up_retry
    tomorrow = desk.at + timedelta(days=1)
    desk.do(e.FollowUp("电话", connected=False, again_at=tomorrow))
    assert due(desk) == tomorrow
    assert refused(desk, e.FollowUp("电话", connected=False, again_at=desk.at)) == "again_at"
    assert desk.order.attempts == 2


def test_article_23_attempts_before_the_report_do_not_close_an_order() -> None:
    desk = handling()
    desk.at += timedelta(days=9)
    for _ in range(3):
        desk.do(e.FollowUp("电话", connected=False))
    desk.do(e.Contact(reached=True), HOUSING)
    desk.do(FEEDBACK, HOUSING)
    desk.do(e.FeedbackReview(passed=True))
    assert refused(desk, e.Closure()) == "not_followed_up"


def test_article_23_the_queue_says_what_to_do_next() -> None:
    needs = [
        need_of(S.REVIEWED, None, 0, 3), need_of(S.REVIEWED, None, 3, 3), need_of(S.FOLLOWED_UP, False, 1, 3),
        need_of(S.FOLLOWED_UP, True, 1, 3), need_of(S.HANDLING, None, 0, 3),
    ]  # fmt: skip
    assert needs == [
        FollowUpNeed.CALL, FollowUpNeed.CLOSURE, FollowUpNeed.DECISION, FollowUpNeed.CLOSURE, FollowUpNeed.LATE_CALL
    ]  # fmt: skip


def test_article_23_reopening_takes_the_order_out_of_the_queue_until_the_new_limit_ends() -> None:
    desk = reviewed()
    desk.do(UNSOLVED)
    assert due(desk) == desk.at
    desk.do(e.Reopening(), after=timedelta(days=1))
    assert due(desk) is None
    desk.do(e.Dispatch("housing"))
    clock = desk.order.clock(ClockKind.FEEDBACK)
    assert clock is not None
    assert clock.started == desk.at
    assert due(desk) == deadline(clock, HOLIDAY)


def test_article_23_the_script_asks_contacted_solved_satisfied_in_this_order() -> None:
    script = load_follow_up_script(city_pack_folder(None) / "catalogue")
    assert [question.field for question in script.questions[:3]] == ["contacted", "solved", "satisfaction"]
    assert set(script.questions[2].answers) < {word.value for word in e.Satisfaction}
    fields = e.FollowUp.__dataclass_fields__
    assert all(question.field in fields for question in script.questions)


def test_article_8_the_appellant_rates_once_a_round_and_nobody_does_it_for_them() -> None:
    desk = reviewed()
    assert refused(desk, PLEASED, AGENT) == "wrong_role"
    assert refused(handling(), PLEASED, APPELLANT) == "wrong_state"
    desk.do(PLEASED, APPELLANT)
    final = desk.order.final_follow_up
    assert final is not None
    assert (desk.order.state, final.channel, final.solved) == (S.FOLLOWED_UP, "网络评价", True)
    assert refused(desk, PLEASED, APPELLANT) == "already_rated"
    assert not progress(desk.order, HOLIDAY).can_rate
    desk.do(e.Reopening())
    assert not desk.order.rated


def test_article_8_an_appellants_word_after_the_call_is_the_final_one() -> None:
    desk = reviewed()
    desk.do(UNSOLVED)
    desk.do(PLEASED, APPELLANT)
    assert [answer.solved for answer in desk.order.follow_ups] == [False, True]
    assert refused(reviewed(), e.Rating(True, True, e.Satisfaction.NOT_GIVEN), APPELLANT) == "answers_missing"
