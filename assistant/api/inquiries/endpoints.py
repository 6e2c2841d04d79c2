"""``POST /v1/inquiries`` 咨询: one question, one cited answer, as JSON or as a stream."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.api.answering import Inquiry, check_question, session_key, today
from assistant.api.inquiries.replying import STREAM, replied
from assistant.api.inquiries.schemas import InquiryAnswer, InquiryRequest, view_of
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems, success
from assistant.api.state import ApiState, state_of
from assistant.api.tracing import current_trace_id
from assistant.contracts import Turn
from assistant.domain.identifiers import new_id

router = APIRouter(prefix="/v1", tags=["咨询"])


@router.post(
    "/inquiries",
    response_model=InquiryAnswer,
    summary="提交咨询，取得注明依据的答复",
    responses=success("答复；Accept: text/event-stream 时为事件流", STREAM) | problems(409, 504, *WITH_BODY),
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
    return await replied(request, inquiry, view, as_stream=body.wants_stream(request.headers.get("accept", "")))


def to_inquiry(body: InquiryRequest, state: ApiState, principal: str, conversation_id: str) -> Inquiry:
    """The conversation is the one remembered under its id, or, as ``useChat`` does, the one sent along."""
    region = body.region or state.container.region
    turn = Turn(body.asked, body.as_of or today(), body.earlier, region, conversation_id)
    return Inquiry(turn, None if body.messages else session_key(principal, conversation_id))
