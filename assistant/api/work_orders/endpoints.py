"""``/v1/work-orders`` 工单: open, list, look, take steps. Every step is a person's request and needs their role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.api.documents.endpoints import decode_cursor, encode_cursor, matches
from assistant.api.schemas import WITH_BODY, Identifier, problems
from assistant.api.state import state_of
from assistant.api.work_orders.callers import actor_of
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
    UnitId,
)
from assistant.api.work_orders.shared_pages import ReadyPage
from assistant.api.work_orders.steps import STEPS, Step
from assistant.api.work_orders.working import asked, at_the_desk, expected_version
from assistant.domain.time_limits import BEIJING
from assistant.domain.work_order import OrderState, WorkOrder
from assistant.domain.work_order_events import ClosedBy, Role
from assistant.live_pulse import SOON
from assistant.order_desk import OrderDesk
from assistant.order_ports import OrderQuery, StoredReply

router = APIRouter(prefix="/v1/work-orders", tags=["工单"])

STEP_PROBLEMS = problems(403, 404, 409, 412, 428, 504, *WITH_BODY)
NOT_KNOWN = "-"
Word = Annotated[str | None, Query(max_length=200)]


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


def sent(made: StoredReply, *, repeated: bool) -> Response:
    headers = {"etag": made.etag, "cache-control": "private, no-store"}
    if repeated:
        headers["idempotency-replayed"] = "true"
    return Response(made.body, made.status, headers, media_type="application/json")


@router.post(
    "",
    response_model=OrderView,
    status_code=201,
    summary="受理：新建工单",
    responses=problems(403, 409, 504, *WITH_BODY),
)
async def open_order(body: NewOrder, request: Request) -> Response:
    desk, actor, ask = await desk_of(request), actor_of(request), await asked(request)
    said: list[StoredReply] = []

    def answer(order: WorkOrder, code: str) -> StoredReply:
        # What is kept for a repeated request holds no code: it is told once.
        said.append(reply(desk, order, 201, code))
        return reply(desk, order, 201)

    _, _, earlier = await at_the_desk(lambda: desk.open(body.form(), actor, ask, answer))
    return sent(earlier, repeated=True) if earlier else sent(said[-1], repeated=False)


@router.get("", response_model=OrderPage, summary="工单列表", responses=problems(304, 403, 422))
async def list_orders(
    request: Request,
    state: OrderState | None = None,
    unit: UnitId | None = None,
    lead: UnitId | None = None,
    street: UnitId | None = None,
    category: Word = None,
    text: Annotated[str, Query(max_length=200)] = "",
    received_from: datetime | None = None,
    received_before: datetime | None = None,
    overdue: bool = False,
    at_risk: Annotated[bool, Query(description="时限将在两小时内到期")] = False,
    open_only: Annotated[bool, Query(description="只列未办结的")] = False,
    channel: Word = None,
    type: Word = None,
    ending: ClosedBy | None = None,
    late: Annotated[bool | None, Query(description="反馈是否超过时限")] = None,
    dispatched: bool | None = None,
    objected: Annotated[bool, Query(description="有过派单异议")] = False,
    repeated: Annotated[bool, Query(description="同一诉求人此前来过电")] = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Identifier | None, Query()] = None,
) -> Response:
    """``-`` as unit, street or category stands for orders where none is known. The same list asked for again is a 304."""
    desk, actor = await desk_of(request), actor_of(request)
    now = datetime.now(UTC)
    query = OrderQuery(
        state=state,
        lead=_known(lead),
        unit=actor.unit if actor.role is Role.UNIT else unit,
        category=_known(category),
        street=_known(street),
        channel=channel,
        type=type,
        ending=ending,
        late=late,
        dispatched=dispatched,
        objected=objected,
        repeated=repeated,
        text=text,
        received_from=_aware(received_from),
        received_before=_aware(received_before),
        due_from=now if at_risk else None,
        due_before=now + SOON if at_risk else now if overdue else None,
        open_only=overdue or at_risk or open_only,
        after=decode_cursor(cursor) if cursor else None,
        limit=limit,
    )

    async def look() -> ReadyPage:
        rows, total = await at_the_desk(lambda: (desk.store.find(query), desk.store.count(query)))
        following = encode_cursor(rows[-1].id) if len(rows) == limit else None
        page = OrderPage(items=[OrderLine.of(row) for row in rows], total=total, next_cursor=following)
        return ReadyPage.of(page.model_dump_json(by_alias=True).encode())

    # A list of limits that end is of this very moment: there is no other to share it with.
    return _answered(request, await (look() if overdue or at_risk else state_of(request).pages.get(query, look)))


def _answered(request: Request, page: ReadyPage) -> Response:
    headers = {"etag": page.etag, "cache-control": "private, no-cache"}
    if matches(request.headers.get("if-none-match", ""), page.etag):
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=headers, media_type="application/json")


def _known(name: str | None) -> str | None:
    return "" if name == NOT_KNOWN else name


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=BEIJING) if at is not None and at.tzinfo is None else at


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


def step_endpoint(model: type[Step]) -> Any:
    """A route that takes one step on the order ``order_id``, as the body ``model`` says."""

    async def take_step(request: Request, order_id: OrderId, body: Step) -> Response:
        desk, actor = await desk_of(request), actor_of(request)
        expected, ask = expected_version(request), await asked(request)

        def work() -> tuple[WorkOrder, StoredReply | None]:
            def answer(order: WorkOrder) -> StoredReply:
                return reply(desk, order, 200)

            return desk.take(order_id, body.change(), actor, body.reason, expected=expected, request=ask, answer=answer)

        order, earlier = await at_the_desk(work)
        return sent(earlier, repeated=True) if earlier else sent(reply(desk, order, 200), repeated=False)

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
