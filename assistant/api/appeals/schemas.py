"""``POST /v1/appeals``: what came in, and the proposal for each demand in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from assistant.api.schemas import AwareMoment, Shape
from assistant.domain.appeal import Intake, Utterance

EXAMPLE: JsonDict = {"text": "望京西园三区暖气不热，屋里才14度，希望尽快派人看看", "channel": "电话"}


class UtteranceIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    speaker: Literal["citizen", "seat_agent"]
    text: str = Field(max_length=4000)


class AppealRequest(BaseModel):
    """Either ``text`` or a ``transcript`` with the speakers' turns, or both."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    text: str = Field(default="", description="诉求原文；个人信息在处理前遮蔽")
    transcript: list[UtteranceIn] = Field(default_factory=list, max_length=400)
    received_at: AwareMoment | None = Field(default=None, description="来电时间，默认现在")
    channel: str = Field(default="电话", min_length=1, max_length=20)
    address: str | None = Field(default=None, max_length=200, description="诉求或者事发地址")
    phone: str | None = Field(default=None, max_length=32, description="来电号码；只用其散列查找本人工单")

    @model_validator(mode="after")
    def _says_something(self) -> AppealRequest:
        if not self.text.strip() and not any(turn.text.strip() for turn in self.transcript):
            raise ValueError("text or transcript is needed")
        return self

    @property
    def words(self) -> str:
        return "\n".join((self.text, *(turn.text for turn in self.transcript)))

    def intake(self, now: datetime, *, sees_past: bool) -> Intake:
        turns = tuple(Utterance(turn.speaker, turn.text) for turn in self.transcript)
        return Intake(self.text, self.received_at or now, self.channel, turns, self.address, self.phone, sees_past)


class AppealProposal(Shape):
    """A person confirms it; nothing is dispatched by this call."""

    id: str
    text: str = Field(description="遮蔽个人信息后的诉求")
    triages: list[dict[str, Any]] = Field(
        description="每个诉求一项：处置、类型、分类、紧急程度、属地、承办单位建议及理由"
    )
    statement: str = Field(description="辅助建议声明")
    trace_id: str
