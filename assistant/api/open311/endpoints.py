"""``/open311/v2`` 工单对外接口: Open311 GeoReport v2 over work orders, in JSON and XML.

Services may be read by anybody; requests only with a key, although the specification leaves them open: who complained
about what in which street is no public matter (ordinance Article 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.api.answering import record
from assistant.api.open311.asking import (
    Wanted,
    caller_of,
    filing_of,
    form_of,
    format_of,
    in_jurisdiction,
    query_of,
    wanted_of,
)
from assistant.api.open311.filing import notice, order_form, triaged
from assistant.api.open311.mapping import OPEN, Services, order_record, row_record, status_of
from assistant.api.open311.rendering import answer, definition
from assistant.api.problems import Problem
from assistant.api.state import ApiState, state_of
from assistant.api.tracing import current_trace_id
from assistant.api.work_orders.working import at_the_desk
from assistant.desks.orders import OrderDesk, OrderUnknown
from assistant.domain.time_limits import ClockKind, deadline
from assistant.domain.work_order_events import Actor, Role
from assistant.ports.orders import OrderQuery, OrderRow

router = APIRouter(prefix="/open311/v2", include_in_schema=False)

MOST_REQUESTS = 1_000
PAGE = 200


def services_of(state: ApiState) -> Services:
    return Services(state.container.triage.catalogue)


@router.get("/services.{extension}")
async def list_services(request: Request, extension: str) -> Response:
    state, wanted = state_of(request), format_of(extension)
    in_jurisdiction(state, query_of(request))
    return answer(list(services_of(state).listed()), "services", "service", wanted)


@router.get("/services/{code}.{extension}")
async def get_service(request: Request, code: str, extension: str) -> Response:
    state, wanted = state_of(request), format_of(extension)
    in_jurisdiction(state, query_of(request))
    services = services_of(state)
    if code not in services.by_code:
        raise Problem(404, "service_not_found", "没有这个 service_code，请先查询 services。")
    return definition(services.attributes(code), wanted)


@router.get("/requests.{extension}")
async def list_requests(request: Request, extension: str) -> Response:
    """Newest first, at most 1,000 of at most 90 days."""
    state, fields, wanted_format = state_of(request), query_of(request), format_of(extension)
    in_jurisdiction(state, fields)
    actor, services = caller_of(request, state, fields), services_of(state)
    wanted = wanted_of(fields, services, datetime.now(UTC))
    if wanted.ids:
        found = [one for name in wanted.ids for one in await _one(state, name, actor, services)]
    else:
        rows = await at_the_desk(lambda: _rows(state.container.work_orders().desk, wanted, actor))
        found = [row_record(row, services) for row in rows]
    await _recorded(state, actor, request, len(found))
    return answer(found, "service_requests", "request", wanted_format)


@router.get("/requests/{request_id}.{extension}")
async def get_request(request: Request, request_id: str, extension: str) -> Response:
    state, fields, wanted = state_of(request), query_of(request), format_of(extension)
    in_jurisdiction(state, fields)
    actor = caller_of(request, state, fields)
    found = await _one(state, request_id, actor, services_of(state))
    await _recorded(state, actor, request, len(found))
    if not found:
        raise Problem(404, "request_not_found", "没有这个 service_request_id，或者您无权查看。")
    return answer(found, "service_requests", "request", wanted)


@router.get("/tokens/{token}.{extension}")
async def get_token(request: Request, token: str, extension: str) -> Response:
    """A request gets its id at once, so a token is that id."""
    state, fields, wanted = state_of(request), query_of(request), format_of(extension)
    in_jurisdiction(state, fields)
    if not await _one(state, token, caller_of(request, state, fields), services_of(state)):
        raise Problem(404, "token_not_found", "没有这个 token。")
    return answer([{"service_request_id": token, "token": token}], "service_requests", "request", wanted)


@router.post("/requests.{extension}")
async def post_request(request: Request, extension: str) -> Response:
    """受理 on behalf of an app's user; a person dispatches it. Danger is opened as such and the notice says whom to call."""
    state, wanted = state_of(request), format_of(extension)
    fields = query_of(request) | await form_of(request)
    in_jurisdiction(state, fields)
    actor = caller_of(request, state, fields)
    if actor.role is Role.UNIT:
        raise Problem(403, "wrong_role", "承办单位的密钥不能新建工单。")
    filing = filing_of(fields, services_of(state))
    triage = await triaged(state, filing)
    form = order_form(filing, triage)
    order, code = await at_the_desk(lambda: state.container.work_orders().desk.open(form, actor))
    await _recorded(state, actor, request, 1)
    told = notice(order.number, code, triage)
    filed = {"service_request_id": order.id, "service_notice": told, "account_id": None}
    return answer([filed], "service_requests", "request", wanted, 201)


def _rows(desk: OrderDesk, wanted: Wanted, actor: Actor) -> list[OrderRow]:
    query = OrderQuery(
        unit=actor.unit if actor.role is Role.UNIT else None,
        category=next(iter(wanted.categories)) if len(wanted.categories) == 1 else None,
        received_from=wanted.first,
        received_before=wanted.end,
        open_only=wanted.status == OPEN,
        limit=PAGE,
    )
    return list(islice(_fitting(desk, query, wanted), MOST_REQUESTS))


def _fitting(desk: OrderDesk, query: OrderQuery, wanted: Wanted) -> Iterator[OrderRow]:
    """Page by page, so that a thousand closed requests are found behind many open ones."""
    while True:
        rows = desk.store.find(query)
        yield from (row for row in rows if _fits(row, wanted))
        if len(rows) < PAGE:
            return
        query = replace(query, after=rows[-1].id)


def _fits(row: OrderRow, wanted: Wanted) -> bool:
    in_status = wanted.status is None or status_of(row.state) == wanted.status
    return in_status and (not wanted.categories or row.category in wanted.categories)


async def _one(state: ApiState, request_id: str, actor: Actor, services: Services) -> list[dict[str, Any]]:
    """Nothing where there is no such order or none for this caller: the two look alike."""

    def look() -> list[dict[str, Any]]:
        desk = state.container.work_orders().desk
        try:
            order = desk.see(request_id[:64], actor)
        except OrderUnknown:
            return []
        clock = order.clock(ClockKind.FEEDBACK)
        due = deadline(clock, desk.policy.calendar) if clock and clock.stopped is None else None
        return [order_record(order, due, services)]

    return await at_the_desk(look)


async def _recorded(state: ApiState, actor: Actor, request: Request, count: int) -> None:
    """Article 35: who saw and did what; ids of callers and routes only."""
    payload = {"trace_id": current_trace_id.get(), "actor": actor.id, "role": actor.role.value, "unit": actor.unit}
    await record(
        state, "accessed", payload | {"method": request.method, "route": request.scope["hotline.route"], "count": count}
    )
