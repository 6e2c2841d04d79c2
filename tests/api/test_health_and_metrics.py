"""Probes tell each dependency; metrics measure without naming anybody."""

from __future__ import annotations

import re
import socket

import httpx
import pytest
from pydantic import SecretStr

from tests.api.conftest import client_of, serving
from tests.api.fakes import FakeContainer, FixedCheck

QUESTION = {"question": "我是13800138000，物业费涨价要谁同意？"}


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).json() == {"status": "ok"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert ready.json()["dependencies"] == {"index": {"status": "ok", "required": True, "detail": ""}}


@pytest.mark.parametrize(
    ("check", "status", "overall"),
    [
        (FixedCheck(ok=False), 503, "unavailable"),
        (FixedCheck(ok=False, required=False), 200, "degraded"),
        (FixedCheck(delay_s=30.0, required=False), 200, "degraded"),
    ],
)
async def test_failing_dependencies(container: FakeContainer, check: FixedCheck, status: int, overall: str) -> None:
    container.readiness = {"index": FixedCheck(), "other": check}
    async with client_of(container) as client:
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (status, overall)
    assert ready.json()["dependencies"]["other"]["status"] == "failing"


async def scraped(client: httpx.AsyncClient, **headers: str) -> str:
    response = await client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return response.text


async def test_metrics_count_endings_routes_and_first_text(client: httpx.AsyncClient) -> None:
    await client.post("/v1/inquiries", json=QUESTION)
    await client.post("/v1/inquiries", json={"question": "guardrails_injection"})
    await client.post("/v1/inquiries", json={"question": "unanswerable_no_evidence"})
    await client.get("/v1/documents/d-new")
    text = await scraped(client)
    assert 'hotline_answers_total{composer="extractive",status="answered"} 1.0' in text
    assert 'hotline_guardrail_hits_total{type="injection"} 1.0' in text
    assert "hotline_retrieval_empty_total 1.0" in text
    assert "gen_ai_server_time_to_first_token_seconds_count 3.0" in text
    assert 'hotline_http_requests_total{method="POST",route="/v1/inquiries",status="200"} 3.0' in text
    assert 'route="/v1/documents/{document_id}"' in text
    assert 'hotline_stage_duration_seconds_count{stage="retrieve_evidence"} 1.0' in text


async def test_metrics_hold_no_free_text_and_base_units_only(client: httpx.AsyncClient) -> None:
    await client.post("/v1/inquiries", json=QUESTION)
    await client.get("/v1/13800138000/物业费")
    await client.request("HACK", "/livez")
    text = await scraped(client)
    assert "13800138000" not in text and "物业费" not in text and "HACK" not in text
    for name in re.findall(r"^# TYPE (\S+) (?:counter|histogram)$", text, re.MULTILINE):
        assert name.endswith(("_total", "_seconds"))
    assert text.count("\n") < 1_000


async def test_degraded_gauge_rises_and_falls(container: FakeContainer) -> None:
    async with client_of(container) as client:
        container.degradation.mark("redis", 60)
        assert 'hotline_degraded{dependency="redis"} 1.0' in await scraped(client)
        await client.post("/v1/inquiries", json=QUESTION)
        assert 'hotline_degraded_answers_total{dependency="redis"} 1.0' in await scraped(client)
        container.degradation.clear("redis")
        assert 'hotline_degraded{dependency="redis"} 0.0' in await scraped(client)


async def test_metrics_need_the_token(container: FakeContainer) -> None:
    async with client_of(container, metrics_token=SecretStr("scrape-me")) as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/metrics", headers={"authorization": "Bearer wrong"})).status_code == 401
        assert "hotline_" in await scraped(client, authorization="Bearer scrape-me")


async def test_metrics_without_token_are_for_this_machine_only(container: FakeContainer) -> None:
    async with client_of(container, peer="10.1.2.3") as client:
        assert (await client.get("/metrics")).status_code == 401


def test_metrics_port_serves_and_its_failure_stops_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with serving(metrics_port=taken.getsockname()[1]) as server:
            assert httpx.get(server.url + "/livez").status_code == 200
        free = taken.getsockname()[1]
    with serving(metrics_port=free) as server:
        httpx.get(server.url + "/livez")
        server.container.degradation.mark("redis", 60)
        text = httpx.get(f"http://127.0.0.1:{free}/metrics").text
        assert "hotline_http_requests_total" in text
        assert 'hotline_degraded{dependency="redis"} 1.0' in text
