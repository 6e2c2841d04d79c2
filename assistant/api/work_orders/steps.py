"""The steps on a work order as request bodies: one sub-resource each, named for what is added to the order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.schemas import AwareMoment
from assistant.api.work_orders.schemas import Line, Note, OrderId, Text, UnitId
from assistant.domain import work_order_events as e
from assistant.domain.identifiers import new_id
from assistant.domain.time_limits import Limit

UnitIds = Annotated[list[UnitId], Field(max_length=20)]


class StepBody(BaseModel, ABC):
    """``reason`` is why the person takes the step; it stands in the order's history."""

    model_config = ConfigDict(extra="forbid")
    reason: Note = ""

    @abstractmethod
    def change(self) -> e.Change:
        """What this step does to the order."""


class DirectAnswerBody(StepBody):
    answer: Text

    def change(self) -> e.Change:
        return e.DirectAnswer(self.answer)


class DiversionBody(StepBody):
    rule: Line
    told: Text

    def change(self) -> e.Change:
        return e.Diverted(self.rule, self.told)


class ConsultationBody(StepBody):
    units: UnitIds
    note: Text

    def change(self) -> e.Change:
        return e.Consultation(tuple(self.units), self.note)


class DispatchBody(StepBody):
    lead: UnitId
    co_units: UnitIds = Field(default_factory=list)
    copies: UnitIds = Field(default_factory=list)
    basis: list[Line] = Field(default_factory=list, max_length=20)
    advice: Note = ""

    def change(self) -> e.Change:
        return e.Dispatch(self.lead, tuple(self.co_units), tuple(self.basis), self.advice, tuple(self.copies))


class ObjectionBody(StepBody):
    grounds: Text
    evidence: list[Line] = Field(default_factory=list, max_length=20)
    proposed_unit: UnitId | None = None

    def change(self) -> e.Change:
        return e.DispatchObjection(self.grounds, tuple(self.evidence), self.proposed_unit)


class ObjectionReviewBody(StepBody):
    upheld: bool
    note: Text

    def change(self) -> e.Change:
        return e.ObjectionReview(self.upheld, self.note)


class ReceiptBody(StepBody):
    def change(self) -> e.Change:
        return e.Receipt()


class HandlingBody(StepBody):
    plan: Note = ""

    def change(self) -> e.Change:
        return e.HandlingStart(self.plan)


class ContactBody(StepBody):
    reached: bool
    note: Note = ""

    def change(self) -> e.Change:
        return e.Contact(self.reached, self.note)


class PauseBody(StepBody):
    ground: e.PauseReason

    def change(self) -> e.Change:
        return e.ClockPause(self.ground)


class ResumptionBody(StepBody):
    def change(self) -> e.Change:
        return e.ClockResumption()


class ExtensionBody(StepBody):
    days: int = Field(ge=1, le=365)
    told_appellant: bool

    def change(self) -> e.Change:
        return e.ExtensionRequest(self.days, self.told_appellant)


class ExtensionReviewBody(StepBody):
    granted: bool
    note: Note = ""

    def change(self) -> e.Change:
        return e.ExtensionReview(self.granted, self.note)


class SubTaskBody(StepBody):
    unit: UnitId
    task: Text
    working_days: int = Field(ge=1, le=60)

    def change(self) -> e.Change:
        return e.SubTask(
            new_id(), self.unit, self.task, Limit("sub-task", self.working_days, "working_days", "主办单位约定")
        )


class SubTaskReportBody(StepBody):
    task_id: OrderId
    note: Text
    done: bool

    def change(self) -> e.Change:
        return e.SubTaskReport(self.task_id, self.note, self.done)


class WhistleBody(StepBody):
    units: UnitIds
    place: Line
    meet_at: AwareMoment

    def change(self) -> e.Change:
        return e.Whistle(new_id(), tuple(self.units), self.place, self.meet_at)


class ArrivalBody(StepBody):
    whistle_id: OrderId
    note: Note = ""

    def change(self) -> e.Change:
        return e.Arrival(self.whistle_id, self.note)


class WhistleReviewBody(StepBody):
    whistle_id: OrderId
    about: UnitId
    score: int = Field(ge=1, le=5)

    def change(self) -> e.Change:
        return e.WhistleReview(self.whistle_id, self.about, self.score)


class StageReportBody(StepBody):
    note: Text

    def change(self) -> e.Change:
        return e.StageReport(self.note)


class EscalationBody(StepBody):
    to: UnitId
    note: Text

    def change(self) -> e.Change:
        return e.Escalation(self.to, self.note)


class SupervisionBody(StepBody):
    note: Text
    due: AwareMoment | None = None

    def change(self) -> e.Change:
        return e.Supervision(self.note, self.due)


class FeedbackBody(StepBody):
    result: e.HandlingResult
    reply: Text
    told_appellant: bool
    explanation: Note = ""
    basis: list[Line] = Field(default_factory=list, max_length=20)

    def change(self) -> e.Change:
        return e.Feedback(self.result, self.reply, self.told_appellant, self.explanation, tuple(self.basis))


class FeedbackReviewBody(StepBody):
    passed: bool
    note: Note = ""

    def change(self) -> e.Change:
        return e.FeedbackReview(self.passed, self.note)


class FollowUpBody(StepBody):
    channel: Line
    connected: bool
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: e.Satisfaction = e.Satisfaction.NOT_GIVEN
    opinion: Note = ""
    again_at: AwareMoment | None = Field(default=None, description="未接通时，下次回访的时间")

    def change(self) -> e.Change:
        answers = (self.contacted, self.solved, self.satisfaction, self.opinion, self.again_at)
        return e.FollowUp(self.channel, self.connected, *answers)


class ClosureBody(StepBody):
    unsolved_approved: bool = False

    def change(self) -> e.Change:
        return e.Closure(self.unsolved_approved)


class ReopeningBody(StepBody):
    def change(self) -> e.Change:
        return e.Reopening()


class MergeBody(StepBody):
    into: OrderId = Field(description="主单的编号（id）")

    def change(self) -> e.Change:
        return e.MergeInto(self.into)


STEPS: dict[str, tuple[str, type[StepBody]]] = {
    "direct-answers": ("直接答复", DirectAnswerBody),
    "diversions": ("分流告知", DiversionBody),
    "consultations": ("派单会商", ConsultationBody),
    "dispatches": ("派单", DispatchBody),
    "objections": ("退单（派单异议）", ObjectionBody),
    "objection-reviews": ("派单异议审核", ObjectionReviewBody),
    "receipts": ("签收", ReceiptBody),
    "handlings": ("开始办理", HandlingBody),
    "contacts": ("联系诉求人", ContactBody),
    "pauses": ("暂停计时", PauseBody),
    "resumptions": ("恢复计时", ResumptionBody),
    "extensions": ("申请延期", ExtensionBody),
    "extension-reviews": ("延期审核", ExtensionReviewBody),
    "sub-tasks": ("协办任务", SubTaskBody),
    "sub-task-reports": ("协办报告", SubTaskReportBody),
    "whistles": ("吹哨", WhistleBody),
    "arrivals": ("报到", ArrivalBody),
    "whistle-reviews": ("吹哨报到双向评价", WhistleReviewBody),
    "stage-reports": ("阶段反馈", StageReportBody),
    "escalations": ("提级", EscalationBody),
    "supervisions": ("督办", SupervisionBody),
    "feedback": ("反馈", FeedbackBody),
    "feedback-reviews": ("反馈审核", FeedbackReviewBody),
    "follow-ups": ("回访", FollowUpBody),
    "closures": ("办结", ClosureBody),
    "reopenings": ("重新办理", ReopeningBody),
    "merges": ("并单", MergeBody),
}
