"""Who may call, how often, with which method and from where; and what every response carries."""

from __future__ import annotations

import httpx
import pytest
from pydantic import SecretStr

from assistant.adapters.in_process_limits import InProcessLimiter
from assistant.api.app import create_app
from assistant.api.safe_start import UnsafeSettings
from assistant.domain.rate_limit import RateRule
from tests.api.conftest import client_of
from tests.api.fakes import DIGEST, KEY, FakeContainer, api_settings

QUESTION = {"question": "物业费涨价要谁同意？"}
BEARER = {"authorization": f"Bearer {KEY}"}


def test_outside_development_no_keys_means_no_start(container: FakeContainer) -> None:
    with pytest.raises(UnsafeSettings, match="HOTLINE_API__KEYS"):
        create_app(container, api_settings(), environment="production")


def test_a_plain_key_in_the_settings_means_no_start(container: FakeContainer) -> None:
    with pytest.raises(UnsafeSettings, match="SHA-256") as raised:
        create_app(container, api_settings(keys=(SecretStr("my-secret"),)))
    assert "my-secret" not in str(raised.value)


async def test_keys_open_v1_and_nothing_else_does(container: FakeContainer) -> None:
    async with client_of(container, keys=(SecretStr(DIGEST),), environment="production") as client:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {KEY}"}, {"x-api-key": KEY}):
            refused = await client.post("/v1/inquiries", json=QUESTION, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (401, "invalid_api_key")
            assert refused.headers["www-authenticate"] == "Bearer"
        assert (await client.post("/v1/inquiries", json=QUESTION, headers=BEARER)).status_code == 200
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/")).status_code == 404
    assert len(container.flow.turns) == 1


async def test_without_keys_only_this_machine_may_call(container: FakeContainer) -> None:
    async with client_of(container, peer="10.1.2.3") as outside, client_of(container, peer="::1") as inside:
        assert (await outside.post("/v1/inquiries", json=QUESTION)).status_code == 401
        assert (await inside.post("/v1/inquiries", json=QUESTION)).status_code == 200


async def test_a_health_check_inside_a_container_passes_whatever_hosts_are_allowed(container: FakeContainer) -> None:
    hosts = {"allowed_hosts": ("hotline.example",)}
    async with client_of(container, **hosts) as inside, client_of(container, peer="10.1.2.3", **hosts) as outside:
        loopback, foreign = {"host": "127.0.0.1:8000"}, {"host": "evil.example"}
        assert (await inside.get("/livez", headers=loopback)).status_code == 200
        assert (await inside.get("/readyz", headers=loopback)).status_code == 200
        assert (await inside.get("/livez", headers=foreign)).status_code == 400
        assert (await outside.get("/livez", headers=loopback)).status_code == 400
        assert (await inside.get("/v1/documents", headers=loopback)).status_code == 400


async def test_limit_tells_how_long_to_wait(container: FakeContainer) -> None:
    now = [0.0]
    container.limiter = InProcessLimiter(RateRule(2, 60.0), clock=lambda: now[0])
    async with client_of(container) as client:
        first = await client.post("/v1/inquiries", json=QUESTION)
        assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("2", "1")
        await client.post("/v1/inquiries", json=QUESTION)
        refused = await client.post("/v1/inquiries", json=QUESTION)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.headers["retry-after"] == "30"
        assert refused.headers["ratelimit-remaining"] == "0"
        now[0] += 30
        assert (await client.post("/v1/inquiries", json=QUESTION)).status_code == 200


async def test_wrong_keys_use_up_the_limit_too(container: FakeContainer) -> None:
    container.limiter = InProcessLimiter(RateRule(3))
    async with client_of(container, keys=(SecretStr(DIGEST),)) as client:
        guesses = [await client.get("/v1/models", headers={"authorization": f"Bearer {n}"}) for n in range(4)]
        assert [reply.status_code for reply in guesses] == [401, 401, 401, 429]
        assert (await client.get("/v1/models", headers=BEARER)).status_code == 200


async def test_probes_are_never_limited(container: FakeContainer) -> None:
    container.limiter = InProcessLimiter(RateRule(1))
    async with client_of(container) as client:
        assert [(await client.get("/livez")).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/v1/inquiries", 405, "OPTIONS, POST"),
        ("DELETE", "/v1/documents", 405, "GET, HEAD, OPTIONS"),
        ("PUT", "/", 405, "GET, HEAD, OPTIONS, POST"),
        ("PROPFIND", "/livez", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/v1/inquiries", 204, "OPTIONS, POST"),
        ("OPTIONS", "/v1/documents/d-new", 204, "GET, HEAD, OPTIONS"),
    ],
)
async def test_methods(client: httpx.AsyncClient, method: str, path: str, status: int, allow: str) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (status, allow)


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/", "/v2/inquiries", "/v1/inquiries/", "/docs", "/redoc"])
async def test_unknown_addresses_are_404_problems(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_docs_page_is_shown_when_asked_for(container: FakeContainer) -> None:
    async with client_of(container, docs=True) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert "/v1/inquiries" in page.text and "提交咨询，取得注明依据的答复" in page.text
        assert "http://" not in page.text and "https://" not in page.text and "<script" not in page.text


@pytest.mark.parametrize("path", ["/livez", "/v1/documents", "/v1/documents/d-new", "/", "/v1/models"])
async def test_head_is_get_without_a_body(client: httpx.AsyncClient, path: str) -> None:
    got, headed = await client.get(path), await client.head(path)
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert headed.headers["content-length"] == got.headers["content-length"]


async def test_every_response_is_locked_down(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/nothing", "/", "/v1/documents"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "cache-control" in headers
        assert "server" not in headers


async def test_no_other_origin_may_read(client: httpx.AsyncClient) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    response = await client.options("/v1/inquiries", headers=headers)
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_configured_origins_may(container: FakeContainer) -> None:
    async with client_of(container, allowed_origins=("https://www.example.org",)) as client:
        headers = {"origin": "https://www.example.org", "access-control-request-method": "POST"}
        ours = await client.options("/v1/inquiries", headers=headers)
        theirs = await client.options("/v1/inquiries", headers={**headers, "origin": "https://evil.example"})
        assert ours.headers["access-control-allow-origin"] == "https://www.example.org"
        assert "access-control-allow-origin" not in theirs.headers


async def test_trace_context_goes_in_and_out(client: httpx.AsyncClient) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01", "x-request-id": "call-7"}
    response = await client.post("/v1/inquiries", json=QUESTION, headers=headers)
    assert response.headers["traceparent"].split("-")[1] == trace_id
    assert response.headers["traceparent"] != headers["traceparent"]
    assert response.json()["trace"]["trace_id"] == trace_id
    assert response.headers["x-request-id"] == "call-7"


@pytest.mark.parametrize("bad", ["00-" + "0" * 32 + "-b7ad6b7169203331-01", "nonsense", "", "00-XYZ"])
async def test_malformed_trace_context_is_replaced(client: httpx.AsyncClient, bad: str) -> None:
    response = await client.get("/livez", headers={"traceparent": bad, "x-request-id": "a b\\c" * 30})
    trace_id = response.headers["traceparent"].split("-")[1]
    assert len(trace_id) == 32 and trace_id != "0" * 32
    assert response.headers["x-request-id"] != "a b\\c" * 30


async def test_long_headers_and_urls_without_our_server(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez", headers={"x-long": "a" * 17_000})).status_code == 431
    assert (await client.get("/v1/passages?q=" + "a" * 9_000)).status_code == 414


async def test_every_way_in_that_takes_a_key_is_limited(container: FakeContainer) -> None:
    container.limiter = InProcessLimiter(RateRule(2))
    async with client_of(container, keys=(SecretStr(DIGEST),)) as client:
        guesses = [await client.get("/open311/v2/requests.json", params={"api_key": n}) for n in range(3)]
        assert [reply.status_code for reply in guesses] == [403, 403, 429]
