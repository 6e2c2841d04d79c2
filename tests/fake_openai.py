"""A fake OpenAI-compatible server over real sockets, for everything that a model endpoint can do wrong.

``with FakeOpenAI() as server: server.mode = "silent"; … server.base_url``. Runs in a thread of its own, so
synchronous and asynchronous clients can both call it. Modes:

ok       answers from the passages of the prompt, a few characters per chunk
silent   accepts the request and never answers          slow     one character per second
garbled  chunks that are not chat chunks                html     200 with a page instead of a stream
cut      closes the connection in the middle            endless  never finishes
empty    finishes without a word                        huge     one chunk of 2 MB
nan      a chunk with NaN in it                         unsupported  fluent sentences that no passage supports
declined 依据不足                                        uncited  fluent sentences without tokens
400 too long · 401 · 429 · 500 · 503 as status codes: "400", "401", "429", "500", "503"; "busy" is vLLM's full queue
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any

PASSAGE = re.compile(r"\[(P\d+)\] [^\n]*\n(.+?)(?=\n\n\[P\d+\]|\n</依据>|\Z)", re.DOTALL)
ERRORS = {
    "400": (
        400,
        {"error": {"message": "This model's maximum context length is 4096 tokens", "code": "context_length"}},
    ),
    "401": (401, {"error": {"message": "bad key", "type": "invalid_request_error"}}),
    "429": (429, {"error": {"message": "slow down", "type": "rate_limit"}}),
    "500": (500, {"error": {"message": "boom"}}),
    "503": (503, {"error": {"message": "loading"}}),
    "busy": (
        503,
        {"error": {"message": "The engine is currently busy and cannot accept new requests. Please try again later"}},
    ),
}
UNSUPPORTED = "根据规定，您可以获得一次性补贴88888元[P1]。请拨打13900001111办理，7个工作日内到账[P1]。"
UNCITED = "这件事很简单。您去窗口办理就可以了。一般当天可以办完。"


def quote_passages(prompt: str) -> str:
    """Two sentences that the prompt's own passages support, cited."""
    said = []
    for token, text in PASSAGE.findall(prompt)[:2]:
        lines = [re.sub(r"[（(]依据.*?[）)]|^[-\d.、\s]+", "", line) for line in text.splitlines() if len(line) > 10]
        if lines:
            said.append(lines[0].rstrip("。；;") + f"[{token}]。")
    return "".join(said) or "依据不足"


class FakeOpenAI:
    """``requests`` are the bodies received; ``aborted`` counts streams that the client left."""

    def __init__(self, mode: str = "ok", reply: Callable[[str], str] = quote_passages) -> None:
        self.mode, self.reply = mode, reply
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.aborted = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        assert self._ready.wait(5), "the fake server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**22))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if first.split()[1].endswith("/models"):
            await _json(writer, 200, {"object": "list", "data": [{"id": "fake", "object": "model"}]})
            return True
        if first.startswith("GET "):
            await _json(writer, 404, {"error": {"message": "no such page"}})
            return True
        request = json.loads(body)
        self.requests.append(request)
        self.headers.append(headers)
        return await self._answer(request, writer)

    async def _answer(self, request: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        mode = self.mode
        if mode == "silent":
            await asyncio.sleep(3600)
        if mode in ERRORS:
            await _json(writer, *ERRORS[mode])
            return True
        if mode == "html":
            await _raw(writer, 200, "text/html", b"<html>maintenance</html>")
            return True
        text = self._text(mode, request["messages"][-1]["content"])
        if not request.get("stream"):
            message = {"role": "assistant", "content": text}
            await _json(writer, 200, {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
            return True
        counted = bool((request.get("stream_options") or {}).get("include_usage"))
        await self._stream(mode, text, writer, counted)
        return mode != "cut"

    def _text(self, mode: str, prompt: str) -> str:
        fixed = {
            "empty": "",
            "unsupported": UNSUPPORTED,
            "uncited": UNCITED,
            "declined": "依据不足",
            "huge": "长" * 2_000_000,
        }
        return fixed[mode] if mode in fixed else self.reply(prompt)

    async def _stream(self, mode: str, text: str, writer: asyncio.StreamWriter, counted: bool = False) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            async for line in self._lines(mode, text, counted):
                data = line.encode() + b"\n\n"
                writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                await writer.drain()
                if writer.transport.is_closing():
                    raise ConnectionResetError
            if mode == "cut":
                writer.transport.abort()
                return
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except ConnectionError:
            self.aborted += 1
            raise

    async def _lines(self, mode: str, text: str, counted: bool = False) -> AsyncIterator[str]:
        if mode == "garbled":
            for junk in ('data: {"choices": "no"}', "data: {{{{", "data: \x00\x01"):
                yield junk
        if mode == "nan":
            yield 'data: {"choices": [{"index": 0, "delta": {"content": NaN}}]}'
        size = len(text) if mode == "huge" else 1 if mode == "slow" else 4
        pieces = [text[at : at + size] for at in range(0, len(text), size or 1)]
        for at, piece in enumerate(pieces):
            if mode == "cut" and at > len(pieces) * 0.7:
                return
            yield _chunk({"content": piece})
            await asyncio.sleep(4.0 if mode == "slow" else 0)
        while mode == "endless":
            yield _chunk({"content": "还有。"})
            await asyncio.sleep(0.01)
        yield _chunk({}, "stop")
        if counted:
            usage = {"prompt_tokens": 700, "completion_tokens": len(text), "total_tokens": 700 + len(text)}
            yield "data: " + json.dumps({"object": "chat.completion.chunk", "choices": [], "usage": usage})
        yield "data: [DONE]"


def _chunk(delta: dict[str, str], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return "data: " + json.dumps(
        {"object": "chat.completion.chunk", "model": "fake", "choices": [choice]}, ensure_ascii=False
    )


async def _json(writer: asyncio.StreamWriter, status: int, content: dict[str, Any]) -> None:
    await _raw(writer, status, "application/json", json.dumps(content).encode())


async def _raw(writer: asyncio.StreamWriter, status: int, kind: str, content: bytes) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    writer.write(head.encode() + content)
    await writer.drain()
