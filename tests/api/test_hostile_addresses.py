"""What an attacker writes into an address is refused or finds nothing: no route falls over it, on either database.

Made from the API's own description, so that no parameter can be added without being tried here.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.routing import Route

from assistant.api.app import create_app
from assistant.api.permissions import TABLE, Who
from assistant.bootstrap.history import grouped_texts
from assistant.bootstrap.knowledge import knowledge_desk
from assistant.bootstrap.library import open_library
from assistant.desks.knowledge import KnowledgeDesk
from assistant.desks.watch import WatchDesk
from assistant.domain.accounts import AccountRole
from assistant.settings import Settings
from retrieval.ingestion.registry import SqliteRegistry
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, FakeContainer, api_settings
from tests.api.people import PEOPLE, Office, Page, office
from tests.api.test_watch import FixedBook
from tests.real_postgres import running_postgres

CURSOR = base64.urlsafe_b64encode(b"a\x00b").decode().rstrip("=")
DATED = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00")
REFUSED_BY_POSTGRES = ("a\x00b", CURSOR, *DATED)
HOSTILE = (
    *REFUSED_BY_POSTGRES,
    *("\x00", "../../etc/passwd", "..%2f..%2fetc", f"{'x' * 300}.js", "𠮷🙂", "'; drop table work_orders; --"),
    *("\r\nset-cookie: a=b", "\u2028", "%", "_", "*", "[", "(?:a+)+$", "-1", "9" * 40, "1e999", "nan"),
    "2026-02-30",
)
NEEDED = {
    "from": "2026-02-01",
    "to": "2026-02-28",
    "reason": "演示",
    "document": "d-new",
    "by": "unit",
    "table": "streets",
}
DESCRIPTION = create_app(FakeContainer(), api_settings()).openapi()["paths"]
GETS = [(path, operations["get"]) for path, operations in DESCRIPTION.items() if "get" in operations]
PAGES = ("/web/", "/widget/", "/assets/", "/policies/", "/console/", "/open311/v2/services/", "/open311/v2/requests/")


def role_for(path: str) -> str:
    """A login that may read ``path``."""
    access = TABLE.get(("GET", path))
    may = access.roles if access is not None and access.who is Who.ROLES else frozenset(AccountRole)
    return next(login for login, (role, _) in PEOPLE.items() if role in may)


def addresses(path: str, operation: Mapping[str, Any], values: Sequence[str]) -> Iterator[str]:
    """One parameter hostile at a time, the others as anybody would give them."""
    parameters = operation.get("parameters", [])
    for tried in parameters:
        for value in values:
            address, asked = path, []
            for one in parameters:
                given = value if one is tried else NEEDED.get(one["name"], "演示")
                if one["in"] == "path":
                    address = address.replace(f"{{{one['name']}}}", quote(given, safe=""))
                elif one["in"] == "query" and (one is tried or one.get("required")):
                    asked.append(f"{quote(one['name'])}={quote(given, safe='')}")
            yield f"{address}?{'&'.join(asked)}"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    if request.param == "sqlite":
        yield office(folder)
        return
    with running_postgres() as url:
        yield office(folder, url)


@pytest.fixture
def knowledge(tmp_path: Path) -> Iterator[KnowledgeDesk]:
    settings, registry = Settings(_env_file=None, data_dir=tmp_path), SqliteRegistry(tmp_path / "registry.db")
    library = open_library(settings, writable=True)
    yield knowledge_desk(settings, registry, library.index, lambda: library)
    library.close()
    registry.close()


@pytest.fixture
async def client(people: Office, knowledge: KnowledgeDesk) -> AsyncIterator[httpx.AsyncClient]:
    container = FakeContainer(
        work_orders=people, watch=WatchDesk(FixedBook, lambda _: (), grouped_texts), knowledge=knowledge
    )
    container.live.most_per_key = 0  # a stream that may be opened answers 429 here instead of going on
    async with client_of(container, keys=(DIGEST,), requests_per_minute=10**6) as client:
        yield client


@pytest.mark.parametrize("login", PEOPLE)
async def test_no_parameter_of_an_address_makes_a_route_fall_over(
    client: httpx.AsyncClient, people: Office, login: str
) -> None:
    page = Page(client)
    assert (await page.sign_in(login, people.passwords[login])).status_code == 200
    values = REFUSED_BY_POSTGRES if people.sign_in.store.engine.dialect.name == "postgresql" else HOSTILE
    fallen: list[tuple[str, int]] = []
    for path, operation in GETS:
        if role_for(path) != login or path.startswith(("/v1/session", "/readyz")):
            continue
        for address in addresses(path, operation, values):
            answer = await page.call("GET", address)
            if answer.status_code >= 500:
                fallen.append((address, answer.status_code))
    assert fallen == []


async def test_no_name_of_a_page_or_file_makes_the_service_fall_over() -> None:
    client = client_of(FakeContainer())
    served = [route.path for route in client._transport.app.router.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    assert all(any(path.startswith(root.rstrip("/")) for path in served) for root in PAGES)
    tried = [root + quote(value, safe="") for root in PAGES for value in HOSTILE]
    answers = {address: (await client.get(address)).status_code for address in tried}
    assert {address: status for address, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
async def test_no_time_in_a_body_makes_a_route_fall_over(client: httpx.AsyncClient, people: Office, at: str) -> None:
    page = Page(client)
    await page.sign_in("seat", people.passwords["seat"])
    order = {"title": "演示", "content": "演示数据", "type": "投诉", "category": "住房/物业管理/物业服务不到位"}
    bodies = {
        "/v1/appeals": {"text": "演示：楼道漏水", "received_at": at},
        "/v1/work-orders": order | {"received_at": at},
        "/v1/work-orders/absent/sub-tasks": {"unit": "market", "task": "演示", "working_days": 1, "due": at},
        "/v1/work-orders/absent/whistles": {"units": ["market"], "place": "演示", "meet_at": at},
        "/v1/work-orders/absent/follow-ups": {"channel": "电话", "connected": False, "again_at": at},
    }
    told = {path: (await page.call("POST", path, json=body)).status_code for path, body in bodies.items()}
    assert told == dict.fromkeys(bodies, 422)
