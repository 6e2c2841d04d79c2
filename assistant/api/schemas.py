"""Shapes that several resources show, and the problem document of the OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

YEARS = range(1949, 3000)
"""Beyond them a moment may have no counterpart in UTC, and an order's limits no end."""


def in_reach(at: datetime) -> datetime:
    """Raises ``ValueError`` for a year that is none of ``YEARS``."""
    if at.year not in YEARS:
        raise ValueError(f"a year from {YEARS[0]} to {YEARS[-1]}")
    return at


AwareMoment = Annotated[AwareDatetime, AfterValidator(in_reach)]
Region = Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Shape(BaseModel):
    """A response: built by us, frozen."""

    model_config = ConfigDict(frozen=True)


class ProblemDocument(Shape):
    """RFC 9457. Further members depend on ``code``; the text a caller sent is never repeated."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                "type": "urn:hotline:problem:question_too_long",
                "title": "请求内容不符合要求",
                "status": 422,
                "detail": "问题最多 1000 个字，现有 1203 个字，请精简后再提交。",
                "code": "question_too_long",
                "trace_id": "0af7651916cd43dd8448eb211c80319c",
                "limit": 1000,
                "count": 1203,
            }
        },
    )
    type: str
    title: str
    status: int
    detail: str
    code: str
    trace_id: str


class ValidityView(Shape):
    """In force from ``effective_from`` until the day before ``repealed_on``; ``null`` leaves an end open."""

    effective_from: date | None = Field(description="施行日期")
    repealed_on: date | None = Field(description="废止日期（当日起不再有效）")
    in_force: bool = Field(description="在 as_of 当日是否现行有效")


class BasisView(Shape):
    law: str = Field(examples=["北京市物业管理条例"])
    article: str = Field(examples=["第二十条"])


Responses = dict[int | str, dict[str, Any]]

_MEANINGS: Mapping[int, str] = {
    304: "内容未变（If-None-Match）",
    400: "主机名不允许、JSON 或编码有误",
    401: "缺少或无效的 API 密钥",
    403: "不允许的跨站请求，或者身份不能办理",
    404: "没有这个资源",
    405: "不支持的方法",
    408: "请求体太慢",
    409: "不能续传已中断的流；同一请求正在办理；当前状态不能办理",
    412: "工单已被他人修改（If-Match 与当前版本不符）",
    413: "请求体过大",
    414: "网址过长",
    415: "不支持的内容类型或字符集",
    422: "内容不符合要求",
    428: "缺少 If-Match",
    429: "请求过于频繁",
    431: "请求头过大",
    500: "服务内部错误",
    503: "依赖不可用或负载过高",
    504: "处理超时",
}
ALWAYS = (400, 405, 414, 429, 431, 500, 503)
WITH_BODY = (408, 413, 415, 422)


def problems(*statuses: int, model: type[BaseModel] = ProblemDocument) -> Responses:
    """``responses=`` entries for these statuses and for those that every route may give."""
    media = "application/problem+json" if model is ProblemDocument else "application/json"
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {
        status: {"description": _MEANINGS[status], "content": {media: {"schema": reference}}}
        for status in sorted({*ALWAYS, 401, *statuses})
    }


def success(description: str, content: dict[str, Any]) -> Responses:
    """The 200 of a route that gives more than its response model."""
    return {200: {"description": description, "content": content}}
