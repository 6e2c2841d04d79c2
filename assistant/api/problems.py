"""Errors as RFC 9457 ``application/problem+json``, under the OpenAI and GeoReport routes in their shapes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.types import Receive, Scope, Send

from assistant.api.open311.rendering import error

OPENAI_ROUTES = ("/v1/chat/completions", "/v1/models")
GEO_REPORT_ROUTES = "/open311/"

TITLES: Mapping[int, str] = {
    400: "请求格式有误",
    401: "未通过身份验证",
    403: "不允许的请求",
    404: "未找到",
    405: "不支持的请求方法",
    406: "无法提供所要的格式",
    408: "请求超时",
    409: "请求冲突",
    412: "内容已变化",
    413: "请求体过大",
    414: "网址过长",
    415: "不支持的内容类型",
    422: "请求内容不符合要求",
    428: "需要前提条件",
    429: "请求过于频繁",
    431: "请求头过大",
    500: "服务内部错误",
    503: "服务暂时不可用",
    504: "处理超时",
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """An error with its own HTTP status. ``code`` is stable and machine-readable; ``detail`` is Chinese, for people.

    ``extra`` holds further members (limits, counts); neither it nor ``detail`` may hold text of the caller.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        param: str | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.param = status, code, detail, param
        self.headers = dict(headers or {})
        self.extra = extra


@dataclass(frozen=True, slots=True)
class RenderedProblem:
    """Status, headers and body of an error response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def render(problem: Problem, path: str, trace_id: str) -> RenderedProblem:
    if path.startswith(OPENAI_ROUTES):
        return RenderedProblem(
            problem.status, _encode(openai_error(problem)), {**problem.headers, "content-type": "application/json"}
        )
    if path.startswith(GEO_REPORT_ROUTES):
        content, media_type = error(problem.status, f"{problem.code}: {problem.detail}", path.rpartition(".")[2])
        return RenderedProblem(problem.status, content, {**problem.headers, "content-type": media_type})
    body = {
        "type": f"urn:hotline:problem:{problem.code}",
        "title": TITLES.get(problem.status) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "trace_id": trace_id,
        **problem.extra,
    }
    return RenderedProblem(
        problem.status, _encode(body), {**problem.headers, "content-type": "application/problem+json; charset=utf-8"}
    )


def openai_error(problem: Problem) -> dict[str, Any]:
    """``{"error": {message, type, param, code}}`` as the ``openai`` clients read it."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(problem.status, "server_error" if problem.status >= 500 else "invalid_request_error")
    return {"error": {"message": problem.detail, "type": kind, "param": problem.param, "code": problem.code}}


def _encode(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


async def send_problem(
    scope: Scope, send: Send, problem: Problem, *, close: bool = False, unread: Receive | None = None
) -> None:
    """Answers with ``problem``; ``close`` ends the connection, and ``unread`` is discarded for a moment before that.

    Closing while the client still sends would reset the connection, and many clients then never see the answer.
    """
    rendered = render(problem, scope["path"], scope.get("hotline.trace_id", ""))
    headers = {**rendered.headers, "content-length": str(len(rendered.body)), "cache-control": "no-store"}
    if close:
        headers["connection"] = "close"
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": rendered.status, "headers": raw})
    await send({"type": "http.response.body", "body": rendered.body, "more_body": unread is not None})
    if unread is not None:
        await _discard(unread)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _discard(receive: Receive, seconds: float = 1.0) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass
