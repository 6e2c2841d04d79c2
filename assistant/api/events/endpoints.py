"""``GET /v1/events``: what happens to orders, for open pages; a unit hears of its own orders only."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.api.events.stream import RESYNC, LiveStream, frames_of
from assistant.api.identity import Identity, Kind, identity_of
from assistant.api.problems import Problem
from assistant.api.schemas import problems, success
from assistant.api.state import ApiState, state_of
from assistant.domain.accounts import AccountRole
from assistant.live.hub import Subscription, TooManyStreams
from assistant.ports.orders import StoreUnavailable

router = APIRouter(prefix="/v1/events", tags=["实时"])
_EXAMPLE = 'id: 1790000000000-0\nevent: order\ndata: {"type":"changed","order_id":"…","version":3,"state":"签收"}\n\n'
_STREAM = {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}}


@router.get(
    "",
    response_class=Response,
    summary="实时事件（SSE）：工单新建、变化、临期，待办计数，突发聚集（主管）",
    responses=success("事件流；断线后带 Last-Event-ID 续传，收到 resync 时请重新读取", _STREAM) | problems(403),
)
async def follow_events(request: Request) -> Response:
    """Hints without text: a page reads the order itself, with its own rights."""
    state, identity = state_of(request), identity_of(request)
    hub = state.container.live
    try:
        subscription = hub.subscribe(
            identity.principal, identity.unit, supervises=identity.role is AccountRole.SUPERVISOR
        )
    except TooManyStreams:
        detail = "打开的实时页面过多，请关闭一些后重试。"
        raise Problem(429, "too_many_streams", detail, headers={"retry-after": "10"}, retry_after_s=10) from None
    return LiveStream(
        subscription,
        await first_frames(state, subscription, request.headers.get("last-event-id", "")),
        heartbeat_s=state.settings.stream_heartbeat_s,
        still_allowed=lambda: still_allowed(state, identity),
        left=lambda: hub.leave(subscription),
    )


async def first_frames(state: ApiState, subscription: Subscription, last_id: str) -> list[str]:
    """What was missed since ``last_id``, else the word to read everything: a stream does not hold what came before it."""
    missed = await state.container.live.missed(subscription, last_id) if last_id else None
    return [RESYNC] if missed is None else [frames_of(item) for item in missed]


async def still_allowed(state: ApiState, identity: Identity) -> bool:
    if identity.kind is not Kind.ACCOUNT or identity.signed_in is None:
        return True
    token = identity.signed_in.token
    try:
        return await asyncio.to_thread(lambda: state.container.work_orders().sign_in.still_holds(token))
    except StoreUnavailable:
        return True  # nothing is told from a database that is away; the next beat asks again
