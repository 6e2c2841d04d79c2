"""The part of OpenAI's chat API that this service speaks, and an extension field ``hotline`` with the citations.

Source: the ``openai`` client's types. Sampling parameters are accepted and have no effect: answers are composed from
quoted sources. What would change the meaning of the answer and cannot be honoured is refused by name.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api.inquiries.schemas import CitationView, NearestView, TraceView
from assistant.api.schemas import Region, Shape

MODEL = "hotline-assistant"


class TextPart(BaseModel):
    model_config = ConfigDict(extra="ignore")
    type: str = Field(max_length=64)
    text: str | None = None


class ChatMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None


class StreamOptions(BaseModel):
    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class ChatCompletionRequest(BaseModel):
    """``region`` and ``as_of`` are ours (``extra_body`` of the client)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {"model": MODEL, "messages": [{"role": "user", "content": "办理北京市居住证需要什么条件？"}]}
        },
    )
    model: str = Field(max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=1, ge=1, le=128)
    region: Region | None = None
    as_of: date | None = None

    @property
    def includes_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


class HotlineExtension(Shape):
    """What OpenAI's shape has no place for."""

    status: str
    label: str
    statement: str
    composer: str | None
    citations: list[CitationView]
    nearest: list[NearestView]
    degraded: list[str]
    trace: TraceView


class Usage(Shape):
    """Estimates: one token per Han character or per word; this service bills nothing by them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ReplyMessage(Shape):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(Shape):
    index: int = 0
    message: ReplyMessage
    finish_reason: Literal["stop", "content_filter"]
    logprobs: None = None


class ChatCompletion(Shape):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    hotline: HotlineExtension


class OpenAIError(Shape):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorDocument(Shape):
    error: OpenAIError


class Model(Shape):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 1735689600
    owned_by: str = "hotline-assistant"


class ModelList(Shape):
    object: Literal["list"] = "list"
    data: list[Model]


# Parameters that change what the answer means, with the values that change nothing.
HARMLESS: dict[str, tuple[Any, ...]] = {
    "tools": (None, []),
    "functions": (None, []),
    "tool_choice": (None, "none", "auto"),
    "function_call": (None, "none", "auto"),
    "response_format": (None, {"type": "text"}),
    "logprobs": (None, False),
    "top_logprobs": (None, 0),
    "modalities": (None, ["text"]),
    "audio": (None,),
    "prediction": (None,),
    "web_search_options": (None,),
}
