"""Drafts of replies 答复草稿 as their writers see them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.api.schemas import Shape
from assistant.desks.feedback import FeedbackForm
from assistant.domain.feedback import FeedbackKind, Verdict
from assistant.ports.feedback import StoredDraft
from assistant.reply_contracts import ReplyOutcome

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class DraftRequest(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"note": "演示：已到现场核查，更换了单元门锁芯。", "contact": "物业科 010-00000000"}
        },
    )
    note: Words = Field(default="", description="经办人查明和办理的情况，个人信息在处理前遮蔽")
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        default="", description="答复中给诉求人的联系方式（单位的，不遮蔽）"
    )


class DraftDecision(BaseModel):
    """``text`` is the reply as it was used, for ``edited``; ``reason`` is needed for ``rejected``."""

    model_config = ConfigDict(extra="forbid")
    verdict: Literal["accepted", "edited", "rejected"]
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] = ""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""

    def form(self, draft: StoredDraft) -> FeedbackForm:
        body: dict[str, Any] = json.loads(draft.body)
        return FeedbackForm(
            FeedbackKind.DRAFT,
            draft.id,
            Verdict(self.verdict),
            proposed=draft.text,
            final=self.text,
            reason=self.reason,
            order_id=draft.order_id,
            model=body.get("model") or "",
            prompt=body.get("prompt") or "",
        )


class ReplySentenceView(Shape):
    text: str
    citations: list[int] = Field(description="依据的编号")
    facts: list[str] = Field(description="所依据的办理记录，如 F1")
    gap: bool = Field(description="待经办人填写")


class PartView(Shape):
    part: str
    sentences: list[ReplySentenceView]


class FactView(Shape):
    token: str
    text: str


class ReplyClauseView(Shape):
    number: int
    passage_id: str
    document_id: str
    title: str
    clause: str
    document_number: str | None
    issuer: str | None
    effective_from: str | None
    repealed_on: str | None
    quote: str
    unverified: bool


class ExampleView(Shape):
    order_id: str
    number: str
    title: str
    reply: str


class DraftView(Shape):
    """Nothing is sent by making or taking over a draft: the reply goes out with the unit's own feedback step."""

    id: str
    order_id: str
    created_at: datetime
    text: str
    parts: list[PartView]
    citations: list[ReplyClauseView]
    facts: list[FactView]
    past: list[ExampleView] = Field(description="同类工单中诉求人满意的答复，仅供参考写法")
    gaps: int = Field(description="待填写的处数；填完才能采用")
    label: str
    notices: list[str]
    composer: str | None
    model: str | None
    prompt: str | None
    degraded: list[str]
    verdict: Verdict | None
    final: str | None
    decided_at: datetime | None

    @classmethod
    def of(cls, draft: StoredDraft) -> DraftView:
        body: dict[str, Any] = json.loads(draft.body)
        parts = [{"part": part, "sentences": sentences} for part, sentences in body.pop("parts")]
        same = {name: body[name] for name in cls.model_fields if name in body and name != "text"}
        return cls.model_validate(
            same
            | {"id": draft.id, "order_id": draft.order_id, "created_at": draft.at, "text": draft.text, "parts": parts}
            | {"verdict": draft.verdict, "final": draft.final, "decided_at": draft.decided_at}
        )


class ReplyDraftList(Shape):
    items: list[DraftView]


def audit_payload(order_id: str, outcome: ReplyOutcome, trace_id: str) -> dict[str, Any]:
    """What is kept of a draft: on what it rests, not its words."""
    return {
        "trace_id": trace_id,
        "order_id": order_id,
        "error": outcome.error,
        "composer": outcome.composer,
        "model": outcome.model,
        "prompt": outcome.prompt,
        "sources": [citation.passage_id for citation in outcome.citations],
        "gaps": outcome.gaps,
        "removed": list(outcome.removed),
        "degraded": list(outcome.degraded),
    }
