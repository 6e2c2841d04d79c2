"""Asks the table of permissions about every request, refuses forged ones, and records who looked and did.

Stands behind the rate limit, so that guessing keys is limited like everything else.
"""

from __future__ import annotations

import hmac
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.answering import record
from assistant.api.identity import Identity, Kind
from assistant.api.middleware import header
from assistant.api.middleware.hosts import is_cross_site
from assistant.api.permissions import Access, Who, access_to
from assistant.api.problems import Problem, send_problem
from assistant.domain.sign_in_sessions import csrf_token

SAFE = ("GET", "HEAD", "OPTIONS")
SESSION = "/v1/session"
PASSWORD = "/v1/session/password"  # noqa: S105 - a path


class Permissions:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        access, identity = access_to(scope["method"], scope["hotline.route"]), scope["hotline.identity"]
        problem = refusal(scope, access, identity)
        if problem is not None:
            await send_problem(scope, send, problem, close=problem.status == 401)
        elif access is not None and access.recorded:
            await self._recorded(scope, receive, send, identity)
        else:
            await self.app(scope, receive, send)

    async def _recorded(self, scope: Scope, receive: Receive, send: Send, identity: Identity) -> None:
        status = 500

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        finally:
            await record(scope["app"].state.hotline, "accessed", seen(scope, identity, status))


def seen(scope: Scope, identity: Identity, status: int) -> dict[str, Any]:
    """What is kept of a call (Article 35): ids and the route, never what was searched for or sent."""
    return {
        "trace_id": scope.get("hotline.trace_id", ""),
        "actor": identity.principal,
        "role": identity.role.value if identity.role else None,
        "unit": identity.unit,
        "method": scope["method"],
        "route": scope["hotline.route"],
        "ids": {name: str(value)[:64] for name, value in scope.get("path_params", {}).items()},
        "status": status,
    }


def refusal(scope: Scope, access: Access | None, identity: Identity) -> Problem | None:
    """Why this request may not go on; ``None`` when it may."""
    if access is None:
        return Problem(403, "route_without_rule", "这个接口没有登记使用权限，请联系管理员。")
    if identity.kind is Kind.NOBODY and access.who is not Who.ANYONE:
        return unknown(identity)
    if forged(scope, identity):
        return Problem(403, "csrf_failed", "页面已过期或者请求来自其他网站，请刷新页面后重试。")
    if _must_change_password(identity) and not scope["path"].startswith(SESSION):
        return Problem(403, "password_change_required", "首次登录或者密码重置后，请先修改密码。")
    if access.who is Who.ROLES and identity.role not in access.roles:
        return without_role(identity)
    if scope["path"] == PASSWORD and identity.kind is not Kind.ACCOUNT:
        return unknown(identity)
    return None


def unknown(identity: Identity) -> Problem:
    if identity.fault == "invalid_api_key":
        detail = "需要有效的 API 密钥（Authorization: Bearer …）。"
        return Problem(401, "invalid_api_key", detail, headers={"www-authenticate": "Bearer"})
    return Problem(
        401, "not_signed_in", "请先登录，或者登录已过期，请重新登录。", headers={"www-authenticate": "Session"}
    )


def without_role(identity: Identity) -> Problem:
    if identity.kind is Kind.OPEN and identity.role is None:
        return unknown(identity)
    if identity.kind is Kind.KEY and identity.role is None:
        detail = "这个 API 密钥没有办理工单的身份，请联系管理员（HOTLINE_API__CALLERS）。"
        return Problem(403, "key_without_role", detail)
    return Problem(403, "wrong_role", "您的身份不能使用这项功能，请联系管理员。")


def forged(scope: Scope, identity: Identity) -> bool:
    """Whether a change was not sent by our own page: browsers add the cookie to anybody's requests (CSRF).

    Somebody signed in proves it with ``X-CSRF-Token``; signing in itself must come from our own origin.
    """
    if scope["method"] in SAFE or identity.kind is Kind.KEY:
        return False
    if is_cross_site(scope) and (identity.kind is Kind.ACCOUNT or scope["path"].startswith(SESSION)):
        return True
    if identity.signed_in is None or (scope["method"], scope["path"]) == ("POST", SESSION):
        return False
    given = header(scope, b"x-csrf-token").encode("latin-1")
    return not hmac.compare_digest(csrf_token(identity.signed_in.token).encode(), given)


def _must_change_password(identity: Identity) -> bool:
    return identity.signed_in is not None and identity.signed_in.account.must_change_password
