"""``/v1/citizen``: without a key; what is missing is asked back; number and code once; nothing of the inner workings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.adapters.catalogue_files import load_catalogue
from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.adapters.sql_engine import open_engine, sqlite_url
from assistant.adapters.sql_migrations import migrate
from assistant.adapters.sql_orders import SqlWorkOrders
from assistant.adapters.sql_requests import SqlRequests
from assistant.bootstrap.orders import mask
from assistant.city_pack import city_pack_folder
from assistant.desks.orders import OrderDesk
from assistant.domain.order_policy import OrderPolicy
from assistant.domain.rate_limit import RateRule
from assistant.domain.work_order import OrderState
from assistant.ports.orders import OrderQuery
from assistant.setting_sections import Widget
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, FakeContainer
from tests.orders import taken_to_review


@dataclass
class Opened:
    desk: OrderDesk

    def __call__(self) -> Opened:
        return self


COLD = "演示数据：望京西园三区暖气不热，屋里才14度"
FILING = {"text": COLD, "answers": {"when": "上周开始", "object": "", "demand": "尽快来修"}, "phone": "10012345678"}
KEY = "0190b0c2-7d4e-7a11-9a52-aaaaaaaaaaaa"
ROUTES = ("inquiries", "appeals", "work-orders", "progress", "ratings")
BODIES: dict[str, dict[str, Any]] = {
    "inquiries": {"question": "物业费"},
    "appeals": {"text": COLD},
    "work-orders": FILING,
    "progress": {"number": "20260101-0000000000", "code": "AAAAAAAA"},
    "ratings": {
        "number": "20260101-0000000000",
        "code": "AAAAAAAA",
        "contacted": True,
        "solved": False,
        "satisfaction": "不满意",
    },
}
WITH_KEY = ("work-orders", "ratings")


@pytest.fixture(scope="module")
def policy() -> OrderPolicy:
    return OrderPolicy.of(load_catalogue(city_pack_folder(None) / "catalogue"))


@pytest.fixture
def desk(tmp_path: Path, policy: OrderPolicy) -> OrderDesk:
    engine = open_engine(sqlite_url(tmp_path / "orders.db"))
    migrate(engine)
    return OrderDesk(SqlWorkOrders(engine, policy.calendar), SqlRequests(engine), policy, mask, "演示盐")


@pytest.fixture
def container(desk: OrderDesk) -> FakeContainer:
    return FakeContainer(work_orders=Opened(desk))


@pytest.fixture
async def citizen(container: FakeContainer) -> AsyncIterator[httpx.AsyncClient]:
    """From afar, at a service that has keys: a citizen has none."""
    widget = Widget(enabled=True)
    async with client_of(container, peer="203.0.113.7", keys=(DIGEST,), widget=widget) as client:
        yield client


async def post(client: httpx.AsyncClient, route: str, body: Any = None, **headers: str) -> httpx.Response:
    given = {"idempotency-key": f"{KEY}-{route}", **headers} if route in WITH_KEY else headers
    return await client.post(f"/v1/citizen/{route}", json=BODIES[route] if body is None else body, headers=given)


async def test_asking_needs_no_key_and_shows_no_inner_workings(citizen: httpx.AsyncClient) -> None:
    answered = await post(citizen, "inquiries")
    assert answered.status_code == 200
    said = answered.json()
    assert said["citations"][0]["text"].startswith("物业服务收费标准的调整")
    assert said["ai_generated"]
    assert {"trace", "answerability", "composer", "degraded"} & set(said) == set()


async def test_the_stream_holds_no_inner_workings(citizen: httpx.AsyncClient) -> None:
    streamed = await post(citizen, "inquiries", {"question": "物业费", "stream": True})
    parts = [json.loads(line[6:]) for line in streamed.text.splitlines() if line.startswith("data: {")]
    answer = next(part["data"] for part in parts if part["type"] == "data-answer")
    assert answer["sentences"] and "trace" not in answer
    assert parts[-1]["type"] == "finish"


async def test_a_longer_question_than_the_widget_takes_is_refused(citizen: httpx.AsyncClient) -> None:
    refused = await post(citizen, "inquiries", {"question": "问" * 301})
    assert (refused.status_code, refused.json()["limit"]) == (422, 300)


async def test_article_10_what_is_missing_is_asked_back_in_order(citizen: httpx.AsyncClient) -> None:
    looked = (await post(citizen, "appeals")).json()
    asked = [item["field"] for item in looked["missing"]]
    assert asked and "contact" not in asked
    answered = {"text": COLD, "answers": {asked[0]: "", asked[-1]: "希望尽快来修"}}
    left = [item["field"] for item in (await post(citizen, "appeals", answered)).json()["missing"]]
    assert not {asked[0], asked[-1]} & set(left)


async def test_a_proposal_for_a_citizen_names_no_unit_and_no_probability(citizen: httpx.AsyncClient) -> None:
    looked = await post(citizen, "appeals")
    assert looked.json()["category"] == "公共服务/供暖/室温不达标"
    for word in ("unit", "confidence", "probability", "similar", "alternatives", "trace"):
        assert word not in looked.text


async def test_article_11_an_emergency_is_told_to_call_at_once(citizen: httpx.AsyncClient) -> None:
    looked = (await post(citizen, "appeals", {"text": "家里着火了，有人被困在屋里"})).json()
    assert looked["advice"]["kind"] == "emergency"
    assert {"110", "119", "120"} <= set(looked["advice"]["numbers"])
    assert "119" in looked["advice"]["text"]


async def test_article_11_another_body_s_matter_names_its_route(citizen: httpx.AsyncClient) -> None:
    advice = (await post(citizen, "appeals", {"text": "法院判决我不服，要求热线改判"})).json()["advice"]
    assert advice["kind"] == "route"
    assert "法院" in advice["text"]


async def test_article_8_a_filed_appeal_waits_in_the_seats_queue(citizen: httpx.AsyncClient, desk: OrderDesk) -> None:
    filed = await post(citizen, "work-orders")
    assert filed.status_code == 201
    said = filed.json()
    row = (await asyncio.to_thread(desk.store.find, OrderQuery(state=OrderState.ACCEPTED)))[0]
    order = await asyncio.to_thread(desk.store.load, row.id)
    assert order is not None
    assert (row.number, order.channel, order.street) == (said["number"], "网络", "street-wangjing")
    assert "尽快来修" in order.content
    person = await asyncio.to_thread(desk.store.person, row.id)
    assert person is not None and person.phone == "10012345678"
    event = (await asyncio.to_thread(desk.store.events, row.id))[0]
    assert (event.actor.id, event.actor.role.value) == ("citizen", "appellant")


async def test_number_and_code_lead_to_the_progress(citizen: httpx.AsyncClient) -> None:
    said = (await post(citizen, "work-orders")).json()
    found = await post(citizen, "progress", {"number": said["number"], "code": said["code"]})
    assert (found.status_code, found.json()["state"]) == (200, "已受理，等待派单")
    wrong = await post(citizen, "progress", {"number": said["number"], "code": "22222222"})
    unknown = await post(citizen, "progress", {"number": "20200101-0000000000", "code": said["code"]})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.json()["detail"] == unknown.json()["detail"]


async def test_a_repeated_request_gets_the_same_number_and_the_same_code(
    citizen: httpx.AsyncClient, desk: OrderDesk
) -> None:
    first, again = [(await post(citizen, "work-orders")).json() for _ in range(2)]
    assert first == again
    other = (await post(citizen, "work-orders", **{"idempotency-key": KEY.replace("a", "b")})).json()
    assert other["code"] != first["code"]
    assert await asyncio.to_thread(desk.store.count, OrderQuery()) == 2
    changed = await post(citizen, "work-orders", {**FILING, "text": COLD + "了"})
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")


async def test_article_8_the_result_is_rated_by_number_and_code_once(
    citizen: httpx.AsyncClient, desk: OrderDesk
) -> None:
    said = (await post(citizen, "work-orders")).json()
    rating = {**BODIES["ratings"], "number": said["number"], "code": said["code"], "opinion": "还是冷，回电13812345678"}
    early = await post(citizen, "ratings", rating)
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    row = (await asyncio.to_thread(desk.store.find, OrderQuery()))[0]
    await asyncio.to_thread(taken_to_review, desk, row.id)
    assert (await post(citizen, "progress", rating_key(rating))).json()["can_rate"]
    for _ in range(2):
        rated = await post(citizen, "ratings", rating)
        assert (rated.status_code, rated.json()["can_rate"]) == (200, False)
    last = (await asyncio.to_thread(desk.store.events, row.id))[-1]
    assert last.actor.role.value == "appellant" and "13812345678" not in repr(last)
    again = await post(citizen, "ratings", rating, **{"idempotency-key": KEY.replace("a", "c")})
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")


def rating_key(rating: dict[str, Any]) -> dict[str, str]:
    return {name: rating[name] for name in ("number", "code")}


async def test_a_rating_with_a_wrong_code_is_like_one_of_no_order(citizen: httpx.AsyncClient) -> None:
    said = (await post(citizen, "work-orders")).json()
    wrong = await post(citizen, "ratings", {**BODIES["ratings"], "number": said["number"]})
    unknown = await post(citizen, "ratings")
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("key", ["", "short", "空" * 20])
async def test_filing_needs_a_key_that_cannot_be_guessed(citizen: httpx.AsyncClient, key: str) -> None:
    refused = await citizen.post(
        "/v1/citizen/work-orders", json=FILING, headers={"idempotency-key": key.encode()} if key else {}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")


async def test_who_wants_a_call_back_is_marked_for_the_seat(citizen: httpx.AsyncClient, desk: OrderDesk) -> None:
    await post(citizen, "work-orders", {**FILING, "call_back": True, "confidential": True})
    row = (await asyncio.to_thread(desk.store.find, OrderQuery()))[0]
    order = await asyncio.to_thread(desk.store.load, row.id)
    assert order is not None
    assert order.confidential and "转人工" in order.labels


async def test_personal_data_in_the_words_is_masked_in_the_order(citizen: httpx.AsyncClient, desk: OrderDesk) -> None:
    await post(citizen, "work-orders", {**FILING, "text": COLD + "，我的身份证号是110105199003078888"})
    row = (await asyncio.to_thread(desk.store.find, OrderQuery()))[0]
    order = await asyncio.to_thread(desk.store.load, row.id)
    assert order is not None
    assert "110105199003078888" not in order.content + order.title


@pytest.mark.parametrize("route", ROUTES)
async def test_what_another_site_sends_is_refused(citizen: httpx.AsyncClient, route: str) -> None:
    refused = await post(citizen, route, **{"sec-fetch-site": "cross-site", "origin": "https://other.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")


@pytest.mark.parametrize("route", ["work-orders", "progress"])
async def test_filing_and_trying_codes_is_limited(
    citizen: httpx.AsyncClient, container: FakeContainer, route: str
) -> None:
    container.filings = InProcessLimiter(RateRule(2, 3600))
    statuses = [(await post(citizen, route)).status_code for _ in range(3)]
    assert statuses[-1] == 429 and 429 not in statuses[:2]
    refused = await post(citizen, route)
    assert int(refused.headers["retry-after"]) > 0
    assert "秒后再试" in refused.json()["detail"]
    assert (await post(citizen, "inquiries")).status_code == 200


async def test_the_counts_of_two_addresses_are_apart(container: FakeContainer) -> None:
    container.filings = InProcessLimiter(RateRule(1, 3600))
    for peer in ("203.0.113.7", "203.0.113.8"):
        async with client_of(container, peer=peer, keys=(DIGEST,), widget=Widget(enabled=True)) as client:
            assert (await post(client, "progress")).status_code == 404


async def test_no_cookie_is_ever_set(citizen: httpx.AsyncClient) -> None:
    for route in ROUTES:
        assert "set-cookie" not in (await post(citizen, route)).headers


@pytest.mark.parametrize("route", ROUTES)
async def test_a_service_without_widget_has_none_of_it(container: FakeContainer, route: str) -> None:
    async with client_of(container, keys=(DIGEST,), widget=Widget(enabled=False)) as client:
        assert (await post(client, route)).status_code == 404


@pytest.mark.parametrize(
    ("environment", "widget", "served"),
    [
        ("development", Widget(), True),
        ("production", Widget(), False),
        ("production", Widget(allowed_origins=("https://www.example.gov.cn",)), True),
    ],
)
def test_it_is_served_in_development_and_where_a_site_is_named(environment: str, widget: Widget, served: bool) -> None:
    assert widget.settled(environment == "development").enabled is served


@pytest.mark.parametrize("origin", ["*", "https://*.gov.cn", "https://a.gov.cn/", "null", "javascript:alert(1)"])
def test_an_allowed_site_is_an_exact_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="allowed_origins"):
        Widget(allowed_origins=(origin,))


@pytest.mark.parametrize("text", ["", "   ", "太短"])
async def test_too_little_to_file_is_refused(citizen: httpx.AsyncClient, text: str) -> None:
    assert (await post(citizen, "work-orders", {**FILING, "text": text})).status_code == 422


@pytest.mark.parametrize("phone", ["", "手机", "123"])
async def test_article_10_filing_needs_a_phone(citizen: httpx.AsyncClient, phone: str) -> None:
    assert (await post(citizen, "work-orders", {**FILING, "phone": phone})).status_code == 422
