"""Turns what routes raise into problems; a validation error names the field and the rule, never the value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.api.problems import TITLES, Problem, render
from retrieval.ports import IndexUnavailable

_RULES = {
    "missing": "缺少必填字段",
    "string_too_long": "文本过长",
    "string_too_short": "文本过短",
    "string_pattern_mismatch": "格式不符",
    "string_type": "应为文本",
    "int_parsing": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，如 2025-01-15",
    "date_parsing": "应为日期，如 2025-01-15",
    "extra_forbidden": "有未知字段",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "too_long": "数量过多",
    "too_short": "数量过少",
    "list_type": "应为数组",
    "literal_error": "不在可选值之内",
    "value_error": "不符合要求，请查看接口说明",
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(IndexUnavailable, _on_index)
    app.add_exception_handler(TimeoutError, _on_index)


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    rendered = render(error, request.url.path, request.scope.get("hotline.trace_id", ""))
    return Response(rendered.body, rendered.status, dict(rendered.headers))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = TITLES.get(error.status_code, "请求无法处理")
    problem = Problem(error.status_code, f"http_{error.status_code}", f"{title}。", headers=error.headers)
    return await _on_problem(request, problem)


async def _on_index(request: Request, error: Exception) -> Response:
    detail = "政策库暂时无法查询，请稍后再试，或拨打12345由人工受理。"
    return await _on_problem(request, Problem(503, "index_unavailable", detail, headers={"retry-after": "5"}))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_fault(item) for item in error.errors()]
    return await _on_problem(request, invalid(faults))


def invalid(faults: Sequence[dict[str, str]]) -> Problem:
    named = "；".join(f"{fault['field']} {fault['message']}" for fault in faults[:3])
    first = faults[0]["field"] if faults else None
    return Problem(
        422, "invalid_request", f"请求有 {len(faults)} 处不符合要求：{named}。", param=first, errors=faults[:20]
    )


def _fault(item: dict[str, Any]) -> dict[str, str]:
    """An unknown field's name is the caller's own text, so the place is given without it."""
    kind = str(item["type"])
    place = [str(part) for part in item["loc"]]
    if kind == "extra_forbidden":
        place = place[:-1]
    field = ".".join(place[1:] or place)
    return {"field": field, "code": kind, "message": _RULES.get(kind, "不符合要求")}
