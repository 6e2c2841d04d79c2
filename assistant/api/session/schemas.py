"""``/v1/session``: who is signed in, what a page must send with every change, and the ways to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from assistant.api.schemas import Shape
from assistant.desks.sign_in import SignedIn
from assistant.domain.accounts import Account, AccountRole
from assistant.domain.catalogue import HandlingUnit
from assistant.domain.sign_in_sessions import csrf_token

Login = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class AccountView(Shape):
    id: str
    login: str
    name: str
    role: AccountRole
    unit: str | None
    unit_name: str | None
    disabled: bool
    must_change_password: bool
    created_at: datetime

    @classmethod
    def of(cls, account: Account, units: tuple[HandlingUnit, ...]) -> AccountView:
        plain = {name: getattr(account, name) for name in cls.model_fields if name != "unit_name"}
        return cls(**plain, unit_name=next((unit.name for unit in units if unit.id == account.unit), None))


class WaysIn(Shape):
    password: bool = Field(description="可否用登录名和密码")
    oidc: str | None = Field(description="统一身份认证的名称；从 /v1/session/oidc 进入")


class SessionView(Shape):
    account: AccountView | None = Field(description="未登录时为 null")
    csrf_token: str | None = Field(description="每个修改请求放在 X-CSRF-Token 里")
    expires_at: datetime | None = Field(description="没有新的请求时，到这一刻退出")
    ways_in: WaysIn

    @classmethod
    def of(cls, signed_in: SignedIn | None, ways_in: WaysIn, units: tuple[HandlingUnit, ...]) -> SessionView:
        if signed_in is None:
            return cls(account=None, csrf_token=None, expires_at=None, ways_in=ways_in)
        return cls(
            account=AccountView.of(signed_in.account, units),
            csrf_token=csrf_token(signed_in.token),
            expires_at=signed_in.expires_at,
            ways_in=ways_in,
        )


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid")
    login: Login
    password: Password


class PasswordChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    current_password: Password
    new_password: Password
