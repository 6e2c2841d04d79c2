"""``/v1/session``: sign in, who am I, sign out, change the password. The secret travels in a cookie that scripts cannot read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from assistant.api.answering import record
from assistant.api.cookies import cookie, give, take
from assistant.api.identity import identity_of
from assistant.api.middleware.authentication import network_of
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.session.schemas import Credentials, PasswordChange, SessionView, WaysIn
from assistant.api.state import ApiState, state_of
from assistant.api.tracing import current_trace_id
from assistant.api.work_orders.working import at_the_desk
from assistant.desks.sign_in import SignedIn, SignInDesk, TooManyAttempts, WeakPassword, WrongCredentials

router = APIRouter(prefix="/v1/session", tags=["登录"])
T = TypeVar("T")


def ways_in(state: ApiState) -> WaysIn:
    oidc = state.sign_in.oidc
    return WaysIn(password=state.may_sign_in, oidc=oidc.name if oidc and state.may_sign_in else None)


def view(state: ApiState, signed_in: SignedIn | None) -> SessionView:
    return SessionView.of(signed_in, ways_in(state), state.container.triage.catalogue.units)


def with_cookie(state: ApiState, signed_in: SignedIn, response: Response) -> Response:
    give(response, state.cookie_name, signed_in.token, secure=state.secure_cookies, max_age_s=state.sign_in.absolute_s)
    return response


async def desk_of(state: ApiState) -> SignInDesk:
    """Raises ``Problem`` 503 where signing in is off or the database is away."""
    if not state.may_sign_in:
        detail = "本服务没有开放登录，请管理员设置 HOTLINE_SIGN_IN__ORIGIN（https://…）。"
        raise Problem(503, "sign_in_off", detail)
    return await at_the_desk(lambda: state.container.work_orders().sign_in)


@router.get("", response_model=SessionView, summary="当前登录的人", responses=problems())
async def get_session(request: Request) -> Response:
    state, signed_in = state_of(request), identity_of(request).signed_in
    response = JSONResponse(view(state, signed_in).model_dump(mode="json"))
    if signed_in is None and cookie(request.scope, state.cookie_name):
        take(response, state.cookie_name, secure=state.secure_cookies)
    return response


@router.post("", response_model=SessionView, summary="登录", responses=problems(403, 504, *WITH_BODY))
async def sign_in(body: Credentials, request: Request) -> Response:
    state = state_of(request)
    desk, address = await desk_of(state), network_of(request.scope)
    old, password = cookie(request.scope, state.cookie_name), body.password.get_secret_value()
    try:
        signed_in = await hashing(state, lambda: desk.sign_in(body.login, password, address, old))
    except Problem as problem:
        await kept(state, "sign_in_failed", f"address:{address}", code=problem.code)
        raise
    await kept(state, "signed_in", signed_in.account.principal, address=address)
    return with_cookie(state, signed_in, JSONResponse(view(state, signed_in).model_dump(mode="json")))


@router.delete("", status_code=204, summary="退出登录", responses=problems(403))
async def sign_out(request: Request, everywhere: bool = False) -> Response:
    state, signed_in = state_of(request), identity_of(request).signed_in
    if signed_in is not None:
        desk = await desk_of(state)
        await at_the_desk(lambda: _end(desk, signed_in, everywhere))
        await kept(state, "signed_out", signed_in.account.principal, everywhere=everywhere)
    response = Response(status_code=204)
    take(response, state.cookie_name, secure=state.secure_cookies)
    return response


def _end(desk: SignInDesk, signed_in: SignedIn, everywhere: bool) -> None:
    if everywhere:
        desk.sign_out_everywhere(signed_in.account.id)
    else:
        desk.sign_out(signed_in.token)


@router.put("/password", response_model=SessionView, summary="修改自己的密码", responses=problems(403, 504, *WITH_BODY))
async def change_password(body: PasswordChange, request: Request) -> Response:
    """All other sessions of the account end."""
    state, signed_in = state_of(request), identity_of(request).signed_in
    assert signed_in is not None  # the table of permissions lets nobody else in
    desk, address = await desk_of(state), network_of(request.scope)
    current, new = body.current_password.get_secret_value(), body.new_password.get_secret_value()
    changed = await hashing(state, lambda: desk.change_password(signed_in, current, new, address))
    await kept(state, "password_changed", changed.account.principal)
    return with_cookie(state, changed, JSONResponse(view(state, changed).model_dump(mode="json")))


async def hashing(state: ApiState, work: Callable[[], T]) -> T:
    """Few at a time: a hash takes a third of a second of one core. Raises ``Problem`` 403, 422, 429 or 503."""
    try:
        async with state.hashing:
            return await at_the_desk(work)
    except WrongCredentials:
        raise Problem(403, "wrong_credentials", "登录名或密码不对，或者账号已停用。") from None
    except WeakPassword as error:
        raise Problem(422, "weak_password", str(error), param="new_password") from None
    except TooManyAttempts as error:
        seconds = max(1, math.ceil(error.wait.total_seconds()))
        detail = f"尝试次数过多，请在 {seconds} 秒后再试；忘记密码请联系管理员。"
        headers = {"retry-after": str(seconds)}
        raise Problem(429, "too_many_attempts", detail, headers=headers, retry_after_s=seconds) from None


async def kept(state: ApiState, event: str, actor: str, **more: object) -> None:
    await record(state, event, {"trace_id": current_trace_id.get(), "actor": actor, **more})
