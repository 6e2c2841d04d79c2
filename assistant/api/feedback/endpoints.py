"""``/v1/feedback``: taken, changed, turned down, thumbs; and the counts that the dashboard shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.api.feedback.schemas import (
    CountsReport,
    CountsRow,
    FeedbackIn,
    FeedbackKept,
    FeedbackPage,
    FeedbackRow,
)
from assistant.api.paging import decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, Identifier, problems
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.working import REPLAYED, asked, at_the_desk, opened
from assistant.desks.feedback import Speaker
from assistant.desks.once import RepeatedRequest
from assistant.domain.feedback import FeedbackKind, Verdict
from assistant.domain.time_limits import midnight
from assistant.domain.work_order_events import Role
from assistant.ports.feedback import FeedbackQuery

router = APIRouter(prefix="/v1/feedback", tags=["反馈"])

First = Annotated[date, Query(alias="from", description="首日")]
Last = Annotated[date, Query(alias="to", description="末日（含）")]


def speaker_of(request: Request) -> Speaker:
    """Whoever may call may give thumbs; the rest needs a role."""
    try:
        actor = actor_of(request)
    except Problem as problem:
        if problem.status != 403:
            raise
        return Speaker(request.scope["hotline.principal"])
    return Speaker(actor.id, actor)


@router.post(
    "",
    response_model=FeedbackKept,
    status_code=201,
    summary="对答复、建议的反馈",
    responses=problems(403, 404, 409, *WITH_BODY),
)
async def give_feedback(body: FeedbackIn, request: Request) -> Response:
    orders, speaker = await opened(request), speaker_of(request)
    ask = await asked(request, speaker.id)
    try:
        item = await at_the_desk(lambda: orders.feedback.take(body.form(), speaker, ask))
    except RepeatedRequest:
        return JSONResponse(FeedbackKept(id=None).model_dump(mode="json"), 201, REPLAYED)
    kept = FeedbackKept(id=item.id, verdict=item.verdict, distance=item.distance)
    return JSONResponse(kept.model_dump(mode="json"), 201)


def period_of(request: Request, first: date, last: date) -> tuple[datetime, datetime]:
    if actor_of(request).role is not Role.SUPERVISOR:
        raise Problem(403, "wrong_role", "采用情况由主管查看。")
    if not date(1949, 10, 1) <= first <= last <= date(2999, 12, 30):
        raise Problem(422, "invalid_period", "末日不能早于首日。", param="to")
    return midnight(first), midnight(last + timedelta(days=1))


@router.get("/counts", response_model=CountsReport, summary="采用情况", responses=problems(403, 422))
async def get_counts(request: Request, first: First, last: Last) -> CountsReport:
    begin, end = period_of(request, first, last)
    orders = await opened(request)
    counts = await at_the_desk(lambda: orders.feedback.book.counts(begin, end))
    rows = [CountsRow.of(kind, part, found) for (kind, part), found in counts.items()]
    return CountsReport(first=begin, before=end, rows=rows)


@router.get("", response_model=FeedbackPage, summary="反馈明细", responses=problems(403, 422))
async def list_feedback(
    request: Request,
    first: First,
    last: Last,
    kind: FeedbackKind | None = None,
    verdict: Verdict | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[Identifier | None, Query()] = None,
) -> FeedbackPage:
    begin, end = period_of(request, first, last)
    orders = await opened(request)
    query = FeedbackQuery(begin, end, kind, verdict, decode_cursor(cursor) if cursor else None, limit)
    rows = await at_the_desk(lambda: orders.feedback.book.rows(query))
    following = encode_cursor(rows[-1].id) if len(rows) == limit else None
    return FeedbackPage(items=[FeedbackRow.of(item) for item in rows], next_cursor=following)
