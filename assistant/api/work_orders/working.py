"""Runs the blocking desk in a thread and turns its refusals into problems."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from assistant.api.problems import Problem
from assistant.api.state import WorkOrders, state_of
from assistant.api.work_orders.callers import actor_of
from assistant.desks.orders import OrderUnknown
from assistant.domain.feedback import FeedbackRefused
from assistant.domain.order_limits import NoTimeLimit
from assistant.domain.order_policy import NotAllowed
from assistant.ports.feedback import DraftDecided
from assistant.ports.orders import NumberTaken, StoreUnavailable, VersionConflict
from assistant.ports.requests import KeyInFlight, KeyReused
from assistant.ports.requests import Request as Asked

T = TypeVar("T")
REPLAYED = {"idempotency-replayed": "true"}
"""Header of a reply that was given before to the same request."""
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_FORBIDDEN = frozenset(
    {"wrong_role", "not_the_lead", "not_your_task", "person_hidden", "not_called", "whistle_not_yours"}
)
_CONFLICT = frozenset(
    {"wrong_state", "extension_pending", "already_paused", "not_paused", "no_extension_request"}
    | {"limit_not_over", "already_rated"}
)


_ENDINGS: dict[type[Exception], Callable[[], Problem]] = {
    OrderUnknown: lambda: Problem(404, "order_not_found", "没有这个工单，或者您无权查看。"),
    VersionConflict: lambda: Problem(412, "order_changed", "工单已被他人修改，请刷新后再办理。"),
    DraftDecided: lambda: Problem(409, "draft_decided", "这份草稿已经处理过，请刷新查看。"),
    KeyReused: lambda: Problem(
        422,
        "idempotency_key_reused",
        "这个 Idempotency-Key 已用于另一个请求，请换一个新的。",
        param="Idempotency-Key",
    ),
    KeyInFlight: lambda: Problem(
        409, "request_in_flight", "同一请求正在办理，请稍后查询结果。", headers={"retry-after": "1"}
    ),
    NumberTaken: lambda: Problem(409, "number_taken", "工单编号冲突，请重试。"),
    NoTimeLimit: lambda: Problem(422, "no_time_limit", "城市资料包没有适用的时限规则，请联系管理员。"),
    StoreUnavailable: lambda: Problem(
        503,
        "orders_unavailable",
        "工单库暂时不可用，没有保存任何内容，请稍后重试。",
        headers={"retry-after": "5"},
    ),
}


async def at_the_desk(work: Callable[[], T]) -> T:
    """Raises ``Problem``: 403, 404, 409, 412, 422 or 503, each with what to do; and ``RepeatedRequest``."""
    try:
        return await asyncio.to_thread(work)
    except NotAllowed as refusal:
        raise refused(refusal) from None
    except FeedbackRefused as refusal:
        raise Problem(403 if refusal.code in _FORBIDDEN else 422, refusal.code, refusal.detail) from None
    except tuple(_ENDINGS) as error:
        raise _ENDINGS[type(error)]() from None


async def opened(request: Request) -> WorkOrders:
    """Everything about work orders; opens the database at the first need. Raises ``Problem`` 503."""
    container = state_of(request).container
    return await at_the_desk(lambda: container.work_orders())


def refused(refusal: NotAllowed) -> Problem:
    if refusal.code == "not_your_order":
        return Problem(404, "order_not_found", "没有这个工单，或者您无权查看。")
    status = 403 if refusal.code in _FORBIDDEN else 409 if refusal.code in _CONFLICT else 422
    if refusal.nearest:
        return Problem(status, refusal.code, refusal.detail, nearest=list(refusal.nearest))
    return Problem(status, refusal.code, refusal.detail)


async def asked(request: Request, caller: str | None = None) -> Asked:
    """The request's idempotency key, bound to the caller (whoever works on orders, unless named) and to what is asked.

    Raises ``Problem`` 400.
    """
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        detail = "请在请求头 Idempotency-Key 中给出本次请求的唯一编号（1至200个可见字符），重试时不变。"
        raise Problem(400, "idempotency_key_missing", detail, param="Idempotency-Key")
    said = f"{request.method} {request.url.path}\n{request.headers.get('if-match', '')}\n".encode()
    return Asked(caller or actor_of(request).id, key, hashlib.sha256(said + await request.body()).hexdigest())


def expected_version(request: Request) -> int | None:
    """The version in ``If-Match``; ``*`` takes any. Raises ``Problem`` 428 without one, 412 for what was never a version."""
    header = request.headers.get("if-match", "").strip()
    if not header:
        detail = "请在请求头 If-Match 中带上看到的工单版本（ETag），以免覆盖他人的办理。"
        raise Problem(428, "if_match_missing", detail, param="If-Match")
    if header == "*":
        return None
    found = re.fullmatch(r'"(\d{1,9})"', header)
    if found is None:
        raise Problem(412, "order_changed", "工单已被他人修改，请刷新后再办理。")
    return int(found[1])
