"""``/v1/follow-ups`` 回访 (Article 23): whom to ask now, by which script, and what they said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.api.follow_ups.schemas import AssessmentView, FollowUpCase, FollowUpLine, FollowUpPage, Said, ScriptView
from assistant.api.paging import decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, Identifier, problems
from assistant.api.state import WorkOrders
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.endpoints import STEP_PROBLEMS, etag, step_endpoint
from assistant.api.work_orders.schemas import OrderId, OrderView
from assistant.api.work_orders.steps import FollowUpBody
from assistant.api.work_orders.working import at_the_desk, opened
from assistant.domain.follow_up import FollowUpNeed, follow_up_due, need_of
from assistant.domain.pii import TokenNumbering, redact
from assistant.domain.work_order import WorkOrder
from assistant.domain.work_order_events import Actor, Role
from assistant.stages.assess_follow_up import assess_follow_up

router = APIRouter(prefix="/v1/follow-ups", tags=["回访"])


def hotline_only(request: Request) -> Actor:
    actor = actor_of(request)
    if actor.role not in (Role.SEAT_AGENT, Role.SUPERVISOR):
        raise Problem(403, "wrong_role", "回访由热线坐席和主管办理。")
    return actor


@router.get("", response_model=FollowUpPage, summary="回访队列", responses=problems(403, 422))
async def list_follow_ups(
    request: Request,
    need: FollowUpNeed | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Identifier | None, Query()] = None,
) -> FollowUpPage:
    hotline_only(request)
    orders, now = await opened(request), datetime.now(UTC)
    after = decode_cursor(cursor) if cursor else None
    queue, tries = orders.follow_ups, orders.desk.policy.unreachable_after
    rows, counts = await at_the_desk(lambda: (queue.due(now, need, after=after, limit=limit), queue.counts(now)))
    following = encode_cursor(rows[-1].id) if len(rows) == limit else None
    items = [FollowUpLine.queued(row, tries) for row in rows]
    return FollowUpPage(items=items, counts=counts, as_of=now, next_cursor=following)


@router.get("/script", response_model=ScriptView, summary="回访话术", responses=problems(403))
async def get_script(request: Request) -> ScriptView:
    hotline_only(request)
    return ScriptView.of((await opened(request)).script)


@router.get("/{order_id}", response_model=FollowUpCase, summary="一个工单的回访", responses=problems(403, 404, 422))
async def get_follow_up(request: Request, order_id: OrderId) -> Response:
    actor, orders = hotline_only(request), await opened(request)
    order = await at_the_desk(lambda: orders.desk.see(order_id, actor))
    headers = {"etag": etag(order), "cache-control": "private, no-cache"}
    return JSONResponse(case_of(order, orders).model_dump(mode="json"), headers=headers)


@router.post(
    "/{order_id}/assessment",
    response_model=AssessmentView,
    summary="从诉求人的原话提取回访结果（只提示，不记录）",
    responses=problems(403, 404, *WITH_BODY),
)
async def assess(request: Request, order_id: OrderId, body: Said) -> AssessmentView:
    """Writes nothing: a person confirms by ``POST …/outcomes``."""
    actor, orders = hotline_only(request), await opened(request)
    await at_the_desk(lambda: orders.desk.see(order_id, actor))
    masked = redact(body.said, TokenNumbering())[0]
    return AssessmentView.of(assess_follow_up(masked), orders.script)


def case_of(order: WorkOrder, orders: WorkOrders) -> FollowUpCase:
    policy, final = orders.desk.policy, order.final_follow_up
    due = follow_up_due(order, policy.calendar)
    stands = due is not None and due <= datetime.now(UTC)
    need = need_of(order.state, final.solved if final else None, order.attempts, policy.unreachable_after)
    return FollowUpCase(
        order_id=order.id,
        version=order.version,
        number=order.number,
        title=order.title,
        need=need if stands else None,
        due=due,
        attempts=order.attempts,
        first=order.first_follow_up,
        final=final,
        script=ScriptView.of(orders.script, order),
    )


router.add_api_route(
    "/{order_id}/outcomes",
    step_endpoint(FollowUpBody),
    methods=["POST"],
    response_model=OrderView,
    summary="记录回访结果",
    name="record_follow_up",
    operation_id="record_follow_up",
    responses=STEP_PROBLEMS,
)
