"""``POST /v1/inquiries`` 咨询: one question, one cited answer, as JSON or as a stream."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from assistant.api.answering import Inquiry, answer, check_question, session_key, today
from assistant.api.inquiries.schemas import InquiryAnswer, InquiryRequest, view_of
from assistant.api.inquiries.ui_stream import HEADERS, error_frames, ui_frames
from assistant.api.outcomes import (
    CLIENT_CLOSED_REQUEST,
    INTERRUPTED,
    ai_headers,
    final_outcome,
    is_error,
    raise_if_error,
)
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems, success
from assistant.api.state import ApiState, state_of
from assistant.api.streaming import EventStream, until_disconnect
from assistant.api.tracing import current_trace_id
from assistant.contracts import Turn
from assistant.domain.identifiers import new_id

router = APIRouter(prefix="/v1", tags=["咨询"])

_STREAM = {"text/event-stream": {"schema": {"type": "string"}, "example": 'data: {"type":"start","messageId":"…"}\n\n'}}


@router.post(
    "/inquiries",
    response_model=InquiryAnswer,
    summary="提交咨询，取得注明依据的答复",
    responses=success("答复；Accept: text/event-stream 时为事件流", _STREAM) | problems(409, 504, *WITH_BODY),
)
async def create_inquiry(body: InquiryRequest, request: Request) -> Response:
    state = state_of(request)
    if "last-event-id" in request.headers:
        raise Problem(409, "stream_not_resumable", "已中断的答复不能续传，请重新提交问题。")
    check_question(body.asked, state.settings.max_question_chars)
    conversation_id = body.conversation_id or new_id()
    inquiry = to_inquiry(body, state, request.scope["hotline.principal"], conversation_id)
    view = partial(
        view_of,
        answer_id=new_id(),
        conversation_id=conversation_id,
        as_of=inquiry.turn.as_of,
        created_at=datetime.now(UTC),
        trace_id=current_trace_id.get(),
    )
    if body.wants_stream(request.headers.get("accept", "")):
        return _streamed(state, inquiry, view)
    outcome = await until_disconnect(request, final_outcome(state, inquiry))
    if outcome is None:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    raise_if_error(state, outcome)
    return JSONResponse(view(outcome).model_dump(mode="json"), headers=ai_headers(state, outcome))


def to_inquiry(body: InquiryRequest, state: ApiState, principal: str, conversation_id: str) -> Inquiry:
    """The conversation is the one remembered under its id, or, as ``useChat`` does, the one sent along."""
    region = body.region or state.container.region
    turn = Turn(body.asked, body.as_of or today(), body.earlier, region, conversation_id)
    return Inquiry(turn, None if body.messages else session_key(principal, conversation_id))


def _streamed(state: ApiState, inquiry: Inquiry, view: Any) -> EventStream:
    start = {
        "messageId": view.keywords["answer_id"],
        "conversationId": view.keywords["conversation_id"],
        "traceId": view.keywords["trace_id"],
    }
    frames = ui_frames(answer(state, inquiry), start, view, partial(is_error, state))
    return EventStream(
        frames,
        heartbeat_s=state.settings.stream_heartbeat_s,
        closing_frames=error_frames(INTERRUPTED),
        headers=HEADERS | ai_headers(state),
    )
