"""``/v1/work-orders/{id}/reply-drafts`` 答复草稿: drafted on request, taken over or turned down by a person, never sent."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from assistant.api.answering import record
from assistant.api.problems import Problem
from assistant.api.reply_drafts.schemas import DraftDecision, DraftRequest, DraftView, ReplyDraftList, audit_payload
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.state import ApiState, state_of
from assistant.api.tracing import current_trace_id
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.schemas import OrderId
from assistant.api.work_orders.working import REPLAYED, asked, at_the_desk, opened
from assistant.desks.feedback import Speaker
from assistant.desks.once import RepeatedRequest
from assistant.ports.feedback import StoredDraft
from assistant.ports.requests import StoredReply
from assistant.reply_contracts import ReplyOutcome

router = APIRouter(prefix="/v1/work-orders/{order_id}/reply-drafts", tags=["答复草稿"])


@router.post(
    "",
    response_model=DraftView,
    status_code=201,
    summary="起草答复",
    responses=problems(403, 404, 409, 504, *WITH_BODY),
)
async def draft_reply(body: DraftRequest, request: Request, order_id: OrderId) -> Response:
    state, actor = state_of(request), actor_of(request)
    orders, ask = await opened(request), await asked(request)
    case = await at_the_desk(lambda: orders.replies.case(order_id, actor, body.note, body.contact))
    ledger = orders.desk.requests
    earlier = await at_the_desk(lambda: ledger.claim(ask, orders.desk.now()))
    if earlier is not None:
        made = await at_the_desk(lambda: orders.replies.draft(order_id, earlier.body, actor))
        return sent(DraftView.of(made), 201, repeated=True)
    kept: StoredDraft | None = None
    try:
        outcome = await state.container.replies.draft_reply(case)
        await record(state, "reply_drafted", audit_payload(order_id, outcome, current_trace_id.get()))
        refuse_failure(state, outcome)
        kept = await at_the_desk(
            lambda: orders.replies.keep(case, outcome, actor, lambda draft: (ask, StoredReply(201, draft.id)))
        )
    finally:
        if kept is None:  # the key stays free, so that the person may try again
            await asyncio.shield(at_the_desk(lambda: ledger.release(ask)))
    return sent(DraftView.of(kept), 201)


def refuse_failure(state: ApiState, outcome: ReplyOutcome) -> None:
    if outcome.error:
        known = state.container.flow.statuses[outcome.error]
        raise Problem(known.http, outcome.error, "暂时无法起草答复，请稍后再试，或者直接填写答复。")


def sent(view: DraftView, status: int, *, repeated: bool = False) -> Response:
    headers = {"x-ai-generated": "true", "cache-control": "private, no-store"} | (REPLAYED if repeated else {})
    return JSONResponse(view.model_dump(mode="json"), status, headers)


@router.get("", response_model=ReplyDraftList, summary="一个工单的答复草稿", responses=problems(403, 404, 422))
async def list_drafts(request: Request, order_id: OrderId) -> ReplyDraftList:
    orders, actor = await opened(request), actor_of(request)
    drafts = await at_the_desk(lambda: orders.replies.drafts_of(order_id, actor))
    return ReplyDraftList(items=[DraftView.of(draft) for draft in drafts])


@router.get("/{draft_id}", response_model=DraftView, summary="一份答复草稿", responses=problems(403, 404, 422))
async def get_draft(request: Request, order_id: OrderId, draft_id: OrderId) -> Response:
    orders, actor = await opened(request), actor_of(request)
    draft = await at_the_desk(lambda: orders.replies.draft(order_id, draft_id, actor))
    return sent(DraftView.of(draft), 200)


@router.post(
    "/{draft_id}/decisions",
    response_model=DraftView,
    summary="采用、修改后采用或者不采用",
    responses=problems(403, 404, 409, *WITH_BODY),
)
async def decide(body: DraftDecision, request: Request, order_id: OrderId, draft_id: OrderId) -> Response:
    orders, actor, ask = await opened(request), actor_of(request), await asked(request)

    def work() -> Response:
        draft = orders.replies.draft(order_id, draft_id, actor)
        try:
            decided = orders.feedback.decide(draft, body.form(draft), Speaker(actor.id, actor), ask)
        except RepeatedRequest:
            return sent(DraftView.of(draft), 200, repeated=True)
        return sent(DraftView.of(decided), 200)

    return await at_the_desk(work)
