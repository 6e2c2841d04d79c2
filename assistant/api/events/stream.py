"""Writes one page's events as they come: beats while nothing happens, and ends with the session or a reader too slow."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.api.streaming import HEARTBEAT, disconnected, stop
from assistant.domain.burst_notice import BurstAlert
from assistant.domain.live_events import LiveEvent, OpenCounts
from assistant.live.hub import Dropped, Subscription, Told
from assistant.ports.live import FeedItem

RETRY = "retry: 2000\n\n"
RESYNC = "event: resync\ndata: {}\n\n"
SEND_WITHIN_S = 20.0
"""A page that takes nothing for so long has gone to sleep or lost its network."""


def frames_of(told: Told) -> str:
    if isinstance(told, FeedItem):
        return f"id: {told.id}\n{_frame('order', order_data(told.event))}"
    if isinstance(told, LiveEvent):
        return _frame("order", order_data(told))
    if isinstance(told, BurstAlert):
        return _frame("burst", asdict(told))
    if isinstance(told, OpenCounts):
        return _frame("counters", asdict(told))
    return RESYNC


def order_data(event: LiveEvent) -> dict[str, Any]:
    """Without ``units``: who else works on an order is told by the order itself."""
    shown = {name: value for name, value in asdict(event).items() if name not in ("kind", "units")}
    return {"type": event.kind.value, **shown}


def _frame(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


class LiveStream(Response):
    """``first`` are frames for the start; ``still_allowed`` is asked at each beat; ``left`` is called at the end."""

    media_type = "text/event-stream"

    def __init__(
        self,
        subscription: Subscription,
        first: Sequence[str],
        *,
        heartbeat_s: float,
        still_allowed: Callable[[], Awaitable[bool]],
        left: Callable[[], None],
    ) -> None:
        self.status_code, self.background = 200, None
        self.subscription, self.first, self.heartbeat_s = subscription, first, heartbeat_s
        self.still_allowed, self.left = still_allowed, left
        self.init_headers({"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writer = asyncio.create_task(self._write(send))
        watcher = asyncio.create_task(disconnected(receive))
        try:
            await asyncio.wait({writer, watcher}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.left()
            await stop(writer, watcher)

    async def _write(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await _put(send, "".join((RETRY, *self.first)))
        with contextlib.suppress(TimeoutError):
            while (text := await self._next()) is not None:
                await _put(send, text)
            await _put(send, "", more=False)

    async def _next(self) -> str | None:
        """The next frames; ``None`` at the end."""
        try:
            async with asyncio.timeout(self.heartbeat_s):
                told = await self.subscription.queue.get()
        except TimeoutError:
            return HEARTBEAT if await self.still_allowed() else None
        return None if isinstance(told, Dropped) else frames_of(told)


async def _put(send: Send, text: str, *, more: bool = True) -> None:
    """Raises ``TimeoutError`` where the reader takes nothing."""
    async with asyncio.timeout(SEND_WITHIN_S):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": more})
