"""A turn as ``chat.completion.chunk`` events, as the ``openai`` clients read them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Any

from assistant.api.chat_completions.conversation import extension, finish_reason, usage_of
from assistant.api.chat_completions.schemas import MODEL, ChatCompletionRequest
from assistant.api.problems import Problem, openai_error
from assistant.api.streaming import DONE, frame
from assistant.contracts import AnswerEvent, AnswerFinished, SentenceReady, TurnOutcome


@dataclass(frozen=True, slots=True)
class ChunkHead:
    """What all chunks of one completion share; ``created`` in Unix seconds."""

    id: str
    created: int
    trace_id: str


def error_frames(problem: Problem) -> tuple[str, str]:
    return frame(openai_error(problem)), DONE


async def chunk_frames(
    events: AsyncGenerator[AnswerEvent],
    head: ChunkHead,
    body: ChatCompletionRequest,
    problem_of: Callable[[TurnOutcome], Problem | None],
) -> AsyncGenerator[str]:
    """``problem_of`` tells the problem of an outcome that is an error."""
    yield _chunk(head, {"role": "assistant", "content": ""})
    async with contextlib.aclosing(events):
        async for event in events:
            if isinstance(event, SentenceReady):
                yield _chunk(head, {"content": event.delta})
            elif isinstance(event, AnswerFinished):
                for text in _ending(event, head, body, problem_of(event.outcome)):
                    yield text


def _ending(
    event: AnswerFinished, head: ChunkHead, body: ChatCompletionRequest, problem: Problem | None
) -> tuple[str, ...]:
    if problem is not None:
        return error_frames(problem)
    outcome = event.outcome
    hotline = extension(outcome, head.trace_id).model_dump(mode="json")
    rest = (_chunk(head, {"content": event.delta}),) if event.delta else ()
    last = _chunk(head, {}, finish=finish_reason(outcome), hotline=hotline)
    usage: tuple[str, ...] = ()
    if body.includes_usage:
        usage = (frame({**_base(head), "choices": [], "usage": usage_of(body, outcome.text).model_dump()}),)
    return (*rest, last, *usage, DONE)


def _base(head: ChunkHead) -> dict[str, Any]:
    return {"id": head.id, "object": "chat.completion.chunk", "created": head.created, "model": MODEL}


def _chunk(head: ChunkHead, delta: dict[str, Any], finish: str | None = None, **extra: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return frame({**_base(head), "choices": [choice], **extra})
