"""``/v1/session/oidc``: to the city's own sign-in and back. A browser walks this way, so every ending is a page to go to."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from assistant.api.cookies import cookie, give, take
from assistant.api.middleware.authentication import network_of
from assistant.api.problems import Problem
from assistant.api.schemas import problems
from assistant.api.session.endpoints import kept, with_cookie
from assistant.api.state import ApiState, state_of
from assistant.api.work_orders.working import at_the_desk
from assistant.desks.sign_in import SignedIn, WrongCredentials
from assistant.domain.accounts import AccountRole, UnfitAccount
from assistant.domain.outside_identity import ClaimRules, NoRole, SignInFlow, person_of
from assistant.ports.accounts import OutsideRefused, OutsideSignIn, OutsideUnavailable
from assistant.setting_sections import Oidc

router = APIRouter(prefix="/v1/session/oidc", tags=["登录"])
FLOW_S = 600
HOME = "/console"
_OWN_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.?=&%-]{0,200}", re.ASCII)
_FLOW = re.compile(r"([\w-]{43})\|(/[^|]*)", re.ASCII)


def configured(state: ApiState) -> tuple[Oidc, OutsideSignIn]:
    """Raises ``Problem`` 404 where no other sign-in is set."""
    outside = state.container.outside
    if state.sign_in.oidc is None or outside is None or not state.may_sign_in:
        raise Problem(404, "oidc_not_configured", "没有配置统一身份认证，请用登录名和密码登录。")
    return state.sign_in.oidc, outside


def cookie_name(state: ApiState) -> str:
    return "__Host-hotline-oidc" if state.secure_cookies else "hotline-oidc"


def redirect_uri(request: Request, state: ApiState) -> str:
    origin = state.sign_in.origin or f"{request.url.scheme}://{request.headers['host']}"
    return f"{origin}/v1/session/oidc/callback"


@router.get(
    "",
    status_code=303,
    response_class=RedirectResponse,
    summary="转到统一身份认证",
    responses=problems(404, 422),
)
async def leave(request: Request, return_to: str = HOME) -> Response:
    state = state_of(request)
    _, outside = configured(state)
    back = return_to if _OWN_PATH.fullmatch(return_to) else HOME
    seed = secrets.token_urlsafe(32)
    try:
        address = await outside.way_out(SignInFlow(seed), redirect_uri(request, state))
    except OutsideUnavailable as error:
        return await failed(request, back, "oidc_unavailable", str(error))
    response = RedirectResponse(address, status_code=303)
    give(response, cookie_name(state), f"{seed}|{back}", secure=state.secure_cookies, max_age_s=FLOW_S)
    return response


@router.get(
    "/callback",
    status_code=303,
    response_class=RedirectResponse,
    summary="从统一身份认证返回",
    responses=problems(404, 422),
)
async def come_back(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """``state`` must be the one that this very browser left with."""
    api = state_of(request)
    oidc, outside = configured(api)
    found = _FLOW.fullmatch(cookie(request.scope, cookie_name(api)))
    flow, back = (SignInFlow(found[1]), found[2]) if found else (SignInFlow(""), HOME)
    if found is None or not secrets.compare_digest(flow.state.encode(), state.encode()):
        return await failed(request, back, "oidc_expired", "state")
    if error or not code:
        return await failed(request, back, "oidc_denied", "denied")
    try:
        claims = await outside.claims(flow, code, redirect_uri(request, api))
        signed_in = await _admitted(api, dict(claims), oidc, cookie(request.scope, api.cookie_name))
    except OutsideUnavailable as reason:
        return await failed(request, back, "oidc_unavailable", str(reason))
    except OutsideRefused as reason:
        return await failed(request, back, "oidc_refused", str(reason))
    except NoRole:
        return await failed(request, back, "oidc_no_role", "role")
    except UnfitAccount as unfit:
        return await failed(request, back, "oidc_no_role", unfit.code)
    except WrongCredentials:
        return await failed(request, back, "account_disabled", "disabled")
    await kept(api, "signed_in", signed_in.account.principal, address=network_of(request.scope), by="oidc")
    return with_cookie(api, signed_in, _ended(api, back))


async def _admitted(api: ApiState, claims: dict[str, object], oidc: Oidc, old_token: str) -> SignedIn:
    roles = {value: AccountRole(role) for value, role in oidc.roles.items()}
    person = person_of(claims, ClaimRules(str(oidc.issuer), oidc.role_claim, roles, oidc.unit_claim))
    opened = await at_the_desk(api.container.work_orders)

    def work() -> SignedIn:
        account = opened.accounts.admit(person)
        if account.disabled:
            raise WrongCredentials
        return opened.sign_in.begin(account, old_token)

    return await at_the_desk(work)


def _ended(api: ApiState, address: str) -> Response:
    response = RedirectResponse(address, status_code=303)
    take(response, cookie_name(api), secure=api.secure_cookies)
    return response


async def failed(request: Request, back: str, code: str, reason: str) -> Response:
    """``code`` stands in the address for the page to word; ``reason`` in the audit log only."""
    api = state_of(request)
    await kept(api, "sign_in_failed", f"address:{network_of(request.scope)}", code=code, reason=reason, by="oidc")
    joiner = "&" if "?" in back else "?"
    return _ended(api, f"{back}{joiner}{urlencode({'sign_in_error': code})}")
