"""What people say of answers, suggestions and drafts, and the counts of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from assistant.api.schemas import Shape
from assistant.api.work_orders.schemas import OrderId
from assistant.desks.feedback import FeedbackForm
from assistant.domain.feedback import Feedback, FeedbackCounts, FeedbackKind, Verdict

Said = Annotated[str, StringConstraints(max_length=10_000)]
Short = Annotated[str, StringConstraints(max_length=200)]
EXAMPLE: JsonDict = {
    "kind": "suggestion",
    "subject": "0190d5c0-0000-7000-8000-000000000000",
    "part": "unit",
    "verdict": "edited",
    "proposed": "street-wangjing",
    "final": "housing-administration",
    "reason": "演示：小区已有物业，由住建部门牵头",
}


class FeedbackIn(BaseModel):
    """``proposed`` is what was shown, ``final`` what was used; both are masked, and the distance is computed here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    kind: FeedbackKind
    subject: OrderId = Field(description="答复、研判或者草稿的编号")
    verdict: Verdict
    part: Annotated[str, StringConstraints(max_length=32)] = Field(default="", description="研判的哪一项")
    question: Said = ""
    proposed: Said = ""
    final: Said = ""
    reason: Said = ""
    order_id: OrderId | None = None
    category: Short = ""
    street: OrderId | None = None
    model: Short = ""
    prompt: Short = ""

    def form(self) -> FeedbackForm:
        return FeedbackForm(**self.model_dump())


class FeedbackKept(Shape):
    id: str | None = Field(description="空：同一请求已经保存过")
    verdict: Verdict | None = None
    distance: int | None = Field(default=None, description="从建议到采用的编辑距离（字）")


class CountsRow(Shape):
    kind: FeedbackKind
    part: str
    accepted: int
    edited: int
    rejected: int
    up: int
    down: int
    adoption: float | None = Field(description="采用率：（采用＋修改后采用）÷（采用＋修改后采用＋不采用）")
    edit_rate: float | None = Field(description="采用的建议中被改动的字数比例")

    @classmethod
    def of(cls, kind: FeedbackKind, part: str, counts: FeedbackCounts) -> CountsRow:
        plain = {name: getattr(counts, name) for name in cls.model_fields if name not in ("kind", "part")}
        return cls(kind=kind, part=part, **plain)


class CountsReport(Shape):
    first: datetime
    before: datetime
    rows: list[CountsRow]


class FeedbackRow(Shape):
    id: str
    at: datetime
    kind: FeedbackKind
    subject: str
    part: str
    verdict: Verdict
    question: str
    proposed: str
    final: str
    reason: str
    distance: int | None
    role: str
    unit: str | None
    order_id: str | None
    model: str
    prompt: str

    @classmethod
    def of(cls, item: Feedback) -> FeedbackRow:
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class FeedbackPage(Shape):
    items: list[FeedbackRow]
    next_cursor: str | None
