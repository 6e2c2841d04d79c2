"""Rules of the hotline's own steps: intake, dispatch, objections, follow-up, closing, reopening, merging.

Each takes the order, the step, the person, the time and the policy; it refuses with ``NotAllowed`` or returns the step as it is
to be recorded. Articles are those of 北京市接诉即办工作条例.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.domain import work_order_events as e
from assistant.domain.appeal import DispatchMode
from assistant.domain.catalogue import HandlingUnit, UnitKind
from assistant.domain.nearest_names import nearest_categories
from assistant.domain.order_limits import Matter, choose_limit
from assistant.domain.order_policy import NotAllowed, OrderPolicy, refuse, unit_on
from assistant.domain.time_limits import ClockKind, is_late, local_day
from assistant.domain.work_order import OrderState as S
from assistant.domain.work_order import WorkOrder


def check_acceptance(order: WorkOrder, change: e.Acceptance, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 10: the order is complete; Article 13: it states its limit."""
    missing = [name for name, value in _required(change).items() if not value.strip()]
    refuse(bool(missing), "incomplete", f"工单缺少：{'、'.join(missing)}，请补充后再提交。")
    check_category(change.category, policy)
    refuse(change.received_at > at, "received_in_future", "来电时间晚于现在，请检查。")
    if change.street is not None:
        elsewhere = unit_on(change.street, at, policy).kind is not UnitKind.STREET
        refuse(elsewhere, "not_a_street", "属地应当是街道（乡镇）的单位编号。")
    matter = Matter(change.category, change.urgency, change.complex)
    limit = choose_limit(policy.time_limits, ClockKind.DISPATCH, matter, local_day(change.received_at))
    return replace(change, dispatch_limit=limit)


def check_category(name: str, policy: OrderPolicy) -> None:
    """A node of the catalogue at any level; a slip is answered with what comes nearest."""
    known = policy.categories
    if known and name not in known:
        near = nearest_categories(name, known)
        raise NotAllowed("unknown_category", f"问题分类不在目录中，相近的有：{'、'.join(near)}。", near)


def _required(change: e.Acceptance) -> dict[str, str]:
    return {"编号": change.number, "标题": change.title, "内容": change.content, "问题分类": change.category}


def check_dispatch(order: WorkOrder, change: e.Dispatch, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 12 ¶1 gives the mode and the copy; Article 17: a community is no unit; Article 22: central bodies."""
    lead = unit_on(change.lead, at, policy)
    for other in change.co_units:
        unit_on(other, at, policy)
    refuse(change.lead in change.co_units, "lead_is_co_unit", "主办单位不能同时是协办单位。")
    copies = change.copies
    if lead.kind is UnitKind.STREET and policy.district_government not in copies:
        copies = (*copies, policy.district_government)
    day = local_day(at)
    return replace(
        change,
        copies=copies,
        mode=dispatch_mode(lead),
        transmitted=lead.kind is UnitKind.CENTRAL,
        feedback_limit=choose_limit(policy.time_limits, ClockKind.FEEDBACK, order.matter, day),
        contact_limit=choose_limit(policy.time_limits, ClockKind.CONTACT, order.matter, day),
    )


def dispatch_mode(lead: HandlingUnit) -> DispatchMode:
    """Article 12 ¶1: clear duty → the unit; a 街乡 with a copy to the district; else the district government."""
    if lead.kind is UnitKind.DISTRICT_GOVERNMENT:
        return DispatchMode.DISTRICT_COORDINATION
    return DispatchMode.DIRECT_WITH_DISTRICT_COPY if lead.kind is UnitKind.STREET else DispatchMode.DIRECT


def check_consultation(
    order: WorkOrder, change: e.Consultation, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    refuse(not change.units or not change.note.strip(), "consultation_empty", "请写明会商了哪些单位、结论是什么。")
    for unit in change.units:
        unit_on(unit, at, policy)
    return change


def check_objection(
    order: WorkOrder, change: e.DispatchObjection, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    refuse(not change.grounds.strip(), "grounds_missing", "退单必须写明理由和依据。")
    if change.proposed_unit is not None:
        unit_on(change.proposed_unit, at, policy)
        refuse(change.proposed_unit == order.lead, "proposed_unit_is_lead", "建议的单位不能是本单位。")
    return change


def check_objection_review(
    order: WorkOrder, change: e.ObjectionReview, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    refuse(not change.note.strip(), "note_missing", "请写明审核意见。")
    return change


def check_reopening(order: WorkOrder, change: e.Reopening, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    kept = (None, e.ClosedBy.FOLLOW_UP, e.ClosedBy.UNREACHABLE, e.ClosedBy.HISTORY, e.ClosedBy.DIRECT_ANSWER)
    refuse(order.closed_by not in kept, "diverted", "分流告知的诉求请新建工单。")
    return change


def check_merge_into(order: WorkOrder, change: e.MergeInto, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    refuse(change.order_id == order.id, "merge_with_itself", "不能与自身并单。")
    refuse(bool(order.merged_from), "has_merged", "已有其他工单并入本单，请改为将本单作为主单。")
    return change


def check_answer(order: WorkOrder, change: e.DirectAnswer, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    refuse(not change.answer.strip(), "answer_missing", "请填写答复内容。")
    return change


def check_closure(order: WorkOrder, change: e.Closure, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    if order.state is S.REVIEWED:
        few = order.attempts < policy.unreachable_after
        refuse(few, "not_followed_up", f"回访未接通满{policy.unreachable_after}次后才能办结。")
        return change
    final = order.final_follow_up
    unsolved = final is not None and final.solved is False
    refuse(
        unsolved and not change.unsolved_approved,
        "unsolved",
        "诉求人认为没有解决：请重新办理，或者由主管批准暂无法解决。",
    )
    refuse(
        change.unsolved_approved and actor.role is not e.Role.SUPERVISOR, "wrong_role", "只有主管可以批准暂无法解决。"
    )
    return change


def check_follow_up(order: WorkOrder, change: e.FollowUp, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 23: after review, or once the limit has ended whether or not the unit has reported."""
    clock = order.clock(ClockKind.FEEDBACK)
    ended = clock is not None and is_late(clock, at, policy.calendar)
    early = order.state not in (S.REVIEWED, S.FOLLOWED_UP) and not ended
    refuse(early, "limit_not_over", "办理时限届满，或者反馈审核通过后，才能回访。")
    answers = (change.contacted, change.solved)
    refuse(change.connected and None in answers, "answers_missing", "接通的回访必须记录是否联系、是否解决。")
    said = answers != (None, None) or change.satisfaction is not e.Satisfaction.NOT_GIVEN
    refuse(not change.connected and said, "answers_unheard", "未接通的回访不能填写回访结果。")
    again = change.again_at
    refuse(
        again is not None and (change.connected or again <= at), "again_at", "再次回访时间应晚于现在，且只用于未接通。"
    )
    return change if change.connected else replace(change, again_at=again or at + policy.follow_up_retry)


def check_rating(order: WorkOrder, change: e.Rating, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 8: once in each round of handling."""
    refuse(order.rated, "already_rated", "您已经评价过这次办理；如有新的情况，请拨打12345。")
    unsaid = change.satisfaction is e.Satisfaction.NOT_GIVEN
    refuse(unsaid, "answers_missing", "请选择满意、基本满意或者不满意。")
    return change
