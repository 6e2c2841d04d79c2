"""``POST /v1/inquiries``: the request in two spellings and the answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from assistant.api.schemas import Region, Shape
from assistant.contracts import Citation, CitedSentence, Message, NearestDocument, OpenPoint, StageTrace, TurnOutcome

ConversationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]

EXAMPLE: JsonDict = {
    "question": "冬天家里供暖温度不达标，能退采暖费吗？",
    "region": "北京市朝阳区",
    "as_of": "2025-01-15",
}


class UiTextPart(BaseModel):
    """A part of an AI SDK message; only ``text`` parts are read."""

    model_config = ConfigDict(extra="ignore")
    type: str = Field(max_length=64)
    text: str = ""


class UiMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Literal["user", "assistant", "system"]
    parts: list[UiTextPart] = Field(max_length=200)

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if part.type == "text")


class InquiryRequest(BaseModel):
    """Either ``question``, or ``messages`` as the AI SDK's ``useChat`` sends them (the last one is asked)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    question: str | None = Field(default=None, description="市民的问题，不截断；超长返回 422")
    messages: list[UiMessage] | None = Field(default=None, min_length=1, max_length=200, description="AI SDK 消息")
    conversation_id: ConversationId | None = Field(default=None, description="续问时带上次答复中的会话编号")
    as_of: date | None = Field(default=None, description="按哪一天的有效规定答复，默认北京时间今天")
    region: Region | None = Field(default=None, description="适用地区，默认本服务所在地区")
    stream: bool | None = Field(default=None, description="true 以 SSE（AI SDK UI message stream v1）返回")
    id: str | None = Field(default=None, max_length=128, description="AI SDK 的会话编号")
    trigger: str | None = Field(default=None, max_length=64)
    message_id: str | None = Field(default=None, alias="messageId", max_length=128)

    @model_validator(mode="after")
    def _one_spelling(self) -> InquiryRequest:
        if (self.question is None) == (self.messages is None):
            raise ValueError("give either question or messages")
        if self.messages and self.messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        return self

    @property
    def asked(self) -> str:
        return self.messages[-1].text if self.messages else self.question or ""

    @property
    def earlier(self) -> tuple[Message, ...]:
        said = [message for message in (self.messages or [])[:-1] if message.role != "system"]
        return tuple(Message("user" if message.role == "user" else "assistant", message.text) for message in said)[-20:]

    def wants_stream(self, accept: str) -> bool:
        if self.stream is not None:
            return self.stream
        return "text/event-stream" in accept or self.messages is not None


class CitationView(Shape):
    number: int = Field(description="正文中 [n] 的编号", examples=[1])
    passage_id: str
    document_id: str
    title: str = Field(examples=["北京市供热采暖管理办法"])
    clause: str = Field(examples=["第二十三条"])
    path: list[str]
    document_number: str | None = Field(description="发文字号")
    issuer: str | None = Field(description="发布机关")
    effective_from: date | None
    repealed_on: date | None
    quote: str = Field(description="所依据的原文")
    basis: list[str] = Field(description="该文件自述的上位法依据")
    unverified: bool = Field(description="指南尚未经人工核对")

    @classmethod
    def of(cls, citation: Citation) -> CitationView:
        return cls(**{name: getattr(citation, name) for name in cls.model_fields})


class SentenceView(Shape):
    text: str
    citations: list[int]
    verbatim: bool = Field(description="是否为原文摘录")

    @classmethod
    def of(cls, sentence: CitedSentence) -> SentenceView:
        return cls(text=sentence.text, citations=list(sentence.citations), verbatim=sentence.verbatim)


class NearestView(Shape):
    document_id: str
    title: str
    clause: str

    @classmethod
    def of(cls, nearest: NearestDocument) -> NearestView:
        return cls(document_id=nearest.document_id, title=nearest.title, clause=nearest.clause)


class AskView(Shape):
    """What is asked back; a short reply in the same conversation answers it."""

    question: str = Field(examples=["请问是职工医保还是居民医保？"])
    options: list[str] = Field(description="可直接点选的回答，可能为空")

    @classmethod
    def of(cls, point: OpenPoint | None) -> AskView | None:
        return cls(question=point.question, options=list(point.options)) if point else None


class StageView(Shape):
    stage: str
    seconds: float
    note: str

    @classmethod
    def of(cls, trace: StageTrace) -> StageView:
        return cls(stage=trace.stage, seconds=round(trace.seconds, 4), note=trace.note)


class TraceView(Shape):
    """How the answer came about: stages with times, what retrieval found, the prompt's hash and the model."""

    trace_id: str
    stages: list[StageView]
    passages: list[str] = Field(description="检索到的条款编号")
    prompt: str | None
    model: str | None


class InquiryAnswer(Shape):
    """The ending of a turn. ``status`` is from the closed list of ``answer_statuses.yaml``."""

    id: str
    conversation_id: str
    status: str = Field(examples=["answered"])
    answer: str
    sentences: list[SentenceView]
    citations: list[CitationView]
    nearest: list[NearestView] = Field(description="没有依据时最接近的文件")
    ask: AskView | None = Field(description="追问：代替答复（clarification），或者附在答复之后")
    label: str = Field(examples=["内容由AI生成，仅供参考，以政策原文为准"])
    statement: str = Field(description="服务声明")
    composer: Literal["extractive", "model"] | None
    answerability: float | None
    as_of: date
    created_at: datetime
    degraded: list[str] = Field(description="正在降级的能力")
    trace: TraceView


def view_of(
    outcome: TurnOutcome, *, answer_id: str, conversation_id: str, as_of: date, created_at: datetime, trace_id: str
) -> InquiryAnswer:
    return InquiryAnswer(
        id=answer_id,
        conversation_id=conversation_id,
        status=outcome.status,
        answer=outcome.text,
        sentences=[SentenceView.of(sentence) for sentence in outcome.sentences],
        citations=[CitationView.of(citation) for citation in outcome.citations],
        nearest=[NearestView.of(nearest) for nearest in outcome.nearest],
        ask=AskView.of(outcome.ask),
        label=outcome.label,
        statement=outcome.statement,
        composer=outcome.composer.value if outcome.composer else None,
        answerability=outcome.answerability,
        as_of=as_of,
        created_at=created_at,
        degraded=list(outcome.degraded),
        trace=TraceView(
            trace_id=trace_id,
            stages=[StageView.of(stage) for stage in outcome.trace],
            passages=[item.passage.id for item in outcome.evidence],
            prompt=outcome.prompt,
            model=outcome.model,
        ),
    )
