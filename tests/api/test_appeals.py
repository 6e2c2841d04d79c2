"""Appeals, units and categories over HTTP: a proposal, never a dispatch; words are masked; refusals are problems."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from assistant.bootstrap.pack_triage import open_triage_flow
from assistant.city_pack import city_pack_folder
from assistant.domain.appeal import Appeal, Judgement, Place, Relation, SimilarOrder
from assistant.flows.triage_appeal import Learned
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer

TEXT = "我叫李明，电话13800138000，望京西园三区暖气不热，屋里才14度，希望尽快派人看看"


async def test_a_proposal_names_category_place_and_unit_and_is_no_dispatch(
    client: httpx.AsyncClient, container: FakeContainer
) -> None:
    response = await client.post("/v1/appeals", json={"text": TEXT})
    body = response.json()
    (triage,) = body["triages"]
    assert response.status_code == 200
    assert triage["category"]["label"].startswith("公共服务/供暖")
    assert triage["place"]["street_id"] == "street-wangjing"
    assert triage["units"]["suggestions"][0]["unit_id"] == "heating-supplier"
    assert "确认" in body["statement"]
    assert "13800138000" not in response.text
    ((event, payload),) = container.audit.records
    assert event == "appeal_triaged"
    assert "13800138000" not in str(payload)


async def test_a_transcript_is_read_by_the_citizens_turns(client: httpx.AsyncClient) -> None:
    turns = [
        {"speaker": "seat_agent", "text": "您好，请问有什么可以帮您？是着火了吗？"},
        {"speaker": "citizen", "text": "劲松四区消防通道天天被车堵着，没人管"},
    ]
    (triage,) = (await client.post("/v1/appeals", json={"transcript": turns})).json()["triages"]
    assert triage["diversion"] is None
    assert triage["category"]["label"].startswith("消防应急/消防通道")


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": "好", "unknown": 1}, {"text": "好", "received_at": "2026-01-01T00:00:00"}]
)
async def test_refuses_what_it_cannot_read(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    response = await client.post("/v1/appeals", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"].startswith("application/problem+json")


async def test_units_are_filtered_by_kind_and_name(client: httpx.AsyncClient) -> None:
    streets = (await client.get("/v1/units", params={"kind": "street"})).json()["items"]
    named = (await client.get("/v1/units", params={"name": "建国门外"})).json()["items"]
    assert len(streets) == 43
    assert [unit["id"] for unit in named] == ["street-jianwai"]
    assert (await client.get("/v1/units/street-jianwai")).json()["code"] == "110105001"
    assert (await client.get("/v1/units/nobody")).status_code == 404


async def test_categories_are_listed_below_a_node(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/categories", params={"under": "公共服务/供暖"})).json()["items"]
    assert items[0]["name"] == "公共服务/供暖"
    assert all(item["path"][:2] == ["公共服务", "供暖"] and item["seven_five"] == "住有所居" for item in items)


class OneOrder:
    async def similar(self, appeal: Appeal, category: Judgement, place: Place, limit: int) -> tuple[SimilarOrder, ...]:
        return (
            SimilarOrder("o1", Relation.SAME_EVENT, 0.9, "演示：停暖", "演示", "heating-supplier", number="演示-1"),
        )

    def received(self, appellant_key: str) -> list[datetime]:
        return [datetime.now(UTC) - timedelta(hours=at) for at in range(1, 13)]


def digest(key: str) -> SecretStr:
    return SecretStr(hashlib.sha256(key.encode()).hexdigest())


@pytest.mark.parametrize(("key", "sees"), [("agent", True), ("boss", True), ("unit", False), ("plain", False)])
async def test_orders_of_others_are_shown_to_those_who_work_at_the_hotline_only(key: str, sees: bool) -> None:
    flow = open_triage_flow(city_pack_folder(None) / "catalogue", Learned(OneOrder()), secret=b"demo")
    callers = (
        Caller(key=digest("agent"), role="seat_agent"),
        Caller(key=digest("boss"), role="supervisor"),
        Caller(key=digest("unit"), role="unit", unit="heating-supplier"),
    )
    async with client_of(FakeContainer(triage=flow), callers=callers, keys=(digest("plain"),)) as client:
        body = {"text": TEXT, "phone": "13800138000"}
        response = await client.post("/v1/appeals", json=body, headers={"authorization": f"Bearer {key}"})
    (triage,) = response.json()["triages"]
    assert [order["number"] for order in triage["similar"]] == (["演示-1"] if sees else [])
    assert ("演示-1" in response.text) is sees
    assert ("近30天已有12件" in triage["caller"]["tell"]) is sees
