"""``/v1/rates`` 三率: counts per group of a period, and the orders behind each. A unit sees the orders it leads, no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from assistant.api.overview.tables import FILE_REPLY, FileKind, Table, as_file
from assistant.api.paging import decode_cursor, encode_cursor
from assistant.api.problems import Problem
from assistant.api.rates.schemas import RateOrders, RateReport, RateRow
from assistant.api.schemas import Identifier, problems
from assistant.api.work_orders.callers import actor_of
from assistant.api.work_orders.listing import meant
from assistant.api.work_orders.schemas import OrderLine
from assistant.api.work_orders.working import at_the_desk, opened
from assistant.domain.three_rates import Grouping, Measure, Period, RateFilter, total
from assistant.domain.work_order_events import Role
from assistant.ports.orders import OrderQuery, OrderRow

router = APIRouter(prefix="/v1/rates", tags=["三率"])

Group = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
First = Annotated[date, Query(alias="from", description="考核期首日")]
Last = Annotated[date, Query(alias="to", description="考核期末日（含）")]


def wanted_of(
    request: Request,
    first: First,
    last: Last,
    unit: Group = None,
    category: Group = None,
    channel: Group = None,
    street: Group = None,
) -> RateFilter:
    """``-`` stands for orders where none is known. Raises ``Problem`` 422 for an impossible period, 403 for a caller who may not see rates or asks for another unit's."""
    actor = actor_of(request)
    if actor.role is Role.SEAT_AGENT or (actor.role is Role.UNIT and unit not in (None, actor.unit)):
        raise Problem(403, "wrong_role", "三率由主管查看；承办单位只能查看本单位主办的工单。")
    try:
        period = Period(first, last)
    except ValueError:
        raise Problem(
            422, "invalid_period", "考核期的末日不能早于首日，且须在1949年至2999年之间。", param="to"
        ) from None
    named = map(meant, (unit, category, channel, street))
    wanted = RateFilter(period, *named)
    return replace(wanted, unit=actor.unit) if actor.role is Role.UNIT else wanted


Wanted = Annotated[RateFilter, Depends(wanted_of)]


@router.get("", response_model=RateReport, summary="三率", responses=problems(403, 422))
async def get_rates(
    request: Request, wanted: Wanted, by: Grouping = Grouping.UNIT, depth: Annotated[int, Query(ge=1, le=3)] = 1
) -> RateReport:
    orders = await opened(request)
    book, units = orders.rates, orders.desk.policy.units
    groups, samples = await at_the_desk(lambda: (book.groups(wanted, by, depth=depth), book.samples(wanted)))
    weights = book.rules.weights

    def name_of(group: str) -> str:
        return units[group].name if group in units else group

    return RateReport(
        first=wanted.period.first,
        last=wanted.period.last,
        by=by,
        groups=[RateRow.of(group, name_of(group), counts, weights) for group, counts in groups.items()],
        total=RateRow.of("", "合计", total(groups), weights),
        samples=samples,
    )


HEADINGS = {Grouping.UNIT: "主办单位", Grouping.CATEGORY: "问题分类", Grouping.CHANNEL: "渠道", Grouping.STREET: "街乡"}


@router.get(
    "/tables/{by}",
    summary="三率的表格（CSV 或 XLSX）",
    response_class=Response,
    responses={**FILE_REPLY, **problems(403, 404, 422, 503)},
)
async def get_rate_table(request: Request, wanted: Wanted, by: Grouping, file: FileKind = "csv") -> Response:
    """Leaves the house, so groups with few follow-ups are hidden (Article 34)."""
    orders = await opened(request)
    groups = await at_the_desk(lambda: orders.rates.groups(wanted, by))
    names = {unit.id: unit.name for unit in orders.desk.policy.units.values()}
    made = Table.of_rates(HEADINGS[by], groups, names, wanted.period, datetime.now(UTC))
    return as_file(made, file, f"rates-{by.value}-{wanted.period.first}-{wanted.period.last}")


@router.get("/orders", response_model=RateOrders, summary="数字背后的工单", responses=problems(403, 422))
async def get_orders(
    request: Request,
    wanted: Wanted,
    measure: Measure = Measure.VALID,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[Identifier | None, Query()] = None,
) -> RateOrders:
    orders = await opened(request)
    after = decode_cursor(cursor) if cursor else ""

    def look() -> tuple[list[str], list[OrderRow]]:
        ids = orders.rates.orders(wanted, measure, after=after, limit=limit)
        return ids, orders.desk.store.find(OrderQuery(ids=tuple(ids), limit=limit)) if ids else []

    found, rows = await at_the_desk(look)
    following = encode_cursor(found[-1]) if len(found) == limit else None
    lines = [OrderLine.of(row) for row in rows]
    return RateOrders(measure=measure, items=found, lines=lines, next_cursor=following)
