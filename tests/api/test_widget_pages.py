"""``/widget.js``, ``/widget``, ``/demo`` and the plain pages: who may embed, what the headers say, forms without script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from assistant.api.pages import web, widget
from assistant.desks.orders import OrderDesk
from assistant.setting_sections import Widget
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, FakeContainer
from tests.api.test_citizen import COLD, container, desk, policy

__all__ = ["container", "desk", "policy"]  # fixtures
SITE = "https://www.example.gov.cn"


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What a build leaves: these tests are about serving it."""
    for name, content in {
        "loader/loader.js": "/* loader */",
        "widget/app.js": "/* app */",
        "widget/app.css": "",
    }.items():
        path = tmp_path / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    monkeypatch.setitem(web.FOLDERS, "widget", tmp_path / "web" / "widget")
    monkeypatch.setattr(widget, "LOADER", tmp_path / "web" / "loader" / "loader.js")
    return tmp_path / "web"


@pytest.fixture
async def citizen(container: FakeContainer) -> AsyncIterator[httpx.AsyncClient]:
    settings = Widget(allowed_origins=(SITE,))
    async with client_of(container, peer="203.0.113.7", keys=(DIGEST,), widget=settings) as client:
        yield client


async def test_the_script_may_be_loaded_by_any_site(citizen: httpx.AsyncClient) -> None:
    script = await citizen.get("/widget.js")
    assert (script.status_code, script.text) == (200, "/* loader */")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["content-type"].startswith("text/javascript")
    again = await citizen.get("/widget.js", headers={"if-none-match": script.headers["etag"]})
    assert again.status_code == 304


async def test_a_window_that_is_not_built_says_what_to_do(citizen: httpx.AsyncClient, built: Path) -> None:
    (built / "loader" / "loader.js").unlink()
    refused = await citizen.get("/widget.js")
    assert (refused.status_code, refused.json()["code"]) == (503, "widget_not_built")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (SITE, 200),
        ("http://testserver", 200),
        ("", 200),
        ("https://other.example", 403),
        ("https://www.example.gov.cn.evil.example", 403),
        ("null", 403),
    ],
)
async def test_w5_only_named_sites_get_the_window(citizen: httpx.AsyncClient, origin: str, status: int) -> None:
    page = await citizen.get("/widget", params={"origin": origin})
    assert page.status_code == status
    assert ("/widget/app.js" in page.text) is (status == 200)


async def test_w5_the_policy_names_the_sites_and_the_old_header_does_not_contradict(citizen: httpx.AsyncClient) -> None:
    headers = (await citizen.get("/widget")).headers
    assert f"frame-ancestors 'self' {SITE}" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert "set-cookie" not in headers
    assert (await citizen.get("/complaint")).headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("name", ["../loader/loader.js", "..%2floader%2floader.js", "none.js", "app.py"])
async def test_only_the_window_s_own_files_are_served(citizen: httpx.AsyncClient, name: str) -> None:
    assert (await citizen.get(f"/widget/{name}")).status_code == 404


@pytest.mark.parametrize("path", ["/widget.js", "/widget", "/widget/app.js", "/complaint", "/progress", "/demo"])
async def test_a_service_without_widget_has_none_of_the_pages(container: FakeContainer, path: str) -> None:
    async with client_of(container, widget=Widget(enabled=False)) as client:
        assert (await client.get(path)).status_code == 404


async def test_the_demo_page_stands_in_development_only(container: FakeContainer) -> None:
    async with client_of(container) as client:
        shown = await client.get("/demo")
        assert "演示" in shown.text and 'src="/widget.js"' in shown.text
    production = {"environment": "production", "keys": (DIGEST,), "widget": Widget(allowed_origins=(SITE,))}
    async with client_of(container, **production) as client:
        assert (await client.get("/demo")).status_code == 404
        assert (await client.get("/widget.js")).status_code == 200


async def send(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data=fields)


async def filed(client: httpx.AsyncClient) -> tuple[str, str]:
    key = "ab" * 16
    page = await send(
        client, "/complaint", text=COLD, phone="10012345678", step="submit", key=key, answer_demand="尽快修"
    )
    assert page.status_code == 201
    number, code = re.findall(r'class="code">([^<]+)<', page.text)
    return number, code


async def test_w16_what_is_missing_is_asked_back_on_the_page(citizen: httpx.AsyncClient) -> None:
    page = await send(citizen, "/complaint", text=COLD, phone="10012345678", step="look")
    assert page.status_code == 200
    assert 'name="answer_demand"' in page.text and 'value="submit"' in page.text
    assert "公共服务 · 供暖 · 室温不达标" in page.text


async def test_w16_filing_and_progress_by_form(citizen: httpx.AsyncClient) -> None:
    number, code = await filed(citizen)
    found = await send(citizen, "/progress", number=number, code=code.lower())
    assert "已受理，等待派单" in found.text
    assert re.search(r"受理时间</dt><dd>20\d\d年\d{1,2}月\d{1,2}日 \d\d:\d\d</dd>", found.text)
    wrong = await send(citizen, "/progress", number=number, code="22222222")
    assert wrong.status_code == 404 and "没有找到" in wrong.text
    assert await filed(citizen) == (number, code)


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/complaint", {"text": "太短", "phone": "10012345678"}, 422),
        ("/complaint", {"text": COLD, "phone": "手机"}, 422),
        ("/progress", {"number": "", "code": ""}, 422),
        ("/progress", {"number": "20260101-0000000000", "code": "AAAAAAAA", "step": "rate"}, 422),
    ],
)
async def test_w16_a_form_that_lacks_something_says_so(
    citizen: httpx.AsyncClient, path: str, fields: dict[str, str], status: int
) -> None:
    page = await send(citizen, path, **fields)
    assert page.status_code == status
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("path", ["/complaint", "/progress"])
async def test_a_form_posted_from_another_site_is_refused(citizen: httpx.AsyncClient, path: str) -> None:
    refused = await citizen.post(path, data={"text": COLD}, headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403


async def test_markup_in_what_a_citizen_writes_stays_text(citizen: httpx.AsyncClient) -> None:
    page = await send(citizen, "/complaint", text="<script>alert(1)</script>演示", phone='"><img src=x>', name="<b>")
    assert "<script>alert" not in page.text and "<img" not in page.text


async def test_the_front_page_leads_to_the_forms(citizen: httpx.AsyncClient, desk: OrderDesk) -> None:
    front = await citizen.get("/")
    assert 'href="/complaint"' in front.text and 'href="/progress"' in front.text


async def test_large_print_goes_along_with_the_form_and_never_leads_away_from_a_code(
    citizen: httpx.AsyncClient,
) -> None:
    first = (await citizen.get("/complaint", params={"size": "large"})).text
    assert '<body class="large">' in first and 'name="size" value="large"' in first
    assert 'href="/progress?size=large"' in first and ">标准版</a>" in first
    looked = await send(citizen, "/complaint", text=COLD, phone="10012345678", step="look", size="large")
    assert '<body class="large">' in looked.text and ">标准版</a>" not in looked.text
    odd = (await citizen.get("/progress", params={"size": '"><script>'})).text
    assert '<body class="">' in odd and "<script" not in odd
