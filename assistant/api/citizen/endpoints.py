"""``/v1/citizen``: ask, file an appeal, see how it goes, rate it. Open to anybody, limited by address, no cookies."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from starlette.responses import Response

from assistant.api.answering import Inquiry, check_question, session_key, today
from assistant.api.citizen.filing import Contact, admit, file_order, look_at, refuse_other_sites, request_of, view_of
from assistant.api.citizen.schemas import (
    CitizenAnswer,
    CitizenQuestion,
    FiledView,
    FilingRequest,
    FilingView,
    NewFiling,
    RatingRequest,
    answer_view,
)
from assistant.api.inquiries.replying import STREAM, replied
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems, success
from assistant.api.state import state_of
from assistant.api.work_orders.schemas import ProgressQuery, ProgressView
from assistant.api.work_orders.working import at_the_desk
from assistant.contracts import Turn
from assistant.domain.identifiers import new_id

router = APIRouter(prefix="/v1/citizen", tags=["市民"], dependencies=[Depends(refuse_other_sites)])

_KEY = re.compile(r"[\x21-\x7e]{16,200}")
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]


def check_key(key: str) -> None:
    """Random, because the code of an order comes from it. Raises ``Problem`` 400."""
    if not _KEY.fullmatch(key):
        detail = "请在请求头 Idempotency-Key 中给出本次提交的随机编号（16至200个可见字符），重试时不变。"
        raise Problem(400, "idempotency_key_missing", detail, param="Idempotency-Key")


@router.post(
    "/inquiries",
    response_model=CitizenAnswer,
    summary="市民提问",
    responses=success("答复；stream 时为事件流", STREAM) | problems(403, 504, *WITH_BODY),
)
async def ask(body: CitizenQuestion, request: Request) -> Response:
    state = state_of(request)
    check_question(body.question, state.widget.max_question_chars)
    conversation_id, answer_id = body.conversation_id or new_id(), new_id()
    turn = Turn(body.question, today(), region=state.container.region, conversation_id=conversation_id)
    inquiry = Inquiry(turn, session_key(request.scope["hotline.principal"], conversation_id))
    view = partial(
        answer_view,
        answer_id=answer_id,
        conversation_id=conversation_id,
        as_of=turn.as_of,
        created_at=datetime.now(UTC),
    )
    wants_stream = body.stream or (body.stream is None and "text/event-stream" in request.headers.get("accept", ""))
    return await replied(request, inquiry, view, as_stream=wants_stream)


@router.post("/appeals", response_model=FilingView, summary="还需要补充什么", responses=problems(403, 504, *WITH_BODY))
async def look(body: FilingRequest, request: Request) -> FilingView:
    state = state_of(request)
    return view_of(state, await look_at(state, body.filing()))


@router.post(
    "/work-orders",
    response_model=FiledView,
    status_code=201,
    summary="市民登记诉求，取得编号和查询码",
    responses=problems(403, 409, 504, *WITH_BODY),
)
async def file_appeal(body: NewFiling, request: Request, idempotency_key: Key = "") -> FiledView:
    state = state_of(request)
    check_key(idempotency_key)
    await admit(state, request, "order")
    contact = Contact(body.phone, body.name, body.confidential, body.call_back)
    return await file_order(state, body.filing(), contact, request_of(request, idempotency_key, await request.body()))


@router.post(
    "/progress",
    response_model=ProgressView,
    summary="凭编号和查询码查进度",
    responses=problems(403, 404, 504, *WITH_BODY),
)
async def see_progress(body: ProgressQuery, request: Request) -> ProgressView:
    state = state_of(request)
    await admit(state, request, "code")
    desk_of = state.container.work_orders
    return ProgressView.of(await at_the_desk(lambda: desk_of().desk.progress(body.number, body.code)))


@router.post(
    "/ratings",
    response_model=ProgressView,
    summary="凭编号和查询码评价",
    responses=problems(403, 404, 409, 504, *WITH_BODY),
)
async def rate_result(body: RatingRequest, request: Request, idempotency_key: Key = "") -> ProgressView:
    """Article 8, once in each round of handling."""
    state = state_of(request)
    check_key(idempotency_key)
    await admit(state, request, "code")
    asked, desk_of = request_of(request, idempotency_key, await request.body()), state.container.work_orders
    return ProgressView.of(await at_the_desk(lambda: desk_of().desk.rate(body.number, body.code, body.rating(), asked)))
