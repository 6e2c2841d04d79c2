"""``/v1/work-orders`` 工单: open, list, look, take steps. Every step is a person's request and needs their role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.api.caching import matches
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.state import state_of
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.listing import WantedOrders
from assistant.api.work_orders.schemas import (
    AppellantView,
    EventList,
    EventView,
    NewOrder,
    OrderId,
    OrderLine,
    OrderPage,
    OrderView,
    ProgressQuery,
    ProgressView,
)
from assistant.api.work_orders.shared_pages import ReadyPage
from assistant.api.work_orders.steps import STEPS, StepBody
from assistant.api.work_orders.working import REPLAYED, asked, at_the_desk, expected_version
from assistant.desks.once import RepeatedRequest
from assistant.desks.orders import OrderDesk
from assistant.domain.work_order import WorkOrder
from assistant.ports.requests import StoredReply

router = APIRouter(prefix="/v1/work-orders", tags=["工单"])

STEP_PROBLEMS = problems(403, 404, 409, 412, 428, 504, *WITH_BODY)


async def desk_of(request: Request) -> OrderDesk:
    """Opens the database at the first need; a service whose database is away answers questions all the same."""
    container = state_of(request).container
    desk: OrderDesk = await at_the_desk(lambda: container.work_orders().desk)
    return desk


def etag(order: WorkOrder) -> str:
    return f'"{order.version}"'


def view(desk: OrderDesk, order: WorkOrder, code: str | None = None) -> OrderView:
    return OrderView.of(order, datetime.now(UTC), desk.policy.calendar, code)


def reply(desk: OrderDesk, order: WorkOrder, status: int, code: str | None = None) -> StoredReply:
    return StoredReply(status, view(desk, order, code).model_dump_json(), etag(order))


def sent(made: StoredReply, *, repeated: bool = False) -> Response:
    headers = {"etag": made.etag, "cache-control": "private, no-store"} | (REPLAYED if repeated else {})
    return Response(made.body, made.status, headers, media_type="application/json")


async def first_or_again(work: Callable[[], Response]) -> Response:
    """The response of ``work``, or what was sent when the same request came before. Raises as ``at_the_desk``."""
    try:
        return await at_the_desk(work)
    except RepeatedRequest as repeated:
        return sent(repeated.reply, repeated=True)


@router.post(
    "",
    response_model=OrderView,
    status_code=201,
    summary="受理：新建工单",
    responses=problems(403, 409, 504, *WITH_BODY),
)
async def open_order(body: NewOrder, request: Request) -> Response:
    desk, actor, ask = await desk_of(request), actor_of(request), await asked(request)

    def work() -> Response:
        # What is kept for a repeated request holds no code: it is told once.
        opened = desk.open(body.form(), actor, ask, lambda order: reply(desk, order, 201))
        return sent(reply(desk, opened.order, 201, opened.code))

    return await first_or_again(work)


@router.get("", response_model=OrderPage, summary="工单列表", responses=problems(304, 403, 422))
async def list_orders(request: Request, wanted: Annotated[WantedOrders, Query()]) -> Response:
    """The same list asked for again is a 304."""
    desk, actor = await desk_of(request), actor_of(request)
    query = wanted.query(actor, datetime.now(UTC))

    async def look() -> ReadyPage:
        rows, total = await at_the_desk(lambda: (desk.store.find(query), desk.store.count(query)))
        following = wanted.cursor_after(rows[-1]) if len(rows) == query.limit else None
        page = OrderPage(items=[OrderLine.of(row) for row in rows], total=total, next_cursor=following)
        return ReadyPage.of(page.model_dump_json(by_alias=True).encode())

    shared = state_of(request).pages
    return _answered(request, await (look() if wanted.is_of_this_moment else shared.get(query, look)))


def _answered(request: Request, page: ReadyPage) -> Response:
    headers = {"etag": page.etag, "cache-control": "private, no-cache"}
    if matches(request.headers.get("if-none-match", ""), page.etag):
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=headers, media_type="application/json")


@router.post(
    "/progress", response_model=ProgressView, summary="凭查询码查进度", responses=problems(404, 504, *WITH_BODY)
)
async def get_progress(body: ProgressQuery, request: Request) -> ProgressView:
    desk = await desk_of(request)
    return ProgressView.of(await at_the_desk(lambda: desk.progress(body.number, body.code)))


@router.get("/{order_id}", response_model=OrderView, summary="一个工单", responses=problems(304, 403, 404, 422))
async def get_order(request: Request, order_id: OrderId) -> Response:
    desk, actor = await desk_of(request), actor_of(request)
    order = await at_the_desk(lambda: desk.see(order_id, actor))
    headers = {"etag": etag(order), "cache-control": "private, no-cache"}
    if matches(request.headers.get("if-none-match", ""), etag(order)):
        return Response(status_code=304, headers=headers)
    return JSONResponse(view(desk, order).model_dump(mode="json"), headers=headers)


@router.get("/{order_id}/events", response_model=EventList, summary="办理过程", responses=problems(403, 404, 422))
async def get_events(request: Request, order_id: OrderId) -> EventList:
    desk, actor = await desk_of(request), actor_of(request)

    def look() -> list[EventView]:
        desk.see(order_id, actor)
        return [EventView.of(event) for event in desk.store.events(order_id)]

    return EventList(items=await at_the_desk(look))


@router.get(
    "/{order_id}/appellant",
    response_model=AppellantView,
    summary="诉求人信息（查看留痕）",
    responses=problems(403, 404, 422),
)
async def get_appellant(
    request: Request, order_id: OrderId, reason: Annotated[str, Query(min_length=1, max_length=200)]
) -> AppellantView:
    desk, actor = await desk_of(request), actor_of(request)
    person = await at_the_desk(lambda: desk.person(order_id, actor, reason))
    return AppellantView(name=person.name, phone=person.phone, address=person.address, content=person.content)


def step_endpoint(model: type[StepBody]) -> Any:
    """A route that takes one step on the order ``order_id``, as the body ``model`` says."""

    async def take_step(request: Request, order_id: OrderId, body: StepBody) -> Response:
        desk, actor = await desk_of(request), actor_of(request)
        expected, ask = expected_version(request), await asked(request)

        def work() -> Response:
            def answer(order: WorkOrder) -> StoredReply:
                return reply(desk, order, 200)

            return sent(
                answer(
                    desk.take(
                        order_id, body.change(), actor, body.reason, expected=expected, request=ask, answer=answer
                    )
                )
            )

        return await first_or_again(work)

    take_step.__annotations__["body"] = model
    return take_step


for _path, (_summary, _model) in STEPS.items():
    router.add_api_route(
        f"/{{order_id}}/{_path}",
        step_endpoint(_model),
        methods=["POST"],
        response_model=OrderView,
        summary=_summary,
        name=_path,
        operation_id=f"take_{_path.replace('-', '_')}",
        responses=STEP_PROBLEMS,
    )
