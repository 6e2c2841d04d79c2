"""``/v1/accounts``: an administrator lists, creates, changes and disables accounts. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Request

from assistant.api.accounts.schemas import AccountChange, AccountList, AccountWithPassword, NewAccount
from assistant.api.identity import identity_of
from assistant.api.problems import Problem
from assistant.api.schemas import WITH_BODY, problems
from assistant.api.session.endpoints import hashing, kept
from assistant.api.session.schemas import AccountView
from assistant.api.state import state_of
from assistant.api.work_orders.working import at_the_desk
from assistant.desks.accounts import AccountDesk, AccountUnknown
from assistant.domain.accounts import Account, UnfitAccount
from assistant.ports.accounts import LoginTaken

router = APIRouter(prefix="/v1/accounts", tags=["账号"])
T = TypeVar("T")
AccountId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


async def desk_of(request: Request) -> AccountDesk:
    state = state_of(request)
    return await at_the_desk(lambda: state.container.work_orders().accounts)


def view(request: Request, account: Account) -> AccountView:
    return AccountView.of(account, state_of(request).container.triage.catalogue.units)


async def kept_by_rules(request: Request, work: Callable[[], T]) -> T:
    """Raises ``Problem`` 404, 409, 422 or 503."""
    try:
        return await hashing(state_of(request), work)
    except AccountUnknown:
        raise Problem(404, "account_not_found", "没有这个账号。") from None
    except LoginTaken:
        raise Problem(409, "login_taken", "这个登录名已有账号（停用的也算），请换一个。", param="login") from None
    except UnfitAccount as error:
        raise Problem(422, error.code, error.detail) from None


@router.get("", response_model=AccountList, summary="账号列表", responses=problems(403))
async def list_accounts(request: Request) -> AccountList:
    desk = await desk_of(request)
    return AccountList(items=[view(request, account) for account in await at_the_desk(desk.store.all)])


@router.post(
    "",
    response_model=AccountWithPassword,
    status_code=201,
    summary="新建账号",
    responses=problems(403, 409, 504, *WITH_BODY),
)
async def create_account(body: NewAccount, request: Request) -> AccountWithPassword:
    desk = await desk_of(request)
    made = await kept_by_rules(request, lambda: desk.create(body.login, body.name, body.role, body.unit))
    await _kept(request, "account_created", made[0])
    return AccountWithPassword(account=view(request, made[0]), password=made[1])


@router.get("/{account_id}", response_model=AccountView, summary="一个账号", responses=problems(403, 404, 422))
async def get_account(request: Request, account_id: AccountId) -> AccountView:
    desk = await desk_of(request)
    return view(request, await kept_by_rules(request, lambda: desk.find(account_id)))


@router.patch(
    "/{account_id}",
    response_model=AccountView,
    summary="更改或停用账号（其登录随即失效）",
    responses=problems(403, 404, 504, *WITH_BODY),
)
async def change_account(body: AccountChange, request: Request, account_id: AccountId) -> AccountView:
    desk, by = await desk_of(request), identity_of(request).principal.removeprefix("account:")
    changed = await kept_by_rules(request, lambda: desk.change(desk.find(account_id), by, **body.changes()))
    await _kept(request, "account_changed", changed)
    return view(request, changed)


@router.post(
    "/{account_id}/password-resets",
    response_model=AccountWithPassword,
    status_code=201,
    summary="重置密码（其登录随即失效）",
    responses=problems(403, 404, 504, *WITH_BODY),
)
async def reset_password(request: Request, account_id: AccountId) -> AccountWithPassword:
    desk = await desk_of(request)

    def work() -> tuple[Account, str]:
        password = desk.reset_password(desk.find(account_id))
        return desk.find(account_id), password

    account, password = await kept_by_rules(request, work)
    await _kept(request, "password_reset", account)
    return AccountWithPassword(account=view(request, account), password=password)


async def _kept(request: Request, event: str, account: Account) -> None:
    about = {"login": account.login, "role": account.role.value, "unit": account.unit, "disabled": account.disabled}
    await kept(state_of(request), event, identity_of(request).principal, about=about)
