"""Limits requests per caller; tells the caller with ``RateLimit-*`` and ``Retry-After``."""

from __future__ import annotations

import math
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.identity import Kind
from assistant.api.problems import Problem, send_problem
from assistant.domain.rate_limit import RateDecision
from assistant.ports.serving import RateLimiter


class RateLimit:
    """``people`` counts for those who signed in, ``limiter`` for everybody else."""

    def __init__(
        self, app: ASGIApp, limiter: RateLimiter, *, people: RateLimiter, on_refused: Callable[[], None]
    ) -> None:
        self.app, self.limiter, self.people, self.on_refused = app, limiter, people, on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_limited(scope):
            await self.app(scope, receive, send)
            return
        limiter = self.people if scope["hotline.identity"].kind is Kind.ACCOUNT else self.limiter
        decision = await limiter.admit(scope["hotline.principal"])
        send_limited = with_limit_headers(send, decision)
        if decision.allowed:
            await self.app(scope, receive, send_limited)
            return
        self.on_refused()
        wait = max(1, math.ceil(decision.retry_after_s))
        detail = f"请求过于频繁，请在 {wait} 秒后再试；急事请拨打12345。"
        problem = Problem(429, "rate_limited", detail, headers={"retry-after": str(wait)}, retry_after_s=wait)
        await send_problem(scope, send_limited, problem)


def is_limited(scope: Scope) -> bool:
    """What searches or changes something; pages and their files cost nothing."""
    path: str = scope["path"]
    return path.startswith(("/v1/", "/open311/")) or path == "/policies" or scope["method"] == "POST"


def with_limit_headers(send: Send, decision: RateDecision) -> Send:
    async def send_limited(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["ratelimit-limit"] = str(decision.limit)
            headers["ratelimit-remaining"] = str(decision.remaining)
            headers["ratelimit-reset"] = str(math.ceil(decision.reset_s))
        await send(message)

    return send_limited
