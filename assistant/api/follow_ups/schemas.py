"""The follow-up queue 回访 as seats see it; texts are masked."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.schemas import Shape
from assistant.api.work_orders.schemas import OrderLine
from assistant.domain.follow_up import FollowUpNeed, FollowUpScript, need_of
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import FollowUp, Satisfaction
from assistant.ports.orders import OrderRow
from assistant.stages.assess_follow_up import FollowUpAssessment


class FollowUpLine(OrderLine):
    need: FollowUpNeed = Field(description="下一步：回访、时限届满未反馈、未解决待决定、待办结")
    due: datetime | None
    attempts: int = Field(description="本轮已经尝试的次数")

    @classmethod
    def queued(cls, row: OrderRow, unreachable_after: int) -> FollowUpLine:
        need = need_of(row.state, row.solved, row.attempts, unreachable_after)
        plain = {name: getattr(row, name) for name in OrderLine.model_fields}
        return cls(**plain, need=need, due=row.follow_up_due, attempts=row.attempts)


class FollowUpPage(Shape):
    items: list[FollowUpLine] = Field(description="最早到期的在前")
    counts: dict[FollowUpNeed, int]
    as_of: datetime
    next_cursor: str | None


class QuestionView(Shape):
    field: str = Field(description="回访结果中对应的字段")
    ask: str
    answers: tuple[str, ...] = Field(description="可选的回答；空为自由记录")
    only_if: str


class ScriptView(Shape):
    opening: str
    questions: list[QuestionView]
    unsolved: str = Field(description="诉求人说没有解决时的说明")
    closing: str
    channels: tuple[str, ...]
    retry_hours: int
    unreachable_after: int

    @classmethod
    def of(cls, script: FollowUpScript, order: WorkOrder | None = None) -> ScriptView:
        opening = script.opening
        if order is not None:
            opening = opening.replace("{title}", order.title).replace("{number}", order.number)
        questions = [
            QuestionView(field=q.field, ask=q.ask, answers=q.answers, only_if=q.only_if) for q in script.questions
        ]
        return cls(
            opening=opening,
            questions=questions,
            unsolved=script.unsolved,
            closing=script.closing,
            channels=script.channels,
            retry_hours=script.retry_hours,
            unreachable_after=script.unreachable_after,
        )


class Said(BaseModel):
    """The citizen's words in a follow-up call; nothing of them is kept."""

    model_config = ConfigDict(extra="forbid")
    said: str = Field(min_length=1, max_length=2000, description="诉求人在回访中的原话")


class AssessmentView(Shape):
    """What the words say, as a proposal; ``null``: they do not say."""

    contacted: bool | None
    solved: bool | None
    satisfaction: Satisfaction | None
    ask: tuple[str, ...] = Field(description="原话没有说清、需要再问的问题")
    label: str = "系统按原话提取，仅供参考，由回访人确认"

    @classmethod
    def of(cls, found: FollowUpAssessment, script: FollowUpScript) -> AssessmentView:
        asks = {question.field: question.ask for question in script.questions}
        ask = tuple(asks.get(name, name) for name in found.unclear)
        return cls(contacted=found.contacted, solved=found.solved, satisfaction=found.satisfaction, ask=ask)


class FollowUpCase(Shape):
    """One order on the caller's screen: what to say, and what was answered before."""

    order_id: str
    version: int
    number: str
    title: str
    need: FollowUpNeed | None = Field(description="空：现在不需要回访")
    due: datetime | None
    attempts: int
    first: FollowUp | None = Field(description="首次回访结果")
    final: FollowUp | None = Field(description="最近一次回访结果")
    script: ScriptView
