"""From OpenAI's request to a turn of ours, and back."""

from __future__ import annotations

import re

from assistant.api.answering import Inquiry, today
from assistant.api.chat_completions.schemas import (
    HARMLESS,
    MODEL,
    ChatCompletionRequest,
    ChatMessage,
    HotlineExtension,
    Usage,
)
from assistant.api.inquiries.schemas import CitationView, NearestView, StageView, TraceView
from assistant.api.problems import Problem
from assistant.contracts import Message, Turn, TurnOutcome

_TOKEN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]|[^\W㐀-鿿豈-﫿\U00020000-\U0003ffff]+|[^\w\s]")


def refuse_unsupported(body: ChatCompletionRequest) -> None:
    """Raises ``Problem`` naming the parameter: 404 for an unknown model, 400 for what cannot be honoured."""
    if body.model != MODEL:
        raise Problem(404, "model_not_found", f"没有这个模型，可用的模型是 {MODEL}。", param="model")
    if body.n not in (None, 1):
        raise Problem(400, "unsupported_value", "n 只支持 1。", param="n")
    extra = body.model_extra or {}
    for name, accepted in HARMLESS.items():
        if extra.get(name) not in accepted:
            raise Problem(400, "unsupported_parameter", f"不支持参数 {name}。", param=name)


def text_of(message: ChatMessage) -> str:
    if isinstance(message.content, list):
        if any(part.type not in ("text", "refusal") for part in message.content):
            raise Problem(400, "unsupported_content", "只支持文本内容。", param="messages")
        return "".join(part.text or "" for part in message.content)
    return message.content or ""


def to_inquiry(body: ChatCompletionRequest, region: str) -> Inquiry:
    """The last message is the question, user and assistant messages before it are the history.

    System and developer messages do not steer this service: its prompts are released files. They are left out.
    """
    if body.messages[-1].role != "user":
        raise Problem(400, "invalid_messages", "最后一条消息必须是用户的问题（role=user）。", param="messages")
    history = tuple(
        Message("user" if message.role == "user" else "assistant", text_of(message))
        for message in body.messages[:-1]
        if message.role in ("user", "assistant")
    )
    turn = Turn(text_of(body.messages[-1]), body.as_of or today(), history[-20:], body.region or region)
    return Inquiry(turn, session=None)


def extension(outcome: TurnOutcome, trace_id: str) -> HotlineExtension:
    return HotlineExtension(
        status=outcome.status,
        label=outcome.label,
        statement=outcome.statement,
        composer=outcome.composer.value if outcome.composer else None,
        citations=[CitationView.of(citation) for citation in outcome.citations],
        nearest=[NearestView.of(nearest) for nearest in outcome.nearest],
        degraded=list(outcome.degraded),
        trace=TraceView(
            trace_id=trace_id,
            stages=[StageView.of(stage) for stage in outcome.trace],
            passages=[item.passage.id for item in outcome.evidence],
            prompt=outcome.prompt,
            model=outcome.model,
        ),
    )


def finish_reason(outcome: TurnOutcome) -> str:
    return "content_filter" if outcome.status.startswith("guardrails_") else "stop"


def usage_of(body: ChatCompletionRequest, answer: str) -> Usage:
    asked = sum(estimated_tokens(text_of(message)) for message in body.messages)
    answered = estimated_tokens(answer)
    return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=asked + answered)


def estimated_tokens(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text))
