"""People who sign in to the program's own order database in a test; every account in it is 演示数据."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from assistant.bootstrap.orders import WorkOrders, open_work_orders
from assistant.domain.accounts import Account, AccountRole
from assistant.domain.passwords import ScryptCost
from assistant.setting_sections import Orders
from assistant.settings import Settings

CHEAP = ScryptCost(log_n=4, r=1, p=1)
PEOPLE: dict[str, tuple[AccountRole, str | None]] = {
    "seat": (AccountRole.SEAT_AGENT, None),
    "housing": (AccountRole.UNIT_HANDLER, "housing-administration"),
    "market": (AccountRole.UNIT_HANDLER, "market-regulation"),
    "boss": (AccountRole.SUPERVISOR, None),
    "editor": (AccountRole.KNOWLEDGE_EDITOR, None),
    "admin": (AccountRole.ADMIN, None),
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Office(WorkOrders):
    """What ``container.work_orders()`` gives, as the program opens it, on SQLite in a temporary folder."""

    clock: Clock
    passwords: dict[str, str]

    def __call__(self) -> Office:
        return self

    def account(self, login: str) -> Account:
        return self.accounts.find_login(login)


def office(folder: Path, database_url: str | None = None) -> Office:
    """On SQLite in ``folder`` where no other database is named."""
    orders = Orders(database_url=SecretStr(database_url)) if database_url else Orders()
    opened, clock = open_work_orders(Settings(data_dir=folder, orders=orders)), Clock()
    accounts = replace(opened.accounts, cost=CHEAP, now=clock)
    sign_in = replace(opened.sign_in, cost=CHEAP, now=clock)
    passwords = {
        name: accounts.create(name, f"演示{name}", role, unit, must_change=False)[1]
        for name, (role, unit) in PEOPLE.items()
    }
    parts = {field.name: getattr(opened, field.name) for field in fields(opened)}
    return Office(**parts | {"accounts": accounts, "sign_in": sign_in}, clock=clock, passwords=passwords)


class Page:
    """A browser's page: keeps cookies, sends what browsers send, and the token once somebody signed in."""

    ORIGIN = "http://testserver"

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.token, self.count = client, "", 0

    async def sign_in(self, login: str, password: str) -> httpx.Response:
        body = {"login": login, "password": password}
        answer = await self.client.post("/v1/session", json=body, headers={"origin": self.ORIGIN})
        self.token = answer.json().get("csrf_token", "") if answer.status_code == 200 else ""
        return answer

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        self.count += 1
        headers = {"origin": self.ORIGIN, "x-csrf-token": self.token, "idempotency-key": f"k-{self.count}"}
        headers |= {"if-match": "*"} | more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)
