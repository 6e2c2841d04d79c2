"""Any OpenAI-compatible chat endpoint over HTTP, with strict timeouts: vLLM, vllm-ascend, a city's model service.

Plain httpx: the official client waits 600 s and retries twice by default, and nothing here needs more than one request.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Any

import httpx

from assistant.ports.answering import ChatModelError, ChatRequest

MAX_LINE_BYTES = 1_000_000

TokenCount = Callable[[int, int], None]


class OpenAIChat:
    """``ChatModel`` over ``POST {base_url}/chat/completions`` with ``stream: true``.

    ``connect_retries`` repeats a refused connection only: nothing was sent yet, so nothing can be answered twice.
    ``count_tokens`` is told the prompt's and the reply's tokens of each call, where the endpoint counts them.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        *,
        connect_timeout_s: float = 1.0,
        gap_timeout_s: float = 4.0,
        connect_retries: int = 1,
        transport: httpx.AsyncBaseTransport | None = None,
        count_tokens: TokenCount | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._model, self._gap_s, self._count_tokens = model, gap_timeout_s, count_tokens
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/",
            headers=headers,
            timeout=httpx.Timeout(gap_timeout_s, connect=connect_timeout_s),
            transport=transport or httpx.AsyncHTTPTransport(retries=connect_retries),
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def name(self) -> str:
        return self._model

    async def close(self) -> None:
        await self._client.aclose()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        """Text pieces. Raises ``ChatModelError``; leaving the iterator closes the connection, which aborts the call."""
        clock = asyncio.get_running_loop().time
        end = clock() + request.timeout_s
        deadline = min(end, clock() + request.first_token_timeout_s)
        async with aclosing(self._pieces(request)) as pieces:
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return
                except (TimeoutError, httpx.TimeoutException) as error:
                    raise ChatModelError("timeout") from error
                except httpx.HTTPError as error:
                    raise ChatModelError(_network_reason(error), type(error).__name__) from error
                if piece:
                    deadline = min(end, clock() + self._gap_s)
                    yield piece

    async def _pieces(self, request: ChatRequest) -> AsyncGenerator[str]:
        async with self._client.stream("POST", "chat/completions", json=self._body(request)) as response:
            if response.status_code != 200:
                raise _refused(response.status_code, await _head(response))
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ChatModelError("garbled", "not an event stream")
            finished = False
            async for event in _events(response):
                if event == "[DONE]":
                    break
                self._counted(event)
                piece, reason = _delta(event)
                finished = finished or reason is not None
                if reason == "length":
                    raise ChatModelError("cut", "max_tokens reached")
                yield piece
            if not finished:
                raise ChatModelError("cut", "the stream ended without a finish_reason")

    def _counted(self, event: str) -> None:
        """The last chunk of a stream that was asked for it carries ``usage``; a garbled one is ``_delta``'s to refuse."""
        if self._count_tokens is None or '"usage"' not in event:
            return
        with suppress(ValueError, KeyError, TypeError):
            usage = json.loads(event)["usage"]
            self._count_tokens(int(usage["prompt_tokens"]), int(usage["completion_tokens"]))

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        messages = [{"role": "system", "content": request.system}]
        messages += [{"role": message.role, "content": message.content} for message in request.messages]
        body: dict[str, Any] = {
            "model": self._model,
            "messages": messages,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stream": True,
        }
        if self._count_tokens is not None:
            body["stream_options"] = {"include_usage": True}
        if request.schema is not None:
            schema = {"name": "reply", "schema": request.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body


async def _events(response: httpx.Response) -> AsyncGenerator[str]:
    """The ``data:`` fields of a server-sent event stream, one line each."""
    rest = b""
    async for block in response.aiter_bytes():
        rest += block
        if len(rest) > MAX_LINE_BYTES:
            raise ChatModelError("garbled", "a line without end")
        *lines, rest = rest.split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip().decode("utf-8", "replace")


def _delta(event: str) -> tuple[str, str | None]:
    """Text and finish reason of one chunk. Raises ``ChatModelError`` (garbled) when it is not a chat chunk."""
    try:
        chunk = json.loads(event, parse_constant=_no_constant)
        if chunk.get("error"):
            raise ChatModelError("rejected", "error inside the stream")
        choices = chunk["choices"]
        if not choices:
            return "", None
        content = choices[0]["delta"].get("content")
        reason = choices[0].get("finish_reason")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise ChatModelError("garbled", type(error).__name__) from error
    if not isinstance(content, str | None) or not isinstance(reason, str | None):
        raise ChatModelError("garbled", "content is not text")
    return content or "", reason


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


async def _head(response: httpx.Response, limit: int = 2000) -> str:
    received = b""
    async for block in response.aiter_bytes():
        received += block
        if len(received) >= limit:
            break
    return received[:limit].decode("utf-8", "replace").lower()


def _refused(status: int, body: str) -> ChatModelError:
    """The endpoint's refusal in our words; its own are not passed on, they may echo the prompt."""
    if status == 429 or (status == 503 and any(word in body for word in ("busy", "backlog"))):
        return ChatModelError("rate_limited")  # 503 is what vLLM says when --max-num-queued-… is reached
    if status in (400, 413, 422) and any(
        word in body for word in ("context length", "too long", "maximum", "max_tokens")
    ):
        return ChatModelError("too_long")
    return ChatModelError("unreachable" if status >= 500 else "rejected", f"HTTP {status}")


def _network_reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "cut"
    return "unreachable"
