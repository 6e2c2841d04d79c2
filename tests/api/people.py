"""People who sign in to a real order database in a test; every account in it is 演示数据."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from assistant.account_desk import AccountDesk
from assistant.adapters.sql_accounts import SqlAccounts
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_rates import SqlRates
from assistant.domain.accounts import Account, AccountRole
from assistant.domain.passwords import ScryptCost
from assistant.order_bootstrap import mask
from assistant.order_desk import OrderDesk
from assistant.rate_ports import RateRules
from assistant.sign_in import SignInDesk
from tests.orders import HOLIDAY, POLICY

CHEAP = ScryptCost(log_n=4, r=1, p=1)
PEOPLE: dict[str, tuple[AccountRole, str | None]] = {
    "seat": (AccountRole.SEAT_AGENT, None),
    "housing": (AccountRole.UNIT_HANDLER, "housing"),
    "market": (AccountRole.UNIT_HANDLER, "market"),
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
class Office:
    """What ``container.work_orders()`` gives, on SQLite in a temporary folder."""

    desk: OrderDesk
    rates: SqlRates
    sign_in: SignInDesk
    accounts: AccountDesk
    clock: Clock
    passwords: dict[str, str]

    def __call__(self) -> Office:
        return self

    def account(self, login: str) -> Account:
        return self.accounts.find_login(login)


def office(folder: Path) -> Office:
    engine = open_engine(sqlite_url(folder / "orders.db"))
    migrate(engine)
    store, clock = SqlAccounts(engine), Clock()
    accounts = AccountDesk(store, frozenset(POLICY.units), CHEAP, clock)
    passwords = {
        name: accounts.create(name, f"演示{name}", role, unit, must_change=False)[1]
        for name, (role, unit) in PEOPLE.items()
    }
    return Office(
        OrderDesk(SqlWorkOrders(engine, HOLIDAY), POLICY, mask, "演示盐"),
        SqlRates(engine, RateRules()),
        SignInDesk(store, "演示盐", cost=CHEAP, now=clock),
        accounts,
        clock,
        passwords,
    )


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
