"""Rules of a unit's steps: clocks, extensions, sub-tasks, whistle and arrival, escalation, feedback.

Shaped as in ``dispatch_rules``. Articles are those of 北京市接诉即办工作条例.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.domain import work_order_events as e
from assistant.domain.catalogue import UnitKind
from assistant.domain.order_policy import OrderPolicy, refuse, refuse_others, unit_on
from assistant.domain.time_limits import ClockKind, is_late
from assistant.domain.work_order import WorkOrder


def check_pause(order: WorkOrder, change: e.ClockPause, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    clock = order.clock(ClockKind.FEEDBACK)
    refuse(clock is None or clock.is_paused, "already_paused", "办理时限已经暂停。")
    return change


def check_resumption(
    order: WorkOrder, change: e.ClockResumption, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    clock = order.clock(ClockKind.FEEDBACK)
    refuse(clock is None or not clock.is_paused, "not_paused", "办理时限没有暂停。")
    return change


def check_extension(
    order: WorkOrder, change: e.ExtensionRequest, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    """Article 15: only with a reason, told to the appellant, and before the limit ends."""
    refuse(order.extension_days is not None, "extension_pending", "已有延期申请等待审核。")
    refuse(not change.told_appellant, "appellant_not_told", "请先将延期理由告知诉求人，再申请延期。")
    most = policy.max_extension_days
    refuse(not 1 <= change.days <= most, "extension_days", f"延期天数应为1至{most}天。")
    clock = order.clock(ClockKind.FEEDBACK)
    refuse(clock is None or is_late(clock, at, policy.calendar), "already_late", "时限已过，不能再申请延期。")
    return change


def check_extension_review(
    order: WorkOrder, change: e.ExtensionReview, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    refuse(order.extension_days is None, "no_extension_request", "没有待审核的延期申请。")
    return change


def check_sub_task(order: WorkOrder, change: e.SubTask, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    refuse_others(order, actor)
    unit_on(change.unit, at, policy)
    refuse(order.sub_task(change.task_id) is not None, "task_exists", "这个协办任务已经存在。")
    refuse(change.unit == order.lead, "lead_is_co_unit", "协办任务不能交给主办单位自己。")
    refuse(change.limit.value < 1, "limit_missing", "协办任务必须有自己的时限。")
    return change


def check_task_report(
    order: WorkOrder, change: e.SubTaskReport, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    task = order.sub_task(change.task_id)
    refuse(task is None, "no_such_task", "没有这个协办任务。")
    assert task is not None
    refuse(task.unit != actor.unit, "not_your_task", "只有协办单位自己可以报告。")
    refuse(task.done, "task_done", "这个协办任务已经完成。")
    refuse(not change.note.strip(), "note_missing", "请写明办理情况；未完成的请说明阶段进展。")
    return change


def check_whistle(order: WorkOrder, change: e.Whistle, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 16: only a 街乡 calls."""
    caller = policy.units.get(actor.unit or "")
    refuse(caller is None or caller.kind is not UnitKind.STREET, "whistle_not_yours", "只有街道（乡镇）可以吹哨。")
    refuse(not change.units, "nobody_called", "请写明吹哨召集的单位。")
    refuse(order.whistle(change.whistle_id) is not None, "whistle_exists", "这次吹哨已经登记。")
    for unit in change.units:
        unit_on(unit, at, policy)
    refuse(actor.unit in change.units, "called_oneself", "不能召集本单位。")
    return change


def check_arrival(order: WorkOrder, change: e.Arrival, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    whistle = order.whistle(change.whistle_id)
    refuse(whistle is None or actor.unit not in whistle.units, "not_called", "本次吹哨没有召集贵单位。")
    assert whistle is not None
    refuse(actor.unit in dict(whistle.arrivals), "already_arrived", "已经登记过报到。")
    return change


def check_whistle_review(
    order: WorkOrder, change: e.WhistleReview, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    """Article 33: two ways. The 街乡 grades the units it called, and a called unit grades the 街乡."""
    whistle = order.whistle(change.whistle_id)
    refuse(whistle is None, "no_such_whistle", "没有这次吹哨。")
    assert whistle is not None
    called = actor.unit == whistle.by and change.about in whistle.units
    calling = actor.unit in whistle.units and change.about == whistle.by
    refuse(not (called or calling), "not_in_whistle", "只能在吹哨方和报到方之间互评。")
    refuse(not 1 <= change.score <= 5, "score_range", "评分应为1至5分。")
    given = [(giver, about) for giver, about, _ in whistle.scores]
    refuse((actor.unit, change.about) in given, "already_scored", "已经评过分。")
    return change


def check_escalation(order: WorkOrder, change: e.Escalation, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Article 20: upwards only."""
    unit = unit_on(change.to, at, policy)
    above = (UnitKind.DISTRICT_GOVERNMENT, UnitKind.CITY, UnitKind.CENTRAL, UnitKind.BUREAU)
    refuse(unit.kind not in above or unit.id == order.lead, "not_upwards", "只能向区政府、市级或者行业主管部门提级。")
    refuse(not change.note.strip(), "note_missing", "请写明为什么本单位解决不了、需要上级做什么。")
    return change


def check_supervision(
    order: WorkOrder, change: e.Supervision, actor: e.Actor, at: datetime, policy: OrderPolicy
) -> Any:
    refuse(not change.note.strip(), "note_missing", "请写明督办要求。")
    return change


def check_feedback(order: WorkOrder, change: e.Feedback, actor: e.Actor, at: datetime, policy: OrderPolicy) -> Any:
    """Articles 14 and 15: the appellant was contacted and told, co-units have reported, failure is explained."""
    refuse(not change.reply.strip(), "reply_missing", "请填写办理结果。")
    refuse(order.contacts == 0, "appellant_not_contacted", "反馈前请先联系诉求人，并登记联系情况。")
    refuse(not change.told_appellant, "appellant_not_told", "办理结果应当先告知诉求人，再反馈热线。")
    silent = [task.unit for task in order.sub_tasks if not task.reports]
    refuse(bool(silent), "sub_task_silent", "还有协办单位没有报告办理情况或者说明阶段进展。")
    unexplained = change.result is e.HandlingResult.UNSOLVABLE_NOW and not change.explanation.strip()
    refuse(unexplained, "explanation_missing", "暂时无法解决的，应当说明原因并向诉求人解释。")
    clock = order.clock(ClockKind.FEEDBACK)
    refuse(clock is not None and clock.is_paused, "clock_paused", "办理时限暂停中，请先恢复计时。")
    return change
