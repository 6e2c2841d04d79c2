"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2) over work orders; every person and order is 演示数据."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from assistant.api.open311.mapping import Services, service_code
from assistant.domain.work_order_events import Dispatch
from assistant.setting_sections import Caller
from tests.api.conftest import client_of
from tests.api.fakes import FakeContainer, pack_triage
from tests.api.people import Office, office
from tests.orders import AGENT

KEYS = {"seat": "demo-key-seat", "unit": "demo-key-unit"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CATEGORY = "公共服务/供暖/室温不达标"
FILED = {
    "service_code": service_code(CATEGORY), "description": "演示：屋里只有十四度，电话13812345678", "address_string": "演示路1号",
    "first_name": "三", "last_name": "张演", "phone": "13812345678", "email": "demo@example.com", "attribute[type]": "投诉",
    "attribute[street]": "street-wangjing", "attribute[confidential]": "true", "media_url": "https://example.com/a.jpg",
}  # fmt: skip


def caller(name: str, role: str, unit: str | None = None) -> Caller:
    digest = hashlib.sha256(KEYS[name].encode()).hexdigest()
    return Caller(key=digest, role=role, unit=unit)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office(tmp_path_factory.mktemp("open311"))


@pytest.fixture
async def client(people: Office) -> AsyncIterator[httpx.AsyncClient]:
    callers = (caller("seat", "seat_agent"), caller("unit", "unit", "housing-administration"))
    async with client_of(FakeContainer(work_orders=people), callers=callers) as client:
        yield client


async def filed(client: httpx.AsyncClient, **changes: str) -> dict[str, Any]:
    data = {"api_key": KEYS["seat"], **FILED, **changes}
    answer = await client.post("/open311/v2/requests.json", data=data)
    assert answer.status_code == 201, answer.text
    [made] = answer.json()
    return dict(made)


def asked(**fields: str) -> dict[str, str]:
    return {"api_key": KEYS["seat"], **fields}


async def test_services_are_the_narrowest_categories_for_anybody(client: httpx.AsyncClient) -> None:
    answer = await client.get("/open311/v2/services.json")
    services = answer.json()
    assert answer.headers["content-type"].startswith("application/json")
    codes = {service["service_code"]: service for service in services}
    assert len(codes) == len(services) > 100
    heating = codes[service_code(CATEGORY)]
    assert heating["service_name"] == "室温不达标"
    assert heating["group"] == "公共服务/供暖"
    assert (heating["metadata"], heating["type"]) == (True, "realtime")
    assert "暖气不热" in heating["keywords"].split(",")


async def test_services_in_xml_have_the_form_of_the_specification(client: httpx.AsyncClient) -> None:
    answer = await client.get("/open311/v2/services.xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    root = fromstring(answer.content)
    assert root.tag == "services"
    assert {child.tag for child in root} == {"service"}
    assert [child.tag for child in root[0]][:5] == ["service_code", "service_name", "description", "metadata", "type"]
    assert root[0].findtext("metadata") == "true"


@pytest.mark.parametrize("extension", ["json", "xml"])
async def test_a_service_definition_lists_its_attributes(client: httpx.AsyncClient, extension: str) -> None:
    answer = await client.get(f"/open311/v2/services/{service_code(CATEGORY)}.{extension}")
    if extension == "json":
        attributes = {one["code"]: one for one in answer.json()["attributes"]}
        assert attributes["type"]["datatype"] == "singlevaluelist"
        assert {"key": "投诉", "name": "投诉"} in attributes["type"]["values"]
        assert {"key": "street-wangjing", "name": "望京街道办事处"} in attributes["street"]["values"]
    else:
        root = fromstring(answer.content)
        assert root.tag == "service_definition"
        assert root.findtext("attributes/attribute/values/value/key") == "咨询"


async def test_filing_opens_an_order_and_tells_number_and_code(client: httpx.AsyncClient, people: Office) -> None:
    made = await filed(client)
    found = re.search(r"工单编号 (\S+?)，查询码 (\w{8})", made["service_notice"])
    assert found is not None
    assert people.desk.progress(*found.groups()).state == "已受理，等待派单"
    order = people.desk.see(made["service_request_id"], AGENT)
    assert (order.category, order.type.value, order.street) == (CATEGORY, "投诉", "street-wangjing")
    assert (order.channel, order.confidential, order.lead) == ("Open311", True, None)
    assert order.urgency.value != "紧急" and made["service_notice"].startswith("已受理")
    person = people.desk.person(order.id, AGENT, "演示")
    assert (person.name, person.phone) == ("张演三", "13812345678")
    assert person.original == {"email": "demo@example.com", "media_url": "https://example.com/a.jpg"}


async def test_article_8_identity_is_never_exposed(client: httpx.AsyncClient) -> None:
    made = await filed(client)
    for extension in ("json", "xml"):
        for path in (f"requests/{made['service_request_id']}", "requests"):
            answer = await client.get(f"/open311/v2/{path}.{extension}", params=asked())
            assert answer.status_code == 200
            assert "13812345678" not in answer.text
            assert "张演" not in answer.text
            assert "demo@example.com" not in answer.text


async def test_a_request_has_zoned_times_status_and_agency(client: httpx.AsyncClient, people: Office) -> None:
    made = await filed(client)
    people.desk.take(made["service_request_id"], Dispatch("housing-administration"), AGENT)
    [one] = (await client.get(f"/open311/v2/requests/{made['service_request_id']}.json", params=asked())).json()
    assert (one["status"], one["status_notes"]) == ("open", "已派至承办单位，等待签收")
    assert one["agency_responsible"] == people.desk.policy.units["housing-administration"].name
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert datetime.fromisoformat(one[name]).utcoffset() == timedelta(hours=8)
    assert (one["address"], one["address_id"]) == ("演示路1号", "street-wangjing")
    assert "十四度" in one["description"]


async def test_requests_are_found_by_id_service_status_and_time(client: httpx.AsyncClient) -> None:
    one, other = await filed(client), await filed(client, service_code=service_code("公共服务/供水/水质问题"))
    ids = f"{one['service_request_id']},{other['service_request_id']},absent"

    async def found(**fields: str) -> set[str]:
        answer = await client.get("/open311/v2/requests.json", params=asked(**fields))
        assert answer.status_code == 200, answer.text
        return {record["service_request_id"] for record in answer.json()}

    both = {one["service_request_id"], other["service_request_id"]}
    assert await found(service_request_id=ids) == both
    assert both <= await found()
    assert both <= await found(status="open,closed")
    assert not both & await found(status="closed")
    assert both & await found(service_code=str(FILED["service_code"])) == {one["service_request_id"]}
    hour = timedelta(hours=1)
    assert not both & await found(end_date=(datetime.now(UTC) - hour).isoformat())
    assert both <= await found(start_date=(datetime.now(UTC) - hour).isoformat(timespec="seconds"))


async def test_a_unit_sees_its_own_requests_only_and_files_none(client: httpx.AsyncClient, people: Office) -> None:
    mine, other = await filed(client), await filed(client)
    people.desk.take(mine["service_request_id"], Dispatch("housing-administration"), AGENT)
    key = {"api_key": KEYS["unit"]}
    listed = (await client.get("/open311/v2/requests.json", params=key)).json()
    assert mine["service_request_id"] in {one["service_request_id"] for one in listed}
    assert other["service_request_id"] not in {one["service_request_id"] for one in listed}
    answer = await client.get(f"/open311/v2/requests/{other['service_request_id']}.json", params=key)
    assert answer.status_code == 404
    refused = await client.post("/open311/v2/requests.json", data={**FILED, **key})
    assert refused.status_code == 403


async def test_article_11_item_1_danger_is_opened_as_such_and_the_notice_says_whom_to_call(
    client: httpx.AsyncClient, people: Office
) -> None:
    made = await filed(client, description="演示：家里煤气泄漏，老人已经晕倒了，快来人")
    assert re.search("11[09]|12[02]", made["service_notice"])
    assert people.desk.see(made["service_request_id"], AGENT).urgency.value == "紧急"


async def test_a_token_is_the_id(client: httpx.AsyncClient) -> None:
    made = await filed(client)
    name = made["service_request_id"]
    answer = await client.get(f"/open311/v2/tokens/{name}.json", params=asked())
    assert answer.json() == [{"service_request_id": name, "token": name}]
    assert (await client.get("/open311/v2/tokens/absent.json", params=asked())).status_code == 404


async def test_coordinates_stand_for_an_address(client: httpx.AsyncClient, people: Office) -> None:
    made = await filed(client, address_string="", lat="39.9219", long="116.4436")
    assert people.desk.see(made["service_request_id"], AGENT).place == "北纬39.92190 东经116.44360"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("requests", {"api_key": ""}, 403),
        ("requests", {"api_key": "wrong"}, 403),
        ("requests", {"status": "lost"}, 400),
        ("requests", {"start_date": "2026-01-15T08:00:00"}, 400),
        ("requests", {"start_date": "gestern"}, 400),
        ("requests", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, 400),
        ("requests", {"service_code": "absent"}, 404),
        ("requests", {"service_request_id": "a b"}, 400),
        ("requests", {"jurisdiction_id": "boston.gov"}, 404),
        ("services", {"jurisdiction_id": "boston.gov"}, 404),
        ("services/absent", {}, 404),
        ("requests/absent", {}, 404),
        ("nothing", {}, 404),
    ],
)
@pytest.mark.parametrize("extension", ["json", "xml"])
async def test_errors_have_the_form_of_the_specification(
    client: httpx.AsyncClient, path: str, fields: dict[str, str], status: int, extension: str
) -> None:
    answer = await client.get(f"/open311/v2/{path}.{extension}", params={**asked(), **fields})
    assert answer.status_code == status
    if extension == "json":
        [error] = answer.json()
        assert set(error) == {"code", "description"}
        assert error["code"] == status
    else:
        root = fromstring(answer.content)
        assert [root.tag, *(node.tag for node in root.iter())][1:] == ["errors", "error", "code", "description"]
        assert root.findtext("error/code") == str(status)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"service_code": "absent"}, 404),
        ({"description": ""}, 400),
        ({"description": "长" * 5_001}, 400),
        ({"address_string": ""}, 400),
        ({"address_string": "", "lat": "nan", "long": "1"}, 400),
        ({"attribute[type]": "抱怨"}, 400),
        ({"attribute[street]": "street-nowhere"}, 400),
        ({"api_key": "wrong"}, 403),
        ({f"x{number}": "" for number in range(60)}, 400),
    ],
)
async def test_what_cannot_be_filed_is_refused(client: httpx.AsyncClient, changes: dict[str, str], status: int) -> None:
    answer = await client.post("/open311/v2/requests.json", data={"api_key": KEYS["seat"], **FILED, **changes})
    assert answer.status_code == status
    assert answer.json()[0]["code"] == status


async def test_xml_of_a_caller_is_never_read_and_never_broken(client: httpx.AsyncClient) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    answer = await client.post("/open311/v2/requests.xml", content=bomb, headers={"Content-Type": "text/xml"})
    assert answer.status_code == 415
    assert fromstring(answer.content).tag == "errors"
    made = await filed(client, description="演示：<b>&lt;\x0b]]>&amp; 暖气不热")
    read = await client.get(f"/open311/v2/requests/{made['service_request_id']}.xml", params=asked())
    assert "暖气不热" in (fromstring(read.content).findtext("request/description") or "")


async def test_another_format_does_not_exist(client: httpx.AsyncClient) -> None:
    assert (await client.get("/open311/v2/services.csv")).status_code == 404


async def test_a_page_of_another_site_cannot_file_where_no_key_is_set(people: Office) -> None:
    async with client_of(FakeContainer(work_orders=people), callers=()) as client:
        page = {"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"}
        assert (await client.post("/open311/v2/requests.json", data=FILED, headers=page)).status_code == 403
        assert (await client.post("/open311/v2/requests.json", data=FILED)).status_code == 201


async def test_outside_development_nobody_files_without_a_key(people: Office) -> None:
    callers = (caller("seat", "seat_agent"),)
    container = FakeContainer(work_orders=people)
    async with client_of(container, callers=callers, environment="production") as client:
        assert (await client.post("/open311/v2/requests.json", data=FILED)).status_code == 403


async def test_article_35_who_read_requests_is_on_record(people: Office) -> None:
    container = FakeContainer(work_orders=people)
    async with client_of(container, callers=(caller("seat", "seat_agent"),)) as client:
        await client.get("/open311/v2/requests.json", params=asked())
    [kept] = [payload for event, payload in container.audit.records if event == "accessed"]
    assert kept["role"] == "seat_agent"
    assert KEYS["seat"] not in str(kept)


def test_codes_of_services_do_not_collide() -> None:
    services = Services(pack_triage().catalogue)
    names = {category.name for category in services.catalogue.categories}
    assert len({service_code(name) for name in names}) == len(names)
