"""What may happen to a work order, by whom and when: ``record`` is the only way to a new event.

A refusal says in Chinese what to do instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.domain import dispatch_rules as hotline
from assistant.domain import handling_rules as handling
from assistant.domain import work_order_events as e
from assistant.domain.order_policy import Check, NotAllowed, OrderPolicy, refuse, refuse_others
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_folding import apply

APPELLANT, AGENT, UNIT, BOSS = e.Role.APPELLANT, e.Role.SEAT_AGENT, e.Role.UNIT, e.Role.SUPERVISOR
HOTLINE = frozenset({AGENT, BOSS})
LEAD = frozenset({UNIT})
AT_WORK = frozenset({S.SIGNED, S.HANDLING})
UNDER_WAY = frozenset({S.DISPATCHED, S.SIGNED, S.HANDLING})
OPEN = frozenset(set(S) - {S.CLOSED, S.MERGED})


@dataclass(frozen=True, slots=True)
class Rule:
    """In which states, by which roles, and what else must hold; ``lead_only``: of the units only the lead."""

    states: frozenset[S]
    roles: frozenset[e.Role]
    check: Check | None = None
    lead_only: bool = False


def record(
    order: WorkOrder, change: e.Change, actor: e.Actor, at: datetime, reason: str, policy: OrderPolicy
) -> e.OrderEvent:
    """The event that takes ``change`` down, with the limits and the mode that the rules add.

    Raises:
        NotAllowed: the state, the person or a rule of the ordinance forbids it.
        NoTimeLimit: the city pack has no limit for it.
    """
    rule = RULES[type(change)]
    begins = isinstance(change, e.Acceptance | e.History)
    refuse(not actor.id.strip(), "actor_missing", "必须写明由谁办理这一步。")
    refuse(
        begins is not (order.version == 0), "order_exists" if begins else "no_such_order", "工单不存在或者已经受理。"
    )
    refuse(not begins and order.state not in rule.states, "wrong_state", _wrong_state(order, rule))
    refuse(actor.role not in rule.roles, "wrong_role", "您的身份不能办理这一步。")
    refuse(
        actor.role is UNIT and not begins and actor.unit not in order.units, "not_your_order", "这不是贵单位的工单。"
    )
    refuse(order.updated_at is not None and at < order.updated_at, "time_reversed", "时间早于上一步，请检查系统时钟。")
    if rule.lead_only:
        refuse_others(order, actor)
    checked = rule.check(order, change, actor, at, policy) if rule.check else change
    return e.OrderEvent(order.version + 1, at, actor, reason, checked)


def advance(
    order: WorkOrder, change: e.Change, actor: e.Actor, at: datetime, reason: str, policy: OrderPolicy
) -> tuple[WorkOrder, e.OrderEvent]:
    """``record``, and the order after it."""
    event = record(order, change, actor, at, reason, policy)
    return apply(order, event), event


def _wrong_state(order: WorkOrder, rule: Rule) -> str:
    allowed = "、".join(state.value for state in S if state in rule.states)
    return f"工单现在是“{order.state.value}”，只有在“{allowed}”时才能办理这一步。"


RULES: dict[type[Any], Rule] = {
    e.Acceptance: Rule(frozenset(), HOTLINE | {APPELLANT}, hotline.check_acceptance),
    e.History: Rule(frozenset(), HOTLINE),
    e.DirectAnswer: Rule(frozenset({S.ACCEPTED}), HOTLINE, hotline.check_answer),
    e.Diverted: Rule(frozenset({S.ACCEPTED}), HOTLINE),
    e.Consultation: Rule(frozenset({S.ACCEPTED, S.OBJECTED}), HOTLINE, hotline.check_consultation),
    e.Dispatch: Rule(frozenset({S.ACCEPTED}), HOTLINE, hotline.check_dispatch),
    e.DispatchObjection: Rule(frozenset({S.DISPATCHED, S.SIGNED}), LEAD, hotline.check_objection, lead_only=True),
    e.ObjectionReview: Rule(frozenset({S.OBJECTED}), frozenset({BOSS}), hotline.check_objection_review),
    e.Receipt: Rule(frozenset({S.DISPATCHED}), LEAD, lead_only=True),
    e.HandlingStart: Rule(frozenset({S.SIGNED}), LEAD, lead_only=True),
    e.Contact: Rule(AT_WORK | {S.DISPATCHED}, LEAD),
    e.ClockPause: Rule(AT_WORK, HOTLINE, handling.check_pause),
    e.ClockResumption: Rule(AT_WORK, HOTLINE, handling.check_resumption),
    e.ExtensionRequest: Rule(AT_WORK, LEAD, handling.check_extension, lead_only=True),
    e.ExtensionReview: Rule(AT_WORK, HOTLINE, handling.check_extension_review),
    e.SubTask: Rule(UNDER_WAY, frozenset({UNIT, BOSS}), handling.check_sub_task),
    e.SubTaskReport: Rule(UNDER_WAY, LEAD, handling.check_task_report),
    e.Whistle: Rule(UNDER_WAY, LEAD, handling.check_whistle),
    e.Arrival: Rule(UNDER_WAY, LEAD, handling.check_arrival),
    e.WhistleReview: Rule(OPEN, LEAD, handling.check_whistle_review),
    e.StageReport: Rule(UNDER_WAY, LEAD),
    e.Escalation: Rule(AT_WORK, LEAD, handling.check_escalation, lead_only=True),
    e.Supervision: Rule(OPEN, frozenset({BOSS}), handling.check_supervision),
    e.Feedback: Rule(frozenset({S.HANDLING}), LEAD, handling.check_feedback, lead_only=True),
    e.FeedbackReview: Rule(frozenset({S.FED_BACK}), HOTLINE),
    e.FollowUp: Rule(UNDER_WAY | {S.REVIEWED, S.FOLLOWED_UP}, HOTLINE, hotline.check_follow_up),
    e.Rating: Rule(frozenset({S.REVIEWED, S.FOLLOWED_UP}), frozenset({APPELLANT}), hotline.check_rating),
    e.Closure: Rule(frozenset({S.REVIEWED, S.FOLLOWED_UP}), HOTLINE, hotline.check_closure),
    e.Reopening: Rule(frozenset({S.CLOSED, S.FOLLOWED_UP}), HOTLINE, hotline.check_reopening),
    e.MergeInto: Rule(OPEN - {S.FED_BACK, S.REVIEWED, S.FOLLOWED_UP}, HOTLINE, hotline.check_merge_into),
    e.MergeOf: Rule(OPEN, HOTLINE),
}

__all__ = ["RULES", "NotAllowed", "OrderPolicy", "Rule", "advance", "record"]
