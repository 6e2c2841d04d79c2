"""Folds events into a work order: the same events always give the same order (``work_order_rules`` judges what may happen)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from assistant.domain import work_order_events as e
from assistant.domain.time_limits import Clock, ClockKind, Limit
from assistant.domain.work_order import OrderState, SubTaskState, WhistleState, WorkOrder

RATED_ONLINE = "网络评价"
"""Channel of a follow-up that the appellant answered without being asked."""
_ACCEPTED = (
    *("number", "title", "content", "type", "category", "street", "place", "channel", "urgency", "complex"),
    *("confidential", "labels", "appellant_key", "repeat_of", "received_at", "dispatch_limit"),
)
"""What an order takes over from its acceptance as it is."""


def replay(order_id: str, events: Iterable[e.OrderEvent]) -> WorkOrder:
    """The order that ``events`` make."""
    return reduce(apply, events, WorkOrder(order_id))


def apply(order: WorkOrder, event: e.OrderEvent) -> WorkOrder:
    """The order after ``event``; whether it was allowed is ``work_order_rules``' business."""
    changed = _APPLY[type(event.change)](order, event.change, event)
    return replace(changed, version=event.sequence, updated_at=event.at)


def _accept(order: WorkOrder, change: e.Acceptance, event: e.OrderEvent) -> WorkOrder:
    order = replace(order, **{name: getattr(change, name) for name in _ACCEPTED})
    return _started(order, ClockKind.DISPATCH, change.dispatch_limit, change.received_at)


def _remember(order: WorkOrder, change: e.History, event: e.OrderEvent) -> WorkOrder:
    order = _accept(order, change.acceptance, event)
    follow_up = e.FollowUp("历史", True, change.contacted, change.solved, change.satisfaction)
    asked = (change.contacted, change.solved) != (None, None) or change.satisfaction is not e.Satisfaction.NOT_GIVEN
    closed = change.closed_at is not None
    state = OrderState.CLOSED if closed else OrderState.DISPATCHED if change.lead_name else OrderState.ACCEPTED
    return replace(
        order,
        state=state,
        lead=change.lead,
        lead_name=change.lead_name,
        reply=change.reply,
        follow_ups=(follow_up,) if asked else (),
        closed_by=e.ClosedBy.HISTORY if closed else None,
        closed_at=change.closed_at,
        late=change.late,
    )


def _closed(order: WorkOrder, how: e.ClosedBy, event: e.OrderEvent) -> WorkOrder:
    stopped = tuple(clock.stopped_at(clock.stopped or event.at) for clock in order.clocks)
    return replace(order, state=OrderState.CLOSED, closed_by=how, closed_at=event.at, clocks=stopped, follow_up_at=None)


def _answer(order: WorkOrder, change: e.DirectAnswer, event: e.OrderEvent) -> WorkOrder:
    return replace(_closed(order, e.ClosedBy.DIRECT_ANSWER, event), reply=change.answer)


def _divert(order: WorkOrder, change: e.Diverted, event: e.OrderEvent) -> WorkOrder:
    return replace(_closed(order, e.ClosedBy.DIVERSION, event), reply=change.told)


def _dispatch(order: WorkOrder, change: e.Dispatch, event: e.OrderEvent) -> WorkOrder:
    order = _stopped(order, ClockKind.DISPATCH, event.at)
    order = _started(order, ClockKind.FEEDBACK, change.feedback_limit, event.at)
    order = _started(order, ClockKind.CONTACT, change.contact_limit, event.at)
    return replace(
        order,
        state=OrderState.DISPATCHED,
        lead=change.lead,
        co_units=change.co_units,
        copies=change.copies,
        mode=change.mode,
        transmitted=change.transmitted,
        basis=change.basis,
    )


def _object(order: WorkOrder, change: e.DispatchObjection, event: e.OrderEvent) -> WorkOrder:
    return replace(order, state=OrderState.OBJECTED, objected_from=order.state, objections=order.objections + 1)


def _review_objection(order: WorkOrder, change: e.ObjectionReview, event: e.OrderEvent) -> WorkOrder:
    if not change.upheld:
        return replace(order, state=order.objected_from or OrderState.DISPATCHED, objected_from=None)
    # The wrong unit's clocks are void: they must not count against it.
    before = (order.lead,) if order.lead else ()
    kept = tuple(clock for clock in order.clocks if clock.kind is ClockKind.DISPATCH or clock.stopped is not None)
    order = replace(
        order, clocks=kept, lead=None, co_units=(), copies=(), mode=None, objected_from=None, extension_days=None
    )
    order = replace(order, rejected=(*order.rejected, *before))
    order = _started(order, ClockKind.DISPATCH, order.dispatch_limit, event.at)
    return replace(order, state=OrderState.ACCEPTED)


def _sign(order: WorkOrder, change: e.Receipt, event: e.OrderEvent) -> WorkOrder:
    return replace(order, state=OrderState.SIGNED)


def _handle(order: WorkOrder, change: e.HandlingStart, event: e.OrderEvent) -> WorkOrder:
    return replace(order, state=OrderState.HANDLING)


def _contact(order: WorkOrder, change: e.Contact, event: e.OrderEvent) -> WorkOrder:
    return replace(_stopped(order, ClockKind.CONTACT, event.at), contacts=order.contacts + change.reached)


def _pause(order: WorkOrder, change: e.ClockPause, event: e.OrderEvent) -> WorkOrder:
    return _with_clock(order, ClockKind.FEEDBACK, lambda clock: clock.paused(event.at))


def _resume(order: WorkOrder, change: e.ClockResumption, event: e.OrderEvent) -> WorkOrder:
    return _with_clock(order, ClockKind.FEEDBACK, lambda clock: clock.resumed(event.at))


def _ask_extension(order: WorkOrder, change: e.ExtensionRequest, event: e.OrderEvent) -> WorkOrder:
    return replace(order, extension_days=change.days)


def _review_extension(order: WorkOrder, change: e.ExtensionReview, event: e.OrderEvent) -> WorkOrder:
    days = order.extension_days or 0
    if change.granted:
        order = _with_clock(order, ClockKind.FEEDBACK, lambda clock: clock.extended(days))
    return replace(order, extension_days=None)


def _open_task(order: WorkOrder, change: e.SubTask, event: e.OrderEvent) -> WorkOrder:
    clock = Clock(ClockKind.SUB_TASK, change.limit, event.at)
    task = SubTaskState(change.task_id, change.unit, change.task, clock)
    return replace(order, sub_tasks=(*order.sub_tasks, task))


def _report_task(order: WorkOrder, change: e.SubTaskReport, event: e.OrderEvent) -> WorkOrder:
    def reported(task: SubTaskState) -> SubTaskState:
        clock = task.clock.stopped_at(event.at) if change.done else task.clock
        return replace(task, reports=task.reports + 1, done=change.done, clock=clock)

    return replace(order, sub_tasks=tuple(reported(t) if t.id == change.task_id else t for t in order.sub_tasks))


def _whistle(order: WorkOrder, change: e.Whistle, event: e.OrderEvent) -> WorkOrder:
    whistle = WhistleState(change.whistle_id, event.actor.unit or "", change.units, change.meet_at)
    return replace(order, whistles=(*order.whistles, whistle))


def _arrive(order: WorkOrder, change: e.Arrival, event: e.OrderEvent) -> WorkOrder:
    unit = event.actor.unit or ""
    return _with_whistle(
        order, change.whistle_id, lambda whistle: replace(whistle, arrivals=(*whistle.arrivals, (unit, event.at)))
    )


def _grade(order: WorkOrder, change: e.WhistleReview, event: e.OrderEvent) -> WorkOrder:
    score = (event.actor.unit or "", change.about, change.score)
    return _with_whistle(order, change.whistle_id, lambda whistle: replace(whistle, scores=(*whistle.scores, score)))


def _noted(order: WorkOrder, change: e.Change, event: e.OrderEvent) -> WorkOrder:
    return order


def _escalate(order: WorkOrder, change: e.Escalation, event: e.OrderEvent) -> WorkOrder:
    return replace(order, escalated_to=(*order.escalated_to, change.to))


def _supervise(order: WorkOrder, change: e.Supervision, event: e.OrderEvent) -> WorkOrder:
    return replace(order, supervisions=order.supervisions + 1)


def _feed_back(order: WorkOrder, change: e.Feedback, event: e.OrderEvent) -> WorkOrder:
    order = _stopped(order, ClockKind.FEEDBACK, event.at)
    return replace(
        order,
        state=OrderState.FED_BACK,
        result=change.result,
        reply=change.reply,
        told=True,
        extension_days=None,
        attempts=0,
        follow_up_at=None,
    )


def _review(order: WorkOrder, change: e.FeedbackReview, event: e.OrderEvent) -> WorkOrder:
    if change.passed:
        return replace(order, state=OrderState.REVIEWED, follow_up_at=event.at)
    order = _with_clock(order, ClockKind.FEEDBACK, lambda clock: clock.stopped_at(None))
    return replace(order, state=OrderState.HANDLING, result=None, told=False)


def _follow_up(order: WorkOrder, change: e.FollowUp, event: e.OrderEvent) -> WorkOrder:
    order = replace(order, attempts=order.attempts + 1, follow_up_at=change.again_at or event.at)
    if not change.connected:
        return order
    order = replace(order, follow_ups=(*order.follow_ups, change))
    if order.state not in (OrderState.REVIEWED, OrderState.FOLLOWED_UP):  # the unit's report is still to come
        return replace(order, asked_late=True, follow_up_at=None)
    return replace(order, state=OrderState.FOLLOWED_UP)


def _rate(order: WorkOrder, change: e.Rating, event: e.OrderEvent) -> WorkOrder:
    answers = (change.contacted, change.solved, change.satisfaction, change.opinion)
    return replace(
        order,
        state=OrderState.FOLLOWED_UP,
        rated=True,
        follow_up_at=event.at,
        follow_ups=(*order.follow_ups, e.FollowUp(RATED_ONLINE, True, *answers)),
    )


def _close(order: WorkOrder, change: e.Closure, event: e.OrderEvent) -> WorkOrder:
    reached = order.state is OrderState.FOLLOWED_UP
    return _closed(order, e.ClosedBy.FOLLOW_UP if reached else e.ClosedBy.UNREACHABLE, event)


def _reopen(order: WorkOrder, change: e.Reopening, event: e.OrderEvent) -> WorkOrder:
    order = replace(
        order,
        state=OrderState.ACCEPTED,
        round=order.round + 1,
        lead=None,
        co_units=(),
        copies=(),
        mode=None,
        sub_tasks=(),
        extension_days=None,
        contacts=0,
        attempts=0,
        result=None,
        told=False,
        follow_up_at=None,
        asked_late=False,
        rated=False,
        closed_by=None,
        closed_at=None,
    )
    return _started(order, ClockKind.DISPATCH, order.dispatch_limit, event.at)


def _merge_into(order: WorkOrder, change: e.MergeInto, event: e.OrderEvent) -> WorkOrder:
    stopped = tuple(clock.stopped_at(clock.stopped or event.at) for clock in order.clocks)
    return replace(order, state=OrderState.MERGED, merged_into=change.order_id, clocks=stopped)


def _merge_of(order: WorkOrder, change: e.MergeOf, event: e.OrderEvent) -> WorkOrder:
    return replace(order, merged_from=(*order.merged_from, change.order_id))


def _started(order: WorkOrder, kind: ClockKind, limit: Limit | None, at: datetime) -> WorkOrder:
    return order if limit is None else replace(order, clocks=(*order.clocks, Clock(kind, limit, at)))


def _stopped(order: WorkOrder, kind: ClockKind, at: datetime) -> WorkOrder:
    return _with_clock(order, kind, lambda clock: clock.stopped_at(clock.stopped or at))


def _with_clock(order: WorkOrder, kind: ClockKind, change: Callable[[Clock], Clock]) -> WorkOrder:
    latest = order.clock(kind)
    if latest is None:
        return order
    return replace(order, clocks=tuple(change(clock) if clock is latest else clock for clock in order.clocks))


def _with_whistle(order: WorkOrder, whistle_id: str, change: Callable[[WhistleState], WhistleState]) -> WorkOrder:
    whistles = tuple(change(whistle) if whistle.id == whistle_id else whistle for whistle in order.whistles)
    return replace(order, whistles=whistles)


_APPLY: dict[type[Any], Callable[[WorkOrder, Any, e.OrderEvent], WorkOrder]] = {
    e.Acceptance: _accept,
    e.History: _remember,
    e.DirectAnswer: _answer,
    e.Diverted: _divert,
    e.Consultation: _noted,
    e.Dispatch: _dispatch,
    e.DispatchObjection: _object,
    e.ObjectionReview: _review_objection,
    e.Receipt: _sign,
    e.HandlingStart: _handle,
    e.Contact: _contact,
    e.ClockPause: _pause,
    e.ClockResumption: _resume,
    e.ExtensionRequest: _ask_extension,
    e.ExtensionReview: _review_extension,
    e.SubTask: _open_task,
    e.SubTaskReport: _report_task,
    e.Whistle: _whistle,
    e.Arrival: _arrive,
    e.WhistleReview: _grade,
    e.StageReport: _noted,
    e.Escalation: _escalate,
    e.Supervision: _supervise,
    e.Feedback: _feed_back,
    e.FeedbackReview: _review,
    e.FollowUp: _follow_up,
    e.Rating: _rate,
    e.Closure: _close,
    e.Reopening: _reopen,
    e.MergeInto: _merge_into,
    e.MergeOf: _merge_of,
}
