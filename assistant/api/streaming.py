"""Server-sent events that beat, stop the work when the reader leaves, and always end in exactly one final frame."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

DONE = "data: [DONE]\n\n"
HEARTBEAT = ": heartbeat\n\n"
_END = None


def frame(data: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


class EventStream(Response):
    """Sends ``frames``; when they fail or the server stops, ``closing_frames`` end the stream instead."""

    media_type = "text/event-stream"

    def __init__(
        self,
        frames: AsyncGenerator[str],
        *,
        heartbeat_s: float,
        closing_frames: Sequence[str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code, self.background = 200, None
        self.frames, self.heartbeat_s, self.closing_frames = frames, heartbeat_s, closing_frames
        # nginx and its kin would hold the events back otherwise.
        self.init_headers({"cache-control": "no-cache, no-transform", "x-accel-buffering": "no", **(headers or {})})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        producer = asyncio.create_task(self._produce(queue))
        watcher = asyncio.create_task(disconnected(receive))
        watcher.add_done_callback(lambda _: queue.put_nowait(_END))
        try:
            await self._send_all(queue, send)
            if watcher.done():
                return
            await self._close(producer, send)
        except asyncio.CancelledError:
            await _send_text(send, "".join(self.closing_frames), more=False)
            raise
        finally:
            await stop(producer, watcher)

    async def _produce(self, queue: asyncio.Queue[str | None]) -> None:
        # One task runs the generator from start to end: time limits inside it belong to the task that entered them.
        try:
            async with contextlib.aclosing(self.frames) as frames:
                async for text in frames:
                    queue.put_nowait(text)
        finally:
            queue.put_nowait(_END)

    async def _send_all(self, queue: asyncio.Queue[str | None], send: Send) -> None:
        while True:
            try:
                async with asyncio.timeout(self.heartbeat_s):
                    text = await queue.get()
            except TimeoutError:
                text = HEARTBEAT
            if text is _END:
                return
            await _send_text(send, text)

    async def _close(self, producer: asyncio.Task[None], send: Send) -> None:
        await asyncio.wait({producer})
        error = producer.exception()
        if error is not None:
            logger.error("stream failed: %s", type(error).__name__, exc_info=error)
        await _send_text(send, "".join(self.closing_frames) if error else "", more=False)


async def _send_text(send: Send, text: str, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": more})


async def disconnected(receive: Receive) -> None:
    """Returns when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stop(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until_disconnect(request: Request, work: Coroutine[Any, Any, Result]) -> Result | None:
    """The result of ``work``, or ``None`` when the client left first; ``work`` is then cancelled."""
    working = asyncio.create_task(work)
    watching = asyncio.create_task(disconnected(request.receive))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        await stop(working, watching)
