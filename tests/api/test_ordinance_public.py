"""The hotline's knowledge is open to the public (ordinance Article 31). 演示数据."""

from __future__ import annotations

import httpx

from assistant.setting_sections import Widget
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, FakeContainer


def public(container: FakeContainer) -> httpx.AsyncClient:
    return client_of(container, keys=(DIGEST,), environment="production", widget=Widget(enabled=True))


async def test_article_31_anybody_may_ask_and_sees_the_sources() -> None:
    async with public(FakeContainer()) as client:
        answer = await client.post("/v1/citizen/inquiries", json={"question": "物业费"})
        assert answer.status_code == 200
        assert answer.json()["citations"]
        assert (await client.get("/v1/passages", params={"q": "物业费"})).status_code == 401
