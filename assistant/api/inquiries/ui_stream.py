"""A turn as the Vercel AI SDK's UI message stream, version 1. Source: ai-sdk.dev/docs/ai-sdk-ui/stream-protocol.

Parts: start, text-start, text-delta, text-end, source-document, data-citation, data-stage, data-answer, then one of
finish or error, then ``[DONE]``.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from pydantic import BaseModel

from assistant.api.inquiries.schemas import CitationView
from assistant.api.streaming import DONE, frame
from assistant.contracts import AnswerEvent, AnswerFinished, Citation, SentenceReady, StageStarted, TurnOutcome

HEADERS = {"x-vercel-ai-ui-message-stream": "v1"}
TEXT_ID = "answer"


def error_frames(text: str) -> tuple[str, str]:
    """The end of a stream that cannot go on."""
    return frame({"type": "error", "errorText": text}), DONE


async def ui_frames(
    events: AsyncGenerator[AnswerEvent],
    start: dict[str, Any],
    view: Callable[[TurnOutcome], BaseModel],
    is_error: Callable[[TurnOutcome], bool],
) -> AsyncGenerator[str]:
    """``start`` is the metadata of the message; ``view`` makes the full answer that comes before the end."""
    yield frame({"type": "start", "messageId": start["messageId"], "messageMetadata": start})
    yield frame({"type": "text-start", "id": TEXT_ID})
    shown: set[int] = set()
    async with contextlib.aclosing(events):
        async for event in events:
            for text in _frames_of(event, shown, view, is_error):
                yield text


def _frames_of(
    event: AnswerEvent,
    shown: set[int],
    view: Callable[[TurnOutcome], BaseModel],
    is_error: Callable[[TurnOutcome], bool],
) -> Iterator[str]:
    if isinstance(event, StageStarted):
        yield frame({"type": "data-stage", "data": {"stage": event.stage}, "transient": True})
    elif isinstance(event, SentenceReady):
        yield _delta(event.delta)
        yield from _sources(event.citations, shown)
    else:
        yield from _ending(event, shown, view, is_error)


def _delta(text: str) -> str:
    return frame({"type": "text-delta", "id": TEXT_ID, "delta": text})


def _sources(citations: tuple[Citation, ...], shown: set[int]) -> Iterator[str]:
    for citation in citations:
        if citation.number in shown:
            continue
        shown.add(citation.number)
        title = f"{citation.title} {citation.clause}".strip()
        source = {"type": "source-document", "sourceId": citation.passage_id, "mediaType": "text/plain", "title": title}
        yield frame(source)
        data = CitationView.of(citation).model_dump(mode="json")
        yield frame({"type": "data-citation", "id": str(citation.number), "data": data})


def _ending(
    event: AnswerFinished,
    shown: set[int],
    view: Callable[[TurnOutcome], BaseModel],
    is_error: Callable[[TurnOutcome], bool],
) -> Iterator[str]:
    outcome = event.outcome
    if is_error(outcome):
        yield frame({"type": "text-end", "id": TEXT_ID})
        yield from error_frames(outcome.text)
        return
    if event.delta:
        yield _delta(event.delta)
    yield from _sources(outcome.citations, shown)
    yield frame({"type": "text-end", "id": TEXT_ID})
    yield frame({"type": "data-answer", "data": view(outcome).model_dump(mode="json")})
    yield frame({"type": "finish"})
    yield DONE
