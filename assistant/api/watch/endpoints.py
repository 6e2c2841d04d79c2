"""``/v1/watch`` 主动治理: what is bursting, rising, lasting or coming, and the orders behind each signal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from assistant.api.paging import decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.schemas import Identifier, problems
from assistant.api.state import state_of
from assistant.api.watch.schemas import BacktestView, SignalOrders, SignalView, TopicsView, WatchedOrderView, WatchView
from assistant.api.work_orders.working import at_the_desk
from assistant.domain.time_limits import BEIJING
from assistant.domain.watch import SignalKind

router = APIRouter(prefix="/v1/watch", tags=["主动治理"])


@router.get("", response_model=WatchView, summary="主动治理信号", responses=problems(403, 422, 503))
async def get_watch(
    request: Request,
    days: Annotated[int, Query(ge=1, le=366, description="观察最近多少天的突发聚集")] = 30,
    kind: Annotated[SignalKind | None, Query()] = None,
) -> WatchView:
    container = state_of(request).container
    report = await at_the_desk(lambda: container.watch.report(days))
    names = {unit.id: unit.name for unit in container.triage.catalogue.units}
    return WatchView(
        at=report.at.astimezone(BEIJING),
        since=report.since.astimezone(BEIJING),
        orders=report.orders,
        signals=[SignalView.of(signal, names) for signal in report.signals if kind in (None, signal.kind)],
        backtest=BacktestView.of(report.backtest),
    )


@router.get(
    "/{signal_id}/orders", response_model=SignalOrders, summary="信号背后的工单", responses=problems(403, 404, 422, 503)
)
async def get_signal_orders(
    signal_id: str,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Identifier | None, Query()] = None,
) -> SignalOrders:
    container = state_of(request).container
    found = await at_the_desk(lambda: container.watch.evidence(signal_id))
    if found is None:
        raise _no_signal()
    evidence, orders = found
    ids = [order.id for order in orders]
    first = _after(ids, decode_cursor(cursor)) if cursor else 0
    page = orders[first : first + limit]
    more = first + limit < len(orders)
    return SignalOrders(
        kind=evidence.kind,
        total=len(orders),
        items=[WatchedOrderView.of(order) for order in page],
        next_cursor=encode_cursor(page[-1].id) if more else None,
    )


@router.get(
    "/{signal_id}/topics", response_model=TopicsView, summary="信号背后的话题", responses=problems(403, 404, 422, 503)
)
async def get_signal_topics(
    signal_id: str,
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100, description="至多列出多少个话题")] = 20,
) -> TopicsView:
    container = state_of(request).container
    topics = await at_the_desk(lambda: container.watch.topics(signal_id))
    if topics is None:
        raise _no_signal()
    return TopicsView.of(topics, limit)


def _no_signal() -> Problem:
    return Problem(404, "signal_not_found", "没有这个信号，请从主动治理列表进入。")


def _after(ids: list[str], last: str) -> int:
    if last not in ids:
        raise Problem(422, "invalid_cursor", "翻页标记无效，请从第一页重新开始。", param="cursor")
    return ids.index(last) + 1
