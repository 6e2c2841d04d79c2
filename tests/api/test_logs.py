"""Logs are JSON with the trace id, and nothing a citizen wrote stands in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.api.logs import JsonFormatter, mask
from tests.api.conftest import serving

PHONE = "13800138000"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_no_phone_number_in_any_line_of_a_running_service(lines: io.StringIO) -> None:
    question = f"我的电话是{PHONE}，邮箱 zhang@example.com，物业费涨价要谁同意？"
    with serving() as server, httpx.Client(base_url=server.url) as client:
        client.post("/v1/inquiries", json={"question": question})
        client.post("/v1/inquiries", json={"question": "错" + question})
        client.post("/v1/inquiries", json={"question": "错" + question, "stream": True})
        client.post("/v1/inquiries", json={"问题": question})
        client.get("/v1/passages", params={"q": question})
        client.get(f"/v1/documents/{PHONE}")
        client.post("/", data={"question": question})
    assert len(records(lines)) >= 7
    assert PHONE not in lines.getvalue()
    assert "物业费" not in lines.getvalue() and "zhang@" not in lines.getvalue()


def test_lines_carry_trace_route_and_status(lines: io.StringIO) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    with serving() as server:
        headers = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
        httpx.get(server.url + "/v1/documents/d-new", headers=headers)
    (line,) = [record for record in records(lines) if record["logger"] == "assistant.api.access"]
    assert (line["trace_id"], line["route"], line["status"]) == (trace_id, "/v1/documents/{document_id}", 200)


def test_exceptions_show_places_but_not_their_words(lines: io.StringIO) -> None:
    try:
        raise LookupError(f"secret {PHONE}")
    except LookupError as error:
        logging.getLogger("x").error("unhandled %s", type(error).__name__, exc_info=error)
    (line,) = records(lines)
    assert line["exception"] == "LookupError"
    assert "test_logs.py" in line["places"][0]
    assert "secret" not in lines.getvalue()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800138000。", "电话〔号码〕。"),
        ("电话１３８００１３８０００", "电话〔号码〕"),
        ("138-0013-8000 与 11010519491231002X", "〔号码〕 与 〔号码〕"),
        ("zhang.san@example.com", "〔邮箱〕"),
        ("a\r\nb\x1b[31mc\u2028d", "a  b [31mc d"),
        ("拨打12345", "拨打12345"),
    ],
)
def test_mask(text: str, masked: str) -> None:
    assert mask(text) == masked
