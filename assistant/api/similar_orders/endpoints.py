"""``GET /v1/work-orders/{id}/similar``: what this order may repeat, and precedents; a person decides whether to merge."""

from __future__ import annotations

from fastapi import APIRouter, Request

from assistant.api.schemas import problems
from assistant.api.similar_orders.schemas import SimilarOrderList, SimilarOrderView
from assistant.api.state import state_of
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.endpoints import desk_of
from assistant.api.work_orders.schemas import OrderId
from assistant.api.work_orders.working import at_the_desk
from assistant.domain.appeal import Appeal, Judgement, Place
from assistant.domain.work_order import WorkOrder

router = APIRouter(prefix="/v1/work-orders", tags=["工单"])

LIMIT = 10


@router.get(
    "/{order_id}/similar",
    response_model=SimilarOrderList,
    summary="相似工单与并单建议",
    responses=problems(403, 404, 422, 503),
)
async def get_similar(request: Request, order_id: OrderId) -> SimilarOrderList:
    desk, actor = await desk_of(request), actor_of(request)
    order = await at_the_desk(lambda: desk.see(order_id, actor))
    place = Place(order.place, street_id=order.street)
    history = state_of(request).container.history
    found = await history.similar(appeal_of(order), Judgement(order.category, 1.0), place, LIMIT + 1)
    return SimilarOrderList(items=[SimilarOrderView.of(one) for one in found if one.order_id != order_id][:LIMIT])


def appeal_of(order: WorkOrder) -> Appeal:
    """The order as if it came in again; all of it is masked."""
    assert order.received_at is not None
    key = order.appellant_key
    return Appeal(order.content, order.received_at, order.channel, address=order.place or None, appellant_key=key)
