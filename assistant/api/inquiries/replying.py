"""An answer as one JSON or as a stream of its parts, whichever the asker wants."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from assistant.api.answering import Inquiry, answer
from assistant.api.inquiries.ui_stream import HEADERS, error_frames, ui_frames
from assistant.api.outcomes import (
    CLIENT_CLOSED_REQUEST,
    INTERRUPTED,
    ai_headers,
    final_outcome,
    is_error,
    raise_if_error,
)
from assistant.api.state import ApiState, state_of
from assistant.api.streaming import EventStream, until_disconnect
from assistant.api.tracing import current_trace_id

Shown = TypeVar("Shown", bound=BaseModel)
STREAM = {"text/event-stream": {"schema": {"type": "string"}, "example": 'data: {"type":"start","messageId":"…"}\n\n'}}


async def replied(request: Request, inquiry: Inquiry, view: partial[Shown], *, as_stream: bool) -> Response:
    """``view`` makes the reply of an outcome; it holds ``answer_id`` and ``conversation_id``. Raises ``Problem``."""
    state = state_of(request)
    if as_stream:
        return _streamed(state, inquiry, view)
    outcome = await until_disconnect(request, final_outcome(state, inquiry))
    if outcome is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    raise_if_error(state, outcome)
    return JSONResponse(view(outcome).model_dump(mode="json"), headers=ai_headers(state, outcome))


def _streamed(state: ApiState, inquiry: Inquiry, view: partial[Shown]) -> EventStream:
    start = {
        "messageId": view.keywords["answer_id"],
        "conversationId": view.keywords["conversation_id"],
        "traceId": current_trace_id.get(),
    }
    return EventStream(
        ui_frames(answer(state, inquiry), start, view, partial(is_error, state)),
        heartbeat_s=state.settings.stream_heartbeat_s,
        closing_frames=error_frames(INTERRUPTED),
        headers=HEADERS | ai_headers(state),
    )
