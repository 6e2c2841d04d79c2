"""Role × route × whose object, made from the API's own description: no route can be added without being asked for here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from assistant.api.app import create_app
from assistant.api.permissions import TABLE, Who, access_to
from assistant.desks.orders import OrderForm
from assistant.domain.accounts import AccountRole
from assistant.domain.appeal import AppealType
from assistant.domain.work_order_events import Dispatch
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer, api_settings
from tests.api.people import PEOPLE, Office, Page, office
from tests.orders import AGENT

METHODS = ("get", "post", "put", "patch", "delete")
ROUTES = sorted(
    (method.upper(), path, operation)
    for path, operations in create_app(FakeContainer(), api_settings()).openapi()["paths"].items()
    for method, operation in operations.items()
    if method in METHODS and path.startswith("/v1/")
)
NAMED = [(method, path) for method, path, _ in ROUTES]
ORDER_ROUTES = [(method, path) for method, path in NAMED if "{order_id}" in path]
CITIZEN = "/v1/citizen/"
CATEGORY = "住房/物业管理/物业服务不到位"
UNKNOWN, FORBIDDEN = 401, 403


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    named = {route for route in NAMED if not route[1].startswith(CITIZEN)}
    assert named - set(TABLE) == set(), "add a row to assistant/api/permissions.py"
    assert set(TABLE) - named == set(), "rows of routes that do not exist"


def test_every_route_with_an_id_of_an_order_says_so() -> None:
    assert ORDER_ROUTES
    assert [route for route in ORDER_ROUTES if TABLE[route].names != "order"] == []


# Outside /v1: probes, pages and their files, which hold nobody's data, and Open311, which asks for keys by its own rules.
OUTSIDE = re.compile(
    r"/(livez|readyz|metrics|openapi\.json|docs|assets/.*|web/.*|widget(\.js|/.*)?|demo|complaint|progress)?"
    r"|/(console|dashboard|knowledge|accounts|sign-in|policies)(/.*)?|/open311/v2/.*"
)


def test_nothing_outside_the_table_is_open_unnoticed() -> None:
    app = create_app(FakeContainer(), api_settings(docs=True))
    paths = {route.path for route in app.router.routes if isinstance(route, Route)}
    assert len(paths) > 80
    assert [path for path in paths if not path.startswith("/v1/") and not OUTSIDE.fullmatch(path)] == []


def test_a_route_without_a_row_is_refused() -> None:
    assert access_to("GET", "/v1/forgotten") is None
    assert access_to("GET", "/v1/session") is not None


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def order_id(people: Office) -> str:
    """Led by ``housing``; ``market`` has no part in it."""
    form = OrderForm("演示", "演示数据", AppealType.COMPLAINT, CATEGORY, phone="13812345678", confidential=True)
    order, _ = people.desk.open(form, AGENT)
    people.desk.take(order.id, Dispatch(str(people.account("housing").unit)), AGENT)
    return order.id


async def page_of(client: httpx.AsyncClient, people: Office, login: str) -> Page:
    page = Page(client)
    assert (await page.sign_in(login, people.passwords[login])).status_code == 200
    return page


@pytest.fixture
async def client(people: Office) -> AsyncIterator[httpx.AsyncClient]:
    container = FakeContainer(work_orders=people)
    container.live.most_per_key = 0  # a stream that may be opened answers 429 here instead of going on
    async with client_of(container, keys=(DIGEST,)) as client:
        yield client


def filled(path: str, order_id: str) -> str:
    return re.sub(r"\{[a-z_]+\}", "absent", path.replace("{order_id}", order_id))


def refused(answer: httpx.Response) -> bool:
    if answer.status_code not in (UNKNOWN, FORBIDDEN):
        return False
    said = answer.json()
    return said.get("error", said).get("code") in TABLE_CODES


TABLE_CODES = (
    "invalid_api_key",
    "not_signed_in",
    "wrong_role",
    "key_without_role",
    "route_without_rule",
    "csrf_failed",
)


def cases() -> Iterator[tuple[str, str, str]]:
    for login in PEOPLE:
        for method, path in NAMED:
            # Ending one's own session in the middle would make every following answer a 401.
            if not path.startswith((CITIZEN, "/v1/session")):
                yield login, method, path


@pytest.mark.parametrize("login", PEOPLE)
async def test_a_role_gets_in_exactly_where_the_table_says(
    client: httpx.AsyncClient, people: Office, order_id: str, login: str
) -> None:
    page, role = await page_of(client, people, login), PEOPLE[login][0]
    wrong: list[tuple[str, str, int, str]] = []
    for _, method, path in (case for case in cases() if case[0] == login):
        access = TABLE[method, path]
        may = access.who is not Who.ROLES or role in access.roles
        body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
        answer = await page.call(method, filled(path, "absent"), **body)
        if refused(answer) == may:
            wrong.append((method, path, answer.status_code, answer.text[:80]))
    assert wrong == []


async def test_nobody_and_a_plain_key_get_in_exactly_where_the_table_says(client: httpx.AsyncClient) -> None:
    wrong: list[tuple[str, str, str, int]] = []
    for headers, level in (({}, {Who.ANYONE}), ({"authorization": f"Bearer {KEY}"}, {Who.ANYONE, Who.CALLERS})):
        for method, path in NAMED:
            if path.startswith(CITIZEN):
                continue
            body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
            answer = await client.request(method, filled(path, "absent"), headers=headers, **body)  # type: ignore[arg-type]
            if refused(answer) == (TABLE[method, path].who in level):
                wrong.append((str(headers), method, path, answer.status_code))
    assert wrong == []


async def test_another_units_order_looks_like_none_on_every_route(
    client: httpx.AsyncClient, people: Office, order_id: str
) -> None:
    """404 and not 403: that the order exists is nobody else's business. Compared word for word, without the trace."""
    market = await page_of(client, people, "market")
    wrong: list[tuple[str, str, Any]] = []
    for method, path in ORDER_ROUTES:
        if AccountRole.UNIT_HANDLER not in TABLE[method, path].roles:
            continue
        foreign, absent = [await valid_call(market, method, filled(path, id)) for id in (order_id, "absent")]
        told = [(answer.status_code, answer.json() | {"trace_id": ""}) for answer in (foreign, absent)]
        if told[0] != told[1] or told[0][0] != 404:
            wrong.append((method, path, told))
    assert wrong == []


async def valid_call(page: Page, method: str, path: str) -> httpx.Response:
    from tests.api.test_work_orders import VALID

    if method == "GET":
        return await page.call(method, path, params={"reason": "演示"} if path.endswith("/appellant") else {})
    step = path.rpartition("/")[2]
    return await page.call(method, path, json=VALID.get(step, BODIES.get(step, {})))


BODIES: dict[str, dict[str, Any]] = {
    "decisions": {"verdict": "rejected", "text": "", "reason": "演示"},
}


async def test_lists_show_a_unit_its_own_orders_and_counts_nothing_else(
    client: httpx.AsyncClient, people: Office, order_id: str
) -> None:
    housing = await page_of(client, people, "housing")
    assert (await housing.call("GET", "/v1/work-orders")).json()["total"] == 1
    async with client_of(FakeContainer(work_orders=people), keys=(DIGEST,)) as second:
        market = await page_of(second, people, "market")
        for params in ({}, {"unit": "housing"}, {"lead": "housing"}, {"text": "演示"}):
            seen = (await market.call("GET", "/v1/work-orders", params=params)).json()
            assert (seen["total"], seen["items"]) == (0, []), params


async def test_article_8_a_units_people_never_see_who_asked_for_secrecy(
    client: httpx.AsyncClient, people: Office, order_id: str, tmp_path: Path
) -> None:
    housing = await page_of(client, people, "housing")
    answers = [await housing.call("GET", filled(path, order_id), params={"reason": "联系"}) for path in READS]
    assert "13812345678" not in "".join(answer.text for answer in answers)
    assert answers[-1].status_code == 403
    assert answers[-1].json()["code"] == "person_hidden"


READS = ("/v1/work-orders/{order_id}", "/v1/work-orders/{order_id}/events", "/v1/work-orders/{order_id}/appellant")


async def test_an_administrator_sees_accounts_and_no_orders(
    client: httpx.AsyncClient, people: Office, order_id: str
) -> None:
    admin = await page_of(client, people, "admin")
    assert (await admin.call("GET", "/v1/accounts")).status_code == 200
    assert (await admin.call("GET", f"/v1/work-orders/{order_id}")).json()["code"] == "wrong_role"
