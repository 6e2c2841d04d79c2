"""``/v1/citizen``: shapes. What comes back holds nothing of how units are chosen and nothing of other people's orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from assistant.api.inquiries.schemas import AskView, CitationView, ConversationId, NearestView, SentenceView
from assistant.api.schemas import Shape
from assistant.api.work_orders.schemas import Line
from assistant.contracts import TurnOutcome
from assistant.domain.citizen_filing import AdviceKind, Filing
from assistant.domain.work_order_events import Rating, Satisfaction

FILING_EXAMPLE: JsonDict = {
    "text": "演示数据：望京西园三区暖气不热，屋里才14度",
    "answers": {"when": "上周开始"},
    "phone": "10012345678",
}
Field_ = Literal["where", "object", "when", "demand"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
MAX_TEXT = 2000


class CitizenQuestion(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"question": "冬天家里供暖温度不达标，能退采暖费吗？"}}
    )

    question: str
    conversation_id: ConversationId | None = None
    stream: bool | None = Field(default=None, description="true 以 SSE 返回")


class CitizenCitation(CitationView):
    text: str = Field(description="所在条款的全文，quote 是其中所依据的部分")


class CitizenAnswer(Shape):
    """An answer without its inner workings."""

    id: str
    conversation_id: str
    status: str
    answer: str
    sentences: list[SentenceView]
    citations: list[CitizenCitation]
    nearest: list[NearestView]
    ask: AskView | None
    label: str
    statement: str
    ai_generated: bool
    as_of: date
    created_at: datetime


class FilingRequest(BaseModel):
    """``answers``: what was asked back, by field; an empty answer was passed over and is not asked again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": FILING_EXAMPLE})

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=MAX_TEXT)]
    answers: dict[Field_, Words] = Field(default_factory=dict)
    phone: Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^[0-9+() -]*$")] = ""

    def filing(self) -> Filing:
        return Filing(self.text, {str(name): said for name, said in self.answers.items()}, self.phone)


class NewFiling(FilingRequest):
    phone: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9() -]{5,31}$")] = Field(
        description="承办单位依法与诉求人联系"
    )
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    confidential: bool = Field(default=False, description="对承办单位隐去身份信息")
    call_back: bool = Field(default=False, description="请人工坐席回电")


class AdviceView(Shape):
    """``emergency``: call one of ``numbers`` now. ``route``: another body decides. ``answerable``: ask first."""

    kind: AdviceKind
    text: str
    numbers: list[str]


class MissingView(Shape):
    field: str
    question: str


class FilingView(Shape):
    """How far the appeal is; ``missing`` in the order in which to ask."""

    title: str
    type: str
    category: str
    place: str
    urgent: bool
    missing: list[MissingView]
    advice: AdviceView | None
    statement: str


class FiledView(Shape):
    number: str
    state: str
    received_at: datetime
    code: str = Field(description="查询码，凭编号和查询码查看进度和评价")


class RatingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: Line
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=8)]
    contacted: bool = Field(description="承办单位是否联系过您")
    solved: bool
    satisfaction: Satisfaction
    opinion: Words = ""

    def rating(self) -> Rating:
        return Rating(self.contacted, self.solved, self.satisfaction, self.opinion)


def answer_view(
    outcome: TurnOutcome, *, answer_id: str, conversation_id: str, as_of: date, created_at: datetime
) -> CitizenAnswer:
    texts = {item.passage.id: item.passage.text for item in outcome.evidence}
    return CitizenAnswer(
        id=answer_id,
        conversation_id=conversation_id,
        status=outcome.status,
        answer=outcome.text,
        sentences=[SentenceView.of(sentence) for sentence in outcome.sentences],
        citations=[
            CitizenCitation(**CitationView.of(item).model_dump(), text=texts.get(item.passage_id, item.quote))
            for item in outcome.citations
        ],
        nearest=[NearestView.of(nearest) for nearest in outcome.nearest],
        ask=AskView.of(outcome.ask),
        label=outcome.label,
        statement=outcome.statement,
        ai_generated=outcome.composer is not None,
        as_of=as_of,
        created_at=created_at,
    )
