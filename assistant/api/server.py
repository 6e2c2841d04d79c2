"""How uvicorn is to be run, and a protocol with the limits that it lacks: time and size of a request's head."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from asyncio.events import TimerHandle
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assistant.api.problems import Problem, render
from assistant.setting_sections import Api


class LeavingServer(uvicorn.Server):
    """Asked to end, it calls ``dismiss`` and then gives open answers their time; new connections are refused from then on."""

    def __init__(self, config: uvicorn.Config, dismiss: Callable[[], None]) -> None:
        super().__init__(config)
        self._dismiss = dismiss

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Nothing is awaited between the two: a page let go here finds the door closed.
        self._dismiss()
        await super().shutdown(sockets)

    def serve_until_told(self) -> bool:
        """Whether it ever started: uvicorn exits the program by itself when it cannot. Ctrl+C is an ordinary ending."""
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            self.run()
        return self.started


class GuardedProtocol(HttpToolsProtocol):
    """Closes connections whose request head is too slow (408), too long (431) or whose URL is too long (414).

    httptools refuses ``Transfer-Encoding`` together with ``Content-Length`` (request smuggling), h11 does not.
    """

    header_timeout_s = 10.0
    max_header_bytes = 16_384
    max_url_bytes = 8192
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # a stream transport is what uvicorn gets
        super().connection_made(transport)
        self._refused = False
        self._head_timer: TimerHandle | None = None
        self._start_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes = self._head_bytes or len(data)
            self._refuse_long_head()

    def send_400_response(self, msg: str) -> None:
        """What the parser cannot read: a URL beyond its own limit, smuggling, or no HTTP at all."""
        if len(getattr(self, "url", b"")) > self.max_url_bytes:
            self._refuse(414, "url_too_long", f"网址超过 {self.max_url_bytes} 字节。")
        else:
            self._refuse(400, "malformed_request", "请求不符合 HTTP 规范。")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._in_head:
            self._start_head()

    def on_headers_complete(self) -> None:
        self._stop_head()
        super().on_headers_complete()

    @property
    def _in_head(self) -> bool:
        return self._head_timer is not None

    def _start_head(self) -> None:
        self._head_bytes = 0
        refusal = (408, "headers_too_slow", "请求头没有在规定时间内传完。")
        self._head_timer = self.loop.call_later(self.header_timeout_s, self._refuse, *refusal)

    def _stop_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse_long_head(self) -> None:
        if len(getattr(self, "url", b"")) > self.max_url_bytes:
            self._refuse(414, "url_too_long", f"网址超过 {self.max_url_bytes} 字节。")
        elif self._head_bytes > self.max_header_bytes + self.max_url_bytes:
            self._refuse(431, "headers_too_large", f"请求头超过 {self.max_header_bytes} 字节。")

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answers, then discards for a second what still comes: closing at once would reset the connection."""
        self._stop_head()
        self._refused = True
        if not self._head_bytes or self._is_answering():
            self.transport.close()
            return
        self.transport.write(raw_problem(Problem(status, code, detail)))
        self.loop.call_later(1.0, self.transport.close)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete


def raw_problem(problem: Problem) -> bytes:
    """A whole HTTP/1.1 response that closes the connection."""
    rendered = render(problem, "/", "")
    headers = {**rendered.headers, "content-length": str(len(rendered.body)), "connection": "close"}
    head = f"HTTP/1.1 {rendered.status} {HTTPStatus(rendered.status).phrase}\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in headers.items()
    )
    return head.encode("latin-1") + b"\r\n" + rendered.body


def server_options(settings: Api) -> dict[str, Any]:
    """Keyword arguments for ``uvicorn.run`` beside the app."""
    limits = {name: getattr(settings, name) for name in ("header_timeout_s", "max_header_bytes", "max_url_bytes")}
    return {
        "host": settings.host,
        "port": settings.port,
        "http": type("ConfiguredProtocol", (GuardedProtocol,), limits),
        "ws": "none",
        "lifespan": "on",
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": settings.shutdown_grace_s,
        "backlog": 2048,
    }
