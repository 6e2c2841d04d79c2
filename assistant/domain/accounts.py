"""Who may sign in: accounts of people, their roles, and what a role stands for on a work order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.work_order_events import Actor, Role

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
"""A login is never given out again: the history of orders names people by it. Accounts are disabled, not deleted."""


class AccountRole(StrEnum):
    """One role per account. An administrator manages accounts and sees no orders: two duties, two people."""

    SEAT_AGENT = "seat_agent"
    UNIT_HANDLER = "unit_handler"
    SUPERVISOR = "supervisor"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    ADMIN = "admin"


_ORDER_ROLES = {
    AccountRole.SEAT_AGENT: Role.SEAT_AGENT,
    AccountRole.UNIT_HANDLER: Role.UNIT,
    AccountRole.SUPERVISOR: Role.SUPERVISOR,
}


@dataclass(frozen=True, slots=True)
class Account:
    """A person. ``unit`` is a handling unit's id for ``UNIT_HANDLER`` and nobody else; ``name`` is shown, ``login`` identifies."""

    id: str
    login: str
    name: str
    role: AccountRole
    unit: str | None
    created_at: datetime
    disabled: bool = False
    must_change_password: bool = False

    @property
    def principal(self) -> str:
        return f"account:{self.login}"


class UnfitAccount(Exception):  # noqa: N818 - an answer to whoever fills in the form
    """``code`` is stable; ``detail`` is Chinese and says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def check_account(account: Account, units: frozenset[str]) -> None:
    """Raises ``UnfitAccount``; ``units`` are the ids of the city pack."""
    if not LOGIN.fullmatch(account.login):
        raise UnfitAccount("invalid_login", "登录名为2至64个小写字母、数字、点、横线或下划线，以字母或数字开头。")
    if not account.name.strip() or len(account.name) > 100:
        raise UnfitAccount("invalid_name", "请填写姓名或岗位名，最多100个字。")
    if (account.role is AccountRole.UNIT_HANDLER) != (account.unit is not None):
        raise UnfitAccount("unit_does_not_fit", "承办单位人员必须指明所属单位，其他身份不填单位。")
    if account.unit is not None and account.unit not in units:
        raise UnfitAccount("unknown_unit", "承办单位不在单位目录中，请用 /v1/units 查看单位编号。")


def order_actor(principal: str, role: AccountRole | None, unit: str | None) -> Actor | None:
    """The person as the rules of work orders know them; ``None`` for a role that has no part in orders."""
    known = _ORDER_ROLES.get(role) if role else None
    return Actor(principal, known, unit) if known else None
