"""Hazard rows whose subject is the wire (1, 2, 36, 37, 53-57): a real uvicorn, raw sockets."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.conftest import RunningServer, serving
from tests.api.fakes import FakeContainer, ScriptedFlow

QUESTION = json.dumps({"question": "物业费涨价要谁同意？"}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with serving(header_timeout_s=1.0, body_timeout_s=1.0) as running:
        yield running


def head(path: str = "/v1/inquiries", *extra: str, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *extra]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def connect(server: RunningServer) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.settimeout(10)
    return connection


def read_all(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65_536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def status_of(reply: bytes) -> int:
    return int(reply.split(b" ", 2)[1])


def send_all(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(data)


def test_row_1_huge_body_is_refused_before_it_is_read(server: RunningServer) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with connect(server) as connection:
        connection.sendall(head("/v1/inquiries", f"Content-Length: {200 * 1024 * 1024}"))
        block, started = b"a" * 65_536, time.perf_counter()

        def pour() -> None:
            for _ in range(400):
                send_all(connection, block)

        threading.Thread(target=pour, daemon=True).start()
        reply = connection.recv(65_536)
        assert status_of(reply) == 413
        assert time.perf_counter() - started < 5.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024


def test_row_2_endless_chunked_body_ends_at_the_cap(server: RunningServer) -> None:
    with connect(server) as connection:
        connection.sendall(head("/v1/inquiries", "Transfer-Encoding: chunked"))
        chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
        stop = threading.Event()

        def endless() -> None:
            while not stop.is_set():
                send_all(connection, chunk)

        writer = threading.Thread(target=endless, daemon=True)
        writer.start()
        started = time.perf_counter()
        reply = read_all(connection)
        stop.set()
        assert status_of(reply) == 413
        assert b"connection: close" in reply.lower()
        assert time.perf_counter() - started < 9.0


def test_row_36_foreign_host(server: RunningServer) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", ""):
        reply = httpx.get(server.url + "/livez", headers={"host": host})
        assert reply.status_code == 400
    assert httpx.get(server.url + "/livez").status_code == 200


def test_row_36_two_hosts(server: RunningServer) -> None:
    with connect(server) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert status_of(read_all(connection)) == 400


@pytest.mark.parametrize(
    "path",
    ["/..%2f..%2fetc/passwd", "/assets/..%2f..%2fpage.css", "/assets/%2e%2e/app.py", "/assets/page.css%00.js", "/%00"],
)
def test_row_37_traversal(server: RunningServer, path: str) -> None:
    with connect(server) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        assert status_of(read_all(connection)) in (400, 404)


def test_row_53_slow_headers_are_cut(server: RunningServer) -> None:
    with connect(server) as connection:
        started = time.perf_counter()
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        reply = read_all(connection)
        assert status_of(reply) == 408
        assert time.perf_counter() - started < 8.0


def test_row_53_silent_connections_are_closed(server: RunningServer) -> None:
    with connect(server) as connection:
        started = time.perf_counter()
        assert read_all(connection) == b""
        assert time.perf_counter() - started < 8.0


def test_row_53_slow_body_is_cut(server: RunningServer) -> None:
    with connect(server) as connection:
        started = time.perf_counter()
        connection.sendall(head("/v1/inquiries", "Content-Length: 1000") + b'{"question":')
        reply = read_all(connection)
        assert status_of(reply) == 408
        assert time.perf_counter() - started < 8.0


def test_row_53_others_do_not_notice_a_thousand_slow_ones() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard), hard))
    with serving(header_timeout_s=60.0) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        alone = _slow_tenth(client)
        slow = [connect(server) for _ in range(1000)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.")
        # Other work on the machine only ever adds to a figure: the best of three rounds is the crowd's own.
        crowded = min(_slow_tenth(client) for _ in range(3))
        for connection in slow:
            connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert crowded < max(0.1, 3 * alone)


def _slow_tenth(client: httpx.Client) -> float:
    return sorted(_seconds(client) for _ in range(40))[36]


def _seconds(client: httpx.Client) -> float:
    started = time.perf_counter()
    assert (
        client.post("/v1/inquiries", content=QUESTION, headers={"content-type": "application/json"}).status_code == 200
    )
    return time.perf_counter() - started


@pytest.mark.parametrize(("size", "status"), [(20_000, 431), (70_000, 431), (2_000_000, 431)])
def test_row_54_long_headers(server: RunningServer, size: int, status: int) -> None:
    with connect(server) as connection:
        send_all(connection, head("/livez", "X-Long: " + "a" * size, "Connection: close", method="GET"))
        assert status_of(read_all(connection)) == status


@pytest.mark.parametrize("size", [9_000, 100_000])
def test_row_54_long_urls(server: RunningServer, size: int) -> None:
    with connect(server) as connection:
        send_all(connection, head("/v1/passages?q=" + "a" * size, "Connection: close", method="GET"))
        assert status_of(read_all(connection)) == 414


def test_row_55_smuggling_is_refused_and_closed(server: RunningServer) -> None:
    smuggled = b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with connect(server) as connection:
        connection.sendall(head("/v1/inquiries", "Content-Length: 4", "Transfer-Encoding: chunked") + smuggled)
        reply = read_all(connection)
        assert status_of(reply) == 400
        assert reply.count(b"HTTP/1.1") == 1


def wait_until(condition: object, seconds: float = 20.0) -> float:
    started = time.perf_counter()
    while not condition():  # type: ignore[operator]
        assert time.perf_counter() - started < seconds
        time.sleep(0.02)
    return time.perf_counter() - started


@pytest.mark.parametrize("path", ["/v1/inquiries", "/v1/chat/completions", "/"])
def test_row_56_a_reader_who_leaves_stops_the_stream(path: str) -> None:
    container = FakeContainer(flow=ScriptedFlow(pause_s=1.0))
    with serving(container) as server, httpx.Client(base_url=server.url) as client:
        with client.stream("POST", path, **_streamed(path)) as response:
            lines = response.iter_lines()
            assert any("业主共同决定" in line for line in lines)
        wait_until(lambda: container.flow.aborted == 1)
        wait_until(lambda: [event for event, _ in container.audit.records] == ["inquiry_cancelled"])
        # Nothing stays occupied: the next one is answered to its end.
        assert client.post("/v1/inquiries", json={"question": "物业费"}).status_code == 200
    assert container.flow.finished == 1


def _streamed(path: str) -> dict[str, Any]:
    if path == "/":
        return {"data": {"question": "物业费"}, "headers": {"accept": "text/event-stream"}}
    if path == "/v1/inquiries":
        return {"json": {"question": "物业费", "stream": True}}
    messages = [{"role": "user", "content": "物业费"}]
    return {"json": {"model": "hotline-assistant", "messages": messages, "stream": True}}


def test_row_56_a_reader_who_leaves_stops_the_answer_that_is_not_streamed() -> None:
    container = FakeContainer(flow=ScriptedFlow(pause_s=60.0))
    with serving(container) as server:
        with connect(server) as connection:
            connection.sendall(head("/v1/inquiries", f"Content-Length: {len(QUESTION)}") + QUESTION)
            wait_until(lambda: container.flow.turns)
        wait_until(lambda: container.flow.aborted == 1)
    assert container.flow.aborted == 1


def test_row_57_heartbeats_while_nothing_happens() -> None:
    container = FakeContainer(flow=ScriptedFlow(pause_s=0.3))
    with serving(container, stream_heartbeat_s=0.05) as server:
        reply = httpx.post(server.url + "/v1/inquiries", json={"question": "物业费", "stream": True})
    assert reply.text.count(": heartbeat\n\n") >= 4
    assert reply.text.endswith("data: [DONE]\n\n")


def test_row_57_no_resuming_but_a_clean_error(server: RunningServer) -> None:
    reply = httpx.post(server.url + "/v1/inquiries", json={"question": "物业费"}, headers={"last-event-id": "7"})
    assert (reply.status_code, reply.json()["code"]) == (409, "stream_not_resumable")


def test_a_stopping_server_ends_streams_with_an_error() -> None:
    container = FakeContainer(flow=ScriptedFlow(pause_s=3.0))
    with serving(container) as server, httpx.Client(base_url=server.url) as client:
        body = {"question": "物业费", "stream": True}
        with client.stream("POST", "/v1/inquiries", json=body, timeout=10) as response:
            text = ""
            for piece in response.iter_text():
                text += piece
                server.server.should_exit = True
    assert text.count('"type":"error"') == 1
    assert text.endswith("data: [DONE]\n\n")


def test_many_at_once_get_503_with_retry_after_and_the_rest_an_answer() -> None:
    container = FakeContainer(flow=ScriptedFlow(pause_s=1.0))
    with serving(container, max_concurrency=3) as server, ThreadPoolExecutor(12) as pool:

        def ask(_: int) -> httpx.Response:
            return httpx.post(server.url + "/v1/inquiries", json={"question": "物业费"}, timeout=30)

        replies = list(pool.map(ask, range(12)))
        assert httpx.get(server.url + "/livez").status_code == 200
    statuses = sorted(reply.status_code for reply in replies)
    assert set(statuses) == {200, 503}
    assert all("retry-after" in reply.headers for reply in replies if reply.status_code == 503)
