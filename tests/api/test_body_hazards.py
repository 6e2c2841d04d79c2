"""Hazard rows 1-13 and 20 in process: what a body may be. The rows about the wire are in ``test_wire_hazards``."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.api.fakes import FakeContainer

ROUTES = ("/v1/inquiries", "/v1/chat/completions")
JSON = {"content-type": "application/json"}


async def send(client: httpx.AsyncClient, body: bytes, path: str = "/v1/inquiries", **headers: str) -> httpx.Response:
    return await client.post(path, content=body, headers={**JSON, **headers})


def code_of(response: httpx.Response) -> str:
    body = response.json()
    return str(body["error"]["code"] if "error" in body else body["code"])


@pytest.mark.parametrize("path", ROUTES)
async def test_row_1_declared_size_is_refused(client: httpx.AsyncClient, path: str) -> None:
    response = await send(client, b'{"question":"' + b"a" * 70_000 + b'"}', path)
    assert (response.status_code, code_of(response)) == (413, "body_too_large")


@pytest.mark.parametrize("path", ROUTES)
async def test_row_3_invalid_utf8(client: httpx.AsyncClient, path: str) -> None:
    response = await send(client, b'{"question":"\xff\xfe\xfa"}', path)
    assert (response.status_code, code_of(response)) == (400, "invalid_encoding")


@pytest.mark.parametrize("path", ROUTES)
async def test_row_4_gbk_gets_a_hint(client: httpx.AsyncClient, path: str) -> None:
    response = await send(client, '{"question":"供暖温度不达标怎么办"}'.encode("gbk"), path)
    assert (response.status_code, code_of(response)) == (400, "invalid_encoding")
    assert "请使用UTF-8" in response.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_row_5_utf16_is_refused(client: httpx.AsyncClient, encoding: str) -> None:
    response = await send(client, '{"question":"供暖"}'.encode(encoding))
    assert (response.status_code, code_of(response)) == (400, "invalid_encoding")


@pytest.mark.parametrize("path", ROUTES)
async def test_row_6_byte_order_mark_is_fine(client: httpx.AsyncClient, container: FakeContainer, path: str) -> None:
    body = (
        '{"question":"供暖"}'
        if "inq" in path
        else '{"model":"hotline-assistant","messages":[{"role":"user","content":"供暖"}]}'
    )
    assert (await send(client, b"\xef\xbb\xbf" + body.encode(), path)).status_code == 200
    assert container.flow.turns[0].question == "供暖"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (rb'{"question":"a\u0000b"}', 422, "invalid_character"),
        (rb'{"question":"a\ud800b"}', 422, "invalid_character"),
        (rb'{"\udfff":"a"}', 422, "invalid_character"),
        (b'{"question":NaN}', 422, "number_not_finite"),
        (b'{"question":-Infinity}', 422, "number_not_finite"),
        (b'{"question":1e999}', 422, "number_not_finite"),
        (b'{"question":' + b"9" * 5000 + b"}", 422, "number_too_long"),
        (b'{"question":"a","question":"b"}', 400, "duplicate_key"),
        (b'{"question":{"a":1,"a":2}}', 400, "duplicate_key"),
        (b"", 422, "body_missing"),
        (b"   ", 422, "body_missing"),
        (b"{", 400, "invalid_json"),
        (b"{'question':'a'}", 400, "invalid_json"),
        (b'{"question":"a"} {}', 400, "invalid_json"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_rows_7_to_13_strict_json(client: httpx.AsyncClient, body: bytes, status: int, code: str) -> None:
    for path in ROUTES:
        response = await send(client, body, path)
        assert (response.status_code, code_of(response)) == (status, code)


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 12_000, b'{"question":"' + b'\\"' * 30_000])
async def test_row_10_deep_or_cut_off_json_costs_nothing(client: httpx.AsyncClient, body: bytes) -> None:
    started = time.process_time()
    response = await send(client, body)
    assert response.status_code == 400
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "garbage"],
)
async def test_row_13_wrong_media_type(client: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await client.post("/v1/inquiries", content=b'{"question":"a"}', headers=headers)
    assert (response.status_code, code_of(response)) == (415, "media_type_not_supported")


async def test_row_13_other_charsets_and_compressed_bodies(client: httpx.AsyncClient) -> None:
    body = b'{"question":"abc"}'
    gbk = await client.post("/v1/inquiries", content=body, headers={"content-type": "application/json; charset=gbk"})
    utf8 = await client.post(
        "/v1/inquiries", content=body, headers={"content-type": 'application/json; charset="UTF-8"'}
    )
    packed = await send(client, body, **{"content-encoding": "gzip"})
    assert (gbk.status_code, utf8.status_code, packed.status_code) == (415, 200, 415)
    assert "请使用UTF-8" in gbk.text


async def test_openai_routes_answer_in_openais_shape(client: httpx.AsyncClient) -> None:
    error = (await send(client, b"{", "/v1/chat/completions")).json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"


async def test_problems_have_all_members(client: httpx.AsyncClient) -> None:
    response = await send(client, b"{")
    problem = response.json()
    assert response.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "code", "trace_id"} <= set(problem)
    assert problem["status"] == 400
    assert problem["trace_id"] in response.headers["traceparent"]
