"""The rules of the steps beyond single articles: the whole road, supervision, and that every step has its rule."""

from __future__ import annotations

from assistant.domain import work_order_events as e
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order_events import Role
from assistant.domain.work_order_folding import replay
from assistant.domain.work_order_rules import RULES
from tests.orders import (
    BOSS,
    FEEDBACK,
    HOUSING,
    closed,
    handling,
    refused,
)


def test_the_whole_road_from_acceptance_to_closure() -> None:
    desk = closed()
    kinds = [type(event.change).__name__ for event in desk.events]
    assert kinds == [
        "Acceptance", "Dispatch", "Receipt", "HandlingStart", "Contact", "Feedback", "FeedbackReview", "FollowUp", "Closure"
    ]  # fmt: skip
    assert desk.order.state is S.CLOSED
    assert desk.order.closed_by is e.ClosedBy.FOLLOW_UP
    assert replay("order-1", desk.events) == desk.order


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
