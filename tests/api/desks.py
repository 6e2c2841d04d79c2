"""Work orders opened on a database of its own, with everything beside them; callers by key and role."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from assistant.adapters.follow_up_files import load_follow_up_script
from assistant.adapters.sql_corrections import SqlCorrections
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_feedback import SqlFeedback
from assistant.adapters.sql_follow_ups import SqlFollowUps
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.bootstrap.orders import mask
from assistant.city_pack import city_pack_folder
from assistant.desks.feedback import FeedbackDesk
from assistant.desks.orders import OrderDesk
from assistant.desks.replies import ReplyDesk
from assistant.domain.follow_up import FollowUpScript
from assistant.domain.identifiers import new_id
from assistant.ports.orders import Step
from assistant.setting_sections import Caller
from tests.orders import HOLIDAY, POLICY, Desk

KEYS = {name: f"demo-key-of-{name}" for name in ("agent", "boss", "housing", "market")}


def caller(name: str) -> Caller:
    digest = hashlib.sha256(KEYS[name].encode()).hexdigest()
    role, unit = {"agent": ("seat_agent", None), "boss": ("supervisor", None)}.get(name, ("unit", name))
    return Caller(key=digest, role=role, unit=unit)  # type: ignore[arg-type]


CALLERS = tuple(map(caller, KEYS))


@dataclass
class OpenedOrders:
    desk: OrderDesk
    follow_ups: SqlFollowUps
    feedback: FeedbackDesk
    replies: ReplyDesk
    corrections: SqlCorrections
    script: FollowUpScript

    def __call__(self) -> OpenedOrders:
        return self

    def put(self, made: Desk) -> str:
        self.desk.store.commit([Step(made.order, tuple(made.events), 0)])
        return made.order.id


def opened_orders(folder: Path) -> OpenedOrders:
    engine = open_engine(sqlite_url(folder / "orders.db"))
    migrate(engine)
    desk = OrderDesk(SqlWorkOrders(engine, HOLIDAY), SqlRequests(engine), POLICY, mask, "演示盐")
    book = SqlFeedback(engine)
    script = load_follow_up_script(city_pack_folder(None) / "catalogue")
    feedback = FeedbackDesk(book, book, desk, mask)
    queue = SqlFollowUps(engine, POLICY.unreachable_after)
    return OpenedOrders(desk, queue, feedback, ReplyDesk(desk, book), SqlCorrections(engine), script)


class Hand:
    """One caller at work: a new idempotency key per request."""

    def __init__(self, client: httpx.AsyncClient, name: str) -> None:
        self.client, self.key = client, KEYS.get(name, name)

    def headers(self, **more: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}", "idempotency-key": new_id(), **more}

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params, headers=self.headers())

    async def post(self, path: str, body: dict[str, Any], **more: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=self.headers(**{"if-match": "*", **more}))


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]
