"""``/v1/overview`` 总览, its tables as files, and ``/v1/unanswered``: what questions found nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from assistant.api.answering import today
from assistant.api.overview.schemas import (
    GroupView,
    KnowledgeView,
    OverviewView,
    UnansweredList,
    UnansweredView,
    group_views,
)
from assistant.api.overview.tables import FILE_REPLY, FileKind, Table, as_file
from assistant.api.problems import Problem
from assistant.api.rates.endpoints import First, Group, Last
from assistant.api.schemas import problems
from assistant.api.state import state_of
from assistant.api.work_orders.listing import meant
from assistant.api.work_orders.working import at_the_desk, opened
from assistant.desks.overview import Figure, OverviewDesk, Quality, in_days, narrowed
from assistant.domain.catalogue import UnitKind
from assistant.domain.feedback import FeedbackCounts
from assistant.domain.three_rates import Period
from assistant.domain.time_limits import midnight
from assistant.ports.orders import OrderQuery, StoreUnavailable
from assistant.ports.overview import Dimension
from retrieval.contracts import Document

router = APIRouter(prefix="/v1", tags=["总览"])
MOST_DAYS = 400
SOON_DUE = timedelta(days=30)
HEADINGS = {
    Dimension.TYPE: "诉求类型",
    Dimension.CHANNEL: "渠道",
    Dimension.CATEGORY: "问题分类",
    Dimension.STREET: "街乡",
    Dimension.UNIT: "主办单位",
    Dimension.STATE: "办理环节",
}


def wanted_of(
    first: First, last: Last, unit: Group = None, street: Group = None, category: Group = None, channel: Group = None
) -> tuple[OrderQuery, Period]:
    """``-`` stands for orders where none is known. Raises ``Problem`` 422 for an impossible period."""
    if not date(1949, 10, 1) <= first <= last <= date(2999, 12, 30) or (last - first).days >= MOST_DAYS:
        raise Problem(422, "invalid_period", f"末日不能早于首日，且时段不超过{MOST_DAYS}天。", param="to")

    query = OrderQuery(lead=meant(unit), street=meant(street), category=meant(category), channel=channel)
    return query, Period(first, last)


Wanted = Annotated[tuple[OrderQuery, Period], Depends(wanted_of)]


@router.get("/overview", response_model=OverviewView, summary="总览", responses=problems(403, 422, 503))
async def get_overview(request: Request, wanted: Wanted) -> OverviewView:
    container = state_of(request).container
    with contextlib.suppress(StoreUnavailable):  # the counts of a moment ago; the look below says if it is away
        await container.tally.flush()
    orders = await opened(request)
    seen = await at_the_desk(lambda: orders.overview.look(*wanted))
    documents = await asyncio.to_thread(container.documents.all)
    view = OverviewView.of(seen, _names(request), knowledge(documents, today()))
    return view.model_copy(update={"groups": view.groups | {Dimension.STREET: _every_street(request, view, wanted)}})


def _every_street(request: Request, view: OverviewView, wanted: tuple[OrderQuery, Period]) -> list[GroupView]:
    """With those that no order came from: a grid has a place for each."""
    query, period = wanted
    found = {row.key: row for row in view.groups[Dimension.STREET]}
    units = state_of(request).container.triage.catalogue.units
    streets = {unit.id: unit.name for unit in units if unit.kind is UnitKind.STREET and query.street is None}
    nothing = in_days(query, period.first, period.last)
    for key in streets.keys() - found.keys():
        found[key] = GroupView.named(key, streets[key], Figure(0, narrowed(nothing, Dimension.STREET, key)))
    return sorted(found.values(), key=lambda row: (not row.key, row.name))


def _names(request: Request) -> dict[str, str]:
    return {unit.id: unit.name for unit in state_of(request).container.triage.catalogue.units}


class Extra(StrEnum):
    """Tables of the page that are no group of the intake: by day, today's by hour, what people made of proposals."""

    DAY = "day"
    HOUR = "hour"
    ADOPTION = "adoption"


@router.get(
    "/overview/tables/{table}",
    summary="总览的表格（CSV 或 XLSX）",
    response_class=Response,
    responses={**FILE_REPLY, **problems(403, 404, 422, 503)},
)
async def get_table(request: Request, table: Dimension | Extra, wanted: Wanted, file: FileKind = "csv") -> Response:
    """Leaves the house, so small cells are hidden (Article 34). ``hour`` is of today, ``adoption`` of every order: no filter
    narrows it."""
    query, period = wanted
    orders, at = await opened(request), datetime.now(UTC)
    overview = orders.overview
    if table is Extra.ADOPTION:
        quality = await at_the_desk(lambda: overview.quality(period))
        made = Table.of_adoption(_proposals(quality), period, at)
    elif isinstance(table, Extra):
        if table is Extra.HOUR:
            period = Period(today(), today())
        counts = await at_the_desk(lambda: _series(overview, query, period, table))
        made = Table.of("日期" if table is Extra.DAY else "时", counts, period, at)
    else:
        groups = await at_the_desk(lambda: overview.grouped(in_days(query, period.first, period.last), table))
        rows = group_views(groups, _names(request))
        made = Table.of(HEADINGS[table], {row.name: row.count for row in rows}, period, at)
    return as_file(made, file, f"overview-{table.value}-{period.first}-{period.last}")


def _series(overview: OverviewDesk, query: OrderQuery, period: Period, table: Extra) -> dict[str, int]:
    if table is Extra.HOUR:
        return {f"{step.begin:%H}时": step.figure.count for step in overview.hours(query, period.first)}
    return {
        f"{step.begin:%Y-%m-%d}": step.figure.count
        for step in overview.days(in_days(query, period.first, period.last), period)
    }


def _proposals(quality: Quality) -> dict[str, FeedbackCounts]:
    return {" · ".join(filter(None, (kind.value, part))): made for (kind, part), made in quality.feedback.items()}


@router.get(
    "/unanswered", response_model=UnansweredList, summary="没有找到依据的问题", responses=problems(403, 422, 503)
)
async def get_unanswered(
    request: Request,
    since: Annotated[date | None, Query(description="最近一次提问不早于此日，默认三十天前")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> UnansweredList:
    day = since or today() - timedelta(days=30)
    if not date(1949, 10, 1) <= day <= date(2999, 12, 30):
        raise Problem(422, "invalid_period", "日期不在可查询的范围内。", param="since")
    container = state_of(request).container
    with contextlib.suppress(StoreUnavailable):
        await container.tally.flush()
    book, begin = (await opened(request)).answers, midnight(day)
    items, total = await at_the_desk(lambda: (book.unanswered(begin, limit=limit), book.unanswered_count(begin)))
    return UnansweredList(since=day, total=total, items=[UnansweredView.of(item) for item in items])


def knowledge(documents: Iterable[Document], day: date) -> KnowledgeView:
    """A review date is when somebody must look whether the text still holds."""
    known = list(documents)
    reviews = [each.review_date for each in known if each.review_date and each.validity.covers(day)]
    return KnowledgeView(
        documents=len(known),
        due=sum(review <= day for review in reviews),
        due_soon=sum(day < review <= day + SOON_DUE for review in reviews),
        not_in_force=sum(not each.validity.covers(day) for each in known),
    )
